"""The sequencer's loop: gives the journal's rows their leaves every second. Any number may run; one works at a time."""

import logging
import threading

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.errors import InstanceLocked
from engine.history.sequencer import BATCH, sequence_next
from engine.persistence.transactions import transaction

logger = logging.getLogger(__name__)
EVERY_S = 1.0
AFTER_ERROR_S = 5.0


def run_sequencer(stop: threading.Event) -> None:
    """Work until told to stop; a transaction per batch."""
    while not stop.is_set():
        try:
            idle_s = 0.0 if sequence_once() else EVERY_S
        except (DBAPIError, PoolExhausted, InstanceLocked):
            logger.exception("the journal could not be sequenced; trying again")
            idle_s = AFTER_ERROR_S
        stop.wait(idle_s)


def sequence_once() -> bool:
    """Sequence one batch; whether there is probably more."""
    with transaction() as tx:
        return sequence_next(tx) == BATCH
