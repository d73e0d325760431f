"""
Comments among colleagues on a case or one of its tasks, with mentions. Customers never see them.

`@user_name` mentions an active person; he is told, and must be somebody who may see the case: a mention opens nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from engine.access import AUDIT
from engine.actors import Actor
from engine.history import journal
from engine.history.readings import note_reading
from engine.persistence.ids import uuid7
from engine.persistence.sealing import seal
from engine.persistence.transactions import Transaction
from engine.queries import personal
from engine.queries.identities import find_actors
from operations.dossiers import Dossier, lock_dossier, open_dossier
from operations.errors import MentionNotPossible
from operations.notifications import Message, notify_group_of, notify_staff
from operations.tables.comments import case_comment

MOST_MENTIONS = 20
_MENTION = re.compile(r"(?<![A-Za-z0-9._@-])@([a-z0-9][a-z0-9._-]{0,62}[a-z0-9])", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said. `text` is `None` for who may see the case but not people's words; `mentions` are subjects."""

    id: UUID
    case_number: str | None
    user_task_id: UUID | None
    author: str
    text: str | None
    mentions: tuple[str, ...]
    created_at: datetime


def add_comment(
    tx: Transaction,
    case_number: str | None,
    words: str,
    *,
    user_task_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Comment:
    """
    Say something about a case or a task; the words are sealed, and who is mentioned is told.

    Raises:
        CaseNotFound: It does not exist, or is none of the actor's business.
        CaseArchived: It is read-only.
        NotPermitted: The actor only audits it.
        UserTaskNotFound: The case has no such task.
        MentionNotPossible: Somebody who was mentioned may not see the case, or more than 20 were.
    """
    dossier = lock_dossier(tx, case_number, user_task_id, actor=actor)
    mentioned = _mentioned(tx, dossier, words, actor=actor)
    identifier, reference = uuid7(now), seal(tx, dossier.subject, "comment", words, now=now)
    tx.execute(
        insert(case_comment).values(
            id=identifier,
            case_number=dossier.case_number,
            user_task_id=user_task_id,
            author=actor.subject,
            text_ref=reference,
            mentions=list(mentioned),
            created_at=now,
        )
    )
    payload = {
        "comment": str(identifier),
        "user_task_id": user_task_id and str(user_task_id),
        "text": reference,
        "mentions": list(mentioned),
    }
    journal.append(tx, "comment.added", actor=actor, now=now, payload=payload, case_number=dossier.case_number)
    for subject in mentioned:
        _tell(tx, dossier, subject, actor=actor, now=now)
    return Comment(identifier, dossier.case_number, user_task_id, actor.subject, words, mentioned, now)


def list_comments(
    tx: Transaction, case_number: str | None, *, user_task_id: UUID | None = None, actor: Actor, now: datetime
) -> list[Comment]:
    """
    List what was said about a case, oldest first; about one task when it is named. Reading is journalled.

    Raises:
        CaseNotFound, UserTaskNotFound: It does not exist, or is none of the actor's business.
    """
    dossier = open_dossier(tx, case_number, user_task_id, actor=actor)
    query = select(case_comment).where(dossier.holds(case_comment)).order_by(case_comment.c.id)
    if user_task_id is not None:
        query = query.where(case_comment.c.user_task_id == user_task_id)
    rows = tx.execute(query).all()
    texts: list[str | None] = [None] * len(rows)
    if dossier.may_read_words(tx, actor):
        references = [row.text_ref for row in rows]
        number, subjects = dossier.case_number, (dossier.subject,)
        read = personal.unsealed(
            tx, references, actor=actor, now=now, case_number=number, subjects=subjects, place=dossier.place
        )
        texts = list(read)
    elif dossier.case_number is not None:
        note_reading(tx, dossier.case_number, "comments", actor=actor, now=now)
    return [_comment(row, words) for row, words in zip(rows, texts, strict=True)]


def _tell(tx: Transaction, dossier: Dossier, subject: str, *, actor: Actor, now: datetime) -> None:
    if dossier.case is not None:
        notify_group_of(tx, dossier.case, subject, Message("mention", {}), actor=actor, now=now)
    elif dossier.task is not None:
        facts = {"object": dossier.task.name or dossier.task.element_id}
        notify_staff(tx, subject, Message("mention_on_task", facts), actor=actor, now=now)


def _mentioned(tx: Transaction, dossier: Dossier, words: str, *, actor: Actor) -> tuple[str, ...]:
    """Find who is mentioned, himself left out; what looks like a mention of nobody is text."""
    names = {name.lower() for name in _MENTION.findall(words)}
    if len(names) > MOST_MENTIONS:
        message = f"A comment mentions at most {MOST_MENTIONS} people."
        raise MentionNotPossible(message)
    found = find_actors(tx, names) if names else {}
    strangers = sorted(name for name, other in found.items() if not _may_be_told(tx, dossier, other))
    if strangers:
        message = f"{', '.join(strangers)} may not see this."
        raise MentionNotPossible(message, user_names=strangers)
    return tuple(other.subject for other in found.values() if other.subject != actor.subject)


def _may_be_told(tx: Transaction, dossier: Dossier, other: Actor) -> bool:
    return AUDIT in other.permissions or dossier.is_workplace_of(tx, other)


def _comment(row: Row[Any], words: str | None) -> Comment:
    return Comment(row.id, row.case_number, row.user_task_id, row.author, words, tuple(row.mentions), row.created_at)
