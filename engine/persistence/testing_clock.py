"""The movable clock of development: one row that every process of the service follows (architecture decision 20)."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from engine import clock
from engine.persistence.tables.identities import testing_clock
from engine.persistence.transactions import Transaction, transaction


def read_offset(tx: Transaction) -> timedelta:
    """How far the service's clock stands from the machine's; zero where nobody moved it."""
    offset = tx.scalar(select(testing_clock.c.offset))
    return offset if offset is not None else timedelta(0)


def write_offset(tx: Transaction, offset: timedelta) -> None:
    """Move the clock of every process of this service."""
    row = insert(testing_clock).values(id=1, offset=offset)
    tx.execute(row.on_conflict_do_update(index_elements=["id"], set_={"offset": offset}))


def followed_clock() -> datetime:
    """The time now, after following what was moved meanwhile. For workers in development."""
    with transaction() as tx:
        clock.set_offset(read_offset(tx))
    return clock.now()
