"""`/api/phrases`: words that people write again and again, one's own and those shared with one's groups."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from engine import clock
from operations.phrases import NewPhrase, Phrase, change_phrase, create_phrase, delete_phrase, list_phrases

phrases = Blueprint("phrases", __name__, url_prefix="/api/phrases", description="Phrases to write with 常用语")


class PhraseBody(ma.Schema):
    """What it is called, what it says, and the group that uses it too."""

    name = Text(required=True, minimum=1, maximum=60)
    words = Text(required=True, minimum=1, maximum=2_000)
    group = Text(load_default=None, allow_none=True, minimum=1, maximum=100)


class PhraseView(ma.Schema):
    """A phrase."""

    id = ma.fields.UUID()
    owner = ma.fields.String()
    owner_name = ma.fields.String()
    name = ma.fields.String()
    words = ma.fields.String()
    group = ma.fields.String(allow_none=True)
    created_at = ma.fields.AwareDateTime()
    changed_at = ma.fields.AwareDateTime()


@phrases.get("")
@phrases.response(200, page_view(PhraseView))
def read_all() -> Page[Phrase]:
    """My phrases, then those shared with my groups 常用语列表."""
    with reading() as tx:
        return whole(list_phrases(tx, actor=current_actor()))


@phrases.post("")
@phrases.arguments(PhraseBody)
@phrases.response(201, PhraseView)
def create(body: dict[str, Any]) -> Phrase:
    """Keep a phrase 保存常用语."""
    with transaction() as tx:
        return create_phrase(tx, NewPhrase(**body), actor=current_actor(), now=clock.now())


@phrases.put("/<uuid:phrase_id>")
@phrases.arguments(PhraseBody)
@phrases.response(200, PhraseView)
def change(body: dict[str, Any], phrase_id: UUID) -> Phrase:
    """Say a phrase of mine otherwise, share it or no longer 修改常用语."""
    with transaction() as tx:
        return change_phrase(tx, phrase_id, NewPhrase(**body), actor=current_actor(), now=clock.now())


@phrases.delete("/<uuid:phrase_id>")
@phrases.response(204)
def delete(phrase_id: UUID) -> None:
    """Delete a phrase of mine 删除常用语."""
    with transaction() as tx:
        delete_phrase(tx, phrase_id, actor=current_actor(), now=clock.now())
