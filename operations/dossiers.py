"""What comments and files are put into: a case with its tasks, or a task of no case. Whoever may see it may read it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table

from engine.access import READ_PERSONAL, SUPERVISE, has, may_see_task
from engine.actors import Actor
from engine.errors import NotPermitted
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask
from engine.queries.personal import subjects_of
from engine.queries.user_tasks import get_user_task
from operations.case_access import get_visible_case, lock_case_to_add_to, may_read_words, works_on_case
from operations.cases import Case


@dataclass(frozen=True, slots=True)
class Dossier:
    """
    What something is put into.

    Attributes:
        case: `None` for a task of no case; then `task` is that.
        task: The task of no case.
        subject: Under whom words and files are sealed.
    """

    case: Case | None
    task: UserTask | None
    subject: str

    @property
    def case_number(self) -> str | None:
        """The number of its case."""
        return None if self.case is None else self.case.number

    @property
    def place(self) -> dict[str, object]:
        """Where something was read, for the journal."""
        if self.case is not None:
            return {"case": self.case.number}
        return {"user_task_id": self.task and str(self.task.id)}

    def holds(self, table: Table) -> ColumnElement[bool]:
        """Say in SQL which rows belong to it."""
        if self.case is not None:
            return table.c.case_number == self.case.number
        return table.c.case_number.is_(None) & (table.c.user_task_id == (self.task and self.task.id))

    def is_workplace_of(self, tx: Transaction, actor: Actor) -> bool:
        """Whether the actor works on it or supervises it; who audits it only reads."""
        if self.case is not None:
            return works_on_case(tx, self.case, actor=actor)
        return has(actor, SUPERVISE) or (self.task is not None and _is_ones_own(actor, self.task))

    def may_read_words(self, tx: Transaction, actor: Actor) -> bool:
        """Whether the actor may read what colleagues wrote and sent."""
        if self.case is not None:
            return may_read_words(tx, self.case, actor=actor)
        return has(actor, READ_PERSONAL) or self.is_workplace_of(tx, actor)


def open_dossier(tx: Transaction, case_number: str | None, user_task_id: UUID | None, *, actor: Actor) -> Dossier:
    """
    Find a case, or the one a task belongs to, that the actor may see; or the task itself.

    Raises:
        CaseNotFound, UserTaskNotFound: It does not exist, or is none of his business.
    """
    task = None if user_task_id is None or case_number is not None else get_user_task(tx, user_task_id, actor=actor)
    number = case_number if task is None else task.case_number
    if number is None and task is not None:
        return Dossier(None, task, subjects_of(tx, task.instance_id)[0])
    case = get_visible_case(tx, str(number), actor=actor)
    return Dossier(case, None, case.subject)


def lock_dossier(tx: Transaction, case_number: str | None, user_task_id: UUID | None, *, actor: Actor) -> Dossier:
    """
    Open a dossier to put something into it; its case is locked.

    Raises:
        CaseNotFound, UserTaskNotFound: As for reading.
        NotPermitted: The actor only audits it.
        CaseArchived: It is read-only.
    """
    found = open_dossier(tx, case_number, user_task_id, actor=actor)
    if found.case is not None:
        case = lock_case_to_add_to(tx, found.case.number, user_task_id=user_task_id, actor=actor)
        return Dossier(case, None, case.subject)
    if not found.is_workplace_of(tx, actor):
        message = "Who only audits a task adds nothing to it."
        raise NotPermitted(message)
    return found


def _is_ones_own(actor: Actor, task: UserTask) -> bool:
    without_office = Actor(actor.subject, groups=actor.groups, stands_in_for=actor.stands_in_for)
    return may_see_task(without_office, task) or task.completed_by == actor.subject
