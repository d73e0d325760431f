"""Cases as staff read them: the list, and one case with everything that was promised, broken, decided and filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from engine.access import READ_PERSONAL, has
from engine.actors import Actor
from engine.history.readings import note_reading
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.queries import personal
from engine.queries.pages import Page, limited
from operations.archives import ArchiveRecord, find_record
from operations.case_access import (
    get_visible_case,
    has_to_do_with,
    may_read_words,
    may_see_all,
    sees_many,
    visible_to,
)
from operations.case_entries import CaseEntry, list_entries
from operations.cases import Case
from operations.customers import CustomerCard, get_customer_card
from operations.deadline_records import Deadline, list_deadlines
from operations.escalations import Escalation, list_escalations
from operations.extensions import DeadlineChange, list_deadline_changes
from operations.plans import Plan, find_plan
from operations.surveys import Survey, find_survey
from operations.tables.cases import service_case
from operations.tables.deadlines import breach, case_deadline
from operations.tables.escalations import escalation


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """
    What to list; `None` leaves a filter out.

    Attributes:
        definition_key: A process that works or worked on the case.
        text: Part of the number or of the product's name; what people wrote is sealed and not searched.
        is_escalated: A ladder is open now.
    """

    state: str | None = None
    stage: str | None = None
    priority: str | None = None
    request_type: str | None = None
    channel: str | None = None
    lead_department: str | None = None
    customer_id: UUID | None = None
    number: str | None = None
    outcome: str | None = None
    definition_key: str | None = None
    text: str | None = None
    is_breached: bool | None = None
    is_escalated: bool | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list: codes and times only. `next_due_at`: the earliest promise that is still open."""

    number: str
    request_type: str | None
    channel: str
    priority: str
    state: str
    stage: str
    outcome: str | None
    confirmation: str | None
    lead_department: str | None
    lead_assignee: str | None
    rework_count: int
    received_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    next_due_at: datetime | None
    breaches: int
    open_escalations: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken promise; `breached_at` is the time it was due, `recorded_at` when the service wrote it down."""

    commitment: str
    object: str
    breached_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """
    One case.

    Attributes:
        texts: `subject`, `description` and `result` in plain words for those who may read personal data, else `None`.
        entries: What people recorded; texts as sealed references unless the reader may read personal data.
        escalations: `cause_ref` holds the words themselves here, for those who may read them.
        process_instances: Ids, oldest first; one history over all of them is `operations.timelines`.
    """

    summary: CaseSummary
    case: Case
    customer: CustomerCard
    texts: Mapping[str, object] | None
    deadlines: Sequence[Deadline]
    deadline_changes: Sequence[DeadlineChange]
    breaches: Sequence[Breach]
    escalations: Sequence[Escalation]
    entries: Sequence[CaseEntry]
    plan: Plan | None
    survey: Survey | None
    archive: ArchiveRecord | None
    process_instances: Sequence[UUID]
    open_user_tasks: int


def list_cases(
    tx: Transaction,
    wanted: CaseFilter,
    *,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[CaseSummary]:
    """List the cases the actor may see, newest first; `after` is receipt (ISO) and number of the last one read."""
    size = limited(limit)
    query = select(service_case).where(*conditions_of(wanted))
    if after is not None:
        received, number = after
        last = (datetime.fromisoformat(received), number)
        query = query.where(tuple_(service_case.c.received_at, service_case.c.number) < last)
    numbers = _newest(tx, query, size + 1, actor)
    found = summaries_of(tx, numbers)
    items = found[:size]
    is_more = len(found) > size
    return Page(items, (items[-1].received_at.isoformat(), items[-1].number) if is_more else None)


def summaries_of(tx: Transaction, numbers: Sequence[str]) -> list[CaseSummary]:
    """Read these cases, newest first; what is counted per case is counted for these only."""
    wanted = service_case.c.number == any_(bindparam("numbers", type_=ARRAY(Text)))
    rows = tx.execute(_summaries().where(wanted).order_by(*_NEWEST), {"numbers": list(numbers)})
    return [CaseSummary(**row._mapping) for row in rows]


_NEWEST = (service_case.c.received_at.desc(), service_case.c.number.desc())
WALKED = 5_000
"""How many of the newest cases are asked about one after the other for a page."""


def _newest(tx: Transaction, query: Select[Any], count: int, actor: Actor) -> Sequence[str]:
    """
    Name the newest cases of a query that the actor may see.

    Who sees many finds a page of them among the newest, so these are walked through; whoever does not, and who sees
    few, has all he sees looked up and sorted. Left to choose, PostgreSQL walks with a list of everything in its hand.
    """
    if may_see_all(actor):
        return tx.scalars(query.with_only_columns(service_case.c.number).order_by(*_NEWEST).limit(count)).all()
    if sees_many(tx, actor):
        walked = query.order_by(*_NEWEST).limit(WALKED).subquery()
        seen = select(walked.c.number).where(has_to_do_with(actor, walked)).limit(count)
        found = tx.scalars(seen.order_by(walked.c.received_at.desc(), walked.c.number.desc())).all()
        if len(found) == count:
            return found
    looked_up = query.where(visible_to(actor)).offset(literal_column("0")).subquery()
    newest = (looked_up.c.received_at.desc(), looked_up.c.number.desc())
    return tx.scalars(select(looked_up.c.number).order_by(*newest).limit(count)).all()


def get_case_detail(tx: Transaction, number: str, *, actor: Actor, now: datetime) -> CaseDetail:
    """
    Read one case; that it was read is journalled, and reading people's words (architecture decision 16).

    Raises:
        CaseNotFound: It does not exist, or is none of the actor's business.
    """
    case = get_visible_case(tx, number, actor=actor)
    note_reading(tx, number, "case", actor=actor, now=now)
    summary = CaseSummary(**tx.execute(_summaries().where(service_case.c.number == number)).one()._mapping)
    entries: Sequence[CaseEntry] = list_entries(tx, number)
    texts: Mapping[str, object] | None = None
    if has(actor, READ_PERSONAL):
        sealed = {"subject": case.subject_ref, "description": case.description_ref, "result": case.result_ref}
        place = {"case": number}
        values = [sealed, *(entry.details for entry in entries)]
        read = personal.unsealed(
            tx, values, actor=actor, now=now, case_number=number, subjects=(case.subject,), place=place
        )
        texts = read[0]
        entries = [
            CaseEntry(entry.id, entry.case_number, entry.kind, entry.at, entry.actor, details)
            for entry, details in zip(entries, read[1:], strict=True)
        ]
    return CaseDetail(
        summary=summary,
        case=case,
        customer=get_customer_card(tx, case.customer_id),
        texts=texts,
        deadlines=list_deadlines(tx, number),
        deadline_changes=list_deadline_changes(tx, number),
        breaches=list_breaches(tx, number),
        escalations=_explained(tx, case, actor=actor, now=now),
        entries=entries,
        plan=find_plan(tx, number),
        survey=find_survey(tx, number),
        archive=find_record(tx, number),
        process_instances=list_case_instances(tx, number),
        open_user_tasks=_count_open_tasks(tx, number),
    )


def list_breaches(tx: Transaction, number: str) -> tuple[Breach, ...]:
    """Read a case's broken promises in the order they broke."""
    columns = (breach.c[name] for name in Breach.__dataclass_fields__)
    query = select(*columns).where(breach.c.case_number == number).order_by(breach.c.breached_at, breach.c.id)
    return tuple(Breach(**row._mapping) for row in tx.execute(query))


def list_case_instances(tx: Transaction, number: str) -> tuple[UUID, ...]:
    """Name the process instances that work or worked on the case, oldest first."""
    query = select(process_instance.c.id).where(process_instance.c.case_number == number)
    return tuple(tx.execute(query.order_by(process_instance.c.started_at, process_instance.c.id)).scalars())


def _explained(tx: Transaction, case: Case, *, actor: Actor, now: datetime) -> list[Escalation]:
    """The ladders, with the words of who called for them for whoever may read colleagues' words."""
    ladders = list_escalations(tx, case.number)
    causes = {str(ladder.id): ladder.cause_ref for ladder in ladders if ladder.cause_ref}
    read: Mapping[str, object] = {}
    if causes and may_read_words(tx, case, actor=actor):
        (read,) = personal.unsealed(
            tx,
            [causes],
            actor=actor,
            now=now,
            case_number=case.number,
            subjects=(case.subject,),
            place={"case": case.number},
        )
    return [
        replace(ladder, cause_ref=None if (text := read.get(str(ladder.id))) is None else str(text))
        for ladder in ladders
    ]


def _summaries() -> Select[tuple[object, ...]]:
    of_case = service_case.c.number
    next_due = (
        select(func.min(case_deadline.c.due_at))
        .where(case_deadline.c.case_number == of_case, case_deadline.c.state.in_(("running", "paused")))
        .scalar_subquery()
    )
    breaches = select(func.count()).select_from(breach).where(breach.c.case_number == of_case).scalar_subquery()
    ladders = (
        select(func.count())
        .select_from(escalation)
        .where(escalation.c.case_number == of_case, escalation.c.state == "open")
        .scalar_subquery()
    )
    computed = {"next_due_at": next_due, "breaches": breaches, "open_escalations": ladders}
    own = [service_case.c[name] for name in CaseSummary.__dataclass_fields__ if name not in computed]
    return select(*own, *(column.label(name) for name, column in computed.items()))


def conditions_of(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """Say a filter in SQL, of `service_case`."""
    columns = (
        "state", "stage", "priority", "request_type", "channel", "lead_department", "customer_id", "number", "outcome",
    )  # fmt: skip
    conditions = [service_case.c[name] == value for name in columns if (value := getattr(wanted, name)) is not None]
    if wanted.received_from is not None:
        conditions.append(service_case.c.received_at >= wanted.received_from)
    if wanted.received_before is not None:
        conditions.append(service_case.c.received_at < wanted.received_before)
    if wanted.text is not None:
        said = [
            column.icontains(wanted.text, autoescape=True) for column in (service_case.c.number, service_case.c.product)
        ]
        conditions.append(or_(*said))
    if wanted.definition_key is not None:
        conditions.append(_was_worked_on_by(wanted.definition_key))
    broken = exists(select(breach.c.id).where(breach.c.case_number == service_case.c.number))
    ladder = exists(
        select(escalation.c.id).where(escalation.c.case_number == service_case.c.number, escalation.c.state == "open")
    )
    for flag, condition in ((wanted.is_breached, broken), (wanted.is_escalated, ladder)):
        if flag is not None:
            conditions.append(condition if flag else ~condition)
    return conditions


def _was_worked_on_by(definition_key: str) -> ColumnElement[bool]:
    versions = select(process_definition.c.id).where(process_definition.c.key == definition_key)
    of_case = process_instance.c.case_number == service_case.c.number
    return exists(select(process_instance.c.id).where(of_case, process_instance.c.definition_id.in_(versions)))


def _count_open_tasks(tx: Transaction, number: str) -> int:
    query = select(func.count()).select_from(user_task)
    return int(tx.execute(query.where(user_task.c.case_number == number, user_task.c.state == "active")).scalar_one())
