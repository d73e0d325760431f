"""
Case numbers, given without a lock that outlives the statement: `SR-20261121-0001`, a complaint `CP-20261121-0002`.

All cases of a day are counted together, so that no two numbers differ in their letters only.
"""

from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from engine.persistence.transactions import Transaction
from operations.moments import local_zone
from operations.tables.cases import case_day

SERVICE_REQUEST, COMPLAINT = "SR", "CP"
_NEXT = text("SELECT nextval(pg_get_serial_sequence('service_case', 'serial'))")


def next_case_number(tx: Transaction, *, prefix: str = SERVICE_REQUEST, now: datetime) -> tuple[str, int]:
    """
    Draw the next number of the day and the serial behind it.

    The serial comes from a sequence, so two transactions never wait for each other, except on the first case of a
    day; a rolled-back case leaves a gap. The day's number is the serial less the serial with which the day began.
    """
    day = now.astimezone(local_zone()).date()
    while True:
        serial = int(tx.execute(_NEXT).scalar_one())
        ordinal = serial - _base(tx, day, serial - 1)
        # A serial drawn before the day's first one was recorded counts for nothing: draw again.
        if ordinal > 0:
            return format_case_number(day, ordinal, prefix), serial


def format_case_number(day: date, ordinal: int, prefix: str = SERVICE_REQUEST) -> str:
    """Four digits at least; a busy day has more."""
    return f"{prefix}-{day:%Y%m%d}-{ordinal:04d}"


def _base(tx: Transaction, day: date, candidate: int) -> int:
    known = select(case_day.c.base).where(case_day.c.day == day)
    found = tx.execute(known).scalar_one_or_none()
    if found is None:
        tx.execute(insert(case_day).values(day=day, base=candidate).on_conflict_do_nothing())
        found = tx.execute(known).scalar_one()
    return int(found)


def next_archive_number(tx: Transaction, *, now: datetime) -> tuple[str, int]:
    """Draw the next archive number, `AR-2026-000017`; it counts on over the years."""
    serial = int(tx.execute(select(func.nextval(func.pg_get_serial_sequence("archive_record", "serial")))).scalar_one())
    return f"AR-{now.astimezone(local_zone()).year}-{serial:06d}", serial
