"""
What was promised on a case: recording, keeping, breaking and moving it.

A promise is one row per commitment and object. Its clock can move (architecture decision 21): `extend_deadline` does
it by hand and `repromise` by rule; both keep old → new and have the timers of every running instance of the case
evaluate their rule again. Pausing has its columns (`paused_at`, `paused_for`, `is_pausable`) and will join them here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.access import SUPERVISE, has, require, require_reason
from engine.actors import Actor
from engine.commands import inbox
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar
from operations.cases import Case, lock_case
from operations.commitments import find_commitments
from operations.errors import DeadlineNotFound, DeadlineSettled, ExtensionInvalid, ExtensionUsedUp, NoticeRequired
from operations.tables.deadlines import breach, case_deadline, deadline_change
from operations.terms import WARN_PERCENT, Circumstances, Term, compute_term, warning_of

UNLIMITED_EXTENSIONS = frozenset({"manager", "executive"})
"""Groups that may extend more often than `extension.max` (requirements §3.2)."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise as recorded. `state`: running, paused, met, breached, cancelled."""

    id: UUID
    case_number: str
    commitment: str
    object: str
    rule: str
    rule_version: str | None
    calendar: str
    started_at: datetime
    original_due_at: datetime
    due_at: datetime
    warn_at: datetime | None
    state: str
    warned_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    extension_count: int

    @property
    def is_settled(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.met_at is not None or self.state == "cancelled"


@dataclass(frozen=True, slots=True)
class Extension:
    """A wish to move a promise. `notice_ref` is the sealed text for the customer; a promise never moves silently."""

    commitment: str
    object: str
    new_due_at: datetime
    notice_ref: str | None


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """One move of a promise. `kind`: extended, extended_late, recomputed, paused, resumed."""

    kind: str
    commitment: str
    object: str
    old_due_at: datetime
    new_due_at: datetime
    reason: str | None
    at: datetime
    actor: str


def find_deadline(tx: Transaction, case_number: str, commitment: str, object: str = "") -> Deadline | None:
    """Read one promise of a case."""
    row = tx.execute(select(*_COLUMNS).where(_is(case_number, commitment, object))).one_or_none()
    return None if row is None else _deadline(row)


def list_deadlines(tx: Transaction, case_number: str) -> tuple[Deadline, ...]:
    """Read all promises of a case, in the order they fall due."""
    query = select(*_COLUMNS).where(case_deadline.c.case_number == case_number)
    return tuple(_deadline(row) for row in tx.execute(query.order_by(case_deadline.c.due_at, case_deadline.c.id)))


def list_deadline_changes(tx: Transaction, case_number: str) -> tuple[DeadlineChange, ...]:
    """Read every move of a case's promises, oldest first."""
    query = (
        select(deadline_change, case_deadline.c.commitment, case_deadline.c.object)
        .join_from(deadline_change, case_deadline, deadline_change.c.deadline_id == case_deadline.c.id)
        .where(deadline_change.c.case_number == case_number)
        .order_by(deadline_change.c.at, deadline_change.c.id)
    )
    return tuple(
        DeadlineChange(
            row.kind, row.commitment, row.object, row.old_due_at, row.new_due_at, row.reason, row.at, row.actor
        )
        for row in tx.execute(query)
    )


def circumstances_of(case: Case, *, begun_at: datetime) -> Circumstances:
    """What the terms of a case depend on."""
    return Circumstances(case.priority, case.channel, case.received_at, begun_at)


def promise(
    tx: Transaction, case: Case, commitment: str, term: Term, *, object: str = "", actor: Actor, now: datetime
) -> Deadline:
    """Record a promise, or move the one that is recorded to what the rule says now; a kept one stays as it is."""
    old = find_deadline(tx, case.number, commitment, object)
    if old is None:
        _insert(tx, case.number, commitment, object, term, now=now)
        payload = {"commitment": commitment, "object": object, "rule": term.rule, "due_at": term.due_at.isoformat()}
        journal.append(tx, "deadline.promised", actor=actor, now=now, payload=payload, case_number=case.number)
    elif not old.is_settled and old.state != "breached" and old.due_at != term.due_at and not old.extension_count:
        _move(tx, old, term.due_at, term.warn_at, rule=term.rule, rule_version=term.version)
        _note_change(tx, old, "recomputed", term.due_at, actor=actor, now=now)
    return _get(tx, case.number, commitment, object)


def promise_at(
    tx: Transaction, case: Case, commitment: str, due_at: datetime, *, object: str, actor: Actor, now: datetime
) -> Deadline:
    """Record a promise whose time a person set (a step of the plan); it is warned of by the register's share."""
    term = compute_term(tx, commitment, circumstances_of(case, begun_at=now))
    calendar = load_calendar(tx, term.calendar)
    warn = warning_of(now, due_at, WARN_PERCENT, calendar) if due_at > now else due_at
    fixed = Term("set by hand", term.version, term.calendar, term.is_pausable, now, due_at, warn)
    return promise(tx, case, commitment, fixed, object=object, actor=actor, now=now)


def meet(tx: Transaction, case_number: str, commitment: str, *, object: str = "", actor: Actor, now: datetime) -> bool:
    """
    Keep a promise now; whether there was one to keep. Past its time it is broken first, at its true time.

    A42: the breach is recorded with the due time even when no timer has fired yet.
    """
    deadline = find_deadline(tx, case_number, commitment, object)
    if deadline is None or deadline.is_settled:
        return False
    if deadline.state != "breached" and now > deadline.due_at:
        record_breach(tx, case_number, commitment, object=object, breached_at=deadline.due_at, actor=actor, now=now)
        deadline = _get(tx, case_number, commitment, object)
    state = "breached" if deadline.state == "breached" else "met"
    tx.execute(update(case_deadline).where(case_deadline.c.id == deadline.id).values(met_at=now, state=state))
    payload = {"commitment": commitment, "object": object, "due_at": deadline.due_at.isoformat(), "state": state}
    journal.append(tx, "deadline.met", actor=actor, now=now, payload=payload, case_number=case_number)
    return True


def warn(tx: Transaction, case_number: str, commitment: str, *, object: str = "", actor: Actor, now: datetime) -> None:
    """Note that people were warned of a promise."""
    tx.execute(update(case_deadline).where(_is(case_number, commitment, object)).values(warned_at=now))
    payload = {"commitment": commitment, "object": object}
    journal.append(tx, "deadline.warned", actor=actor, now=now, payload=payload, case_number=case_number)


def record_breach(
    tx: Transaction,
    case_number: str,
    commitment: str,
    *,
    object: str = "",
    breached_at: datetime,
    instance_id: UUID | None = None,
    element_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Record a breach once, at the time that was promised; whether it was new."""
    done = tx.execute(
        upsert(breach)
        .values(
            id=uuid7(now),
            case_number=case_number,
            commitment=commitment,
            object=object,
            breached_at=breached_at,
            recorded_at=now,
            instance_id=instance_id,
            element_id=element_id,
        )
        .on_conflict_do_nothing()
    )
    if done.rowcount == 0:
        return False
    tx.execute(
        update(case_deadline)
        .where(_is(case_number, commitment, object), case_deadline.c.state.in_(("running", "paused")))
        .values(state="breached", breached_at=breached_at)
    )
    payload = {"commitment": commitment, "object": object, "breached_at": breached_at.isoformat()}
    journal.append(
        tx, "deadline.breached", actor=actor, now=now, payload=payload, case_number=case_number, element_id=element_id
    )
    return True


def cancel_running(tx: Transaction, case_number: str, *, actor: Actor, now: datetime) -> int:
    """Let the promises that are still open lapse: the case ended without them. How many."""
    done = tx.execute(
        update(case_deadline)
        .where(case_deadline.c.case_number == case_number, case_deadline.c.state.in_(("running", "paused")))
        .values(state="cancelled")
        .returning(case_deadline.c.commitment)
    )
    lapsed = sorted(row.commitment for row in done)
    if lapsed:
        payload = {"commitments": lapsed}
        journal.append(tx, "deadline.lapsed", actor=actor, now=now, payload=payload, case_number=case_number)
    return len(lapsed)


def extend_deadline(
    tx: Transaction, case_number: str, extension: Extension, *, actor: Actor, now: datetime
) -> Deadline:
    """
    Move a promise to a later time, with reason and notice (R020, A05).

    In time, the timers of the case's running instances move with it and nothing is broken. Too late, the breach stays
    (and is recorded now if nobody had noticed), and only the new promise is added.

    Raises:
        NotPermitted, ReasonRequired, NoticeRequired: Who may not, does not say why, or would do it silently.
        DeadlineNotFound, DeadlineSettled, CaseArchived: There is nothing to move any more.
        ExtensionInvalid: Not later than it was, or not in the future.
        ExtensionUsedUp: The rules allow no further one (`extension.max`; managers are free).
    """
    require(actor, SUPERVISE)
    require_reason(actor)
    case = lock_case(tx, case_number)
    deadline = find_deadline(tx, case_number, extension.commitment, extension.object)
    if deadline is None:
        message = f"The case {case_number} has no promise '{extension.commitment}'."
        raise DeadlineNotFound(message, commitment=extension.commitment)
    _require_extensible(tx, deadline, extension, actor=actor, now=now)
    if deadline.state != "breached" and deadline.due_at <= now:
        record_breach(
            tx,
            case_number,
            deadline.commitment,
            object=deadline.object,
            breached_at=deadline.due_at,
            actor=actor,
            now=now,
        )
        deadline = _get(tx, case_number, deadline.commitment, deadline.object)
    is_late = deadline.state == "breached"
    calendar = load_calendar(tx, deadline.calendar)
    warn_at = warning_of(max(deadline.started_at, now), extension.new_due_at, WARN_PERCENT, calendar)
    _move(tx, deadline, extension.new_due_at, warn_at, extension_count=deadline.extension_count + 1)
    kind = "extended_late" if is_late else "extended"
    _note_change(tx, deadline, kind, extension.new_due_at, notice_ref=extension.notice_ref, actor=actor, now=now)
    rearm_case(tx, case.number, reason=f"deadline.{kind}", now=now)
    return _get(tx, case_number, deadline.commitment, deadline.object)


def rearm_case(
    tx: Transaction, case_number: str, *, reason: str, instance_id: UUID | None = None, now: datetime
) -> None:
    """Have the timers of every running instance of the case evaluate their rule again (`instance_id` included)."""
    running = select(process_instance.c.id).where(
        process_instance.c.case_number == case_number, process_instance.c.state.in_(("active", "suspended"))
    )
    instances = set(tx.execute(running).scalars())
    if instance_id is not None:
        instances.add(instance_id)
    for instance in sorted(instances):
        inbox.rearm_timers(tx, instance, reason=reason, now=now)


def _require_extensible(
    tx: Transaction, deadline: Deadline, extension: Extension, *, actor: Actor, now: datetime
) -> None:
    if extension.notice_ref is None:
        message = "Write the customer a notice: a promise may not move silently."
        raise NoticeRequired(message, commitment=deadline.commitment)
    if deadline.is_settled:
        message = f"The promise '{deadline.commitment}' is kept already or counts no more."
        raise DeadlineSettled(message, commitment=deadline.commitment, state=deadline.state)
    if extension.new_due_at <= max(now, deadline.due_at):
        message = "The new time must be later than the old one and still to come."
        raise ExtensionInvalid(message, due_at=deadline.due_at.isoformat(), now=now.isoformat())
    setting = find_commitments(tx, "extension.max").get("extension.max")
    allowed = 1 if setting is None else int(setting.commitment.value)
    if deadline.extension_count >= allowed and not has(actor, "*") and actor.groups.isdisjoint(UNLIMITED_EXTENSIONS):
        message = f"The promise was extended {deadline.extension_count} times; only a manager may extend it again."
        raise ExtensionUsedUp(message, commitment=deadline.commitment, allowed=allowed)


_COLUMNS = tuple(case_deadline.c[name] for name in Deadline.__dataclass_fields__)


def _is(case_number: str, commitment: str, object: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own expression
    return (
        (case_deadline.c.case_number == case_number)
        & (case_deadline.c.commitment == commitment)
        & (case_deadline.c.object == object)
    )


def _deadline(row: Row[Any]) -> Deadline:
    return Deadline(**row._mapping)


def _get(tx: Transaction, case_number: str, commitment: str, object: str) -> Deadline:
    return _deadline(tx.execute(select(*_COLUMNS).where(_is(case_number, commitment, object))).one())


def _insert(tx: Transaction, case_number: str, commitment: str, object: str, term: Term, *, now: datetime) -> None:
    tx.execute(
        insert(case_deadline).values(
            id=uuid7(now),
            case_number=case_number,
            commitment=commitment,
            object=object,
            rule=term.rule,
            rule_version=term.version,
            calendar=term.calendar,
            is_pausable=term.is_pausable,
            started_at=term.started_at,
            original_due_at=term.due_at,
            due_at=term.due_at,
            warn_at=term.warn_at,
            created_at=now,
        )
    )


def _move(tx: Transaction, deadline: Deadline, due_at: datetime, warn_at: datetime, **columns: object) -> None:
    tx.execute(
        update(case_deadline).where(case_deadline.c.id == deadline.id).values(due_at=due_at, warn_at=warn_at, **columns)
    )


def _note_change(
    tx: Transaction,
    deadline: Deadline,
    kind: str,
    new_due_at: datetime,
    *,
    notice_ref: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    tx.execute(
        insert(deadline_change).values(
            id=uuid7(now),
            deadline_id=deadline.id,
            case_number=deadline.case_number,
            kind=kind,
            old_due_at=deadline.due_at,
            new_due_at=new_due_at,
            reason=actor.reason,
            notice_ref=notice_ref,
            at=now,
            actor=actor.subject,
        )
    )
    payload = {
        "commitment": deadline.commitment,
        "object": deadline.object,
        "due_at": {"old": deadline.due_at.isoformat(), "new": new_due_at.isoformat()},
        "notice": notice_ref,
    }
    journal.append(tx, f"deadline.{kind}", actor=actor, now=now, payload=payload, case_number=deadline.case_number)
