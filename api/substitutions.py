"""`/api/substitutions`: who stands in for whom while somebody is away."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor, current_identity
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Moment, Text
from engine import clock
from engine.commands.substitutions import NewSubstitution, create_substitution, end_substitution
from engine.persistence.substitutions import Substitution
from engine.queries.substitutions import list_substitutions

substitutions = Blueprint("substitutions", __name__, url_prefix="/api/substitutions", description="Substitution 代理")


class SubstitutionView(ma.Schema):
    """Somebody standing in for somebody. `ended_at`: when it was ended before its time."""

    id = ma.fields.UUID()
    person_id = ma.fields.UUID()
    person_name = ma.fields.String()
    substitute_id = ma.fields.UUID()
    substitute_name = ma.fields.String()
    starts_at = ma.fields.AwareDateTime()
    ends_at = ma.fields.AwareDateTime()
    reason = ma.fields.String(allow_none=True)
    created_at = ma.fields.AwareDateTime()
    created_by = ma.fields.String()
    ended_at = ma.fields.AwareDateTime(allow_none=True)


class NewSubstitutionBody(ma.Schema):
    """Who stands in, from when until when; for oneself unless `person_id` says otherwise, which needs a reason."""

    person_id = ma.fields.UUID(load_default=None, allow_none=True)
    substitute_id = ma.fields.UUID(required=True)
    starts_at = Moment(load_default=None, allow_none=True, metadata={"description": "Now, when left out."})
    ends_at = Moment(required=True)
    reason = Text(load_default=None, allow_none=True, maximum=1_000)


class SubstitutionArguments(PageArguments):
    """Past ones only when asked for."""

    is_past_wanted = ma.fields.Boolean(load_default=False)


@substitutions.get("")
@substitutions.arguments(SubstitutionArguments, location="query")
@substitutions.response(200, page_view(SubstitutionView))
def read_all(query: dict[str, Any]) -> Page[Substitution]:
    """Substitutions, newest first 代理列表: mine, or all for those who oversee."""
    after = decode(query["cursor"], "substitutions", "id")
    past, limit = query["is_past_wanted"], query["limit"]
    with reading() as tx:
        found = list_substitutions(
            tx, actor=current_actor(), now=clock.now(), is_past_wanted=past, after=after, limit=limit
        )
    return sent(found, "substitutions")


@substitutions.post("")
@substitutions.arguments(NewSubstitutionBody)
@substitutions.response(201, SubstitutionView)
def create(body: dict[str, Any]) -> Substitution:
    """Let somebody stand in 设置代理人. He sees and completes the tasks on behalf of who is away."""
    now, person_id = clock.now(), body["person_id"] or current_identity().person_id
    new = NewSubstitution(person_id, body["substitute_id"], body["starts_at"] or now, body["ends_at"])
    with transaction() as tx:
        return create_substitution(tx, new, actor=current_actor(reason=body["reason"]), now=now)


@substitutions.delete("/<uuid:substitution_id>")
@substitutions.response(204)
def end(substitution_id: UUID) -> None:
    """End a substitution before its time 提前结束代理."""
    with transaction() as tx:
        end_substitution(tx, substitution_id, actor=current_actor(), now=clock.now())
