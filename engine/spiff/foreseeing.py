"""What an input would do to the open elements of an instance, before anything runs on."""

from collections.abc import Iterator
from typing import Literal

from SpiffWorkflow.util.task import TaskState

from engine.spiff.instances import ElementInstance, TopScope, live
from engine.spiff.outcomes import Foreseen, OpenElement

Action = Literal["stays", "ends", "opens", "begins"]


def census(top: TopScope) -> dict[str, OpenElement]:
    """Everything drawn that is open now, by element instance."""
    return {task.id: _seen(task) for task in live(top) if not task.task_spec.is_silent and not task.task_spec.is_part}


def _seen(task: ElementInstance) -> OpenElement:
    spec = task.task_spec
    is_opened = task._state in (TaskState.STARTED, TaskState.WAITING)
    return OpenElement(task.id, spec.bpmn_id, spec.element_type, spec.bpmn_name, is_opened)


def foreseen(before: dict[str, OpenElement], top: TopScope) -> Iterator[Foreseen]:
    """What becomes of each element that was open, and what begins."""
    after = census(top)
    for task_id, was in before.items():
        now = after.get(task_id)
        becomes = None if now is None else now.element_id
        action: Action = "ends" if now is None else "stays"
        yield Foreseen(action, was.element_id, becomes, was.type, was.name, task_id)
    for new in after.values():
        if new.task_id not in before:
            begins: Action = "opens" if new.is_opened else "begins"
            yield Foreseen(begins, new.element_id, new.element_id, new.type, new.name, new.task_id)
