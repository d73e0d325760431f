"""
Tracking tokens: the customer's own way to his case, without an account.

A token is derived from its id under the master key, so a later message can carry the same link; what is stored is its
SHA-256. Whoever has the database alone can neither use nor guess one.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from engine.actors import Actor
from engine.persistence.ids import uuid7
from engine.persistence.sealing import blind_index
from engine.persistence.transactions import Transaction
from operations.cases import Case, get_case
from operations.commitments import find_commitments
from operations.durations import parse_amount
from operations.errors import TrackingTokenUnknown
from operations.tables.tracking import tracking_token
from operations.working_time import ALWAYS, add_working_time

VALIDITY = "tracking.validity"
AFTER_ARCHIVE = "tracking.after_archive"
_TOKEN_LENGTH = 43


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a valid token opens."""

    case_number: str
    customer_id: UUID


def ensure_token(tx: Transaction, case_number: str, customer_id: UUID, *, now: datetime) -> UUID:
    """Return the id of the case's token (see `token_of`), making one when there is none that is still good."""
    query = (
        select(tracking_token.c.id)
        .where(
            tracking_token.c.case_number == case_number,
            tracking_token.c.customer_id == customer_id,
            tracking_token.c.revoked_at.is_(None),
            tracking_token.c.expires_at > now,
        )
        .order_by(tracking_token.c.expires_at.desc())
        .limit(1)
    )
    found: UUID | None = tx.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    token_id = uuid7(now)
    tx.execute(
        insert(tracking_token).values(
            id=token_id,
            token_hash=_hash(token_of(token_id)),
            case_number=case_number,
            customer_id=customer_id,
            created_at=now,
            expires_at=_after(tx, VALIDITY, "P180D", now=now),
        )
    )
    return token_id


def resolve_token(tx: Transaction, token: str, *, now: datetime) -> Tracked:
    """
    Find the case behind a token.

    Raises:
        TrackingTokenUnknown: Unknown, expired or revoked; the answer is the same.
    """
    row = None
    if len(token) == _TOKEN_LENGTH and token.isascii():
        query = select(tracking_token).where(tracking_token.c.token_hash == _hash(token))
        row = tx.execute(query).one_or_none()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        message = "This link is unknown or has expired."
        raise TrackingTokenUnknown(message)
    return Tracked(row.case_number, row.customer_id)


def case_of_token(tx: Transaction, token: str, *, now: datetime) -> Case:
    """Read the case a link opens; raises as `resolve_token` does."""
    return get_case(tx, resolve_token(tx, token, now=now).case_number)


def shorten_after_archive(tx: Transaction, case_number: str, *, now: datetime) -> None:
    """Let the links of an archived case expire soon."""
    end = _after(tx, AFTER_ARCHIVE, "P30D", now=now)
    tx.execute(
        update(tracking_token)
        .where(tracking_token.c.case_number == case_number, tracking_token.c.expires_at > end)
        .values(expires_at=end)
    )


def customer_actor(case: Case, *, origin: str = "tracking") -> Actor:
    """The customer as actor: he belongs to his own group and may send messages to his own case."""
    return Actor(
        subject=case.subject,
        origin=origin,
        groups=frozenset({case.subject}),
        permissions=frozenset({"open_case"}),
    )


def token_of(token_id: UUID) -> str:
    """Derive the token of an id."""
    return base64.urlsafe_b64encode(blind_index(f"tracking-token:{token_id}")).rstrip(b"=").decode()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _after(tx: Transaction, key: str, otherwise: str, *, now: datetime) -> datetime:
    entry = find_commitments(tx, key).get(key)
    value = otherwise if entry is None else entry.commitment.value
    return add_working_time(now, parse_amount(value), ALWAYS)
