"""Matters that come back again and again (S77)."""

from datetime import datetime

from engine.persistence.transactions import Transaction
from operations.commitments import find_commitments
from operations.durations import parse_amount
from operations.working_time import ALWAYS, add_working_time


def recurrence_since(tx: Transaction, *, now: datetime) -> datetime:
    """From when on earlier cases count (`recurrence.window`)."""
    return moment_before(tx, "recurrence.window", "P30D", now=now)


def moment_before(tx: Transaction, key: str, otherwise: str, *, now: datetime) -> datetime:
    """As long ago as a register entry says."""
    entry = find_commitments(tx, key).get(key)
    value = otherwise if entry is None else entry.commitment.value
    return now - (add_working_time(now, parse_amount(value), ALWAYS) - now)
