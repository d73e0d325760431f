"""Who may see a case: those who work or worked on it, its customer, and those who oversee."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.dialects.postgresql import array

from engine.access import AUDIT, SUPERVISE, has
from engine.actors import Actor
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from operations.cases import Case, get_case
from operations.errors import CaseNotFound
from operations.tables.cases import service_case


def may_see_all(actor: Actor) -> bool:
    """Whether the actor oversees every case."""
    return has(actor, SUPERVISE, AUDIT)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Say in SQL which cases somebody sees who does not oversee them all."""
    works_on = (
        (user_task.c.assignee == actor.subject)
        | (user_task.c.completed_by == actor.subject)
        | user_task.c.candidate_users.has_key(actor.subject)
    )
    if actor.groups:
        works_on |= user_task.c.candidate_groups.has_any(array(sorted(actor.groups)))
    departments = sorted({group.split(":")[1] for group in actor.groups if group.startswith("dept:")})
    return or_(
        service_case.c.submitted_by == actor.subject,
        service_case.c.lead_assignee == actor.subject,
        service_case.c.lead_department.in_(departments),
        exists(select(user_task.c.id).where(user_task.c.case_number == service_case.c.number, works_on)),
    )


def get_visible_case(tx: Transaction, number: str, *, actor: Actor) -> Case:
    """
    Read a case the actor may see.

    Raises:
        CaseNotFound: It does not exist, or is none of his business; the answer is the same.
    """
    case = get_case(tx, number)
    if may_see_all(actor) or actor.subject == case.subject:
        return case
    query = select(service_case.c.number).where(service_case.c.number == number, visible_to(actor))
    if tx.execute(query).scalar_one_or_none() is None:
        message = f"There is no case {number}."
        raise CaseNotFound(message, case_number=number)
    return case
