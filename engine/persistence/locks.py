"""Locks that no row stands for."""

from sqlalchemy import func, select

from engine.persistence.transactions import Transaction

_ARMING = func.hashtext("opsflow.arming")

SHARE_ARMING = func.pg_advisory_xact_lock_shared(_ARMING)
"""
A column that an instance's start selects before its timers read a register: held until the commit.

Without it, a start that has not committed when a register changes would keep timers by the register as it was: nobody
sees the instance yet who could send it a letter.
"""


def hold_arming(tx: Transaction) -> None:
    """Wait for the starts under way to commit, and have new ones wait until this transaction has."""
    tx.execute(select(func.pg_advisory_xact_lock(_ARMING)))
