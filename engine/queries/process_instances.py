"""Reading process instances: lists, variables, history, incidents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true

from engine import access
from engine.actors import Actor
from engine.history.readings import note_reading
from engine.persistence.process_instances import (
    ProcessInstance,
    find_instance,
    not_found,
    of_row,
    read_state,
    selected,
)
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask, open_tasks_of
from engine.queries import personal
from engine.queries.pages import FIRST, Page, Stretch, limited, page_of
from engine.replay.instances import Verdict, verify_instance
from engine.replay.variables import ad_hoc_activities_of, variables_of
from engine.spiff.outcomes import AdHocActivity
from engine.visibility import oversees, visible_to


@dataclass(frozen=True, slots=True)
class ProcessInstanceFilter:
    """Which instances; `states` of active, suspended, completed, cancelled."""

    deployment_id: UUID | None = None
    definition_id: UUID | None = None
    definition_key: str | None = None
    business_key: str | None = None
    case_number: str | None = None
    states: tuple[str, ...] = ()
    has_incidents: bool | None = None


@dataclass(frozen=True, slots=True)
class ProcessInstanceDetail:
    """An instance with its open user tasks."""

    instance: ProcessInstance
    user_tasks: tuple[UserTask, ...]


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event of an instance's journal stream."""

    id: int
    seq: int
    type: str
    element_id: str | None
    task_id: str | None
    at: datetime
    actor: str
    on_behalf_of: str | None
    origin: str
    reason: str | None
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ElementInstance:
    """
    One element of the diagram that was reached.

    Attributes:
        state: `active`, `completed`, `cancelled` or `failed`.
        actor: Who completed it, for a user task; else who caused the step.
        compensated_at: When it was undone, long after it completed.
    """

    task_id: str
    element_id: str
    element_type: str
    element_name: str | None
    scope_id: str | None
    state: str
    started_at: datetime
    ended_at: datetime | None
    actor: str | None
    compensated_at: datetime | None = None


def list_process_instances(
    tx: Transaction,
    wanted: ProcessInstanceFilter,
    *,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[ProcessInstance]:
    """List instances, newest first: all for those who oversee, else those one started or works on."""
    size = limited(limit)
    conditions = _conditions(wanted)
    if not oversees(actor):
        conditions.append(visible_to(actor))
    if after is not None:
        conditions.append(process_instance.c.id < UUID(after[0]))
    query = selected.order_by(process_instance.c.id.desc()).limit(size + 1)
    if wanted.definition_key is None and wanted.deployment_id is None:
        query = query.where(*conditions)
    else:
        query = query.where(process_instance.c.id.in_(_newest_of_definitions(wanted, conditions, size + 1)))
    items = [of_row(row) for row in tx.execute(query)]
    return page_of(items, size, lambda last: (str(last.id),))


def _conditions(wanted: ProcessInstanceFilter) -> list[ColumnElement[bool]]:
    """What is asked of the instance itself."""
    asked = (
        (process_instance.c.definition_id, wanted.definition_id),
        (process_instance.c.business_key, wanted.business_key),
        (process_instance.c.case_number, wanted.case_number),
    )
    conditions = [column == value for column, value in asked if value is not None]
    if wanted.states:
        conditions.append(process_instance.c.state.in_(wanted.states))
    if wanted.has_incidents is not None:
        in_trouble = process_instance.c.open_incidents > 0
        conditions.append(in_trouble if wanted.has_incidents else ~in_trouble)
    return conditions


def _newest_of_definitions(
    wanted: ProcessInstanceFilter, conditions: Sequence[ColumnElement[bool]], count: int
) -> Select[tuple[UUID]]:
    """The newest of each version along its own index, then of all: a process without instances costs nothing."""
    heads = (
        select(process_instance.c.id)
        .where(process_instance.c.definition_id == process_definition.c.id, *conditions)
        .order_by(process_instance.c.id.desc())
        .limit(count)
        .lateral("heads")
    )
    query = select(heads.c.id).select_from(process_definition.join(heads, true()))
    if wanted.definition_key is not None:
        query = query.where(process_definition.c.key == wanted.definition_key)
    if wanted.deployment_id is not None:
        query = query.where(process_definition.c.deployment_id == wanted.deployment_id)
    return query.order_by(heads.c.id.desc()).limit(count)


def get_process_instance(tx: Transaction, instance_id: UUID, *, actor: Actor) -> ProcessInstanceDetail:
    """Read one instance that the actor may see, with its open tasks."""
    return ProcessInstanceDetail(_visible(tx, instance_id, actor), open_tasks_of(tx, instance_id))


def open_process_instance(tx: Transaction, instance_id: UUID, *, actor: Actor, now: datetime) -> ProcessInstanceDetail:
    """Read one instance that the actor may see; of a case that is a look at it, and journalled."""
    found = get_process_instance(tx, instance_id, actor=actor)
    note_look(tx, found.instance, actor=actor, now=now)
    return found


def note_look(
    tx: Transaction, instance: ProcessInstance, view: str = "instance", *, actor: Actor, now: datetime
) -> None:
    """Journal who looked at the case of an instance; one of no case is nobody's."""
    if instance.case_number is not None:
        note_reading(tx, instance.case_number, view, actor=actor, now=now)


def get_variables(tx: Transaction, instance_id: UUID, *, actor: Actor, now: datetime) -> Mapping[str, object]:
    """
    Read the process variables of an instance.

    Sealed values are shown to those who may read personal data, and that is journalled; others see references.
    """
    instance = _visible(tx, instance_id, actor)
    note_look(tx, instance, actor=actor, now=now)
    variables = dict(variables_of(tx, read_state(tx, instance_id)))
    if not access.has(actor, access.READ_PERSONAL):
        return variables
    place = {"process_instance_id": str(instance_id)}
    return personal.unsealed(
        tx,
        variables,
        actor=actor,
        now=now,
        case_number=instance.case_number,
        subjects=personal.subjects_of(tx, instance_id),
        place=place,
    )


def list_ad_hoc_activities(tx: Transaction, instance_id: UUID, *, actor: Actor) -> tuple[AdHocActivity, ...]:
    """What can be begun in the ad-hoc sub-processes of an instance; nothing of one that has ended."""
    if _visible(tx, instance_id, actor).state in ("completed", "cancelled"):
        return ()
    return ad_hoc_activities_of(tx, read_state(tx, instance_id))


def list_history(
    tx: Transaction, instance_id: UUID, stretch: Stretch = FIRST, *, actor: Actor, now: datetime
) -> Page[HistoryEvent]:
    """Read the journal stream of an instance, in order; of a case that is a look at it, and journalled."""
    note_look(tx, _visible(tx, instance_id, actor), actor=actor, now=now)
    size = limited(stretch.limit)
    columns = [journal.c[name] for name in HistoryEvent.__dataclass_fields__]
    items = [HistoryEvent(*row) for row in tx.execute(stream_after(instance_id, columns, stretch).limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.seq),))


def stream_after(instance_id: UUID, columns: Iterable[ColumnElement[Any]], stretch: Stretch) -> Select[tuple[Any, ...]]:
    """Select an instance's journal stream, in order, behind where the stretch begins."""
    query = select(*columns).where(journal.c.instance_id == instance_id).order_by(journal.c.seq)
    return query if stretch.after is None else query.where(journal.c.seq > int(stretch.after[0]))


def list_elements(tx: Transaction, instance_id: UUID, *, actor: Actor, now: datetime) -> tuple[ElementInstance, ...]:
    """Fold the journal into element instances, in the order they were reached (at most 10,000); a look at its case."""
    note_look(tx, _visible(tx, instance_id, actor), actor=actor, now=now)
    query = (
        select(
            journal.c.type, journal.c.element_id, journal.c.task_id, journal.c.at, journal.c.actor, journal.c.payload
        )
        .where(
            journal.c.instance_id == instance_id,
            journal.c.type.startswith("element.") | (journal.c.type == "user_task.completed"),
        )
        .order_by(journal.c.seq)
        .limit(50_000)
    )
    found: dict[str, ElementInstance] = {}
    completed_by: dict[str, str] = {}
    for row in tx.execute(query):
        if row.type == "user_task.completed":
            completed_by[row.task_id] = row.actor
            continue
        known = found.get(row.task_id)
        if row.type == "element.compensated" and known is not None:
            found[row.task_id] = replace(known, compensated_at=row.at)
        state = _STATES.get(row.type.removeprefix("element."))
        if row.type == "element.migrated" and known is not None:
            state = known.state
        if state is None:  # moved, which changes no state; a start event waits without being reached
            continue
        ended = row.at if state in ("completed", "cancelled") else None
        found[row.task_id] = ElementInstance(
            task_id=row.task_id,
            element_id=row.element_id,
            element_type=str(row.payload.get("type")),
            element_name=row.payload.get("name"),
            scope_id=row.payload.get("scope"),
            state=state,
            started_at=known.started_at if known else row.at,
            ended_at=ended,
            actor=completed_by.get(row.task_id, row.actor) if ended else None,
        )
    return tuple(found.values())


def verify_process_instance(tx: Transaction, instance_id: UUID, *, actor: Actor) -> Verdict:
    """Replay an instance from its journal and compare with what is stored."""
    access.require(actor, access.AUDIT, access.OPERATE)
    find_instance(tx, instance_id)
    return verify_instance(tx, instance_id)


_STATES = {
    "activated": "active",
    "completed": "completed",
    "cancelled": "cancelled",
    "failed": "failed",
    "resumed": "active",
}


def _visible(tx: Transaction, instance_id: UUID, actor: Actor) -> ProcessInstance:
    instance = find_instance(tx, instance_id)
    if oversees(actor) or instance.started_by == actor.subject:
        return instance
    if tx.scalar(select(process_instance.c.id).where(process_instance.c.id == instance_id, visible_to(actor))) is None:
        raise not_found(instance_id)
    return instance
