"""
Sealed values: personal data and free text, stored once, under their data subject's own key.

Workflow state and journal hold only the reference `sealed:<uuid>`. Destroying a subject's key makes every such value
unreadable everywhere, backups of the values included, while replay and hashes stay as they were. Whoever keeps
backups of `subject_key` keeps the means to read: see `docs/explanation/personal-data.md`.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.persistence.ids import uuid7
from engine.persistence.tables.journal import form_value, subject_key
from engine.persistence.transactions import Transaction

PREFIX = "sealed:"
ALGORITHM = "AES-256-GCM"
_NONCE_BYTES = 12
_master: "MasterKey | None" = None


@dataclass(frozen=True, slots=True)
class MasterKey:
    """
    Wraps the subjects' keys.

    Attributes:
        id: First 16 hex digits of the key's SHA-256, stored beside each wrapped key for rotation.
    """

    id: str
    secret: bytes


def configure_master_key(secret: bytes) -> None:
    """Set the key of this process: 32 random bytes."""
    if len(secret) != 32:  # noqa: PLR2004 - AES-256
        message = "the master key must be 32 bytes"
        raise ValueError(message)
    global _master  # noqa: PLW0603 - one service per process
    _master = MasterKey(hashlib.sha256(secret).hexdigest()[:16], secret)


def master_key_id() -> str:
    """Which key this process wraps with; stored beside every key it wrapped."""
    return _master_key().id


def seal(
    tx: Transaction, subject: str, field: str, value: object, *, instance_id: UUID | None = None, now: datetime
) -> str:
    """Store one JSON value under the subject's key and return its reference."""
    return seal_many(tx, subject, {field: value}, instance_id=instance_id, now=now)[field]


def seal_many(
    tx: Transaction, subject: str, values: Mapping[str, object], *, instance_id: UUID | None = None, now: datetime
) -> dict[str, str]:
    """Store several values of one subject in one statement; keys are field names or paths, kept in clear."""
    if not values:
        return {}
    key = _key_for_writing(tx, subject, now=now)
    rows = [
        {
            "id": uuid7(now),
            "subject": subject,
            "instance_id": instance_id,
            "field": name,
            "value": value,
            "created_at": now,
        }
        for name, value in values.items()
    ]
    for row in rows:
        row["sealed"] = _encrypt(key, orjson.dumps(row.pop("value")), f"{row['id']}|{subject}")
    tx.execute(insert(form_value), rows)
    return {str(row["field"]): f"{PREFIX}{row['id']}" for row in rows}


def unseal(tx: Transaction, references: Iterable[str]) -> dict[str, object | None]:
    """Read values by reference; `None` for those whose subject was erased. Callers journal the reading."""
    ids = {UUID(reference.removeprefix(PREFIX)) for reference in references}
    if not ids:
        return {}
    rows = tx.execute(
        select(form_value.c.id, form_value.c.subject, form_value.c.sealed, subject_key.c.wrapped_key)
        .join_from(form_value, subject_key, form_value.c.subject == subject_key.c.subject)
        .where(form_value.c.id.in_(ids))
    )
    values: dict[str, object | None] = {}
    for row in rows:
        if row.wrapped_key is None:
            values[f"{PREFIX}{row.id}"] = None
            continue
        key = _decrypt(_master_key().secret, row.wrapped_key, f"key|{row.subject}")
        values[f"{PREFIX}{row.id}"] = orjson.loads(_decrypt(key, row.sealed, f"{row.id}|{row.subject}"))
    return values


def is_sealed(value: object) -> bool:
    """Whether a variable's value is a reference to a sealed one."""
    return isinstance(value, str) and value.startswith(PREFIX) and len(value) == len(PREFIX) + 36


def destroy_subject_key(tx: Transaction, subject: str, *, now: datetime) -> bool:
    """Erase a subject: forget the key. Returns whether there was one."""
    done = tx.execute(
        update(subject_key)
        .where(subject_key.c.subject == subject, subject_key.c.wrapped_key.is_not(None))
        .values(wrapped_key=None, destroyed_at=now)
    )
    return done.rowcount > 0


def blind_index(value: str) -> bytes:
    """Keyed hash for exact lookup of low-entropy values (phone, e-mail), which a plain hash would give away."""
    return hmac.new(_derived(b"blind-index"), value.strip().casefold().encode(), hashlib.sha256).digest()


def _key_for_writing(tx: Transaction, subject: str, *, now: datetime) -> bytes:
    found = tx.execute(select(subject_key.c.wrapped_key).where(subject_key.c.subject == subject)).one_or_none()
    if found is None:
        fresh = secrets.token_bytes(32)
        tx.execute(
            upsert(subject_key)
            .values(
                subject=subject,
                algorithm=ALGORITHM,
                master_key_id=_master_key().id,
                wrapped_key=_encrypt(_master_key().secret, fresh, f"key|{subject}"),
                created_at=now,
            )
            .on_conflict_do_nothing()
        )
        found = tx.execute(select(subject_key.c.wrapped_key).where(subject_key.c.subject == subject)).one()
    if found.wrapped_key is None:
        raise SubjectErased(subject)
    return _decrypt(_master_key().secret, found.wrapped_key, f"key|{subject}")


class SubjectErased(Exception):
    """The subject's key was destroyed: nothing new can be stored about him."""


def _master_key() -> MasterKey:
    if _master is None:
        message = "no master key is configured: call engine.persistence.sealing.configure_master_key() first"
        raise RuntimeError(message)
    return _master


def _derived(purpose: bytes) -> bytes:
    return hmac.new(_master_key().secret, purpose, hashlib.sha256).digest()


def _encrypt(key: bytes, plain: bytes, associated: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, associated.encode())


def _decrypt(key: bytes, sealed: bytes, associated: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated.encode())
    except InvalidTag as error:
        message = f"a sealed value was changed or belongs to another key ({associated})"
        raise SealBroken(message) from error


class SealBroken(Exception):
    """A sealed value does not open: it was changed, moved, or sealed under another master key."""
