"""The rows of sandboxes and of their steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from engine.persistence.process_instances import compress, decompress
from engine.persistence.tables.sandboxes import sandbox, sandbox_step
from engine.persistence.transactions import Transaction

Event = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """
    A version that somebody tries out.

    Attributes:
        facts: What functions find on the case that there is not.
        is_automatic: Handlers that nobody answered do nothing, instead of asking.
    """

    id: UUID
    definition_id: UUID
    owner: str
    facts: Mapping[str, object]
    is_automatic: bool
    created_at: datetime
    expires_at: datetime

    @property
    def case_number(self) -> str:
        """What stands for a case's number; no case has one like it."""
        return f"TRY-{self.id.hex[-8:]}"


@dataclass(frozen=True, slots=True)
class SandboxStep:
    """
    One move and where it led.

    Attributes:
        moment: The sandbox's own time after it.
        told: What who tries it out did.
        questions: Open afterwards, by the element instance that asks.
        state: Codec bytes of the instance.
    """

    number: int
    kind: str
    moment: datetime
    told: Event
    events: Sequence[Event]
    questions: Mapping[str, Event]
    state: bytes


_SANDBOX = select(*(sandbox.c[name] for name in Sandbox.__dataclass_fields__))
_STEP = select(*(sandbox_step.c[name] for name in SandboxStep.__dataclass_fields__))


def read_sandbox(
    tx: Transaction, sandbox_id: UUID, owner: str, *, now: datetime, is_locked: bool = False
) -> Sandbox | None:
    """Read a sandbox of this person that has not expired; with `is_locked` nobody else makes a move meanwhile."""
    query = _SANDBOX.where(sandbox.c.id == sandbox_id, sandbox.c.owner == owner, sandbox.c.expires_at > now)
    row = tx.execute(query.with_for_update() if is_locked else query).one_or_none()
    return None if row is None else Sandbox(*tuple(row))


def list_owned(tx: Transaction, owner: str, *, now: datetime) -> tuple[Sandbox, ...]:
    """Read a person's sandboxes, newest first; there are few."""
    query = _SANDBOX.where(sandbox.c.owner == owner, sandbox.c.expires_at > now).order_by(sandbox.c.id.desc())
    return tuple(Sandbox(*tuple(row)) for row in tx.execute(query))


def last_step(tx: Transaction, sandbox_id: UUID) -> SandboxStep:
    """Read where a sandbox is."""
    query = _STEP.where(sandbox_step.c.sandbox_id == sandbox_id).order_by(sandbox_step.c.number.desc()).limit(1)
    values: dict[str, Any] = dict(tx.execute(query).one()._mapping)
    return SandboxStep(**values | {"state": decompress(values["state"])})


def total_size(tx: Transaction, sandbox_id: UUID) -> int:
    """How many bytes the steps of a sandbox hold."""
    query = select(func.coalesce(func.sum(sandbox_step.c.size), 0)).where(sandbox_step.c.sandbox_id == sandbox_id)
    return tx.scalar(query) or 0


def told_in(tx: Transaction, sandbox_id: UUID, kind: str) -> tuple[Event, ...]:
    """What was told in the steps of one kind, in their order."""
    query = select(sandbox_step.c.told).where(sandbox_step.c.sandbox_id == sandbox_id, sandbox_step.c.kind == kind)
    return tuple(tx.scalars(query.order_by(sandbox_step.c.number)))


def insert_sandbox(tx: Transaction, made: Sandbox) -> None:
    """Write a new sandbox."""
    tx.execute(insert(sandbox).values({name: getattr(made, name) for name in Sandbox.__dataclass_fields__}))


def insert_step(tx: Transaction, sandbox_id: UUID, step: SandboxStep, *, told_bytes: int) -> int:
    """Write a step, and return the bytes it holds."""
    state = compress(step.state)
    values = {name: getattr(step, name) for name in SandboxStep.__dataclass_fields__}
    size = len(state) + told_bytes
    tx.execute(insert(sandbox_step).values(values | {"sandbox_id": sandbox_id, "state": state, "size": size}))
    return size


def delete_step(tx: Transaction, sandbox_id: UUID, number: int) -> None:
    """Forget a step."""
    tx.execute(delete(sandbox_step).where(sandbox_step.c.sandbox_id == sandbox_id, sandbox_step.c.number == number))


def delete_sandbox(tx: Transaction, sandbox_id: UUID) -> None:
    """Forget a sandbox with all its steps."""
    tx.execute(delete(sandbox).where(sandbox.c.id == sandbox_id))


def delete_expired(tx: Transaction, *, now: datetime, limit: int) -> None:
    """Forget what has expired, whoever's it was; locked ones another time."""
    old = select(sandbox.c.id).where(sandbox.c.expires_at <= now).order_by(sandbox.c.expires_at).limit(limit)
    tx.execute(delete(sandbox).where(sandbox.c.id.in_(old.with_for_update(skip_locked=True))))
