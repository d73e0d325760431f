"""
First answers: a request repeated with the same key gets the first one's answer and does nothing again.

Claim, command and answer share one transaction. Two at once: the second waits for the first at the unique index, then
finds its answer; when the first is refused or fails, nothing of it is kept and the second runs.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.errors import IdempotencyKeyReused
from engine.persistence.tables.identities import idempotency_key
from engine.persistence.transactions import Transaction

KEPT = timedelta(days=2)
_NONCE_BYTES = 12
_FORGOTTEN_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `body` is the bytes sent; `location` the header of that name."""

    status: int
    body: bytes
    location: str | None


def claim_key(tx: Transaction, subject: str, key: str, request_hash: bytes, *, now: datetime) -> Answer | None:
    """
    Take the key, or return the first answer when it was taken by the same request.

    Raises:
        IdempotencyKeyReused: It was taken by a different request of this subject.
    """
    claimed = tx.execute(
        upsert(idempotency_key)
        .values(subject=subject, key_hash=_key_hash(subject, key), request_hash=request_hash, created_at=now)
        .on_conflict_do_nothing()
        .returning(idempotency_key.c.subject)
    ).first()
    if claimed is not None:
        _forget_some(tx, now=now)
        return None
    columns = idempotency_key.c
    first = tx.execute(select(columns.request_hash, columns.status, columns.answer).where(_is(subject, key))).one()
    if first.request_hash != request_hash:
        message = "This idempotency key was used for a different request."
        raise IdempotencyKeyReused(message)
    location, _, body = _opened(subject, key, first.answer).partition(b"\n")
    return Answer(first.status, body, location.decode() or None)


def store_answer(tx: Transaction, subject: str, key: str, answer: Answer) -> None:
    """Keep the answer to the request that claimed the key, in the same transaction."""
    plain = (answer.location or "").encode() + b"\n" + answer.body
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(_secret(subject, key)).encrypt(nonce, plain, None)
    tx.execute(update(idempotency_key).where(_is(subject, key)).values(status=answer.status, answer=sealed))


def _forget_some(tx: Transaction, *, now: datetime) -> None:
    """Delete up to ten keys that are too old: each claim adds one, so the table stays as small as two days are."""
    columns = idempotency_key.c
    old = select(columns.subject, columns.key_hash).where(columns.created_at < now - KEPT).limit(_FORGOTTEN_AT_ONCE)
    found = old.with_for_update(skip_locked=True)
    tx.execute(delete(idempotency_key).where(tuple_(columns.subject, columns.key_hash).in_(found)))


def _opened(subject: str, key: str, sealed: bytes) -> bytes:
    return AESGCM(_secret(subject, key)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)


def _is(subject: str, key: str) -> ColumnElement[bool]:
    return (idempotency_key.c.subject == subject) & (idempotency_key.c.key_hash == _key_hash(subject, key))


def _key_hash(subject: str, key: str) -> bytes:
    return hashlib.sha256(f"idempotency key\n{subject}\n{key}".encode()).digest()


def _secret(subject: str, key: str) -> bytes:
    return hashlib.sha256(f"idempotency answer\n{subject}\n{key}".encode()).digest()
