"""The templates of messages, by key, for those who draw."""

from dataclasses import dataclass

from sqlalchemy import Label, func, select

from engine import access
from engine.actors import Actor
from engine.persistence.transactions import Transaction
from operations.tables.notifications import notification_template

MAX_TEMPLATES = 500


@dataclass(frozen=True, slots=True)
class NotificationTemplate:
    """What a message says in one line, `customer` or `staff`; a subject is `None` where there is no such language."""

    key: str
    audience: str
    subject_zh: str | None
    subject_en: str | None


def list_templates(tx: Transaction, *, actor: Actor) -> list[NotificationTemplate]:
    """
    List the templates in use by key, at most `MAX_TEMPLATES`.

    Raises:
        NotPermitted: The actor neither draws nor oversees.
    """
    access.require(actor, access.DEPLOY, access.OPERATE, access.SUPERVISE, access.AUDIT)
    columns = notification_template.c

    def subject_in(language: str, name: str) -> Label[str]:
        return func.max(columns.subject).filter(columns.language == language).label(name)

    query = (
        select(
            columns.key,
            func.min(columns.audience).label("audience"),
            subject_in("zh-CN", "subject_zh"),
            subject_in("en", "subject_en"),
        )
        .where(columns.superseded_at.is_(None))
        .group_by(columns.key)
        .order_by(columns.key)
        .limit(MAX_TEMPLATES)
    )
    return [NotificationTemplate(**row._mapping) for row in tx.execute(query)]
