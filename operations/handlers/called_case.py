"""The case a handler was called for."""

from engine.handlers import Call
from operations.cases import Case, get_case, lock_case


def called_case(call: Call) -> Case:
    """Lock and read the case of the calling process instance; the rest of the command keeps the lock."""
    return lock_case(call.connection, call.site.case_number)


def read_case(call: Call) -> Case:
    """Read the case of the calling process instance without locking it."""
    number = call.site.case_number
    return call.readings.of(("case", number), lambda: get_case(call.connection, number))
