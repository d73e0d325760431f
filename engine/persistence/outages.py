"""Which failures pass by themselves, and which come again however often one tries."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.errors import InstanceLocked

# Classes of SQLSTATE: connection, transaction rollback (deadlock, serialization), resources, object in use, shutdown;
# and a transaction that stood still too long.
_PASSING = ("08", "40", "53", "55", "57P", "25P03")


def will_pass(error: Exception) -> bool:
    """Whether trying the same again later may help: an outage, a lock, a deadlock; not rows that cannot be written."""
    if isinstance(error, InstanceLocked | PoolExhausted):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(_PASSING)
