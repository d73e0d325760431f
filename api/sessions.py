"""`/api/sessions`: signing in and out with a cookie."""

from typing import Any

import marshmallow as ma
from flask import Response, make_response, request

from api.auth import (
    PUBLIC,
    SESSION_COOKIE,
    clear_cookies,
    current_actor,
    current_identity,
    machine_now,
    public,
    session_idle,
    set_cookies,
)
from api.database import transaction
from api.parsing import Blueprint, Text
from api.rate_limits import limited
from engine.commands.sessions import sign_in, sign_out
from engine.queries.identities import Identity

sessions = Blueprint("sessions", __name__, url_prefix="/api/sessions", description="Signing in and out 登录与退出")

_TEXTS = {"type": "array", "items": {"type": "string"}}


class Credentials(ma.Schema):
    """What a person proves itself with."""

    user_name = Text(required=True, minimum=1, maximum=64)
    password = Text(required=True, minimum=1, maximum=256)


class OpenedSessionView(ma.Schema):
    """A new session. The cookie holds the token; send `csrf_token` as `X-CSRF-Token` with every change."""

    csrf_token = ma.fields.String()
    person_id = ma.fields.UUID()
    expires_at = ma.fields.AwareDateTime()


class IdentityView(ma.Schema):
    """Who is signed in."""

    person_id = ma.fields.UUID()
    user_name = ma.fields.String()
    display_name = ma.fields.String()
    language = ma.fields.String()
    csrf_token = ma.fields.String(allow_none=True)
    groups = ma.fields.Function(lambda identity: sorted(identity.actor.groups), metadata=_TEXTS)
    permissions = ma.fields.Function(lambda identity: sorted(identity.actor.permissions), metadata=_TEXTS)


@sessions.post("")
@public
@limited(burst=30, per_minute=30)
@sessions.arguments(Credentials)
@sessions.response(201, OpenedSessionView)
def open_session(body: dict[str, Any]) -> Response:
    """
    Sign in 登录.

    After five failures a name is locked for one minute, then two, four … up to thirty.
    """
    with transaction() as tx:
        attempt = sign_in(tx, body["user_name"], body["password"], idle=session_idle(), actor=PUBLIC, now=machine_now())
    if attempt.refusal is not None:  # raised after the commit: its count stays
        raise attempt.refusal
    response = make_response(OpenedSessionView().dump(attempt.opened), 201)
    if attempt.opened is not None:
        set_cookies(response, attempt.opened)
    return response


@sessions.get("/current")
@sessions.response(200, IdentityView)
def read_session() -> Identity:
    """Who is signed in 当前用户."""
    return current_identity()


@sessions.delete("/current")
@sessions.response(204)
def close_session() -> Response:
    """Sign out 退出. With a bearer token nothing happens: revoke it instead."""
    with transaction() as tx:
        sign_out(tx, request.cookies.get(SESSION_COOKIE, ""), actor=current_actor(), now=machine_now())
    response = make_response("", 204)
    clear_cookies(response)
    return response
