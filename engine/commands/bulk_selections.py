"""Which objects a bulk operation is about: those named, or those that fit now; later ones are not meant."""

from dataclasses import dataclass, fields
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from engine.commands.bulk_kinds import Target
from engine.job_errors import BulkOperationInvalid
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import incident, process_instance
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction

MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """
    Either `ids`, or what all of the objects have in common; open incidents, running instances and open tasks only.

    Attributes:
        kind: Of incidents: `handler`, `expression`, ….
        state: Of instances: `active` or `suspended`.
        assignee: Of tasks: a subject, e.g. somebody who left.
    """

    ids: tuple[UUID, ...] | None = None
    definition_id: UUID | None = None
    definition_key: str | None = None
    business_key: str | None = None
    case_number: str | None = None
    element_id: str | None = None
    kind: str | None = None
    state: str | None = None
    has_incidents: bool | None = None
    assignee: str | None = None


def find_targets(tx: Transaction, target: Target, wanted: Selection) -> tuple[UUID, ...]:
    """
    Find the objects, oldest first, or as they were named.

    Raises:
        BulkOperationInvalid: None or more than `MAX_ITEMS` of them, ids and a filter, or a filter these have not.
    """
    said = {field.name for field in fields(wanted) if getattr(wanted, field.name) is not None}
    if wanted.ids is not None:
        if len(said) > 1:
            raise _refusal("Say either ids or a filter.")
        return _bounded(tuple(dict.fromkeys(wanted.ids)))
    if not said:
        raise _refusal("Say which: ids, or a filter.")
    query, conditions = _of(target, wanted)
    strange = sorted(said - conditions.keys())
    if strange:
        raise _refusal(f"{target} cannot be chosen by {', '.join(strange)}.")
    for name in said:
        query = query.where(conditions[name])
    return _bounded(tuple(tx.scalars(query.limit(MAX_ITEMS + 1))))


def _of(target: Target, wanted: Selection) -> tuple[Select[tuple[UUID]], dict[str, ColumnElement[bool]]]:
    match target:
        case "incident":
            return _incidents(wanted)
        case "process_instance":
            return _instances(wanted)
        case "user_task":
            return _user_tasks(wanted)
        case "other":
            raise _refusal("These are chosen by ids.")


def _incidents(wanted: Selection) -> tuple[Select[tuple[UUID]], dict[str, ColumnElement[bool]]]:
    query = (
        select(incident.c.id)
        .join(process_instance, process_instance.c.id == incident.c.instance_id)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
        .where(incident.c.resolved_at.is_(None))
        .order_by(incident.c.created_at, incident.c.id)
    )
    own = {"element_id": incident.c.element_id == wanted.element_id, "kind": incident.c.kind == wanted.kind}
    return query, own | _of_instance(wanted)


def _instances(wanted: Selection) -> tuple[Select[tuple[UUID]], dict[str, ColumnElement[bool]]]:
    query = (
        select(process_instance.c.id)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
        .where(process_instance.c.state.in_(("active", "suspended")))
        .order_by(process_instance.c.id)
    )
    in_trouble = process_instance.c.open_incidents > 0
    own = {
        "state": process_instance.c.state == wanted.state,
        "has_incidents": in_trouble if wanted.has_incidents else ~in_trouble,
    }
    return query, own | _of_instance(wanted)


def _of_instance(wanted: Selection) -> dict[str, ColumnElement[bool]]:
    return {
        "definition_id": process_instance.c.definition_id == wanted.definition_id,
        "definition_key": process_definition.c.key == wanted.definition_key,
        "business_key": process_instance.c.business_key == wanted.business_key,
        "case_number": process_instance.c.case_number == wanted.case_number,
    }


def _user_tasks(wanted: Selection) -> tuple[Select[tuple[UUID]], dict[str, ColumnElement[bool]]]:
    query = select(user_task.c.id).where(user_task.c.state == "active").order_by(user_task.c.id)
    return query, {
        "definition_id": user_task.c.definition_id == wanted.definition_id,
        "definition_key": user_task.c.definition_key == wanted.definition_key,
        "business_key": user_task.c.business_key == wanted.business_key,
        "case_number": user_task.c.case_number == wanted.case_number,
        "element_id": user_task.c.element_id == wanted.element_id,
        "assignee": user_task.c.assignee == wanted.assignee,
    }


def _bounded(ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    if not ids:
        raise _refusal("Nothing is selected.")
    if len(ids) > MAX_ITEMS:
        raise _refusal(f"More than {MAX_ITEMS} are selected; choose fewer at once.")
    return ids


def _refusal(message: str) -> BulkOperationInvalid:
    return BulkOperationInvalid(message, member="selection")
