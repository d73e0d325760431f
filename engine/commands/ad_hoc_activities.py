"""Commands on ad-hoc sub-processes: begin one of their activities, or say that they are done."""

from datetime import datetime
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.commands.execution import Execution, Progress, load, require_running, store
from engine.errors import AdHocActivityNotEnabled
from engine.persistence.process_instances import lock_instance
from engine.persistence.transactions import Transaction
from engine.spiff.inputs import AdHocCompletion, AdHocStart


def start_ad_hoc_activity(
    tx: Transaction,
    instance_id: UUID,
    element_id: str,
    *,
    sub_process_task_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> Progress:
    """
    Begin an activity of an open ad-hoc sub-process, once more or for the first time.

    Args:
        sub_process_task_id: Which sub-process, when several are open that have the activity; else the oldest.

    Raises:
        ProcessInstanceNotFound, ProcessInstanceNotActive, ProcessInstanceSuspended: As named.
        AdHocActivityNotEnabled: No open ad-hoc sub-process has it, or a sequential one is at work already.

    Source:
        BPMN 2.0.2 §13.3.5.
    """
    execution = _load(tx, instance_id, actor, now)
    found = [
        each
        for each in execution.run.ad_hoc_activities()
        if each.element_id == element_id and sub_process_task_id in (None, each.sub_process_task_id)
    ]
    chosen = next((each for each in found if each.is_enabled), None)
    if chosen is None:
        reason = "is at work on something else" if found else "is not open"
        message = f"'{element_id}' cannot begin: its ad-hoc sub-process {reason}."
        raise AdHocActivityNotEnabled(message, process_instance_id=str(instance_id), element_id=element_id)
    execution.apply(AdHocStart(chosen.sub_process_task_id, element_id))
    return store(execution)


def complete_ad_hoc_sub_process(
    tx: Transaction, instance_id: UUID, sub_process_task_id: str, *, actor: Actor, now: datetime
) -> Progress:
    """
    Say that an ad-hoc sub-process is done: nothing more begins, and what runs is cancelled unless the model lets it be.

    Raises:
        ProcessInstanceNotFound, ProcessInstanceNotActive, ProcessInstanceSuspended: As named.
        AdHocActivityNotEnabled: It is not open.
    """
    execution = _load(tx, instance_id, actor, now)
    if not any(each.sub_process_task_id == sub_process_task_id for each in execution.run.ad_hoc_activities()):
        message = f"No ad-hoc sub-process is open as '{sub_process_task_id}'."
        raise AdHocActivityNotEnabled(message, process_instance_id=str(instance_id), task_id=sub_process_task_id)
    execution.apply(AdHocCompletion(sub_process_task_id))
    return store(execution)


def _load(tx: Transaction, instance_id: UUID, actor: Actor, now: datetime) -> Execution:
    access.require(actor, access.OPERATE, access.SUPERVISE)
    locked = lock_instance(tx, instance_id)
    require_running(locked.instance)
    return load(tx, locked, actor=actor, now=now)
