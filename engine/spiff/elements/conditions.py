"""
Conditional events: they happen when their condition becomes true.

Source:
    BPMN 2.0.2 §10.5.5 (Conditional). Asked after each element that wrote a variable and whenever the instance comes to
    rest; upstream asks only when told to.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.expressions import compile_condition
from engine.spiff.elements.catching import event_of, occur
from engine.spiff.evaluation import Failure, evaluate
from engine.spiff.instances import ElementInstance, Scope, tokens
from engine.spiff.variables import view


def settle_conditions(scopes: Iterable[Scope]) -> bool:
    """Let the first conditional event happen whose condition has become true; whether there was one."""
    for scope in scopes:
        if not scope.spec.has_conditions:
            continue
        for task in list(tokens(scope)):
            if _waits(task) and _has_become_true(task):
                occur(task, {})
                return True
    return False


def _waits(task: ElementInstance) -> bool:
    events = task.task_spec.node.events
    is_open = task._state == TaskState.WAITING and "happened" not in task.facts and not task.is_parked
    return (
        is_open
        and "awaits" not in task.facts
        and bool(events)
        and events[0].kind == "conditional"
        and "due" not in task.facts
    )


def _has_become_true(task: ElementInstance) -> bool:
    """A condition that cannot be evaluated does not hold; one that held before happens again only after it did not."""
    if not _is_heard(task):
        return False
    try:
        condition = compile_condition(event_of(task.task_spec).text)
        is_true = evaluate(task, condition, context=view(task)) is True
    except Failure:
        is_true = False
    if not is_true:
        task.facts.pop("held_before", None)
        return False
    if "held_before" in task.facts:
        return False
    task.facts["held_before"] = 1
    return True


def _is_heard(task: ElementInstance) -> bool:
    """
    Whether the variable that the event watches (`camunda:variableName`) has changed, in a way it asks for.

    It is asked once when it begins to wait, as Camunda 7 does; without a variable it is asked every time.
    """
    event = event_of(task.task_spec)
    if event.variable is None and not event.variable_events:
        return True
    name = event.variable
    now = {each: value for each, value in view(task).items() if name in (None, each)}
    before = task.facts.get("watched")
    if before == now:
        return False
    task.facts["watched"] = now
    if before is None or not event.variable_events:
        return True
    return bool(_changes(before, now) & event.variable_events)


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    kinds = {"create"} if now.keys() - before.keys() else set()
    return kinds | ({"update"} if any(now[name] != before[name] for name in now.keys() & before.keys()) else set())
