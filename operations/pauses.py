"""
Promises that stand still while the customer is awaited (A12), and go on when he has answered.

A paused promise falls due never; resumed, it has as much working time left as when it stopped. First responses are
never pausable: the register says which promises are.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from engine.access import OPEN_CASE, SUPERVISE, require, require_reason
from engine.actors import Actor
from engine.commands import inbox
from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar
from operations.case_access import get_visible_case
from operations.cases import Case, lock_case
from operations.deadline_records import Deadline, get_deadline, hold_deadline, list_deadlines, note_change
from operations.deadlines import FOLLOWERS, WAITING, cancel, circumstances_of, renew, tell_of_answer
from operations.errors import DeadlineNotFound, DeadlineNotPausable
from operations.extensions import rearm_case
from operations.notifications import Message, notify_customer_of
from operations.tables.deadlines import case_deadline
from operations.terms import compute_term
from operations.tracking_tokens import ensure_token
from operations.working_time import carried_over

WAIT_PROCESS = "customer_waiting"
"""The process that sees to it that the wait for the customer ends."""


def pause_deadlines(
    tx: Transaction,
    case_number: str,
    *,
    commitment: str | None = None,
    object: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[Deadline, ...]:
    """
    Let a promise stand still, or every pausable one of the case; the customer is told.

    Raises:
        NotPermitted, ReasonRequired: Who may not, or does not say why.
        CaseNotFound, CaseArchived, DeadlineNotFound: There is nothing to pause, or it is none of the actor's business.
        DeadlineNotPausable: It counts no more, is late, stands still already, or is one that never does.
    """
    case = _locked(tx, case_number, actor=actor)
    chosen = _chosen(tx, case, commitment, object)
    stopping = [each for each in chosen if each.is_pausable and each.state == "running" and each.due_at > now]
    if not stopping:
        raise _refusal(chosen, commitment)
    return pause_all(tx, case, stopping, actor=actor, now=now)


def resume_deadlines(
    tx: Transaction,
    case_number: str,
    *,
    commitment: str | None = None,
    object: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[Deadline, ...]:
    """
    Let a paused promise go on, or every one of the case; the customer is told the new time.

    Raises:
        NotPermitted, ReasonRequired, CaseNotFound, CaseArchived, DeadlineNotFound: As for pausing.
        DeadlineNotPausable: It does not stand still.
    """
    case = _locked(tx, case_number, actor=actor)
    chosen = _chosen(tx, case, commitment, object)
    still = [each for each in chosen if each.state == "paused"]
    if not still:
        raise _refusal(chosen, commitment)
    return resume_all(tx, case, still, actor=actor, now=now)


def pause_all(
    tx: Transaction, case: Case, running: Sequence[Deadline], *, actor: Actor, now: datetime
) -> tuple[Deadline, ...]:
    """Stop these clocks; the case is locked. The wait for the customer has a limit of its own, from the first one."""
    is_waiting = any(each.state == "paused" for each in list_deadlines(tx, case.number))
    for each in _held(tx, running, now=now):
        tx.execute(update(case_deadline).where(case_deadline.c.id == each.id).values(state="paused", paused_at=now))
        note_change(tx, each, "paused", each.due_at, actor=actor, now=now)
    if not is_waiting:
        promise_answer(tx, case, actor=actor, now=now)
        inbox.start_linked(
            tx,
            WAIT_PROCESS,
            variables={},
            business_key=case.number,
            case_number=case.number,
            data_subject=case.subject,
            origin_instance_id=case.root_instance_id,
            now=now,
        )
    rearm_case(tx, case.number, reason="deadline.paused", now=now)
    _tell(tx, case, "clock_paused", None, actor=actor, now=now)
    return _again(tx, running)


def promise_answer(tx: Transaction, case: Case, *, actor: Actor, now: datetime) -> None:
    """Let the limit of the wait for the customer count from now."""
    term = compute_term(tx, WAITING, circumstances_of(case, begun_at=now))
    renew(tx, case, WAITING, term, actor=actor, now=now)


def resume_all(
    tx: Transaction, case: Case, still: Sequence[Deadline], *, actor: Actor, now: datetime
) -> tuple[Deadline, ...]:
    """Let these clocks run on with what was left of them; the case is locked."""
    for each in _held(tx, still, now=now):
        calendar = load_calendar(tx, each.calendar)
        since = each.paused_at or now
        due_at = carried_over(each.due_at, since, now, calendar)
        warn_at = None if each.warn_at is None else carried_over(each.warn_at, since, now, calendar)
        tx.execute(
            update(case_deadline)
            .where(case_deadline.c.id == each.id)
            .values(
                state="running",
                due_at=due_at,
                warn_at=warn_at,
                calendar_version=calendar.version,
                paused_at=None,
                paused_for=case_deadline.c.paused_for + (now - since),
            )
        )
        note_change(tx, each, "resumed", due_at, actor=actor, now=now)
    if not any(each.state == "paused" for each in list_deadlines(tx, case.number)):
        cancel(tx, case.number, WAITING, object="", actor=actor, now=now)
        tell_of_answer(tx, case.number, now=now)
    rearm_case(tx, case.number, reason="deadline.resumed", now=now)
    resumed = _again(tx, still)
    _tell(tx, case, "clock_resumed", min(each.due_at for each in resumed), actor=actor, now=now)
    return resumed


def _locked(tx: Transaction, case_number: str, *, actor: Actor) -> Case:
    require(actor, SUPERVISE, OPEN_CASE)
    require_reason(actor)
    get_visible_case(tx, case_number, actor=actor)
    return lock_case(tx, case_number)


def _chosen(tx: Transaction, case: Case, commitment: str | None, object: str) -> list[Deadline]:
    known = list_deadlines(tx, case.number)
    if commitment is None:
        return list(known)
    wanted = {commitment, FOLLOWERS.get(commitment)}
    chosen = [each for each in known if each.commitment in wanted and each.object == object]
    if not chosen:
        message = f"The case {case.number} has no promise '{commitment}'."
        raise DeadlineNotFound(message, commitment=commitment)
    return chosen


def _refusal(chosen: Sequence[Deadline], commitment: str | None) -> DeadlineNotPausable:
    state = next((each.state for each in chosen if each.commitment == commitment), None)
    message = "No promise of this case can be stopped or started so now."
    return DeadlineNotPausable(message, commitment=commitment, state=state)


def _tell(tx: Transaction, case: Case, template: str, due_at: datetime | None, *, actor: Actor, now: datetime) -> None:
    link = str(ensure_token(tx, case.number, case.customer_id, now=now))
    notify_customer_of(tx, case, Message(template, {"due": due_at, "link": link}), actor=actor, now=now)


def _held(tx: Transaction, deadlines: Sequence[Deadline], *, now: datetime) -> list[Deadline]:
    found = (hold_deadline(tx, each.case_number, each.commitment, each.object, now=now) for each in deadlines)
    return [each for each in found if each is not None]


def _again(tx: Transaction, deadlines: Sequence[Deadline]) -> tuple[Deadline, ...]:
    return tuple(get_deadline(tx, each.case_number, each.commitment, each.object) for each in deadlines)
