"""People and groups as commands and queries speak of them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff or a service account. `subject` is how the journal and task lists name it."""

    id: UUID
    user_name: str
    display_name: str
    email: str | None
    language: str
    is_active: bool
    created_at: datetime
    groups: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """`person:<uuid>`."""
        return f"person:{self.id}"


@dataclass(frozen=True, slots=True)
class Group:
    """A role, team or department role, with what its members may do (`engine.access`)."""

    id: str
    name_zh: str
    name_en: str
    permissions: tuple[str, ...]


def token_hash(token: str) -> bytes:
    """What is stored of a session's or bearer token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
