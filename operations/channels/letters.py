"""What every way of sending takes, and how it says that it failed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """
    A message ready to leave.

    Attributes:
        id: The notification's id: receivers drop repeats by it.
        created_at: When it was written.
    """

    id: str
    template: str
    case_number: str | None
    subject: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: a mail address or a web address, and the secret that signs, where the way has one."""

    address: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


class DeliveryFailed(Exception):
    """The receiver did not take the message; it is tried again."""


Deliver = Callable[[Letter, Target, datetime], None]
"""
Send a letter to a target at the machine's time, or raise `DeliveryFailed`, `OSError` or `AddressRefused`.

It may run twice for one letter.
"""
