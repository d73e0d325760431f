"""
Who is asking: a session's cookie or a bearer token, checked before every view that is not marked public.

A session is a cookie no script can read (HttpOnly, SameSite=Lax, Secure outside development); what changes something
then needs its `X-CSRF-Token` too. A bearer token is never sent by a browser on its own and needs none. Passwords are
looked at in `POST /api/sessions` only, so that a request costs no argon2.
"""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from api.database import autocommit
from api.errors import CsrfTokenWrong, SignInRequired
from engine import clock
from engine.actors import Actor
from engine.commands.sessions import SESSION_LIFETIME, OpenedSession, keep_session
from engine.errors import CredentialsWrong
from engine.persistence.testing_clock import read_offset
from engine.persistence.transactions import Transaction
from engine.queries.identities import Identity, authenticate
from engine.settings import Settings
from engine.visibility import oversees

SESSION_COOKIE = "opsflow_session"
CSRF_COOKIE = "opsflow_csrf"
CSRF_HEADER = "X-CSRF-Token"
UNATTENDED_HEADER = "X-Unattended"
"""Sent by pages that ask by themselves while nobody is there: such a request does not keep a session from ending."""
PUBLIC = Actor("public")

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKEN_MAX = 200
_View = TypeVar("_View", bound=Callable[..., Any])


def public(view: _View) -> _View:
    """
    Mark a view that anybody may call; without the mark it needs authentication.

    Who sends a bearer token, or a cookie with its CSRF token, acts as himself there too.
    """
    view.__dict__["is_public"] = True
    return view


def unattended(view: _View) -> _View:
    """Mark a view that pages ask for by themselves: it does not keep a session from ending."""
    view.__dict__["is_unattended"] = True
    return view


def authenticated_by(check: Callable[[], Identity | None]) -> Callable[[_View], _View]:
    """
    Mark a view whose callers prove themselves in a way of its own, and in no other.

    Args:
        check: Says who sends the request, or raises `NotAuthenticated`; `None`: nobody, whom only public views let in.
    """

    def mark(view: _View) -> _View:
        view.__dict__["authenticate"] = check
        return view

    return mark


def is_public(endpoint: str | None) -> bool:
    """Whether the endpoint carries the mark. No endpoint (an unknown address) tells nothing, so it is."""
    return endpoint is None or getattr(current_app.view_functions.get(endpoint), "is_public", False)


def register(app: Flask) -> None:
    """Authenticate before each request."""
    app.before_request(_authenticate)


def current_actor(*, reason: str | None = None) -> Actor:
    """Return the actor behind this request, with the reason its body or query gives."""
    identity: Identity | None = g.get("identity")
    actor = PUBLIC if identity is None else identity.actor
    settings: Settings = current_app.extensions["opsflow_settings"]
    owes_purpose = settings.requires_purpose and oversees(actor)
    return replace(actor, reason=reason, owes_purpose=owes_purpose) if reason is not None or owes_purpose else actor


def current_identity() -> Identity:
    """Return who is signed in; only in views that are not public."""
    identity: Identity = g.identity
    return identity


def machine_now() -> datetime:
    """The machine's time, which sessions, tokens and lock-outs live by even where the clock can be moved."""
    return datetime.now(UTC)


def set_cookies(response: Response, opened: OpenedSession) -> None:
    """Hand the new session to the browser."""
    is_secure = not current_app.config["IS_DEVELOPMENT"]
    for name, value, is_http_only in (
        (SESSION_COOKIE, opened.token, True),
        (CSRF_COOKIE, opened.csrf_token, False),
    ):
        response.set_cookie(
            name, value, max_age=SESSION_LIFETIME, secure=is_secure, httponly=is_http_only, samesite="Lax"
        )


def clear_cookies(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(SESSION_COOKIE)
    response.delete_cookie(CSRF_COOKIE)


def _authenticate() -> None:
    g.identity = None
    needs_identity = not is_public(request.endpoint)
    own_check = getattr(current_app.view_functions.get(request.endpoint or ""), "authenticate", None)
    if own_check is not None:
        g.identity = own_check()
        _set_clock()
        _require_identity(needs_identity=needs_identity)
        return
    bearer, cookie = _credentials()
    token = bearer or cookie
    is_meant = needs_identity or bearer is not None or CSRF_HEADER in request.headers
    if token is not None and len(token) <= _TOKEN_MAX and is_meant:
        with autocommit() as connection:
            g.identity = authenticate(connection, token, now=machine_now())
            _keep_session(connection, token, g.identity)
    _set_clock()
    if bearer is not None and g.identity is None:
        message = "This bearer token is unknown, expired or revoked."
        raise CredentialsWrong(message)
    if g.identity is not None:
        _require_csrf_token(g.identity)
    _require_identity(needs_identity=needs_identity)


def _keep_session(connection: Transaction, token: str, identity: Identity | None) -> None:
    """Have the session of a person who is there last on."""
    view = current_app.view_functions.get(request.endpoint or "")
    if identity is None or identity.idle_at is None or getattr(view, "is_unattended", False):
        return
    if UNATTENDED_HEADER not in request.headers:
        keep_session(connection, token, identity.idle_at, idle=session_idle(), now=machine_now())


def session_idle() -> timedelta:
    """How long a session lasts that nobody uses."""
    settings: Settings = current_app.extensions["opsflow_settings"]
    return settings.session_idle


def _require_identity(*, needs_identity: bool) -> None:
    """Refuse nobody where somebody is needed."""
    if needs_identity and g.identity is None:
        message = "This needs a session or a bearer token."
        raise SignInRequired(message)


def _credentials() -> tuple[str | None, str | None]:
    """Take the bearer token and the session cookie the request carries."""
    header = request.headers.get("Authorization")
    if header is None:
        return None, request.cookies.get(SESSION_COOKIE)
    scheme, _, token = header.partition(" ")
    return (token.strip() if scheme.lower() == "bearer" and token.strip() else "-"), None


def _require_csrf_token(identity: Identity) -> None:
    """Refuse a change that came with a cookie but not with the token another site cannot know."""
    if identity.csrf_token is None or request.method in _SAFE_METHODS:
        return
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), identity.csrf_token.encode()):
        message = f"Send the session's csrf_token in the header {CSRF_HEADER}."
        raise CsrfTokenWrong(message)


def _set_clock() -> None:
    """Follow the movable clock; it exists in development only (one row, read together with the identity)."""
    if not current_app.config["IS_DEVELOPMENT"]:
        return
    identity: Identity | None = g.identity
    clock.set_offset(_read_offset() if identity is None else identity.clock_offset)


def _read_offset() -> timedelta:
    with autocommit() as connection:
        return read_offset(connection)
