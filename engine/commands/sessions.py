"""
Signing in and out, and bearer tokens. Each is journalled; no token is stored, only its SHA-256.

`now` here is the machine's time, never the movable clock's: moving a sandbox by three weeks signs nobody out.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine import access
from engine.actors import Actor
from engine.commands import passwords
from engine.errors import CredentialsWrong, LockedOut, NotAuthenticated, NotPermitted, PersonNotFound, TokenNotFound
from engine.history import journal
from engine.identities import token_hash
from engine.persistence.ids import uuid7
from engine.persistence.tables.identities import api_token, person, session, sign_in_failure
from engine.persistence.transactions import Transaction

SESSION_LIFETIME = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=2)
_MOVED_ON_EVERY = 10
"""Into how many parts the idle time is cut: a session in use is written once in each."""
TOKEN_PREFIX = "opsflow_"  # noqa: S105 - so that secret scanners know one
FAILURES_BEFORE_LOCK = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=30)
FAILURES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session. `token` is known to nobody but its owner from here on."""

    token: str
    csrf_token: str
    person_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """
    How an attempt to sign in ended. A refusal is a result, not an exception: its count must be committed.

    Attributes:
        refusal: Raise it after the commit.
    """

    opened: OpenedSession | None
    refusal: NotAuthenticated | None


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """A new bearer token. `token` is shown this once."""

    id: UUID
    token: str
    name: str
    expires_at: datetime | None


def sign_in(
    tx: Transaction, user_name: str, password: str, *, idle: timedelta = SESSION_IDLE, actor: Actor, now: datetime
) -> SignInAttempt:
    """
    Open a session for whoever knows the password; it ends after `SESSION_LIFETIME`, or unused for `idle`.

    A name nobody has costs the same time and gets the same answers, locks included. After five failures the name is
    locked for one minute, then two, four … up to thirty; while locked no password is looked at.
    """
    name = user_name.strip().lower()
    failures, locked_until = _failures(tx, name, now=now)
    if locked_until is not None and locked_until > now:
        seconds = int((locked_until - now).total_seconds()) + 1
        journal.append(tx, "session.refused", actor=actor, now=now, payload={"why": "locked"})
        return SignInAttempt(None, LockedOut("Too many failed attempts.", retry_after_s=seconds))
    found = tx.execute(
        select(person.c.id, person.c.password_hash).where(person.c.user_name == name, person.c.is_active)
    ).first()
    if not passwords.is_right(password, found.password_hash if found else None) or found is None:
        _count_failure(tx, name, failures + 1, now=now)
        payload = {"why": "wrong", "person": str(found.id) if found else None}
        journal.append(tx, "session.refused", actor=actor, now=now, payload=payload)
        return SignInAttempt(None, CredentialsWrong("User name and password do not fit."))
    tx.execute(delete(sign_in_failure).where(sign_in_failure.c.name_hash == _name_hash(name)))
    if passwords.needs_rehash(found.password_hash):
        tx.execute(update(person).where(person.c.id == found.id).values(password_hash=passwords.hashed(password)))
    return SignInAttempt(_open(tx, found.id, idle, actor=actor, now=now), None)


def keep_session(tx: Transaction, token: str, idle_at: datetime, *, idle: timedelta, now: datetime) -> None:
    """
    Note that a session is used, when a tenth of its idle time has passed since that was last noted.

    It is not journalled: nothing has happened.
    """
    until = now + idle
    if until - idle_at >= idle / _MOVED_ON_EVERY:
        tx.execute(
            update(session)
            .where(session.c.token_hash == token_hash(token))
            .values(idle_at=func.least(until, session.c.expires_at))
        )


def sign_out(tx: Transaction, token: str, *, actor: Actor, now: datetime) -> None:
    """End the session with this token; one that has ended stays so."""
    if tx.execute(delete(session).where(session.c.token_hash == token_hash(token))).rowcount:
        journal.append(tx, "session.closed", actor=actor, now=now, payload={})


def create_token(
    tx: Transaction, person_id: UUID, name: str, *, lifetime: timedelta | None = None, actor: Actor, now: datetime
) -> CreatedToken:
    """
    Make a bearer token that can do whatever the person can.

    Args:
        lifetime: `None`: until it is revoked.

    Raises:
        NotPermitted: The token is somebody else's: nobody may act as another, administrators included.
        PersonNotFound: No such person, or shut out.
    """
    if actor.subject != f"person:{person_id}" and not access.has(actor, "*"):
        message = "A token can only be made by the person it stands for."
        raise NotPermitted(message)
    is_known = select(person.c.id).where(person.c.id == person_id, person.c.is_active).with_for_update(read=True)
    if tx.execute(is_known).first() is None:
        message = f"Person {person_id} does not exist."
        raise PersonNotFound(message)
    expires_at = None if lifetime is None else now + lifetime
    made = CreatedToken(uuid7(now), TOKEN_PREFIX + secrets.token_urlsafe(32), name, expires_at)
    tx.execute(
        insert(api_token).values(
            id=made.id,
            token_hash=token_hash(made.token),
            person_id=person_id,
            name=name,
            created_at=now,
            expires_at=expires_at,
        )
    )
    created = {"token": str(made.id), "person": str(person_id), "expires_at": expires_at and expires_at.isoformat()}
    journal.append(tx, "token.created", actor=actor, now=now, payload=created)
    return made


def revoke_token(tx: Transaction, token_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    End a bearer token: one's own, or anybody's with the permission to administer. Twice changes nothing.

    Raises:
        TokenNotFound: No such token, or somebody else's.
    """
    found = tx.execute(
        select(api_token.c.person_id, api_token.c.revoked_at).where(api_token.c.id == token_id).with_for_update()
    ).first()
    is_own = found is not None and actor.subject == f"person:{found.person_id}"
    if found is None or not (is_own or access.has(actor, access.ADMINISTER)):
        message = f"Token {token_id} does not exist."
        raise TokenNotFound(message)
    if found.revoked_at is None:
        tx.execute(update(api_token).where(api_token.c.id == token_id).values(revoked_at=now))
        journal.append(tx, "token.revoked", actor=actor, now=now, payload={"token": str(token_id)})


def _open(tx: Transaction, person_id: UUID, idle: timedelta, *, actor: Actor, now: datetime) -> OpenedSession:
    made = OpenedSession(secrets.token_urlsafe(32), secrets.token_urlsafe(24), person_id, now + SESSION_LIFETIME)
    over = (session.c.person_id == person_id) & (func.least(session.c.idle_at, session.c.expires_at) <= now)
    tx.execute(delete(session).where(over))
    tx.execute(
        insert(session).values(
            token_hash=token_hash(made.token),
            person_id=person_id,
            csrf_token=made.csrf_token,
            created_at=now,
            expires_at=made.expires_at,
            idle_at=min(now + idle, made.expires_at),
        )
    )
    signed_in = Actor(subject=f"person:{person_id}", origin=actor.origin)
    journal.append(tx, "session.opened", actor=signed_in, now=now, payload={})
    return made


def _failures(tx: Transaction, name: str, *, now: datetime) -> tuple[int, datetime | None]:
    """How often this name failed lately; the row is locked, so that guesses at one name queue up."""
    row = tx.execute(
        upsert(sign_in_failure)
        .values(name_hash=_name_hash(name), failures=0, last_failed_at=now)
        .on_conflict_do_update(index_elements=["name_hash"], set_={"name_hash": _name_hash(name)})
        .returning(sign_in_failure.c.failures, sign_in_failure.c.last_failed_at, sign_in_failure.c.locked_until)
    ).one()
    return (0, None) if row.last_failed_at < now - FAILURES_KEPT else (row.failures, row.locked_until)


def _count_failure(tx: Transaction, name: str, failures: int, *, now: datetime) -> None:
    lock = None
    if failures >= FAILURES_BEFORE_LOCK:
        lock = now + min(LONGEST_LOCK, FIRST_LOCK * 2 ** min(failures - FAILURES_BEFORE_LOCK, 10))
    tx.execute(
        update(sign_in_failure)
        .where(sign_in_failure.c.name_hash == _name_hash(name))
        .values(failures=failures, last_failed_at=now, locked_until=lock)
    )
    tx.execute(delete(sign_in_failure).where(sign_in_failure.c.last_failed_at < now - FAILURES_KEPT))


def _name_hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
