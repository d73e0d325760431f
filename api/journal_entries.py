"""`/api/journal/events`: the whole journal by time, for auditors."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.journal import MOST_EVENTS
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Moment, Text
from engine import clock
from engine.queries.journal_entries import (
    JournalEntry,
    JournalEntryDetail,
    JournalFilter,
    get_journal_entry,
    list_journal_entries,
)
from operations.event_wording import sentence_of

journal_entries = Blueprint(
    "journal_entries", __name__, url_prefix="/api/journal/events", description="Events of the journal 审计日志事件"
)

MOST_NOUNS = 100


class JournalArguments(PageArguments):
    """Which events. `noun` is the first part of types, and may be said more than once."""

    actor = Text(load_default=None, minimum=1, maximum=200)
    noun = ma.fields.List(Text(minimum=1, maximum=100), load_default=None, validate=ma.validate.Length(1, MOST_NOUNS))
    case_number = Text(load_default=None, minimum=1, maximum=40)
    instance_id = ma.fields.UUID(load_default=None)
    at_from = Moment(load_default=None)
    at_before = Moment(load_default=None)


class JournalEntryView(ma.Schema):
    """One event in both languages. `seq`: its place in the replay of its process instance."""

    id = ma.fields.Integer()
    at = ma.fields.AwareDateTime()
    type = ma.fields.String()
    text_zh = ma.fields.Function(lambda entry: sentence_of(entry.type).zh, metadata={"type": "string"})
    text_en = ma.fields.Function(lambda entry: sentence_of(entry.type).en, metadata={"type": "string"})
    actor = ma.fields.String()
    on_behalf_of = ma.fields.String(allow_none=True)
    origin = ma.fields.String()
    reason = ma.fields.String(allow_none=True)
    case_number = ma.fields.String(allow_none=True)
    instance_id = ma.fields.UUID(allow_none=True)
    seq = ma.fields.Integer(allow_none=True)
    element_id = ma.fields.String(allow_none=True)


class JournalEntryDetailView(ma.Schema):
    """One event with its facts; people's words are references in it."""

    entry = ma.fields.Nested(JournalEntryView)
    payload = ma.fields.Dict()


@journal_entries.get("")
@journal_entries.arguments(JournalArguments, location="query")
@journal_entries.response(200, page_view(JournalEntryView))
def read_all(query: dict[str, Any]) -> Page[JournalEntry]:
    """Events, newest first 审计日志; a page may be short and yet have a `next`: then so much was looked through."""
    after = decode(query["cursor"], "journal", "moment", "number")
    wanted = JournalFilter(
        actor=query["actor"],
        nouns=query["noun"],
        case_number=query["case_number"],
        instance_id=query["instance_id"],
        at_from=query["at_from"],
        at_before=query["at_before"],
    )
    with transaction() as tx:
        found = list_journal_entries(
            tx, wanted, actor=current_actor(), now=clock.now(), after=after, limit=query["limit"]
        )
    return sent(found, "journal")


@journal_entries.get("/<int:event_id>")
@journal_entries.response(200, JournalEntryDetailView)
def read(event_id: int) -> JournalEntryDetail:
    """One event with its facts 事件详情; a look at its case, which is journalled."""
    with transaction() as tx:
        return get_journal_entry(tx, min(event_id, MOST_EVENTS), actor=current_actor(), now=clock.now())
