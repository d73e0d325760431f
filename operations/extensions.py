"""
Moving a promise by hand, and telling the timers.

Extending (R020, A05) is one way, pausing while the customer is awaited (`operations.pauses`) another. Either way the
timers of every running instance of the case evaluate their rule again (architecture decision 21).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.access import SUPERVISE, has, require, require_reason
from engine.actors import Actor
from engine.commands import inbox
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar
from operations.cases import Case, lock_case
from operations.commitments import find_commitments
from operations.deadline_records import Deadline, get_deadline, hold_deadline, move_deadline, note_change
from operations.deadlines import FOLLOWERS, record_breach
from operations.durations import Amount
from operations.errors import DeadlineNotFound, DeadlineSettled, ExtensionInvalid, ExtensionUsedUp, NoticeRequired
from operations.notifications import Message, notify_customer_of
from operations.tables.deadlines import case_deadline, deadline_change
from operations.terms import WARN_PERCENT, warning_of
from operations.tracking_tokens import ensure_token
from operations.working_time import add_working_time, working_time_between

UNLIMITED_EXTENSIONS = frozenset({"manager", "executive"})
"""Groups that may extend more often than `extension.max` (requirements §3.2)."""


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


def extend_deadline(
    tx: Transaction, case_number: str, extension: Extension, *, actor: Actor, now: datetime
) -> Deadline:
    """
    Move a promise to a later time, with reason and notice, and send the notice (R020, A05).

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
    deadline = hold_deadline(tx, case_number, extension.commitment, extension.object, now=now)
    if deadline is None:
        message = f"The case {case_number} has no promise '{extension.commitment}'."
        raise DeadlineNotFound(message, commitment=extension.commitment)
    _require_extensible(tx, deadline, extension, actor=actor, now=now)
    if deadline.state == "running" and deadline.due_at <= now:
        record_breach(
            tx,
            case_number,
            deadline.commitment,
            object=deadline.object,
            breached_at=deadline.due_at,
            actor=actor,
            now=now,
        )
        deadline = get_deadline(tx, case_number, deadline.commitment, deadline.object)
    is_late = deadline.state == "breached"
    calendar = load_calendar(tx, deadline.calendar)
    warn_at = warning_of(max(deadline.started_at, now), extension.new_due_at, WARN_PERCENT, calendar)
    move_deadline(tx, deadline, extension.new_due_at, warn_at, extension_count=deadline.extension_count + 1)
    kind = "extended_late" if is_late else "extended"
    note_change(tx, deadline, kind, extension.new_due_at, notice_ref=extension.notice_ref, actor=actor, now=now)
    _take_along(tx, deadline, extension.new_due_at, actor=actor, now=now)
    rearm_case(tx, case.number, reason=f"deadline.{kind}", now=now)
    _tell(tx, case, extension, actor=actor, now=now)
    return get_deadline(tx, case_number, deadline.commitment, deadline.object)


def _take_along(tx: Transaction, moved: Deadline, new_due_at: datetime, *, actor: Actor, now: datetime) -> None:
    """Move the promise that lies a fixed working time behind the one that moved."""
    follower = hold_deadline(tx, moved.case_number, FOLLOWERS.get(moved.commitment, ""), moved.object, now=now)
    if follower is None or follower.is_settled or follower.state == "breached":
        return
    calendar = load_calendar(tx, follower.calendar)
    behind = working_time_between(moved.due_at, follower.due_at, calendar)
    due_at = add_working_time(new_due_at, Amount(time=max(behind, timedelta(0))), calendar)
    move_deadline(tx, follower, due_at, new_due_at, calendar_version=calendar.version)
    note_change(tx, follower, "recomputed", due_at, actor=actor, now=now)


def _tell(tx: Transaction, case: Case, extension: Extension, *, actor: Actor, now: datetime) -> None:
    link = str(ensure_token(tx, case.number, case.customer_id, now=now))
    facts = {"text": extension.notice_ref, "due": extension.new_due_at, "link": link}
    notify_customer_of(tx, case, Message("extension", facts), actor=actor, now=now)


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
