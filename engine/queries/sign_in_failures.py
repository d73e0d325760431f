"""Whether a name is locked after failed attempts to sign in."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from engine.persistence.tables.identities import sign_in_failure
from engine.persistence.transactions import Transaction


def is_locked_out(tx: Transaction, user_name: str, *, now: datetime) -> bool:
    """
    Whether the name is locked, also when nobody has it.

    Args:
        now: The machine's time, not the movable clock's.
    """
    name_hash = hashlib.sha256(user_name.strip().lower().encode()).digest()
    until = tx.scalar(select(sign_in_failure.c.locked_until).where(sign_in_failure.c.name_hash == name_hash))
    return until is not None and until > now
