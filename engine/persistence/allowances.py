"""Allowances that all nodes share: one bucket for each key, which holds `burst` requests and fills by the minute."""

import random

from sqlalchemy import text

from engine.persistence.sealing import blind_index
from engine.persistence.transactions import Transaction

SWEPT_ONE_IN = 100

_TAKE = text(
    """
    INSERT INTO allowance AS a (key, remaining, is_granted, at)
    VALUES (:key, CAST(:burst AS float8) - 1, TRUE, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET (remaining, is_granted, at) = (
        SELECT held - CASE WHEN held >= 1 THEN 1 ELSE 0 END, held >= 1, clock_timestamp()
        FROM (SELECT least(CAST(:burst AS float8), a.remaining
            + greatest(0, extract(epoch FROM clock_timestamp() - a.at)) * CAST(:per_minute AS float8) / 60) AS held) h)
    RETURNING is_granted, remaining
    """
)
_SWEEP = text("DELETE FROM allowance WHERE at < clock_timestamp() - interval '1 hour'")
"""Every bucket is full again by then, and a full one need not be remembered."""


def take(tx: Transaction, name: str, *, burst: int, per_minute: float) -> float:
    """
    Take one request from an allowance; 0.0, or the seconds until there is one again.

    The time is the database's: nodes whose clocks differ count alike.
    """
    if random.random() < 1 / SWEPT_ONE_IN:  # noqa: S311 - nothing depends on who sweeps
        tx.execute(_SWEEP)
    row = tx.execute(_TAKE, {"key": blind_index(name), "burst": burst, "per_minute": per_minute}).one()
    return 0.0 if row.is_granted else (1 - row.remaining) * 60 / per_minute
