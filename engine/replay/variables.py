"""What a process instance and its open tasks see, read from the stored state without changing it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from engine.persistence.process_instances import LockedInstance
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.replay.recorded import RecordedEnvironment
from engine.spiff.outcomes import AdHocActivity
from engine.spiff.runner import TaskUnknown, load_run


def variables_of(tx: Transaction, stored: LockedInstance, task_id: str | None = None) -> Mapping[str, object]:
    """The variables of an instance, or those an open user task sees; nothing runs."""
    instance = stored.instance
    executable = executable_of(tx, instance.definition_id)
    run = load_run(executable, instance.id, stored.blob, RecordedEnvironment(tx), case_number=instance.case_number)
    return run.task_variables(task_id) if task_id is not None else run.variables


def ad_hoc_activities_of(tx: Transaction, stored: LockedInstance) -> tuple[AdHocActivity, ...]:
    """What people may begin in the ad-hoc sub-processes of an instance; nothing runs."""
    instance = stored.instance
    executable = executable_of(tx, instance.definition_id)
    run = load_run(executable, instance.id, stored.blob, RecordedEnvironment(tx), case_number=instance.case_number)
    return run.ad_hoc_activities()


def task_variables_of(
    tx: Transaction, stored: LockedInstance, task_ids: Sequence[str]
) -> Mapping[str, Mapping[str, object]]:
    """What several open elements of one instance see, by the engine's task id, without those that ended meanwhile."""
    instance = stored.instance
    executable = executable_of(tx, instance.definition_id)
    run = load_run(executable, instance.id, stored.blob, RecordedEnvironment(tx), case_number=instance.case_number)
    found: dict[str, Mapping[str, object]] = {}
    for task_id in task_ids:
        with suppress(TaskUnknown):
            found[task_id] = run.task_variables(task_id)
    return found
