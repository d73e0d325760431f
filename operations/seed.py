"""What every installation begins with: registers, calendars, templates, departments and roles. Can be run again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.actors import Actor, system
from engine.commands.identities import ensure_group, regrant_group
from engine.identities import Group
from engine.persistence.transactions import Transaction
from operations.calendars import CalendarRecord, Hours
from operations.commitment_defaults import DEFAULTS
from operations.commitments import store_commitment
from operations.departments import Department, ensure_department
from operations.moments import local_zone
from operations.roles import ROLES, SHIPPED_BEFORE
from operations.tables.calendars import working_calendar
from operations.tables.commitments import commitment
from operations.tables.notifications import notification_template
from operations.template_texts import TEMPLATES

_DAY: Hours = (("09:00", "18:00"),)
_WEEK: tuple[Hours, ...] = (_DAY, _DAY, _DAY, _DAY, _DAY, (), ())

DEPARTMENTS = (
    Department("customer_service", "客户服务部", "Customer Service"),
    Department("tech_support", "技术支持部", "Technical Support"),
    Department("ops_support", "运营支持部", "Operations Support"),
    Department("finance", "财务部", "Finance"),
    Department("business", "业务部", "Business"),
    Department("logistics", "物流部", "Logistics"),
    Department("priority_team", "高优先级专门团队", "Priority Team"),
    Department("complaint_specialist", "客户服务专员组", "Complaint Specialists"),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows were new; all zero when it had been done before."""

    commitments: int
    calendars: int
    templates: int
    departments: int
    groups: int


def seed(tx: Transaction, *, actor: Actor | None = None, now: datetime) -> Seeded:
    """Add whatever is missing; what people have changed stays as it is."""
    who = actor or system("seed", reason="as shipped")
    for group_id, old in SHIPPED_BEFORE.items():
        new = next(permissions for name, _, _, permissions in ROLES if name == group_id)
        regrant_group(tx, group_id, old, new, actor=who, now=now)
    return Seeded(
        calendars=_seed_calendars(tx, actor=who, now=now),
        commitments=_seed_commitments(tx, actor=who, now=now),
        templates=_seed_templates(tx, actor=who, now=now),
        groups=sum(ensure_group(tx, Group(*role), actor=who, now=now) for role in ROLES),
        departments=sum(ensure_department(tx, each, actor=who, now=now) for each in DEPARTMENTS),
    )


def _seed_commitments(tx: Transaction, *, actor: Actor, now: datetime) -> int:
    known = set(tx.execute(select(commitment.c.key)).scalars())
    fresh = [entry for entry in DEFAULTS if entry.key not in known]
    for entry in fresh:
        store_commitment(tx, entry, version=1, is_default=not entry.is_fixed, actor=actor, now=now)
    return len(fresh)


def _calendars() -> tuple[CalendarRecord, ...]:
    zone = local_zone().key
    return (
        CalendarRecord("working", "工作日历", "working calendar", zone, _WEEK, "CN", is_default=True),
        CalendarRecord("service", "服务时间", "service hours", zone, _WEEK, "CN", is_default=True),
    )


def _seed_calendars(tx: Transaction, *, actor: Actor, now: datetime) -> int:
    rows = [
        {
            "key": record.key,
            "version": 1,
            "name_zh": record.name_zh,
            "name_en": record.name_en,
            "zone": record.zone,
            "hours": [[list(pair) for pair in hours] for hours in record.hours],
            "country": record.country,
            "is_default": True,
            "changed_at": now,
            "changed_by": actor.subject,
        }
        for record in _calendars()
    ]
    return len(
        tx.execute(
            upsert(working_calendar).values(rows).on_conflict_do_nothing().returning(working_calendar.c.key)
        ).all()
    )


def _seed_templates(tx: Transaction, *, actor: Actor, now: datetime) -> int:
    rows = [
        {
            "key": text.key,
            "language": text.language,
            "version": 1,
            "audience": text.audience,
            "subject": text.subject,
            "body": text.body,
            "is_default": True,
            "changed_at": now,
            "changed_by": actor.subject,
        }
        for text in TEMPLATES
    ]
    inserted = upsert(notification_template).values(rows).on_conflict_do_nothing()
    return len(tx.execute(inserted.returning(notification_template.c.key)).all())
