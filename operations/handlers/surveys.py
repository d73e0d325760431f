"""Handlers of the satisfaction survey (CA06)."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed
from operations.cases import move_to_stage
from operations.deadlines import circumstances_of, renew
from operations.errors import SurveyAnswerInvalid
from operations.handlers.called_case import called_case
from operations.messages import tell_customer
from operations.surveys import DIMENSIONS, SurveyAnswer, answer_survey, is_low, note_reminder, read_score, send_survey
from operations.terms import compute_term

WINDOW = "survey.window"
REMINDER = "survey.reminder"


def survey_send(call: Call) -> None:
    """Ask the customer for his opinion (R014); reminder and window count from this moment."""
    tx, site = call.connection, call.site
    case = called_case(call)
    for commitment in (REMINDER, WINDOW):
        term = compute_term(tx, commitment, circumstances_of(case, begun_at=site.now))
        renew(tx, case, commitment, term, actor=call.actor, now=site.now)
        if commitment == WINDOW:
            send_survey(tx, case.number, closes_at=term.due_at, actor=call.actor, now=site.now)
    move_to_stage(tx, case, "survey", actor=call.actor, now=site.now)
    tell_customer(call, case, "survey")


def survey_remind(call: Call) -> None:
    """Remind him once."""
    tx, site = call.connection, call.site
    case = called_case(call)
    note_reminder(tx, case.number, actor=call.actor, now=site.now)
    tell_customer(call, case, "survey_reminder")


def survey_score(
    call: Call,
    *,
    quality: object = None,
    efficiency: object = None,
    communication: object = None,
    overall: object = None,
    contact_me: object = None,
    comment: str | None = None,
) -> Mapping[str, object]:
    """Keep the answer; `low` says that somebody should call back (overall ≤ 2, or the customer asks for it)."""
    tx, site = call.connection, call.site
    case = called_case(call)
    given = (quality, efficiency, communication, overall)
    try:
        scores = {name: read_score(name, value) for name, value in zip(DIMENSIONS, given, strict=True)}
    except SurveyAnswerInvalid as error:
        raise HandlerFailed(error.detail) from error
    answer = SurveyAnswer(**scores, wants_contact=contact_me in (True, "yes"), comment_ref=comment)
    answer_survey(tx, case.number, answer, actor=call.actor, now=site.now)
    return {"low": is_low(tx, answer)}


HANDLERS = (survey_send, survey_remind, survey_score)
