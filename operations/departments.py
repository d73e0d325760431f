"""Departments and their groups `dept:<code>:lead` and `dept:<code>:member`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.access import CONFIGURE, require
from engine.actors import Actor
from engine.commands.identities import ensure_group
from engine.history import journal
from engine.identities import Group
from engine.persistence.transactions import Transaction
from operations.errors import DepartmentNotFound
from operations.tables.departments import department

Role = Literal["lead", "member"]


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the company that can lead a case or join in."""

    code: str
    name_zh: str
    name_en: str
    is_active: bool = True


def group_of(code: str, role: str) -> str:
    """Name the department's group; anybody but a lead is a member."""
    return f"dept:{code}:{'lead' if role == 'lead' else 'member'}"


def list_departments(tx: Transaction, *, only_active: bool = True) -> tuple[Department, ...]:
    """Read the departments by code."""
    query = select(department).order_by(department.c.code)
    if only_active:
        query = query.where(department.c.is_active)
    return tuple(Department(row.code, row.name_zh, row.name_en, row.is_active) for row in tx.execute(query))


def require_department(tx: Transaction, code: str) -> None:
    """
    Refuse a code that no active department has.

    Raises:
        DepartmentNotFound: Naming the code.
    """
    query = select(department.c.code).where(department.c.code == code, department.c.is_active)
    if tx.execute(query).scalar_one_or_none() is None:
        message = f"There is no department '{code}'."
        raise DepartmentNotFound(message, department=code)


def ensure_department(tx: Transaction, wanted: Department, *, actor: Actor, now: datetime) -> bool:
    """Make a department and its two groups where they are missing; whether it was new."""
    require(actor, CONFIGURE)
    done = tx.execute(
        upsert(department)
        .values(code=wanted.code, name_zh=wanted.name_zh, name_en=wanted.name_en, created_at=now)
        .on_conflict_do_nothing()
        .returning(department.c.code)
    )
    is_new = done.first() is not None
    for role, zh, en in (("lead", "负责人", "lead"), ("member", "成员", "member")):
        group = Group(group_of(wanted.code, role), f"{wanted.name_zh}{zh}", f"{wanted.name_en} {en}", ())
        ensure_group(tx, group, actor=actor, now=now)
    if is_new:
        payload = {"code": wanted.code, "name_zh": wanted.name_zh, "name_en": wanted.name_en}
        journal.append(tx, "department.created", actor=actor, now=now, payload=payload)
    return is_new
