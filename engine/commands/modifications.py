"""Moving the tokens of one instance by hand: repairing what a diagram or the world did not foresee."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.commands.execution import Progress, load, require_running, store
from engine.commands.instance_variables import sealed_as_before
from engine.commands.migrations import not_movable
from engine.commands.variables import checked
from engine.persistence.process_instances import lock_instance, read_state
from engine.persistence.transactions import Transaction
from engine.spiff.inputs import Action, Instruction, Modify
from engine.spiff.obstacles import Impossible
from engine.spiff.outcomes import Foreseen

__all__ = [
    "ACTIONS",
    "MOST_INSTRUCTIONS",
    "Instruction",
    "instructions_of",
    "modify_process_instance",
    "preview_modification",
]
ACTIONS: tuple[Action, ...] = ("cancel", "start_before", "start_after", "start_flow")
MOST_INSTRUCTIONS = 100


def instructions_of(said: object) -> tuple[Instruction, ...] | None:
    """Read the steps of a modification from JSON; `None` when one of them is none, or there are none or too many."""
    if not isinstance(said, list) or not 0 < len(said) <= MOST_INSTRUCTIONS:
        return None
    read = [_instruction_of(each) for each in said]
    return tuple(each for each in read if each is not None) if None not in read else None


def _instruction_of(said: object) -> Instruction | None:
    if not isinstance(said, Mapping) or not said.keys() <= {"action", "element_id", "task_id"}:
        return None
    element_id, task_id = said.get("element_id"), said.get("task_id")
    action = next((each for each in ACTIONS if each == said.get("action")), None)
    is_text = isinstance(element_id, str | None) and isinstance(task_id, str | None)
    if action is None or not is_text or (element_id is None and (action != "cancel" or task_id is None)):
        return None
    return Instruction(action, element_id, task_id)


def modify_process_instance(
    tx: Transaction,
    instance_id: UUID,
    instructions: Sequence[Instruction],
    variables: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> Progress:
    """
    Cancel elements and begin others, in the order given, then run to the next wait states.

    Args:
        variables: Set in the process before anything begins; text in the place of a sealed value is sealed too.

    Raises:
        ReasonRequired: No reason was given.
        ProcessInstanceNotActive, ProcessInstanceSuspended: It has ended, or is to be resumed first.
        ProcessInstanceNotMovable: Naming the element that stands in the way.
        VariablesInvalid: Naming the variable.
    """
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    values = checked(variables)
    locked = lock_instance(tx, instance_id)
    require_running(locked.instance)
    execution = load(tx, locked, actor=actor, now=now)
    known = execution.run.variables
    old = {name: known[name] for name in values if name in known}
    values = sealed_as_before(tx, locked.instance, values, old, now=now)
    try:
        execution.apply(Modify(tuple(instructions), values), old=old)
    except Impossible as impossible:
        raise not_movable(instance_id, impossible.obstacles) from impossible
    return store(execution)


def preview_modification(
    tx: Transaction,
    instance_id: UUID,
    instructions: Sequence[Instruction],
    variables: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[Foreseen, ...]:
    """
    Say what a modification would end, open and begin; nothing is locked or written, and nothing runs on.

    Raises:
        ProcessInstanceNotActive, ProcessInstanceSuspended, ProcessInstanceNotMovable, VariablesInvalid: As it would.
    """
    access.require(actor, access.OPERATE)
    values = checked(variables)
    stored = read_state(tx, instance_id)
    require_running(stored.instance)
    run = load(tx, stored, actor=actor, now=now).run
    try:
        return run.rehearse(Modify(tuple(instructions), values), now=now)
    except Impossible as impossible:
        raise not_movable(instance_id, impossible.obstacles) from impossible
