"""The commitments register: every promised number, versioned, with who changed it and why (R023, A04)."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import ARRAY, Row, Text, any_, bindparam, insert, select, update

from engine.access import CONFIGURE, require, require_reason
from engine.actors import Actor
from engine.history import journal
from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar
from operations.commitment_defaults import Commitment, Kind
from operations.durations import is_amount, is_cycle, parse_amount
from operations.errors import CommitmentNotFound, CommitmentTooSlow, CommitmentValueInvalid
from operations.tables.commitments import commitment
from operations.working_time import ALWAYS

PUBLISHED = {"first_response": "general.first_feedback", "solution": "general.solution"}
"""No priority of the left may be slower than the published promise on the right (§2.2)."""

_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A commitment as it stands in the register; `is_default` marks a value nobody has confirmed yet."""

    commitment: Commitment
    version: int
    is_default: bool
    changed_at: datetime
    changed_by: str
    reason: str | None
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class CommitmentChange:
    """What to change; `None` leaves it. Confirming a default is a change to the same value."""

    value: str | None = None
    calendar: str | None = None
    warn_percent: float | None = None


def list_commitments(tx: Transaction, *, only_defaults: bool = False) -> tuple[RegisterEntry, ...]:
    """Read the current entries by key; `only_defaults` are those still to be confirmed (X05)."""
    query = select(commitment).where(commitment.c.superseded_at.is_(None)).order_by(commitment.c.key)
    if only_defaults:
        query = query.where(commitment.c.is_default)
    return tuple(_entry(row) for row in tx.execute(query))


_CURRENT = select(commitment).where(
    commitment.c.key == any_(bindparam("keys", type_=ARRAY(Text))), commitment.c.superseded_at.is_(None)
)


def find_commitments(tx: Transaction, *keys: str) -> dict[str, RegisterEntry]:
    """Read the current entries of these keys; unknown ones are left out."""
    return {row.key: _entry(row) for row in tx.execute(_CURRENT, {"keys": list(keys)})}


def get_commitment(tx: Transaction, key: str) -> RegisterEntry:
    """Read one current entry."""
    found = find_commitments(tx, key).get(key)
    if found is None:
        message = f"The register has no commitment '{key}'."
        raise CommitmentNotFound(message, key=key)
    return found


def commitment_versions(tx: Transaction, key: str) -> tuple[RegisterEntry, ...]:
    """Read an entry's versions, newest first."""
    get_commitment(tx, key)
    query = select(commitment).where(commitment.c.key == key).order_by(commitment.c.version.desc())
    return tuple(_entry(row) for row in tx.execute(query))


def change_commitment(
    tx: Transaction, key: str, change: CommitmentChange, *, actor: Actor, now: datetime
) -> RegisterEntry:
    """
    Make a new version of an entry. Promises already recorded on cases keep their time (R023).

    Called by `operations.register_changes`, which has running timers follow.

    Raises:
        NotPermitted, ReasonRequired: The actor may not configure, or does not say why.
        CommitmentNotFound, CommitmentValueInvalid: No such key, or a value that does not fit its kind.
        CommitmentTooSlow: A priority would be slower than the published promise.
    """
    require(actor, CONFIGURE)
    require_reason(actor)
    row = tx.execute(
        select(commitment).where(commitment.c.key == key, commitment.c.superseded_at.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        message = f"The register has no commitment '{key}'."
        raise CommitmentNotFound(message, key=key)
    old = _entry(row)
    given = {name: getattr(change, name) for name in ("value", "calendar", "warn_percent")}
    new = replace(old.commitment, **{name: value for name, value in given.items() if value is not None})
    check_commitment(tx, new)
    _check_published(tx, new)
    tx.execute(
        update(commitment).where(commitment.c.key == key, commitment.c.version == old.version).values(superseded_at=now)
    )
    store_commitment(tx, new, version=old.version + 1, is_default=False, actor=actor, now=now)
    payload = {"key": key, "old": _summary(old.commitment), "new": _summary(new), "version": old.version + 1}
    journal.append(tx, "commitment.changed", actor=actor, now=now, payload=payload)
    return get_commitment(tx, key)


def store_commitment(
    tx: Transaction, entry: Commitment, *, version: int, is_default: bool, actor: Actor, now: datetime
) -> None:
    """Write one version as the current one; the seed and `change_commitment` call this."""
    tx.execute(
        insert(commitment).values(
            key=entry.key,
            version=version,
            source=entry.source,
            name_zh=entry.name_zh,
            name_en=entry.name_en,
            kind=entry.kind,
            value=entry.value,
            share_of=entry.share_of,
            calendar=entry.calendar,
            warn_percent=entry.warn_percent,
            is_pausable=entry.is_pausable,
            is_from_receipt=entry.is_from_receipt,
            is_public=entry.is_public,
            is_default=is_default,
            changed_at=now,
            changed_by=actor.subject,
            reason=actor.reason,
        )
    )


def check_commitment(tx: Transaction, entry: Commitment) -> None:
    """Refuse a value that does not fit its kind, an unknown calendar, and a warning outside of 0 to 100 per cent."""
    if not _fits(entry.kind, entry.value):
        message = f"'{entry.value}' is no {entry.kind}."
        raise CommitmentValueInvalid(message, key=entry.key, kind=entry.kind)
    if entry.warn_percent is not None and not 0 < entry.warn_percent < 100:  # noqa: PLR2004 - per cent
        message = "The warning lies between 0 and 100 per cent of the time."
        raise CommitmentValueInvalid(message, key=entry.key, kind=entry.kind)
    if entry.calendar is not None and load_calendar(tx, entry.calendar) is not ALWAYS and _has_months(entry):
        message = "A working calendar counts days and hours, not months."
        raise CommitmentValueInvalid(message, key=entry.key, kind=entry.kind)


def _fits(kind: Kind, text: str) -> bool:
    match kind:
        case "duration":
            return is_amount(text)
        case "cycle":
            return is_cycle(text)
        case "schedule":
            return text.startswith("FREQ=")
        case "percent" | "share":
            return _is_number(text, most=100)
        case "number":
            return _is_number(text)
        case "boolean":
            return text in {"true", "false"}
        case "text":
            return 0 < len(text) <= _LONGEST_TEXT


def _check_published(tx: Transaction, entry: Commitment) -> None:
    limit_key = PUBLISHED.get(entry.key.rpartition(".")[0])
    if limit_key is None:
        return
    limit = get_commitment(tx, limit_key).commitment
    amount, longest = parse_amount(entry.value), parse_amount(limit.value)
    is_slower = (amount.months, _hours(amount.days, entry)) > (longest.months, _hours(longest.days, limit))
    if is_slower or entry.calendar != limit.calendar:
        message = f"'{entry.key}' may not be slower than the published '{limit_key}' ({limit.value}, 24×7)."
        raise CommitmentTooSlow(message, key=entry.key, published=limit.value)


def _hours(days: int, entry: Commitment) -> float:
    return days * 24 + parse_amount(entry.value).time.total_seconds() / 3600


def _has_months(entry: Commitment) -> bool:
    return entry.kind == "duration" and parse_amount(entry.value).months > 0


def _is_number(text: str, *, most: int | None = None) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0 and (most is None or number <= most)


def _entry(row: Row[tuple[object, ...]]) -> RegisterEntry:
    warn = None if row.warn_percent is None else float(row.warn_percent)
    entry = Commitment(
        row.key,
        row.source,
        row.name_zh,
        row.name_en,
        row.kind,
        row.value,
        row.calendar,
        row.share_of,
        warn,
        row.is_from_receipt,
        row.is_pausable,
        not row.is_default,
        row.is_public,
    )
    return RegisterEntry(
        entry, row.version, row.is_default, row.changed_at, row.changed_by, row.reason, row.superseded_at
    )


def _summary(entry: Commitment) -> dict[str, object]:
    return {"value": entry.value, "calendar": entry.calendar, "warn_percent": entry.warn_percent}
