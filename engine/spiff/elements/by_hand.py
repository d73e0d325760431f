"""
Parked activities that somebody did by hand: they count as done, with the variables he says.

Only what the engine or a worker does by itself. A user task keeps its people, a gateway its conditions: those are
retried once what they need was corrected, or the token is moved.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements.flowing import appear, hosts_instances
from engine.spiff.instances import ElementInstance
from engine.spiff.variables import write

DOABLE = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask"})


def is_done_by_hand(task: ElementInstance) -> bool:
    """Whether a parked element may be said to be done."""
    return task.is_parked and task.task_spec.element_type in DOABLE and not hosts_instances(task)


def note_resolution(task: ElementInstance, variables: Mapping[str, Any]) -> None:
    """Note what came of it; the element takes it over when it runs."""
    task.facts["resolved"] = dict(variables)


def finish_by_hand(task: ElementInstance) -> None:
    """Leave the element without doing its work; neither parameters nor results are worked out."""
    appear(task)
    write(task, task.facts["resolved"], beyond_local=True)
    task._set_state(TaskState.READY)
    task.run()
