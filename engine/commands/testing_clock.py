"""Moving the clock. Only development has this command; the edge does not even know it in production."""

from datetime import datetime, timedelta

from engine import access, clock
from engine.actors import Actor
from engine.errors import Invalid
from engine.history import journal
from engine.persistence.testing_clock import write_offset
from engine.persistence.transactions import Transaction

FURTHEST = timedelta(days=3_660)


def move_clock(tx: Transaction, to: datetime, *, actor: Actor, now: datetime) -> timedelta:
    """
    Set the service's clock to `to`; it goes on from there. Forward only: time that was journalled does not come back.

    Returns:
        The new offset from the machine's clock.

    Raises:
        Invalid: A time before now, or more than ten years ahead.
    """
    access.require(actor, access.ADMINISTER, access.OPERATE)
    if to < now or to > now + FURTHEST:
        message = "The clock moves forward only, and at most ten years at once."
        raise Invalid(message, now=now.isoformat(), to=to.isoformat())
    offset = clock.offset() + (to - now)
    write_offset(tx, offset)
    journal.append(tx, "testing_clock.moved", actor=actor, now=now, payload={"to": to.isoformat()})
    return offset
