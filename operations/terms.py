"""From a commitment to a moment: which register entry counts, and when it falls due."""

from dataclasses import dataclass
from datetime import datetime

from engine.handlers import Readings
from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar
from operations.commitments import RegisterEntry, find_commitments
from operations.durations import is_amount, parse_amount
from operations.errors import CommitmentNotFound
from operations.working_time import ALWAYS, WorkingCalendar, add_working_time, share_of_working_time

WARN_PERCENT = 75.0
PRIORITIES = ("P1", "P2", "P3", "P4")
USUAL_PRIORITY = "P3"
"""Of whatever has none of its own, as D01 says of what is blank."""
CHANNEL_RULES = {("first_response", "email"): "email.reply"}
"""Where a channel has a promise of its own the earlier one counts (§2.2; D02)."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    What a term depends on beside the register.

    Attributes:
        received_at: When the demand came in; terms that count from receipt begin here.
        begun_at: When the work at hand began; all others begin here.
    """

    priority: str
    channel: str | None
    received_at: datetime
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Term:
    """A computed promise: `rule` is the register key or ISO duration it came from, `version` the register's."""

    rule: str
    version: str
    calendar: str
    is_pausable: bool
    started_at: datetime
    due_at: datetime
    warn_at: datetime
    calendar_version: int = 0


def compute_term(
    tx: Transaction, commitment: str, circumstances: Circumstances, *, readings: Readings | None = None
) -> Term:
    """
    Compute when a commitment falls due.

    Args:
        commitment: A register key, with or without the priority (`solution`, `solution.p2`), or an ISO 8601 duration,
            which counts 24×7 from the beginning.
        readings: Where several terms are computed one after the other: what of the registers was read for those before.

    Raises:
        CommitmentNotFound: The register has no such key, or it is no time.
    """
    if is_amount(commitment):
        return _literal(commitment, circumstances)
    known = readings or Readings()
    entries = known.of(
        ("entries", commitment, circumstances.priority, circumstances.channel),
        lambda: find_entries(tx, commitment, priority=circumstances.priority, channel=circumstances.channel),
    )
    terms = [_term(tx, entry, circumstances, known) for entry in entries]
    return min(terms, key=lambda term: term.due_at)


def find_entries(
    tx: Transaction, commitment: str, *, priority: str, channel: str | None = None
) -> tuple[RegisterEntry, ...]:
    """Find the register entries that count: by the key itself or by key and priority, and the channel's own."""
    by_priority = f"{commitment}.{priority.lower()}"
    by_channel = CHANNEL_RULES.get((commitment, channel or ""), "")
    found = find_commitments(tx, commitment, by_priority, by_channel)
    main = found.get(commitment) or found.get(by_priority)
    if main is None:
        message = f"The register has no commitment '{commitment}'."
        raise CommitmentNotFound(message, key=commitment)
    return (main, found[by_channel]) if by_channel in found else (main,)


def warning_of(started_at: datetime, due_at: datetime, percent: float, calendar: WorkingCalendar) -> datetime:
    """When to warn: after `percent` of the calendar's time between the two."""
    return share_of_working_time(started_at, due_at, percent, calendar)


def _calendar(tx: Transaction, key: str, readings: Readings) -> WorkingCalendar:
    return readings.of(("calendar", key), lambda: load_calendar(tx, key))


def _term(tx: Transaction, entry: RegisterEntry, circumstances: Circumstances, readings: Readings) -> Term:
    commitment = entry.commitment
    if commitment.kind == "share" and commitment.share_of is not None:
        return _share(tx, entry, commitment.share_of, circumstances, readings)
    if commitment.kind != "duration" or commitment.calendar is None:
        message = f"The commitment '{commitment.key}' is no time but a {commitment.kind}."
        raise CommitmentNotFound(message, key=commitment.key)
    calendar = _calendar(tx, commitment.calendar, readings)
    start = circumstances.received_at if commitment.is_from_receipt else circumstances.begun_at
    due = add_working_time(start, parse_amount(commitment.value), calendar)
    warn = warning_of(start, due, commitment.warn_percent or WARN_PERCENT, calendar)
    version = f"{entry.version}/{calendar.version}" if calendar.version else str(entry.version)
    return Term(commitment.key, version, calendar.key, commitment.is_pausable, start, due, warn, calendar.version)


def _share(
    tx: Transaction, entry: RegisterEntry, whole_key: str, circumstances: Circumstances, readings: Readings
) -> Term:
    (whole, *_) = find_entries(tx, whole_key, priority=circumstances.priority)
    calendar = _calendar(tx, whole.commitment.calendar or ALWAYS.key, readings)
    start = circumstances.begun_at
    end = add_working_time(start, parse_amount(whole.commitment.value), calendar)
    due = share_of_working_time(start, end, float(entry.commitment.value), calendar)
    warn = warning_of(start, due, entry.commitment.warn_percent or WARN_PERCENT, calendar)
    version = f"{entry.version}+{whole.version}"
    is_pausable = entry.commitment.is_pausable
    return Term(entry.commitment.key, version, calendar.key, is_pausable, start, due, warn, calendar.version)


def _literal(duration: str, circumstances: Circumstances) -> Term:
    start = circumstances.begun_at
    due = add_working_time(start, parse_amount(duration), ALWAYS)
    return Term(duration, "literal", ALWAYS.key, True, start, due, start + (due - start) * (WARN_PERCENT / 100))
