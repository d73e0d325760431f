"""The two sides of a dispute give their statements themselves (R053); the specialist can take down either."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.actors import Actor
from engine.commands.user_tasks import complete_user_task
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from operations.cases import get_case
from operations.complaints import find_complaint
from operations.errors import CaseNotFound, ConfirmationNotAwaited

STATEMENT_FORM = "statement_form"
SPECIALISTS = "complaint_specialist"


@dataclass(frozen=True, slots=True)
class Statement:
    """What one side says: a text, or why it declines to say anything."""

    text: str | None = None
    refusal_reason: str | None = None

    def values(self) -> dict[str, object]:
        """The fields of `statement_form`."""
        if self.text:
            return {"refused": False, "statement": self.text}
        return {"refused": True} | ({"refusal_reason": self.refusal_reason} if self.refusal_reason else {})


def give_own_statement(tx: Transaction, case_number: str, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """
    Give the side of a colleague whom a complaint is about. It opens nothing of the complaint to him.

    Raises:
        CaseNotFound: There is no such case, or it is not about the actor; the answer is the same.
        ConfirmationNotAwaited: Nobody waits for it now.
        FormInvalid: Neither a statement nor why there is none.
    """
    complaint = find_complaint(tx, case_number)
    if complaint is None or actor.subject not in complaint.accused:
        message = f"There is no case {case_number}."
        raise CaseNotFound(message, case_number=case_number)
    task = _respondents_task(tx, case_number)
    if task is None:
        message = f"Nobody waits for a statement in the case {case_number} now."
        raise ConfirmationNotAwaited(message, case_number=case_number)
    # The task is the specialists'; he completes just this one, in his own name.
    acting = replace(actor, groups=frozenset({SPECIALISTS}))
    complete_user_task(tx, task, statement.values(), actor=acting, now=now)


def _respondents_task(tx: Transaction, case_number: str) -> UUID | None:
    """Find the open statement that is not the customer's."""
    customer = get_case(tx, case_number).subject
    query = select(user_task.c.id).where(
        user_task.c.case_number == case_number,
        user_task.c.state == "active",
        user_task.c.form_ref == STATEMENT_FORM,
        ~user_task.c.candidate_groups.has_key(customer),
    )
    found: UUID | None = tx.execute(query.order_by(user_task.c.id).limit(1)).scalar_one_or_none()
    return found
