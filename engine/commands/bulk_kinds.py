"""What can be done to many objects at once: each kind is a command on one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.commands import incidents, process_instances, user_tasks
from engine.commands.instance_variables import change_variables
from engine.commands.migrations import MigrationPlan, migrate_process_instance
from engine.commands.modifications import MOST_INSTRUCTIONS, instructions_of, modify_process_instance
from engine.commands.restarts import restart_process_instance
from engine.job_errors import BulkOperationInvalid, ParkedAgain
from engine.persistence.transactions import Transaction

Target = Literal["incident", "process_instance", "user_task", "other"]
"""`other`: objects that the engine does not know. A command chooses them, not a person."""
Parameters = Mapping[str, object]


class Act(Protocol):
    """A command on one object."""

    def __call__(
        self, tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime
    ) -> object:
        """Do it, or refuse with an `EngineError`. One that is returned is told as the result of what was done."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of bulk operation.

    Attributes:
        permissions: One of them is needed to ask for it; the command asks again for each object. None where it follows
            from a command that was permitted: then it is done to the end, whoever may do what by then.
        required: Members `parameters` must have, and their types; `optional`: those it may have.
    """

    name: str
    target: Target
    permissions: tuple[str, ...]
    required: Mapping[str, type]
    optional: Mapping[str, type]
    act: Act

    def check(self, parameters: Parameters) -> None:
        """Refuse parameters that are missing, unknown or of another type."""
        known = {**self.required, **self.optional}
        wrong = sorted(name for name, value in parameters.items() if name not in known or not _fits(value, known[name]))
        missing = sorted(self.required.keys() - parameters.keys())
        if wrong or missing:
            said = [*(f"{name} is missing" for name in missing), *(f"{name} is not acceptable" for name in wrong)]
            message = f"Parameters of '{self.name}': {', '.join(said)}."
            raise BulkOperationInvalid(message, member="parameters")


_kinds: dict[str, Kind] = {}


def bulk_kind(
    name: str,
    target: Target,
    permissions: tuple[str, ...],
    *,
    required: Mapping[str, type] | None = None,
    optional: Mapping[str, type] | None = None,
) -> Callable[[Act], Act]:
    """Register a kind under its stable name."""

    def register(act: Act) -> Act:
        _kinds[name] = Kind(name, target, permissions, required or {}, optional or {}, act)
        return act

    return register


def _fits(value: object, wanted: type) -> bool:
    if wanted is not UUID:
        return isinstance(value, wanted)
    try:
        return isinstance(value, str) and UUID(value).version is not None
    except ValueError:
        return False


def names() -> tuple[str, ...]:
    """Every kind that people may ask for."""
    return tuple(sorted(name for name, kind in _kinds.items() if kind.permissions))


def find_kind(name: str) -> Kind:
    """Find a registered kind."""
    found = _kinds.get(name)
    if found is None:
        message = f"There is no bulk operation '{name}'; there are {', '.join(names())}."
        raise BulkOperationInvalid(message, member="kind")
    return found


@bulk_kind("incident.retry", "incident", incidents.MAY_RETRY)
def _retry(
    tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime
) -> ParkedAgain | None:
    incidents.retry_incident(tx, target_id, actor=actor, now=now)
    return incidents.parked_again(tx, target_id)


@bulk_kind("process_instance.cancel", "process_instance", (access.OPERATE,))
def _cancel(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return process_instances.cancel_process_instance(tx, target_id, actor=actor, now=now)


@bulk_kind("process_instance.suspend", "process_instance", (access.OPERATE,))
def _suspend(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return process_instances.suspend_process_instance(tx, target_id, actor=actor, now=now)


@bulk_kind("process_instance.resume", "process_instance", (access.OPERATE,))
def _resume(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return process_instances.resume_process_instance(tx, target_id, actor=actor, now=now)


@bulk_kind("process_instance.change_variables", "process_instance", (access.OPERATE,), required={"variables": Mapping})
def _change_variables(
    tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime
) -> object:
    return change_variables(tx, target_id, _mapping(parameters, "variables"), actor=actor, now=now)


@bulk_kind(
    "process_instance.migrate",
    "process_instance",
    (access.OPERATE,),
    required={"target_definition_id": UUID},
    optional={"mapping": Mapping, "updates_timers": bool},
)
def _migrate(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    mapping = {name: str(value) for name, value in _mapping(parameters, "mapping").items()}
    target = UUID(str(parameters["target_definition_id"]))
    plan = MigrationPlan(target, mapping, updates_timers=parameters.get("updates_timers") is True)
    return migrate_process_instance(tx, target_id, plan, actor=actor, now=now)


@bulk_kind(
    "process_instance.restart",
    "process_instance",
    (access.OPERATE,),
    optional={"variables": Mapping, "is_latest": bool},
)
def _restart(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    variables, is_latest = _mapping(parameters, "variables"), parameters.get("is_latest") is True
    return restart_process_instance(tx, target_id, variables, is_latest=is_latest, actor=actor, now=now)


@bulk_kind(
    "process_instance.modify",
    "process_instance",
    (access.OPERATE,),
    required={"instructions": list},
    optional={"variables": Mapping},
)
def _modify(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    instructions = instructions_of(parameters["instructions"])
    if instructions is None:
        message = f"The instructions are 1 to {MOST_INSTRUCTIONS} steps of {{action, element_id, task_id}}."
        raise BulkOperationInvalid(message, member="parameters")
    return modify_process_instance(tx, target_id, instructions, _mapping(parameters, "variables"), actor=actor, now=now)


@bulk_kind("user_task.reassign", "user_task", (access.SUPERVISE,), required={"assignee": str})
def _reassign(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    changes = user_tasks.UserTaskChanges(frozenset({"assignee"}), str(parameters["assignee"]))
    return user_tasks.update_user_task(tx, target_id, changes, actor=actor, now=now)


@bulk_kind("user_task.unassign", "user_task", (access.SUPERVISE,))
def _unassign(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return user_tasks.unclaim_user_task(tx, target_id, actor=actor, now=now)


def _mapping(parameters: Parameters, name: str) -> Mapping[str, object]:
    value = parameters.get(name, {})
    return value if isinstance(value, Mapping) else {}
