"""Correcting variables of a running process instance, with a reason."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.commands import forms
from engine.commands.execution import Progress, load, require_running, store
from engine.commands.variables import checked
from engine.errors import ElementInstanceNotFound
from engine.persistence import sealing
from engine.persistence.process_instances import ProcessInstance, lock_instance
from engine.persistence.transactions import Transaction
from engine.spiff.inputs import VariablesChange
from engine.spiff.runner import Run, TaskUnknown


def change_variables(
    tx: Transaction,
    instance_id: UUID,
    variables: Mapping[str, object],
    *,
    task_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> Progress:
    """
    Set variables of a running instance; what waits for a condition hears of it. The journal has the old values.

    Text in the place of a sealed value is sealed too.

    Args:
        task_id: An open element instance (of an incident, of a task): set what it sees, where it would write it.
            Without it they are set for the whole instance, branches with values of their own included.

    Raises:
        ReasonRequired: Say why.
        VariablesInvalid: Not JSON of a bearable size.
        ElementInstanceNotFound: Nothing is open under `task_id`.
        ProcessInstanceNotActive, ProcessInstanceSuspended: It has ended, or is to be resumed first.
    """
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    values = checked(variables)
    locked = lock_instance(tx, instance_id)
    require_running(locked.instance)
    execution = load(tx, locked, actor=actor, now=now)
    seen = _seen(execution.run, instance_id, task_id)
    old = {name: seen[name] for name in values if name in seen}
    values = sealed_as_before(tx, locked.instance, values, old, now=now)
    execution.apply(VariablesChange(values, task_id), old=old)
    return store(execution)


def _seen(run: Run, instance_id: UUID, task_id: str | None) -> Mapping[str, object]:
    if task_id is None:
        return run.variables
    try:
        return run.task_variables(task_id)
    except TaskUnknown as error:
        message = f"Nothing is open as '{task_id}' in process instance {instance_id}."
        raise ElementInstanceNotFound(message, process_instance_id=str(instance_id), task_id=task_id) from error


def sealed_as_before(
    tx: Transaction,
    instance: ProcessInstance,
    values: Mapping[str, object],
    old: Mapping[str, object],
    *,
    now: datetime,
) -> dict[str, object]:
    """Seal the text of every value that replaces one with something sealed in it."""
    personal = {name: value for name, value in values.items() if _holds_sealed(old.get(name))}
    return {**values, **forms.sealed_texts(tx, personal, instance=instance, now=now)}


def _holds_sealed(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_sealed, value.values()))
    if isinstance(value, list):
        return any(map(_holds_sealed, value))
    return isinstance(value, str) and sealing.is_sealed(value)
