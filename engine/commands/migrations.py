"""
Migrating running instances to another version of their process, one transaction each.

What is open keeps its id and its people, dates, locks and incidents; what the diagram says of it follows the new
version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.commands.execution import Execution, Progress, load, require_running, store
from engine.errors import EngineError, ProcessDefinitionNotReady, ProcessInstanceNotMovable
from engine.persistence.definitions import ProcessSource, find_process
from engine.persistence.migrated_rows import MigratedRow, move_rows
from engine.persistence.process_instances import LockedInstance, lock_instance, read_state
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.spiff.inputs import Migrate
from engine.spiff.obstacles import Impossible, Obstacle, obstacle
from engine.spiff.outcomes import (
    EventWait,
    ExternalTaskWait,
    Foreseen,
    IncidentWait,
    MappedElement,
    UserTaskWait,
    Wait,
)
from engine.spiff.proposing import propose, unknown_names


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """
    Where instances go.

    Attributes:
        mapping: Element and sequence flow ids here → there; what is not named keeps its id.
        updates_timers: Ask the rule of every waiting timer again; else they keep their time.
    """

    target_definition_id: UUID
    mapping: Mapping[str, str] = field(default_factory=dict)
    updates_timers: bool = False


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would happen to one instance: it can be moved when there are no `problems`."""

    process_instance_id: UUID
    elements: tuple[Foreseen, ...]
    problems: tuple[Obstacle, ...]
    error: str | None = None


def migrate_process_instance(
    tx: Transaction, instance_id: UUID, plan: MigrationPlan, *, actor: Actor, now: datetime
) -> Progress:
    """
    Let an instance go on with another version. The reason is the actor's.

    Raises:
        ReasonRequired: No reason was given.
        ProcessInstanceNotActive, ProcessInstanceSuspended: It has ended, or is to be resumed first.
        ProcessDefinitionNotFound, ProcessDefinitionNotReady: The target is not an active version.
        ProcessInstanceNotMovable: Naming every element that stands in the way.
    """
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    locked = lock_instance(tx, instance_id)
    given, target = _checked(tx, locked, plan)
    execution = load(tx, locked, actor=actor, now=now)
    source = locked.instance
    facts = {"definition_key": target.key, "from_version": source.definition_version, "to_version": target.version}
    try:
        execution.apply(given, **facts)
    except Impossible as impossible:
        raise not_movable(instance_id, impossible.obstacles) from impossible
    _carry_over(execution, target)
    return store(execution)


def preview_migration(
    tx: Transaction, instance_ids: Iterable[UUID], plan: MigrationPlan, *, actor: Actor, now: datetime
) -> tuple[Prospect, ...]:
    """Say of each instance what would happen; nothing is locked or written, and nothing runs on."""
    access.require(actor, access.OPERATE)
    return tuple(_prospect(tx, instance_id, plan, actor=actor, now=now) for instance_id in instance_ids)


def propose_mapping(
    tx: Transaction, definition_id: UUID, target_definition_id: UUID, *, actor: Actor
) -> tuple[MappedElement, ...]:
    """Propose which element of the target takes over which, for every element a token can rest at."""
    access.require(actor, access.OPERATE, access.DEPLOY)
    return propose(executable_of(tx, definition_id), executable_of(tx, target_definition_id))


def not_movable(instance_id: UUID, problems: tuple[Obstacle, ...]) -> ProcessInstanceNotMovable:
    """The error that names everything in the way."""
    message = f"Process instance {instance_id} cannot be moved like this: {problems[0].message_en}"
    told = [
        {
            "code": each.code,
            "element_id": each.element_id,
            "task_id": each.task_id,
            "message_en": each.message_en,
            "message_zh": each.message_zh,
        }
        for each in problems
    ]
    return ProcessInstanceNotMovable(message, process_instance_id=str(instance_id), problems=told)


def _checked(tx: Transaction, locked: LockedInstance, plan: MigrationPlan) -> tuple[Migrate, ProcessSource]:
    instance = locked.instance
    require_running(instance)
    target = find_process(tx, plan.target_definition_id)
    if target.state != "active":
        message = f"Version {target.version} of '{target.key}' is {target.state}: nothing goes on with it."
        raise ProcessDefinitionNotReady(message, process_definition_id=str(target.id), state=target.state)
    if target.id == instance.definition_id:
        raise not_movable(instance.id, (obstacle("same-version", target.key),))
    unknown = unknown_names(executable_of(tx, instance.definition_id), executable_of(tx, target.id), plan.mapping)
    if unknown:
        raise not_movable(instance.id, tuple(obstacle("element-unknown", name) for name in unknown))
    return Migrate(instance.definition_id, target.id, plan.mapping, updates_timers=plan.updates_timers), target


def _prospect(tx: Transaction, instance_id: UUID, plan: MigrationPlan, *, actor: Actor, now: datetime) -> Prospect:
    try:
        stored = read_state(tx, instance_id)
        given, _ = _checked(tx, stored, plan)
        run = load(tx, stored, actor=actor, now=now).run
        return Prospect(instance_id, run.rehearse(given, now=now), ())
    except Impossible as impossible:
        return Prospect(instance_id, (), impossible.obstacles)
    except EngineError as error:
        return Prospect(instance_id, (), (), error.detail)


def _carry_over(execution: Execution, target: ProcessSource) -> None:
    """Let the rows of what stays open follow; what comes and goes is found by `store` as always."""
    before = execution.before
    after = {(type(wait), wait.task_id): wait for wait in execution.run.waits()}
    moved = [wait for key, wait in after.items() if key in before and before[key] != wait]
    move_rows(
        execution.tx,
        execution.instance.id,
        definition_id=target.id,
        user_tasks=[_row(wait) for wait in moved if isinstance(wait, UserTaskWait)],
        external_tasks=[_row(wait) for wait in moved if isinstance(wait, ExternalTaskWait)],
        subscriptions=[_row(wait) for wait in moved if isinstance(wait, EventWait)],
        incidents=[_row(wait) for wait in moved if isinstance(wait, IncidentWait)],
    )
    kept = {key: _as_dated(before[key], wait) for key, wait in after.items() if key in before}
    execution.before = {**before, **kept}
    execution.instance = replace(
        execution.instance,
        definition_id=target.id,
        definition_key=target.key,
        definition_version=target.version,
        definition_hash=target.content_hash,
    )


def _as_dated(before: Wait, after: Wait) -> Wait:
    """A task whose dates were asked again has still to be moved."""
    if isinstance(before, UserTaskWait) and isinstance(after, UserTaskWait):
        return replace(after, due_at=before.due_at, follow_up_at=before.follow_up_at)
    return after


def _row(wait: Wait) -> MigratedRow:
    match wait:
        case UserTaskWait():
            return MigratedRow(
                wait.task_id,
                wait.element_id,
                wait.element_name,
                wait.definition_id,
                wait.definition_key,
                documentation=wait.documentation,
                lane=wait.lane,
                separation_rule=wait.separation_rule,
                separate_from=wait.separate_from,
            )
        case ExternalTaskWait():
            return MigratedRow(
                wait.task_id, wait.element_id, wait.element_name, wait.definition_id, wait.definition_key
            )
        case EventWait():
            return MigratedRow(wait.task_id, wait.element_id, event_name=wait.name)
        case IncidentWait():
            return MigratedRow(wait.task_id, wait.element_id, wait.element_name)
