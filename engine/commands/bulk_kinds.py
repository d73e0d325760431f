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
from engine.job_errors import BulkOperationInvalid
from engine.persistence.transactions import Transaction

Target = Literal["incident", "process_instance", "user_task"]
Parameters = Mapping[str, object]


class Act(Protocol):
    """A command on one object."""

    def __call__(
        self, tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime
    ) -> object:
        """Do it, or refuse with an `EngineError`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of bulk operation.

    Attributes:
        permission: Needed to ask for it; the command asks again for each object.
        parameters: Names of the members `parameters` must have, no more and no fewer.
    """

    name: str
    target: Target
    permission: str
    parameters: frozenset[str]
    act: Act


_kinds: dict[str, Kind] = {}


def bulk_kind(name: str, target: Target, permission: str, *parameters: str) -> Callable[[Act], Act]:
    """Register a kind under its stable name."""

    def register(act: Act) -> Act:
        _kinds[name] = Kind(name, target, permission, frozenset(parameters), act)
        return act

    return register


def names() -> tuple[str, ...]:
    """Every registered kind."""
    return tuple(sorted(_kinds))


def find_kind(name: str) -> Kind:
    """Find a registered kind."""
    found = _kinds.get(name)
    if found is None:
        message = f"There is no bulk operation '{name}'; there are {', '.join(names())}."
        raise BulkOperationInvalid(message, member="kind")
    return found


@bulk_kind("incident.retry", "incident", access.OPERATE)
def _retry(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return incidents.retry_incident(tx, target_id, actor=actor, now=now)


@bulk_kind("process_instance.cancel", "process_instance", access.OPERATE)
def _cancel(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return process_instances.cancel_process_instance(tx, target_id, actor=actor, now=now)


@bulk_kind("process_instance.suspend", "process_instance", access.OPERATE)
def _suspend(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return process_instances.suspend_process_instance(tx, target_id, actor=actor, now=now)


@bulk_kind("process_instance.resume", "process_instance", access.OPERATE)
def _resume(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return process_instances.resume_process_instance(tx, target_id, actor=actor, now=now)


@bulk_kind("process_instance.change_variables", "process_instance", access.OPERATE, "variables")
def _change_variables(
    tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime
) -> object:
    variables = parameters["variables"]
    if not isinstance(variables, Mapping):
        message = "The variables are a JSON object."
        raise BulkOperationInvalid(message, member="parameters")
    return change_variables(tx, target_id, variables, actor=actor, now=now)


@bulk_kind(
    "process_instance.migrate", "process_instance", access.OPERATE, "target_definition_id", "mapping", "updates_timers"
)
def _migrate(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    return migrate_process_instance(tx, target_id, _plan(parameters), actor=actor, now=now)


@bulk_kind("user_task.reassign", "user_task", access.SUPERVISE, "assignee")
def _reassign(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> object:
    assignee = parameters["assignee"]
    if assignee is not None and not isinstance(assignee, str):
        message = "The assignee is a user name, a subject or null."
        raise BulkOperationInvalid(message, member="parameters")
    changes = user_tasks.UserTaskChanges(frozenset({"assignee"}), assignee)
    return user_tasks.update_user_task(tx, target_id, changes, actor=actor, now=now)


def _plan(parameters: Parameters) -> MigrationPlan:
    target, mapping = parameters["target_definition_id"], parameters["mapping"]
    is_mapping = isinstance(mapping, Mapping) and all(isinstance(each, str) for each in mapping.values())
    try:
        target_id = UUID(str(target))
    except ValueError:
        target_id = None
    if target_id is None or not isinstance(mapping, Mapping) or not is_mapping:
        message = "The target is the id of a process definition, the mapping a JSON object of element ids."
        raise BulkOperationInvalid(message, member="parameters")
    return MigrationPlan(target_id, mapping, updates_timers=parameters["updates_timers"] is True)
