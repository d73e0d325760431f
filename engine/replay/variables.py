"""What a process instance and its open tasks see, read from the stored state without changing it."""

from collections.abc import Mapping

from engine.persistence.process_instances import LockedInstance
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.replay.recorded import RecordedEnvironment
from engine.spiff.runner import load_run


def variables_of(tx: Transaction, stored: LockedInstance, task_id: str | None = None) -> Mapping[str, object]:
    """The variables of an instance, or those an open user task sees; nothing runs."""
    instance = stored.instance
    executable = executable_of(tx, instance.definition_id)
    run = load_run(executable, instance.id, stored.blob, RecordedEnvironment(tx), case_number=instance.case_number)
    return run.task_variables(task_id) if task_id is not None else run.variables
