"""
Sealed values: personal data and free text, stored once, under their data subject's own key.

Workflow state and journal hold only the reference `sealed:<uuid>`. Destroying a subject's key makes every such value
unreadable everywhere, backups of the values included, while replay and hashes stay as they were. Whoever keeps
backups of `subject_key` keeps the means to read: see `docs/explanation/personal-data.md`.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.persistence.ids import uuid7
from engine.persistence.tables.journal import form_value, subject_key
from engine.persistence.transactions import Transaction

PREFIX = "sealed:"
ALGORITHM = "AES-256-GCM"
_NONCE_BYTES = 12
_REFERENCE = re.compile(PREFIX + r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
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
    _known_keys.clear()


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
    remembered = _known_keys.get(subject)
    if remembered is not None:
        references = _store(tx, remembered, subject, values, instance_id=instance_id, now=now)
        if references is not None:
            return references
    known = _key_for_writing(tx, subject, now=now)
    references = _store(tx, known, subject, values, instance_id=instance_id, now=now)
    if references is None:
        raise SubjectErased(subject)
    _remember(subject, known)
    return references


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """A subject's key as stored and as it opens."""

    wrapped: bytes
    key: bytes


# Stores only under the very key the subject has: a process may know one that was destroyed or never committed.
_STORE = text(
    """
    INSERT INTO form_value (id, subject, instance_id, field, sealed, created_at)
    SELECT r.id, :subject, :instance_id, r.field, decode(r.sealed, 'hex'), :now
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (id uuid, field text, sealed text)
    WHERE EXISTS (SELECT FROM subject_key WHERE subject = :subject AND wrapped_key = :wrapped)
    """
)
_MAX_KNOWN_KEYS = 1_000
_known_keys: dict[str, SubjectKey] = {}


def _store(
    tx: Transaction,
    known: SubjectKey,
    subject: str,
    values: Mapping[str, object],
    *,
    instance_id: UUID | None,
    now: datetime,
) -> dict[str, str] | None:
    rows: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        identifier = uuid7(now)
        sealed = _encrypt(known.key, orjson.dumps(value), f"{identifier}|{subject}")
        rows[name] = {"id": identifier, "field": name, "sealed": sealed.hex()}
    parameters = {"subject": subject, "instance_id": instance_id, "now": now, "wrapped": known.wrapped}
    stored = tx.execute(_STORE, {"rows": orjson.dumps(list(rows.values())).decode(), **parameters})
    if stored.rowcount != len(rows):
        return None
    return {name: f"{PREFIX}{row['id']}" for name, row in rows.items()}


def _remember(subject: str, known: SubjectKey) -> None:
    while len(_known_keys) >= _MAX_KNOWN_KEYS:
        _known_keys.pop(next(iter(_known_keys)), None)
    _known_keys[subject] = known


def unseal(
    tx: Transaction, references: Iterable[str], *, subjects: Iterable[str] | None = None
) -> dict[str, object | None]:
    """
    Read values by reference; `None` for those whose subject was erased. Callers journal the reading.

    Args:
        subjects: Only values of these; a reference to anybody else's is left out. Give it whenever the references could
            have been written by somebody: whoever may read one person's words must not read another's by naming them.
    """
    ids = {UUID(reference.removeprefix(PREFIX)) for reference in references}
    if not ids:
        return {}
    rows = tx.execute(
        select(form_value.c.id, form_value.c.subject, form_value.c.sealed, subject_key.c.wrapped_key)
        .join_from(form_value, subject_key, form_value.c.subject == subject_key.c.subject)
        .where(form_value.c.id.in_(ids), *([] if subjects is None else [form_value.c.subject.in_(set(subjects))]))
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
    return isinstance(value, str) and value.startswith(PREFIX) and _REFERENCE.fullmatch(value) is not None


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


def _key_for_writing(tx: Transaction, subject: str, *, now: datetime) -> SubjectKey:
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
    return SubjectKey(found.wrapped_key, _decrypt(_master_key().secret, found.wrapped_key, f"key|{subject}"))


def backup_key(salt: bytes) -> bytes:
    """The key of one backup; whoever restores it needs the same master key, and its own salt."""
    return hmac.new(_derived(b"backup"), salt, hashlib.sha256).digest()


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
