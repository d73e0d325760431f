"""
Notifications: what was said to whom, from versioned templates, as records that stay readable.

A record holds facts (codes, times, sealed references), never a person's text; subject and body are put together
whenever somebody may read them, and once more by the job that sends them (`operations.mail`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, func, insert, select

from engine import jobs
from engine.access import READ_PERSONAL, answers_for, has
from engine.actors import Actor
from engine.handlers import Site
from engine.history import journal
from engine.history.readings import note_reading
from engine.persistence.ids import uuid7
from engine.persistence.sealing import is_sealed, unseal
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited
from operations import mail_settings, wording
from operations.cases import Case
from operations.channels.registered import has_channel
from operations.customers import has_withdrawn
from operations.errors import NotificationNotFound
from operations.moments import local_zone
from operations.people import languages_of
from operations.tables.notifications import notification, notification_template
from operations.wording import word

SEND_JOB = "notifications.send"
HIDDEN = {"zh-CN": "(内容已隐藏)", "en": "(hidden)"}
ERASED = {"zh-CN": "(已删除)", "en": "(erased)"}
FACTS = frozenset(
    {
        "case_number", "request_type", "priority", "stage", "outcome", "response_due", "solution_due", "due",
        "percent", "text", "next_step", "commitment", "object", "level", "trigger", "decision",
        "lead_department", "rework_count", "link", "refusal", "rights", "amount", "currency",
        "count", "channel",
    }
)  # fmt: skip
"""Everything a template may name."""

PURPOSES = {"survey": "survey", "survey_reminder": "survey"}
"""Messages that a customer who withdrew his consent does not get (DP5); everything else is owed to him."""

_TABLES = {
    "request_type": wording.REQUEST_TYPES,
    "priority": wording.PRIORITIES,
    "stage": wording.STAGES,
    "outcome": wording.OUTCOMES,
    "commitment": wording.COMMITMENTS,
    "trigger": wording.TRIGGERS,
    "decision": wording.DECISIONS,
    "refusal": wording.REFUSALS,
    "channel": wording.CHANNELS,
}
_MISSING = {"text": "", "rights": ""}
_VARIABLE = re.compile(r"\$\{(\w+)\}")

_translated = notification_template.alias()

State = Literal["queued", "sent", "recorded", "suppressed", "failed"]


@dataclass(frozen=True, slots=True)
class Message:
    """What to say: a template and its facts; values are codes, ISO times or sealed references."""

    template: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Notification:
    """A message as its reader may see it; `subject` and `body` are in its language."""

    id: UUID
    case_number: str | None
    recipient: str
    template: str
    language: str
    subject: str
    body: str
    state: State
    created_at: datetime
    sent_at: datetime | None
    error: str | None


def notify_customer_of(
    tx: Transaction, case: Case, message: Message, *, site: Site | None = None, actor: Actor, now: datetime
) -> UUID:
    """Queue a message to the case's customer in his language."""
    return _queue(tx, case, case.subject, case.language, message, site=site, actor=actor, now=now)


def notify_group_of(
    tx: Transaction, case: Case, group: str, message: Message, *, site: Site | None = None, actor: Actor, now: datetime
) -> UUID:
    """Queue a message about a case to a group of staff, or to one person (`person:<uuid>`) in his own language."""
    return _queue(
        tx, case, group, languages_of(tx, [group]).get(group, "zh-CN"), message, site=site, actor=actor, now=now
    )


def notify_staff(tx: Transaction, recipient: str, message: Message, *, actor: Actor, now: datetime) -> UUID:
    """Queue a message about no case to a group of staff or to one person, in his own language."""
    language = languages_of(tx, [recipient]).get(recipient, "zh-CN")
    return _queue(tx, None, recipient, language, message, site=None, actor=actor, now=now)


def list_notifications(tx: Transaction, case: Case, *, actor: Actor, now: datetime) -> tuple[Notification, ...]:
    """
    Read a case's outbox, oldest first; what people wrote is shown to those who may read personal data, and journalled.

    The customer's link is shown to nobody but him: whoever has it answers in his name.
    """
    query = _selected().where(notification.c.case_number == case.number)
    is_own = actor.subject == case.subject
    may_read = is_own or has(actor, READ_PERSONAL)
    rows = tx.execute(query.order_by(notification.c.created_at, notification.c.id)).all()
    if not is_own:
        note_reading(tx, case.number, "notifications", actor=actor, now=now)
        if may_read:
            _note_words(tx, case, rows, actor=actor, now=now)
    return tuple(render(tx, row, is_readable=may_read, has_link=is_own) for row in rows)


def _note_words(tx: Transaction, case: Case, rows: Sequence[Row[Any]], *, actor: Actor, now: datetime) -> None:
    references = sorted({value for row in rows for value in row.facts.values() if is_sealed(value)})
    if references:
        payload = {"references": references, "case": case.number}
        journal.append(tx, "personal_data.read", actor=actor, now=now, payload=payload, case_number=case.number)


def list_own_notifications(
    tx: Transaction,
    *,
    language: str | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Notification]:
    """
    List what was said to the actor, to his groups and to those he stands in for, newest first.

    What people wrote is hidden here: it is read beside its case.

    Args:
        language: The reader's; none: as each was written.
    """
    size = limited(limit)
    query = _selected(language).where(notification.c.recipient.in_(sorted(answers_for(actor))))
    if after is not None:
        query = query.where(notification.c.id < UUID(after[0]))
    rows = tx.execute(query.order_by(notification.c.id.desc()).limit(size + 1)).all()
    items = [render(tx, row, is_readable=False, has_link=False) for row in rows[:size]]
    return Page(items, (str(items[-1].id),) if len(rows) > size else None)


def read_for_sending(
    tx: Transaction, notification_id: UUID, *, language: str | None = None, is_readable: bool = True
) -> Notification:
    """
    Read one message and lock it; only for sending. People's words are hidden where they must not leave the house.

    Args:
        language: The reader's, for messages to staff; none: as it was written.

    Raises:
        NotificationNotFound: No such record.
    """
    row = tx.execute(
        _selected(language).where(notification.c.id == notification_id).with_for_update(of=notification)
    ).one_or_none()
    if row is None:
        message = f"There is no notification {notification_id}."
        raise NotificationNotFound(message, notification_id=str(notification_id))
    return render(tx, row, is_readable=is_readable, has_link=is_readable)


def render(tx: Transaction, row: Row[Any], *, is_readable: bool, has_link: bool) -> Notification:
    """Put a record's subject and body together; the customer's link only where he alone will see it."""
    words = _words(tx, row.facts, row.shown_in, is_readable=is_readable, has_link=has_link)
    return Notification(
        row.id,
        row.case_number,
        row.recipient,
        row.template,
        row.shown_in,
        fill(row.subject_text, words),
        fill(row.body_text, words),
        row.state,
        row.created_at,
        row.sent_at,
        row.error,
    )


def fill(template: str, words: Mapping[str, str]) -> str:
    """Put words in; a fact that is missing is a dash (a text: nothing), never an error at the customer's expense."""
    known = {name: words.get(name) or _MISSING.get(name, "—") for name in variables_of(template)}
    return Template(template).safe_substitute(known)


def variables_of(template: str) -> frozenset[str]:
    """List the facts a text names."""
    return frozenset(_VARIABLE.findall(template))


def _queue(
    tx: Transaction,
    case: Case | None,
    recipient: str,
    language: str,
    message: Message,
    *,
    site: Site | None,
    actor: Actor,
    now: datetime,
) -> UUID:
    number = None if case is None else case.number
    template = _current(tx, message.template, language)
    identifier = uuid7(now)
    state = _first_state(tx, case, recipient, message.template)
    tx.execute(
        insert(notification).values(
            id=identifier,
            case_number=number,
            recipient=recipient,
            template=message.template,
            template_version=template.version,
            language=template.language,
            state=state,
            message_id=f"<{identifier}@opsflow>",
            created_at=now,
            instance_id=None if site is None else site.process_instance_id,
            element_id=None if site is None else site.element_id,
            facts=_facts(case, message),
        )
    )
    payload = {"notification_id": str(identifier), "template": message.template, "recipient": recipient, "state": state}
    journal.append(
        tx,
        "notification.queued",
        actor=actor,
        now=now,
        payload=payload,
        case_number=number,
        element_id=None if site is None else site.element_id,
    )
    if state == "queued":
        jobs.defer(tx, SEND_JOB, {"notification_id": str(identifier)}, queue="mail")
    return identifier


def _first_state(tx: Transaction, case: Case | None, recipient: str, template: str) -> State:
    purpose = PURPOSES.get(template)
    is_to_customer = case is not None and recipient == case.subject
    if case is not None and purpose is not None and is_to_customer and has_withdrawn(tx, case.customer_id, purpose):
        return "suppressed"
    if mail_settings.current() is not None or (not is_to_customer and has_channel(tx, recipient)):
        return "queued"
    return "recorded"


def _facts(case: Case | None, message: Message) -> dict[str, object]:
    known = {} if case is None else _facts_of(case)
    return {name: _plain(value) for name, value in (known | dict(message.facts)).items() if value is not None}


def _facts_of(case: Case) -> dict[str, object]:
    return {
        "case_number": case.number,
        "request_type": case.request_type,
        "priority": case.priority,
        "stage": case.stage,
        "outcome": case.outcome,
        "lead_department": case.lead_department,
    }


def _current(tx: Transaction, key: str, language: str) -> Row[Any]:
    rows = tx.execute(
        select(notification_template).where(
            notification_template.c.key == key, notification_template.c.superseded_at.is_(None)
        )
    ).all()
    by_language = {row.language: row for row in rows}
    found = by_language.get(language) or by_language.get("zh-CN")
    if found is None:
        message = f"There is no message template '{key}'."
        raise NotificationNotFound(message, template=key)
    return found


def _selected(language: str | None = None) -> Any:  # noqa: ANN401 - SQLAlchemy's own select
    """Select messages with their template's text: that of the time, in `language` where staff has one in it."""
    version = (
        (notification_template.c.key == notification.c.template)
        & (notification_template.c.language == notification.c.language)
        & (notification_template.c.version == notification.c.template_version)
    )
    translated = (
        (_translated.c.key == notification.c.template)
        & (_translated.c.language == language)
        & (_translated.c.audience == "staff")
        & (_translated.c.changed_at <= notification.c.created_at)
        & ((_translated.c.superseded_at > notification.c.created_at) | _translated.c.superseded_at.is_(None))
    )
    query = select(
        notification,
        func.coalesce(_translated.c.language, notification.c.language).label("shown_in"),
        func.coalesce(_translated.c.subject, notification_template.c.subject).label("subject_text"),
        func.coalesce(_translated.c.body, notification_template.c.body).label("body_text"),
    )
    return query.join_from(notification, notification_template, version).outerjoin(_translated, translated)


def _words(
    tx: Transaction, facts: Mapping[str, object], language: str, *, is_readable: bool, has_link: bool
) -> dict[str, str]:
    sealed = [value for value in facts.values() if isinstance(value, str) and is_sealed(value)]
    opened = unseal(tx, sealed) if is_readable else {}
    words: dict[str, str] = {}
    for name, value in facts.items():
        if isinstance(value, str) and is_sealed(value):
            text = opened.get(value)
            words[name] = HIDDEN[language] if not is_readable else ERASED[language] if text is None else str(text)
        elif name == "link":
            words[name] = mail_settings.link_of(str(value)) if has_link else HIDDEN[language]
        else:
            words[name] = _word(name, value, language)
    return words


def _word(name: str, value: object, language: str) -> str:
    if name in _TABLES:
        return word(_TABLES[name], str(value), language)
    if name == "due" or name.endswith("_due"):
        return datetime.fromisoformat(str(value)).astimezone(local_zone()).strftime("%Y-%m-%d %H:%M")
    return str(value)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
