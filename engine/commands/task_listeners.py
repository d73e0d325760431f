"""What a diagram does when people change a task: `assignment` and `update` listeners."""

from datetime import datetime

from engine.actors import Actor
from engine.commands.execution import load, store
from engine.errors import ListenerFailed
from engine.persistence.process_instances import lock_instance
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask
from engine.replay.executables import executable_of
from engine.spiff.inputs import UserTaskChange
from engine.spiff.runner import ListenerRefuses


def tell(tx: Transaction, task: UserTask, *events: str, actor: Actor, now: datetime) -> None:
    """
    Let the listeners of a task hear of a change that was made and journalled; without any, nothing is read.

    Raises:
        ListenerFailed: One of them fails: the command is refused as a whole.
    """
    executable = executable_of(tx, task.definition_id)
    told = tuple(event for event in events if executable.hears(task.element_id, event))
    if not told:
        return
    execution = load(tx, lock_instance(tx, task.instance_id), actor=actor, now=now)
    try:
        execution.apply(UserTaskChange(task.task_id, told), user_task_id=task.id, element_id=task.element_id)
    except ListenerRefuses as error:
        raise ListenerFailed(str(error), user_task_id=str(task.id)) from error
    store(execution)
