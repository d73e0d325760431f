"""The checkpoints' loop: signs the hourly one when it is time, and brings to each place what it has not got."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.commands.checkpoints import make_due_checkpoint
from engine.errors import InstanceLocked
from engine.persistence.transactions import transaction

logger = logging.getLogger(__name__)
EVERY_S = 10.0


def run_checkpoints(
    stop: threading.Event, read_clock: Callable[[], datetime], deliver: Callable[[datetime], object]
) -> None:
    """
    Work until told to stop.

    Args:
        deliver: Brings what waits to where checkpoints are kept; opens its own transactions.
    """
    while not stop.is_set():
        try:
            sign_and_deliver(read_clock(), deliver)
        except (DBAPIError, PoolExhausted, InstanceLocked):
            logger.exception("no checkpoint could be made; trying again")
        stop.wait(EVERY_S)


def sign_and_deliver(now: datetime, deliver: Callable[[datetime], object]) -> None:
    """Sign if an hour has passed, then deliver."""
    with transaction() as tx:
        make_due_checkpoint(tx, now=now)
    deliver(now)
