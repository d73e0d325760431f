"""
What was promised on a case: recording, keeping, breaking and moving it.

A promise is one row per commitment and object. Its clock can move (architecture decision 21): by rule here, by hand in
`operations.extensions`; both keep old → new.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.actors import Actor
from engine.commands import inbox
from engine.handlers import Readings
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar
from operations.cases import Case
from operations.deadline_records import (
    CALENDAR_NOW,
    SET_BY_HAND,
    Deadline,
    get_deadline,
    hold_deadline,
    move_deadline,
    note_change,
)
from operations.tables.deadlines import breach, case_deadline
from operations.terms import WARN_PERCENT, Circumstances, Term, compute_term, warning_of
from operations.working_time import carried_over

FOLLOWERS = {"complaint.reply": "complaint.reply.second", "complaint.response": "complaint.response.second"}
"""A promise, and the one that lies a fixed time behind it and moves with it."""

WAITING, ANSWERED = "waiting.customer", "customer_answered"
"""How long the customer is awaited, and the message that ends the wait."""


def circumstances_of(case: Case, *, begun_at: datetime) -> Circumstances:
    """What the terms of a case depend on."""
    return Circumstances(case.priority, case.channel, case.received_at, begun_at)


def promise(
    tx: Transaction, case: Case, commitment: str, term: Term, *, object: str = "", actor: Actor, now: datetime
) -> Deadline:
    """Record a promise, or move the one that is recorded to what the rule says now; a kept one stays as it is."""
    old = hold_deadline(tx, case.number, commitment, object, now=now)
    if old is None:
        tx.execute(insert(case_deadline).values(_row(case.number, commitment, object, term, now=now)))
        _note_promise(tx, case, commitment, term, object=object, actor=actor, now=now)
    elif old.is_settled or old.state == "breached" or old.due_at == term.due_at or old.extension_count:
        return old
    else:
        counted = {"calendar": term.calendar, "calendar_version": term.calendar_version}
        move_deadline(tx, old, term.due_at, term.warn_at, rule=term.rule, rule_version=term.version, **counted)
        note_change(tx, old, "recomputed", term.due_at, actor=actor, now=now)
    return get_deadline(tx, case.number, commitment, object)


def renew(
    tx: Transaction, case: Case, commitment: str, term: Term, *, object: str = "", actor: Actor, now: datetime
) -> None:
    """Promise afresh: another round of what was kept or lapsed before (a second confirmation, a step done again)."""
    afresh = {
        "rule": term.rule,
        "rule_version": term.version,
        "calendar": term.calendar,
        "calendar_version": term.calendar_version,
        "started_at": term.started_at,
        "original_due_at": term.due_at,
        "due_at": term.due_at,
        "warn_at": term.warn_at,
        "state": "running",
        "warned_at": None,
        "met_at": None,
        "breached_at": None,
        "extension_count": 0,
        "paused_at": None,
        "paused_for": timedelta(0),
    }
    made = upsert(case_deadline).values(_row(case.number, commitment, object, term, now=now))
    tx.execute(made.on_conflict_do_update(index_elements=["case_number", "commitment", "object"], set_=afresh))
    _note_promise(tx, case, commitment, term, object=object, actor=actor, now=now)


def promise_at(
    tx: Transaction,
    case: Case,
    commitment: str,
    due_at: datetime,
    *,
    object: str,
    actor: Actor,
    now: datetime,
    readings: Readings | None = None,
) -> None:
    """Promise afresh a time that a person set (a step of the plan); it is warned of by the register's share."""
    known = readings or Readings()
    term = compute_term(tx, commitment, circumstances_of(case, begun_at=now), readings=known)
    calendar = known.of(("calendar", term.calendar), lambda: load_calendar(tx, term.calendar))
    warn = warning_of(now, due_at, WARN_PERCENT, calendar) if due_at > now else due_at
    fixed = replace(term, rule=SET_BY_HAND, started_at=now, due_at=due_at, warn_at=warn)
    renew(tx, case, commitment, fixed, object=object, actor=actor, now=now)


def replan(
    tx: Transaction, case: Case, commitment: str, due_at: datetime, *, object: str, actor: Actor, now: datetime
) -> None:
    """Move a promise that the house made to itself (a step); one that was broken stays broken."""
    old = hold_deadline(tx, case.number, commitment, object, now=now)
    if old is None or old.is_settled:
        promise_at(tx, case, commitment, due_at, object=object, actor=actor, now=now)
        return
    calendar = load_calendar(tx, old.calendar)
    warn = warning_of(now, due_at, WARN_PERCENT, calendar) if due_at > now else due_at
    move_deadline(tx, old, due_at, warn, calendar_version=calendar.version)
    note_change(tx, old, "replanned", due_at, actor=actor, now=now)


def meet(tx: Transaction, case_number: str, commitment: str, *, object: str = "", actor: Actor, now: datetime) -> bool:
    """
    Keep a promise now; whether there was one to keep. Past its time it is broken first, at its true time.

    A42: the breach is recorded with the due time even when no timer has fired yet.
    """
    deadline = hold_deadline(tx, case_number, commitment, object, now=now)
    if deadline is None or deadline.is_settled:
        return False
    if deadline.state == "running" and now > deadline.due_at:
        record_breach(tx, case_number, commitment, object=object, breached_at=deadline.due_at, actor=actor, now=now)
        deadline = get_deadline(tx, case_number, commitment, object)
    if deadline.paused_at is not None:
        deadline = _carry_over(tx, deadline, deadline.paused_at, now=now)
    state = "breached" if deadline.state == "breached" else "met"
    tx.execute(update(case_deadline).where(case_deadline.c.id == deadline.id).values(met_at=now, state=state))
    payload = {"commitment": commitment, "object": object, "due_at": deadline.due_at.isoformat(), "state": state}
    journal.append(tx, "deadline.met", actor=actor, now=now, payload=payload, case_number=case_number)
    return True


def _carry_over(tx: Transaction, deadline: Deadline, paused_at: datetime, *, now: datetime) -> Deadline:
    """What stood still is kept with the time it had left: were it taken back, that is what would be left of it."""
    calendar = load_calendar(tx, deadline.calendar)
    due_at = carried_over(deadline.due_at, paused_at, now, calendar)
    warn_at = carried_over(deadline.warn_at or deadline.due_at, paused_at, now, calendar)
    paused_for = case_deadline.c.paused_for + (now - paused_at)
    gone_on = {"paused_at": None, "paused_for": paused_for, "calendar_version": calendar.version}
    move_deadline(tx, deadline, due_at, warn_at, **gone_on)
    return get_deadline(tx, deadline.case_number, deadline.commitment, deadline.object)


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
        .returning(breach.c.id)
    )
    if done.first() is None:
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


def reopen(tx: Transaction, case_number: str, commitment: str, *, actor: Actor, now: datetime) -> None:
    """Take back that a promise was kept: the customer did not accept the result, so its clock counts on."""
    deadline = hold_deadline(tx, case_number, commitment, now=now)
    if deadline is None or deadline.met_at is None:
        return
    counting = {"met_at": None, "state": "breached" if deadline.breached_at else "running"}
    is_it = case_deadline.c.id == deadline.id
    tx.execute(update(case_deadline).where(is_it).values(**counting, calendar_version=CALENDAR_NOW))
    payload = {"commitment": commitment, "due_at": deadline.due_at.isoformat(), "state": counting["state"]}
    journal.append(tx, "deadline.reopened", actor=actor, now=now, payload=payload, case_number=case_number)


def cancel(tx: Transaction, case_number: str, commitment: str, *, object: str, actor: Actor, now: datetime) -> None:
    """Let one promise lapse that is still open: its work was called off."""
    done = tx.execute(
        update(case_deadline)
        .where(_is(case_number, commitment, object), case_deadline.c.state.in_(("running", "paused")))
        .values(state="cancelled")
    )
    if done.rowcount:
        payload = {"commitments": [commitment], "object": object}
        journal.append(tx, "deadline.lapsed", actor=actor, now=now, payload=payload, case_number=case_number)


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
    if WAITING in lapsed:
        tell_of_answer(tx, case_number, now=now)
    return len(lapsed)


def tell_of_answer(tx: Transaction, case_number: str, *, now: datetime) -> None:
    """End the wait for the customer: he answered, or nobody needs his answer any more."""
    inbox.send_message(tx, ANSWERED, correlation_key=case_number, variables={}, now=now)


def _is(case_number: str, commitment: str, object: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own expression
    return (
        (case_deadline.c.case_number == case_number)
        & (case_deadline.c.commitment == commitment)
        & (case_deadline.c.object == object)
    )


def _row(case_number: str, commitment: str, object: str, term: Term, *, now: datetime) -> dict[str, object]:
    return {
        "id": uuid7(now),
        "case_number": case_number,
        "commitment": commitment,
        "object": object,
        "rule": term.rule,
        "rule_version": term.version,
        "calendar": term.calendar,
        "calendar_version": term.calendar_version,
        "is_pausable": term.is_pausable,
        "started_at": term.started_at,
        "original_due_at": term.due_at,
        "due_at": term.due_at,
        "warn_at": term.warn_at,
        "created_at": now,
    }


def _note_promise(
    tx: Transaction, case: Case, commitment: str, term: Term, *, object: str, actor: Actor, now: datetime
) -> None:
    payload = {"commitment": commitment, "object": object, "rule": term.rule, "due_at": term.due_at.isoformat()}
    journal.append(tx, "deadline.promised", actor=actor, now=now, payload=payload, case_number=case.number)
