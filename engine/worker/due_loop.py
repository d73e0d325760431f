"""
The due loop: delivers the inbox and advances instances whose time has come, one transaction each.

Any number of loops may run over one database; none is special. A loop that dies in the middle of a step leaves
nothing behind: its transaction rolls back and another loop claims the instance (architecture decision 7).
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine import faults, logs, metrics, observing
from engine.commands import deliveries, due_work, letters, start_events
from engine.commands.environments import sentence_of
from engine.errors import InstanceLocked
from engine.persistence.outages import will_pass
from engine.persistence.process_instances import claim_due_instance
from engine.persistence.transactions import transaction

logger = logging.getLogger(__name__)
POLL_S = 0.25
AFTER_DATABASE_ERROR_S = 2.0


def run_due_loop(stop: threading.Event, read_clock: Callable[[], datetime]) -> None:
    """
    Work until told to stop.

    Args:
        read_clock: The time now; read once per transaction, so that a moved clock is seen at once.
    """
    while not stop.is_set():
        try:
            idle_s = 0.0 if run_once(read_clock()) else _idle_s(read_clock())
        except (DBAPIError, PoolExhausted, InstanceLocked):
            logger.exception("the database is not reachable, or busy; trying again")
            idle_s = AFTER_DATABASE_ERROR_S
        stop.wait(idle_s)


def run_once(now: datetime) -> bool:
    """Deliver one letter, advance one due instance or start one process; whether there was anything to do."""
    return deliver_next(now) or advance_next(now) or start_next(now)


def deliver_next(now: datetime) -> bool:
    """Deliver the inbox row that has waited longest."""
    letter_id: int | None = None
    try:
        with transaction() as tx:
            letter = letters.claim_letter(tx, now=now)
            if letter is None:
                return False
            letter_id = letter.id
            logs.instance_id.set(None)
            with observing.command("worker.deliver"):
                deliveries.deliver_letter(tx, letter, now=now)
            faults.reach("letter.committing")
        faults.reach("letter.committed")
    except Exception as error:  # one poison letter, instance or timer must not stop the loop for all others
        if letter_id is None or will_pass(error):
            raise
        logger.exception("letter %s could not be delivered", letter_id)
        with transaction() as tx:
            deliveries.postpone_letter(tx, letter_id, sentence_of(error), now=now)
    return True


def advance_next(now: datetime) -> bool:
    """Advance the instance that has been due longest."""
    instance_id: UUID | None = None
    try:
        with transaction() as tx:
            due = claim_due_instance(tx, now=now)
            if due is None:
                return False
            instance_id = due.id
            metrics.LATENESS.observe(_late_s(due.due_at, now))
            with observing.command("worker.advance"):
                due_work.advance_due_instance(tx, due, now=now)
            faults.reach("due_step.committing")
        faults.reach("due_step.committed")
    except Exception as error:  # as for a letter
        if instance_id is None or will_pass(error):
            raise
        logger.exception("process instance %s could not be advanced", instance_id)
        with transaction() as tx:
            due_work.set_aside_instance(tx, instance_id, sentence_of(error), now=now)
    return True


def start_next(now: datetime) -> bool:
    """Start the process whose timer start event has been due longest."""
    timer: start_events.StartTimer | None = None
    try:
        with transaction() as tx:
            timer = start_events.claim_start_timer(tx, now=now)
            if timer is None:
                return False
            metrics.LATENESS.observe(_late_s(timer.due_at, now))
            logs.instance_id.set(None)
            with observing.command("worker.start"):
                start_events.fire_start_timer(tx, timer, now=now)
    except Exception as error:  # as for a letter
        if timer is None or will_pass(error):
            raise
        logger.exception("the start timer %s could not start an instance", timer.element_id)
        with transaction() as tx:
            start_events.postpone_start_timer(tx, timer, sentence_of(error), now=now)
    return True


def _late_s(due_at: datetime | None, now: datetime) -> float:
    return 0.0 if due_at is None else max(0.0, (now - due_at).total_seconds())


def _idle_s(now: datetime) -> float:
    """How long to sleep: until the next due time, but look at least every quarter of a second for what others sent."""
    with transaction() as tx:
        due_at = due_work.next_due_at(tx)
    if due_at is None:
        return POLL_S
    return min(POLL_S, max(0.001, (due_at - now).total_seconds()))
