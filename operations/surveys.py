"""Satisfaction surveys: one per case, answered once (R014)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.actors import Actor
from engine.history import journal
from engine.persistence.transactions import Transaction
from operations.commitments import find_commitments
from operations.errors import SurveyAnswerInvalid
from operations.tables.surveys import survey

DIMENSIONS = ("quality", "efficiency", "communication", "overall")
SCORES = range(1, 6)


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """Scores from 1 to 5; `comment_ref` is sealed."""

    quality: int
    efficiency: int
    communication: int
    overall: int
    wants_contact: bool = False
    comment_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """A case's survey. `state`: sent, answered, closed."""

    case_number: str
    state: str
    sent_at: datetime
    closes_at: datetime
    answered_at: datetime | None
    quality: int | None
    efficiency: int | None
    communication: int | None
    overall: int | None
    wants_contact: bool
    comment_ref: str | None


def find_survey(tx: Transaction, case_number: str) -> Survey | None:
    """Read a case's survey."""
    columns = (survey.c[name] for name in Survey.__dataclass_fields__)
    row = tx.execute(select(*columns).where(survey.c.case_number == case_number)).one_or_none()
    return None if row is None else Survey(**row._mapping)


def send_survey(tx: Transaction, case_number: str, *, closes_at: datetime, actor: Actor, now: datetime) -> None:
    """Open the survey of a case; a second time changes nothing."""
    done = tx.execute(
        upsert(survey)
        .values(case_number=case_number, state="sent", sent_at=now, closes_at=closes_at)
        .on_conflict_do_nothing()
        .returning(survey.c.case_number)
    )
    if done.first() is not None:
        payload = {"closes_at": closes_at.isoformat()}
        journal.append(tx, "survey.sent", actor=actor, now=now, payload=payload, case_number=case_number)


def note_reminder(tx: Transaction, case_number: str, *, actor: Actor, now: datetime) -> None:
    """Note that the customer was reminded."""
    tx.execute(update(survey).where(survey.c.case_number == case_number).values(reminded_at=now))
    journal.append(tx, "survey.reminded", actor=actor, now=now, payload={}, case_number=case_number)


def answer_survey(tx: Transaction, case_number: str, answer: SurveyAnswer, *, actor: Actor, now: datetime) -> bool:
    """Store an answer once; whether it was the first."""
    done = tx.execute(
        update(survey)
        .where(survey.c.case_number == case_number, survey.c.state == "sent")
        .values(
            state="answered",
            answered_at=now,
            quality=answer.quality,
            efficiency=answer.efficiency,
            communication=answer.communication,
            overall=answer.overall,
            wants_contact=answer.wants_contact,
            comment_ref=answer.comment_ref,
        )
    )
    if done.rowcount:
        payload = {"overall": answer.overall, "wants_contact": answer.wants_contact}
        journal.append(tx, "survey.answered", actor=actor, now=now, payload=payload, case_number=case_number)
    return bool(done.rowcount)


def close_survey(tx: Transaction, case_number: str) -> None:
    """Nobody answered in time."""
    where = (survey.c.case_number == case_number) & (survey.c.state == "sent")
    tx.execute(update(survey).where(where).values(state="closed"))


def is_low(tx: Transaction, answer: SurveyAnswer) -> bool:
    """Whether somebody should call back: a low overall score, or the customer asks for it."""
    entry = find_commitments(tx, "survey.low_score").get("survey.low_score")
    limit = 2 if entry is None else int(entry.commitment.value)
    return answer.overall <= limit or answer.wants_contact


def read_score(name: str, value: object) -> int:
    """
    Read a score, as a number or as the text of a choice.

    Raises:
        SurveyAnswerInvalid: It is no whole number from 1 to 5.
    """
    number = int(value) if isinstance(value, str) and value.isdigit() and value.isascii() else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int) or number not in SCORES:
        message = f"'{name}' must be a whole number from 1 to 5."
        raise SurveyAnswerInvalid(message, field=name)
    return number
