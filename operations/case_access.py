"""Who may see a case: those who work or worked on it or stand in for them, its customer, and those who oversee."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import array

from engine.access import AUDIT, READ_PERSONAL, SUPERVISE, answers_for, has
from engine.actors import Actor
from engine.errors import NotPermitted
from engine.persistence.tables.user_tasks import candidates, user_task
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import not_found
from operations.cases import Case, get_case, lock_case
from operations.errors import CaseNotFound
from operations.tables.cases import service_case
from operations.tables.complaints import complaint

FEW = 10_000
"""How many tasks of one person are looked up at once for a list."""


def may_see_all(actor: Actor) -> bool:
    """Whether the actor oversees every case."""
    return has(actor, SUPERVISE, AUDIT)


def sees_many(tx: Transaction, actor: Actor) -> bool:
    """Whether somebody has or had more than `FEW` tasks to do; they are counted in indexes, and no further."""
    asked, _ = _asked(actor)
    task = select(literal(1)).select_from(user_task)
    tasks = union_all(task.where(user_task.c.assignee.in_(asked)), task.where(candidates.has_any(array(asked))))
    return (tx.scalar(select(func.count()).select_from(tasks.limit(FEW + 1).subquery())) or 0) > FEW


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """
    Say in SQL which cases somebody sees who does not oversee them all: all he has to do with, looked up at once.

    The cost is what he sees. Among few cases that are known anyway, `has_to_do_with` is quicker.
    """
    asked, departments = _asked(actor)
    own = service_case.alias("own")
    of_case: Select[tuple[str]] = select(own.c.number)
    of_task: Select[tuple[str | None]] = select(user_task.c.case_number).where(user_task.c.case_number.is_not(None))
    return service_case.c.number.in_(
        union_all(
            of_case.where(own.c.submitted_by == actor.subject),
            of_case.where(own.c.lead_assignee.in_(asked)),
            of_case.where(own.c.lead_department.in_(departments)),
            of_task.where(user_task.c.assignee.in_(asked)),
            of_task.where(user_task.c.owner == actor.subject),
            of_task.where(user_task.c.completed_by == actor.subject),
            of_task.where(candidates.has_any(array(asked))),
        )
    )


def has_to_do_with(actor: Actor, case: FromClause = service_case) -> ColumnElement[bool]:
    """Say the same of one case after the other, by its own row and its tasks."""
    asked, departments = _asked(actor)
    works = or_(
        user_task.c.assignee.in_(asked),
        user_task.c.owner == actor.subject,
        user_task.c.completed_by == actor.subject,
        candidates.has_any(array(asked)),
    )
    # An EXISTS would be made a hash of all tasks; of a query that ends at its first row only one case's are read.
    a_task = select(literal(1)).where(user_task.c.case_number == case.c.number, works).limit(1).scalar_subquery()
    return or_(
        case.c.submitted_by == actor.subject,
        case.c.lead_assignee.in_(asked),
        case.c.lead_department.in_(departments),
        a_task == 1,
    )


def _asked(actor: Actor) -> tuple[list[str], list[str]]:
    """For whom somebody answers, and the departments among them."""
    asked = sorted(answers_for(actor))
    return asked, sorted({group.split(":")[1] for group in asked if group.startswith("dept:")})


def get_visible_case(tx: Transaction, number: str, *, actor: Actor) -> Case:
    """
    Read a case the actor may see.

    Raises:
        CaseNotFound: It does not exist, or is none of his business; the answer is the same.
    """
    case = get_case(tx, number)
    if may_see_all(actor) or actor.subject == case.subject or _is_visible(tx, number, actor):
        return case
    message = f"There is no case {number}."
    raise CaseNotFound(message, case_number=number)


def works_on_case(tx: Transaction, case: Case, *, actor: Actor) -> bool:
    """Whether the actor works on the case or supervises it; who audits it, or whom it is about, does not."""
    if _is_about(tx, case.number, actor):
        return False
    return has(actor, SUPERVISE) or _is_visible(tx, case.number, actor)


def may_read_words(tx: Transaction, case: Case, *, actor: Actor) -> bool:
    """Whether the actor may read what colleagues wrote and sent about a case he may see."""
    if _is_about(tx, case.number, actor):
        return False
    return has(actor, READ_PERSONAL) or works_on_case(tx, case, actor=actor)


def lock_case_to_add_to(tx: Transaction, number: str, *, user_task_id: UUID | None, actor: Actor) -> Case:
    """
    Lock a case to which the actor may add something, and the task it is about, if one is named.

    Its customer may add to it too; what is added to a task is the business of those who work on it.

    Raises:
        CaseNotFound: As for reading.
        NotPermitted: The actor only audits it.
        CaseArchived: It is read-only.
        UserTaskNotFound: The case has no such task.
    """
    case = get_visible_case(tx, number, actor=actor)
    is_customer = actor.subject == case.subject and user_task_id is None
    if not (is_customer or works_on_case(tx, case, actor=actor)):
        message = "Who only audits a case adds nothing to it."
        raise NotPermitted(message)
    if user_task_id is not None:
        task = select(user_task.c.id).where(user_task.c.id == user_task_id, user_task.c.case_number == number)
        if tx.execute(task).first() is None:
            raise not_found(user_task_id)
    return lock_case(tx, number)


def _is_about(tx: Transaction, number: str, actor: Actor) -> bool:
    """Whether the case is a complaint about the actor."""
    query = select(complaint.c.case_number).where(
        complaint.c.case_number == number, complaint.c.accused.has_key(actor.subject)
    )
    return tx.execute(query).first() is not None


def _is_visible(tx: Transaction, number: str, actor: Actor) -> bool:
    query = select(service_case.c.number).where(service_case.c.number == number, has_to_do_with(actor))
    return tx.execute(query).first() is not None
