"""
External tasks: work that somebody outside fetches, does and reports on.

Retries live in the instance, because an incident depends on them; locks do not, because no diagram ever sees one.

Source:
    The `camunda:type="external"` of Camunda 7, on service, send and business rule tasks and on thrown messages.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.expressions import CompiledValue, compile_condition
from engine.handlers import BpmnError
from engine.spiff.diagrams import Node
from engine.spiff.elements.activities import begin
from engine.spiff.elements.flowing import Flowing, note
from engine.spiff.elements.parameters import as_plain, deliver
from engine.spiff.elements.propagation import throw_error
from engine.spiff.elements.user_tasks import priority_number
from engine.spiff.evaluation import Failure, business_key, evaluate, short, unfit
from engine.spiff.inputs import ExternalTaskCompletion, ExternalTaskError, ExternalTaskFailure
from engine.spiff.instances import ElementInstance
from engine.spiff.outcomes import ExternalTaskWait
from engine.spiff.variables import view, write

TASKS = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
THROWN = frozenset({"intermediateThrowEvent", "endEvent"})
LOWEST_PRIORITY = 0


def external_attribute(node: Node, name: str) -> str | None:
    """`camunda:type`, `camunda:topic` or `camunda:taskPriority` of a task, or of the message an event throws."""
    if node.kind in TASKS:
        return node.camunda(name)
    if node.kind in THROWN and len(node.events) == 1 and node.events[0].kind == "message":
        return node.events[0].attributes.get(f"camunda:{name}", "").strip() or None
    return None


def is_external(node: Node) -> bool:
    """Whether somebody outside does the work; Camunda reads the word in any case."""
    return (external_attribute(node, "type") or "").lower() == "external"


class ExternalTask(Flowing):
    """
    Open until a worker completes it, or throws an error. Topic and priority are worked out once, when it opens.

    Attributes:
        topic: What workers ask for.
        priority: The element's own, else that of its process; higher is fetched earlier.
    """

    def __init__(self, *args: Any, topic: CompiledValue, priority: CompiledValue | None, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, **kwargs)
        self.topic, self.priority = topic, priority

    def enter(self, my_task: ElementInstance) -> None:
        """Open the task; or open it once more, when an incident is retried."""
        if "external" not in my_task.facts:
            begin(my_task)
            my_task.facts["external"] = self._work(my_task)
        elif my_task.facts["external"].get("retries") == 0:
            my_task.facts["external"] = my_task.facts["external"] | {"retries": 1}
        my_task._set_state(TaskState.READY)

    def perform(self, my_task: ElementInstance) -> None:
        """
        Take over what the worker brought.

        Raises:
            BpmnError: One of the element's error definitions holds.
        """
        submitted = my_task.facts["submitted"]
        my_task.local.update(submitted["local"])
        error = _error_of(my_task, submitted["worker"], submitted["variables"])
        if error is not None:
            raise error
        deliver(my_task, submitted["variables"])

    def _work(self, task: ElementInstance) -> dict[str, Any]:
        topic = evaluate(task, self.topic)
        if not isinstance(topic, str) or not topic.strip():
            raise unfit("expression", self.topic.text, "the name of a topic", "主题名称", topic)
        priority = LOWEST_PRIORITY if self.priority is None else priority_number(evaluate(task, self.priority))
        return {"topic": short(self.topic.text, topic.strip()), "priority": priority}


def is_open(task: ElementInstance) -> bool:
    """Whether a worker may report on it: it was opened, is not parked, and nobody has completed it."""
    return "external" in task.facts and "submitted" not in task.facts and not task.is_parked


def waiting_external_task(task: ElementInstance) -> ExternalTaskWait | None:
    """What workers and operators see of an external task, one that parked for want of retries included."""
    if "external" not in task.facts or "submitted" in task.facts:
        return None
    spec, work = task.task_spec, task.facts["external"]
    return ExternalTaskWait(
        task_id=task.id,
        element_id=spec.bpmn_id,
        element_name=spec.bpmn_name,
        definition_id=task.workflow.executable.definition_id,
        definition_key=task.workflow.executable.key,
        topic=work["topic"],
        priority=work["priority"],
        retries=work.get("retries"),
        error_message=work.get("message"),
    )


def asks_for_errors(task: ElementInstance) -> bool:
    """Whether error definitions may look at what a worker says at length."""
    return bool(task.task_spec.node.error_conditions)


def submit(task: ElementInstance, given: ExternalTaskCompletion) -> None:
    """Note what the worker brought; the element takes it over when it runs."""
    task.facts["submitted"] = {
        "variables": as_plain(given.variables),
        "local": as_plain(given.local_variables),
        "worker": given.worker_id,
    }


def fail(task: ElementInstance, given: ExternalTaskFailure) -> None:
    """Note a failed attempt. An error definition may make a BPMN error of it; without retries it is an incident."""
    task.local.update(as_plain(given.local_variables))
    write(task, as_plain(given.variables))
    said = {"retries": given.retries, "message": given.error_message}
    if asks_for_errors(task):
        said["details"] = given.error_details
    task.facts["external"] = task.facts["external"] | said
    try:
        error = _error_of(task, given.worker_id, {})
    except Failure:
        error = None  # as Camunda does: an attempt that failed is not lost to a condition that cannot tell
    if error is not None:
        _throw(task, error)
    elif given.retries == 0:
        _park(task, Failure("external_task", given.error_message or "The worker gave no reason.", None))


def throw(task: ElementInstance, given: ExternalTaskError) -> None:
    """The worker throws a BPMN error; one that nobody catches is an incident, and a retry opens the task again."""
    _throw(task, BpmnError(given.code, given.message, as_plain(given.variables)))


def set_retries(task: ElementInstance, retries: int) -> None:
    """Give an open task more attempts, or take the last one away."""
    task.facts["external"] = task.facts["external"] | {"retries": retries}
    if retries == 0:
        _park(task, Failure("external_task", "The retries were set to 0.", "重试次数被设为 0。"))


def _throw(task: ElementInstance, error: BpmnError) -> None:
    if throw_error(task, error):
        return
    code = error.code or "(no code)"
    text, text_zh = f"Nobody catches the error {code}: {error}", f"没有元素捕获错误 {code}:{error}"
    _park(task, Failure("error_uncaught", text, text_zh))


def _park(task: ElementInstance, failure: Failure) -> None:
    task.facts["external"] = task.facts["external"] | {"retries": 0}
    task.facts["parked"] = {"kind": failure.kind, "message": failure.message, "left": 0}
    task._set_state(TaskState.WAITING)
    note(task, "failed", kind=failure.kind, message=failure.message, retries_left=0)


def _error_of(task: ElementInstance, worker_id: str, brought: Mapping[str, Any]) -> BpmnError | None:
    """
    The first error definition that holds, asked with the object `externalTask`.

    Raises:
        Failure: One of them is neither true nor false.
    """
    conditions = task.task_spec.node.error_conditions
    if not conditions:
        return None
    seen = {**view(task), **brought, "externalTask": _seen_by_expressions(task, worker_id)}
    for condition in conditions:
        held = evaluate(task, compile_condition(condition.expression), context=seen)
        if not isinstance(held, bool):
            raise unfit("expression", condition.expression, "true or false", "布尔值", held)
        if held:
            return BpmnError(condition.code or "", condition.message or "", brought)
    return None


def _seen_by_expressions(task: ElementInstance, worker_id: str) -> dict[str, object]:
    work, spec = task.facts["external"], task.task_spec
    return {
        "id": task.id,
        "workerId": worker_id,
        "topicName": work["topic"],
        "priority": work["priority"],
        "retries": work.get("retries"),
        "errorMessage": work.get("message"),
        "errorDetails": work.get("details"),
        "activityId": spec.bpmn_id,
        "processDefinitionKey": task.workflow.executable.key,
        "processInstanceId": str(task.workflow.top_workflow.world.instance_id),
        "businessKey": business_key(task),
    }
