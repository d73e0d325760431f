"""How messages leave the service; set once by whoever composes it, absent when nothing is sent."""

from dataclasses import dataclass, field
from uuid import UUID

from operations.tracking_tokens import token_of


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`url` is `smtp://[user:password@]host[:port]` or `smtps://…`; `sender` the address messages come from."""

    url: str = field(repr=False)
    sender: str


_mail: MailSettings | None = None
_public_url = "http://127.0.0.1:8000"


def configure(*, public_url: str, mail: MailSettings | None) -> None:
    """Set what this process sends with, and what its links start with (no slash at the end)."""
    global _mail, _public_url
    _mail, _public_url = mail, public_url


def current() -> MailSettings | None:
    """What to send with, or `None`: then messages stay in the outbox, readable."""
    return _mail


def link_of(token_id: str) -> str:
    """The customer's link for a token id."""
    return f"{_public_url}/track/{token_of(UUID(token_id))}"
