"""
How many tokens begin an activity, and how many it gives.

Source:
    BPMN 2.0.2 §10.3 (startQuantity, completionQuantity), §13.3.2.
"""

from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements.gateways import absorb
from engine.spiff.instances import ElementInstance, tokens


def has_enough(task: ElementInstance) -> bool:
    """Whether a token may go on into its activity; until enough have come it waits, and the last one takes them in."""
    spec, facts = task.task_spec, task.facts
    if spec.start_quantity == 1 or spec.body_spec is not None or "gathered" in facts or "at" in facts:
        return True
    waiting = [each for each in tokens(task.workflow) if each.task_spec is spec and "gathers" in each.facts]
    if len(waiting) + 1 < spec.start_quantity:
        facts["gathers"] = 1
        task._set_state(TaskState.WAITING)
        return False
    absorb(task, {each.id: each for each in waiting[: spec.start_quantity - 1]})
    facts["gathered"] = 1
    task.step.queue.append(task)  # a turn of its own: an activity that fails must not ask for the tokens again
    return False
