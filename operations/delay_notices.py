"""Moving a promise with the customer's notice in plain text, as people write it (R020)."""

from dataclasses import dataclass
from datetime import datetime

from engine.access import SUPERVISE, require
from engine.actors import Actor
from engine.persistence.sealing import seal
from engine.persistence.transactions import Transaction
from operations.case_access import get_visible_case
from operations.deadline_records import Deadline
from operations.extensions import Extension, extend_deadline


@dataclass(frozen=True, slots=True)
class PromiseExtension:
    """A promise, its new time and what the customer is to read, in plain text."""

    commitment: str
    new_due_at: datetime
    notice: str
    object: str = ""


def extend_promise(
    tx: Transaction, case_number: str, wanted: PromiseExtension, *, actor: Actor, now: datetime
) -> Deadline:
    """
    Seal the notice, move the promise and send it; refusals are those of `extend_deadline`.

    Raises:
        CaseNotFound: No such case, or it is none of the actor's business.
    """
    require(actor, SUPERVISE)
    case = get_visible_case(tx, case_number, actor=actor)
    notice = wanted.notice.strip()
    reference = seal(tx, case.subject, "extension_notice", notice, now=now) if notice else None
    extension = Extension(wanted.commitment, wanted.object, wanted.new_due_at, reference)
    return extend_deadline(tx, case_number, extension, actor=actor, now=now)
