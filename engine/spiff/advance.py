"""The engine's loop: run what is ready, oldest first, until everything waits."""

from functools import partial
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.handlers import BpmnError
from engine.spiff import timers
from engine.spiff.elements.ad_hoc import settle_ad_hoc
from engine.spiff.elements.by_hand import finish_by_hand
from engine.spiff.elements.compensation import settle_compensations
from engine.spiff.elements.complex_gateways import settle_complex_gateways
from engine.spiff.elements.conditions import settle_conditions
from engine.spiff.elements.data import Awaiting, settle_inputs
from engine.spiff.elements.flowing import appear, discard, is_asynchronous, note
from engine.spiff.elements.gateways import settle_joins
from engine.spiff.elements.propagation import Gone, throw_error
from engine.spiff.elements.quantities import has_enough
from engine.spiff.elements.sub_processes import finish_scope, is_over
from engine.spiff.evaluation import Failure
from engine.spiff.instances import ElementInstance, Step, TopScope, age, all_scopes, live, to_micros
from engine.spiff.variables import take_back

MOST_ACTIVATIONS = 10_000


def advance(top: TopScope, step: Step) -> None:
    """
    Run to the next wait states.

    Upstream scans the whole history for ready tasks, stops silently at depth 1,000, and runs on after an interruption.
    """
    while True:
        while step.queue:
            task = step.queue.popleft()
            if task.is_alive and task._state == TaskState.READY and not task.is_parked:
                take(task)
                if step.undo and task.workflow.executable.has_conditions:  # it wrote: what waits for that is asked now
                    while settle_conditions(all_scopes(top)):
                        pass
        scopes = partial(all_scopes, top)
        if not (
            _finish_scopes(top)
            or settle_ad_hoc(scopes())
            or settle_compensations(scopes())
            or settle_joins(scopes())
            or settle_complex_gateways(scopes())
            or settle_inputs(scopes())
            or settle_conditions(scopes())
        ):
            return


def _finish_scopes(top: TopScope) -> bool:
    for scope in reversed(list(all_scopes(top))):
        if not scope.completed and is_over(scope):
            finish_scope(scope)
            if scope is not top:
                return True
    return False


def take(task: ElementInstance) -> None:
    """One element instance does what it can do now; a failure leaves everything as it was and parks it."""
    top, step = task.workflow.top_workflow, task.step
    step.activations += 1
    step.undo.clear()
    before = (dict(task.facts), dict(task.local), len(step.transitions), len(step.thrown), top.sequence)
    try:
        if step.activations > MOST_ACTIVATIONS:
            raise Failure(
                "expression",
                f"More than {MOST_ACTIVATIONS} elements ran without waiting for anything.",
                f"超过 {MOST_ACTIVATIONS} 个元素连续执行而没有等待。",
            )
        if has_enough(task) and not _hold(task):
            _run(task)
    except Gone:
        pass
    except Awaiting:
        take_back(step.undo)
        _take_back(task, before)
        _wait_for_data(task)
    except BpmnError as error:
        take_back(step.undo)
        del step.thrown[before[3] :]
        if not throw_error(task, error):
            _take_back(task, before)
            park(task, _uncaught(error))
    except Failure as failure:
        take_back(step.undo)
        _take_back(task, before)
        park(task, failure)


def _wait_for_data(task: ElementInstance) -> None:
    """A required data input has no value yet: `settle_inputs` lets the element begin once it has."""
    appear(task)
    task.facts["awaits"] = 1
    task._set_state(TaskState.WAITING)


def _uncaught(error: BpmnError) -> Failure:
    code, message = error.code or "(no code)", error.message
    return Failure(
        "error_uncaught", f"Nobody catches the error {code}: {message}", f"没有元素捕获错误 {code}:{message}"
    )


def _run(task: ElementInstance) -> None:
    facts, spec = task.facts, task.task_spec
    if "resolved" in facts:
        finish_by_hand(task)
    elif "happened" in facts or "submitted" in facts:
        spec.resume(task)
    else:
        spec.enter(task)


def _hold(task: ElementInstance) -> bool:
    """Whether the token stops here for an asynchronous continuation."""
    facts = task.facts
    if "held" in facts or "at" in facts:
        return False
    if not facts.pop("hold", None) and not is_asynchronous(task, "asyncBefore"):
        return False
    facts["due"], facts["kind"] = to_micros(task.step.now), "async"
    task._set_state(TaskState.WAITING)
    return True


def _take_back(task: ElementInstance, before: tuple[dict[str, Any], dict[str, Any], int, int, int]) -> None:
    top, step = task.workflow.top_workflow, task.step
    facts, local, transitions, thrown, sequence = before
    if top.sequence > sequence:  # else it made nothing: do not search a crowd for each that parks
        for other in [found for found in live(top) if age(found.id) > sequence]:
            if other.is_alive:
                discard(other, quietly=True)
    task.internal_data, task.local = facts, local
    del step.transitions[transitions:]
    del step.thrown[thrown:]


def park(task: ElementInstance, failure: Failure) -> None:
    """Keep the token before its element as an incident."""
    appear(task)
    left = _retries(task)
    task.facts["parked"] = {"kind": failure.kind, "message": failure.message, "left": left}
    task._set_state(TaskState.WAITING)
    note(task, "failed", kind=failure.kind, message=failure.message, retries_left=left)


def _retries(task: ElementInstance) -> int:
    """Plan the next automatic attempt, when the model asks for any (`camunda:failedJobRetryTimeCycle`)."""
    cycle = task.task_spec.node.retry_cycle
    if cycle is None:
        return 0
    attempts = timers.attempts(cycle)
    tried = task.facts.get("tried", 0)
    if tried >= len(attempts):
        return 0
    task.facts["tried"] = tried + 1
    task.facts["due"] = to_micros(task.step.now + attempts[tried])
    task.facts["kind"] = "retry"
    return len(attempts) - tried


def unpark(task: ElementInstance) -> None:
    """Resume a parked token where it stopped."""
    facts = task.facts
    for fact in ("parked", "due", "kind"):
        facts.pop(fact, None)
    note(task, "resumed")
    awaken(task)


def awaken(task: ElementInstance) -> None:
    """Put a token back to work."""
    task._set_state(TaskState.READY)
    task.step.queue.append(task)
