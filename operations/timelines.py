"""One timeline of a case, over all the process instances that worked on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, cast, select
from sqlalchemy.dialects.postgresql import TEXT

from engine.actors import Actor
from engine.history.readings import note_reading
from engine.persistence.tables.journal import journal
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited
from operations.case_access import get_visible_case
from operations.event_wording import EVENTS


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """
    One thing that happened.

    Attributes:
        text_zh, text_en: The sentence for its type.
        element_name: The user task's bilingual name, where it is about one.
        payload: Its facts: codes, times, sealed references.
    """

    id: int
    at: datetime
    type: str
    text_zh: str
    text_en: str
    actor: str
    on_behalf_of: str | None
    reason: str | None
    process_instance_id: UUID | None
    element_id: str | None
    element_name: str | None
    payload: Mapping[str, object]


def read_timeline(
    tx: Transaction,
    number: str,
    *,
    actor: Actor,
    now: datetime,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[TimelineItem]:
    """
    Read what happened to a case, in order; that it was read is journalled.

    Args:
        after: Id of the last item read.

    Raises:
        CaseNotFound: It does not exist, or is none of the actor's business.
    """
    get_visible_case(tx, number, actor=actor)
    size = limited(limit)
    about_task = and_(
        user_task.c.case_number == journal.c.case_number,
        cast(user_task.c.id, TEXT) == journal.c.payload["user_task_id"].astext,
    )
    query = (
        select(journal, user_task.c.name.label("task_name"))
        .join_from(journal, user_task, about_task, isouter=True)
        .where(journal.c.case_number == number, journal.c.type.in_(EVENTS))
        .order_by(journal.c.id)
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(journal.c.id > int(after[0]))
    rows = tx.execute(query).all()
    note_reading(tx, number, "timeline", actor=actor, now=now)
    items = [
        TimelineItem(
            row.id,
            row.at,
            row.type,
            EVENTS[row.type].zh,
            EVENTS[row.type].en,
            row.actor,
            row.on_behalf_of,
            row.reason,
            row.instance_id,
            row.element_id,
            row.task_name,
            row.payload,
        )
        for row in rows[:size]
    ]
    return Page(items, (str(items[-1].id),) if len(rows) > size else None)
