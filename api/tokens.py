"""`/api/tokens`: bearer tokens for scripts and other systems."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor, current_identity, machine_now
from api.database import reading, transaction
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from engine.commands.sessions import CreatedToken, create_token, revoke_token
from engine.queries.identities import Token, list_tokens

tokens = Blueprint("tokens", __name__, url_prefix="/api/tokens", description="Bearer tokens 访问令牌")


class NewToken(ma.Schema):
    """What to make."""

    name = Text(required=True, minimum=1, maximum=100)
    lifetime_days = ma.fields.Integer(
        load_default=90, allow_none=True, strict=True, validate=ma.validate.Range(1, 3650)
    )


class TokenView(ma.Schema):
    """A token, without its secret."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    created_at = ma.fields.AwareDateTime()
    expires_at = ma.fields.AwareDateTime(allow_none=True)


class CreatedTokenView(ma.Schema):
    """A new token. `token` is shown this once."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    token = ma.fields.String()
    expires_at = ma.fields.AwareDateTime(allow_none=True)


@tokens.post("")
@tokens.arguments(NewToken)
@tokens.response(201, CreatedTokenView)
def create(body: dict[str, Any]) -> CreatedToken:
    """Make a token for oneself 创建自己的令牌; `lifetime_days` null never expires."""
    days = body["lifetime_days"]
    lifetime = None if days is None else timedelta(days=days)
    person_id = current_identity().person_id
    with transaction() as tx:
        return create_token(tx, person_id, body["name"], lifetime=lifetime, actor=current_actor(), now=machine_now())


@tokens.get("")
@tokens.response(200, page_view(TokenView))
def read_all() -> Page[Token]:
    """One's own tokens 自己的令牌."""
    with reading() as tx:
        return whole(list_tokens(tx, current_identity().person_id))


@tokens.delete("/<uuid:token_id>")
@tokens.response(204)
def revoke(token_id: UUID) -> None:
    """Revoke a token 吊销令牌."""
    with transaction() as tx:
        revoke_token(tx, token_id, actor=current_actor(), now=machine_now())
