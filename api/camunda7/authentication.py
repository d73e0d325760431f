"""
Who asks on `/engine-rest`: a bearer token, or user name and password with every request (HTTP Basic).

The first right password opens a session, which no client ever sees; for five minutes the same credentials find it in
this process's memory by a keyed hash, so that a request costs no argon2. Since the session is a session like any other,
a changed password, a deactivated person or a lock-out end it at once, in every process.

Source:
    RFC 7617 (Basic), RFC 6750 (Bearer).
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import Forbidden

from api.auth import PUBLIC, machine_now
from api.database import autocommit, transaction
from api.errors import SignInRequired
from api.rate_limits import require_allowance
from engine.commands.sessions import sign_in, sign_out
from engine.errors import CredentialsWrong
from engine.queries.identities import Identity, authenticate
from engine.queries.sign_in_failures import is_locked_out

REMEMBERED = 1_000
LIFETIME_S = 300.0
_NAME_MAX = 64
_PASSWORD_MAX = 256
_TOKEN_MAX = 200
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class _Kept:
    session_token: str
    until: float


class VerifiedCredentials:
    """Sessions opened with a password, by a hash under a key that lives as long as the process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, user_name: str, password: str, *, now: float) -> str | None:
        """The session these credentials opened lately."""
        with self._lock:
            kept = self._kept.get(self._hash(user_name, password))
        return kept.session_token if kept is not None and kept.until > now else None

    def keep(self, user_name: str, password: str, session_token: str, *, now: float) -> str | None:
        """Remember a session; return the one that was kept for these credentials before."""
        name = self._hash(user_name, password)
        with self._lock:
            before = self._kept.pop(name, None)
            self._kept[name] = _Kept(session_token, now + LIFETIME_S)
            if len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return None if before is None else before.session_token

    def _hash(self, user_name: str, password: str) -> bytes:
        parts = [part.encode("utf-8", "surrogatepass") for part in (user_name, password)]
        return hmac.digest(self._key, b"".join(hashlib.sha256(part).digest() for part in parts), hashlib.sha256)


def caller() -> Identity:
    """
    Say who sends this request.

    Raises:
        SignInRequired: It says nothing of its sender. A session's cookie does not count here.
        CredentialsWrong: It does, but wrongly.
        LockedOut: The name is locked after failed attempts.
    """
    _refuse_other_sites()
    given = request.authorization
    if given is None and "Authorization" not in request.headers:
        message = "Send a user name and a password, or a bearer token."
        raise SignInRequired(message)
    if given is not None and given.type == "bearer" and given.token is not None:
        return _by_token(given.token)
    if given is not None and given.type == "basic":
        return _by_password(given.username or "", given.password or "")
    message = "This Authorization header cannot be read."
    raise CredentialsWrong(message)


def _by_token(token: str) -> Identity:
    """Find whose bearer token this is; a session's token is none."""
    found = None
    if len(token) <= _TOKEN_MAX:
        with autocommit() as connection:
            found = authenticate(connection, token, now=machine_now())
    if found is None or found.csrf_token is not None:
        message = "This bearer token is unknown, expired or revoked."
        raise CredentialsWrong(message)
    return found


def _by_password(user_name: str, password: str) -> Identity:
    if not 0 < len(user_name) <= _NAME_MAX or not 0 < len(password) <= _PASSWORD_MAX or "\x00" in user_name:
        message = "User name and password do not fit."
        raise CredentialsWrong(message)
    known = _credentials().find(user_name, password, now=time.monotonic())
    if known is not None:
        with autocommit() as connection:
            if not is_locked_out(connection, user_name, now=machine_now()):
                found = authenticate(connection, known, now=machine_now())
                if found is not None:
                    return replace(found, csrf_token=None)
    return replace(_verified(user_name, password), csrf_token=None)


def _verified(user_name: str, password: str) -> Identity:
    """Look at the password; the session it opens takes the place of the one these credentials opened before."""
    require_allowance("verified", burst=30, per_minute=30)
    with transaction() as tx:
        attempt = sign_in(tx, user_name, password, actor=PUBLIC, now=machine_now())
    if attempt.opened is None:  # raised after the commit: its count stays
        raise attempt.refusal or CredentialsWrong("User name and password do not fit.")
    with autocommit() as connection:  # before it is kept: from then on another request may replace it
        found = authenticate(connection, attempt.opened.token, now=machine_now())
    if found is None:
        message = "This person was shut out just now."
        raise CredentialsWrong(message)
    before = _credentials().keep(user_name, password, attempt.opened.token, now=time.monotonic())
    if before is not None:
        with transaction() as tx:
            sign_out(tx, before, actor=found.actor, now=machine_now())
    return found


def _credentials() -> VerifiedCredentials:
    kept: VerifiedCredentials = current_app.extensions["camunda7_credentials"]
    return kept


def _refuse_other_sites() -> None:
    """
    Refuse a change that another web site makes a browser send: a browser that once asked for the password sends it on.

    Programs send no `Origin`; the Modeler is a page of `file://`, which Chromium may write as `null`. A page in a
    browser can send `null` too, but not another browser's `User-Agent` without asking first, which is refused.
    """
    origin = request.headers.get("Origin")
    if origin is None or request.method in _SAFE_METHODS or origin == "file://":
        return
    is_desktop = origin == "null" and "Electron/" in request.headers.get("User-Agent", "")
    if not is_desktop and urlsplit(origin).netloc != request.host:
        raise Forbidden
