"""
What a customer sees and does with the link to his case, without an account: everything here begins with his token.

Each action is an ordinary command with the customer himself as actor; a token that is unknown, expired or revoked is
the same `TrackingTokenUnknown`, and nothing is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.commands.messages import correlate_message
from engine.commands.user_tasks import complete_user_task
from engine.errors import MessageNotCorrelated
from engine.persistence.sealing import seal, unseal
from engine.persistence.tables.process_instances import event_subscription
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from operations import wording
from operations.cases import Case
from operations.deadline_records import list_deadlines
from operations.errors import CaseClosed, ConfirmationNotAwaited, RequestInvalid, SurveyClosed, WithdrawalNotPossible
from operations.notifications import list_notifications
from operations.requests import LONG
from operations.statements import STATEMENT_FORM, Statement
from operations.surveys import DIMENSIONS, Survey, find_survey, read_score
from operations.tracking_tokens import case_of_token, customer_actor
from operations.wording import Wording

CONFIRM_FORM = "confirm_form"
OFFER_FORM = "comp_answer_form"
CONSENT_FORM = "consent_form"
ASKED_BY_FORM = {
    CONFIRM_FORM: ("confirmation", "请确认处理结果", "Please confirm the result"),
    OFFER_FORM: ("offer", "请答复补偿方案", "Please answer our offer"),
    CONSENT_FORM: ("consent", "请告知是否同意", "Please tell us whether you agree"),
    STATEMENT_FORM: ("statement", "请陈述事情经过", "Please tell us your side"),
}
"""What the form of a task that waits for the customer asks of him."""

WITHDRAWALS = ("customer_withdraw", "complaint_withdrawn")
"""The message that withdraws a request, and the one that withdraws a complaint."""

ESCALATION = "customer_escalates"
PROGRESS_QUERY = "customer_progress_query"
STEPS = (
    (Wording("已收到", "Received"), ("intake",)),
    (Wording("安排人员", "Finding who helps"), ("assignment",)),
    (Wording("处理中", "Being worked on"), ("execution",)),
    (Wording("请您确认", "Your confirmation"), ("confirmation",)),
    (Wording("已结束", "Closed"), ("survey", "archive")),
)
"""What a customer is shown of the stages; a complaint is nobody's to confirm in a step of its own."""
COMPLAINT_STEPS = (
    (Wording("已收到", "Received"), ("intake", "assignment")),
    (Wording("调查与答复", "Looked into and answered"), ("execution", "confirmation")),
    (Wording("已结束", "Closed"), ("survey", "archive")),
)
SHOWN_PROMISES = ("first_response", "solution", "complaint.response", "complaint.reply")


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised time. `kept_at` when it was kept, `is_late` when it was broken."""

    name_zh: str
    name_en: str
    due_at: datetime
    kept_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Something the customer is asked: `confirmation`, `offer`, `consent`, `statement` or `survey`, until `due_at`."""

    kind: str
    due_at: datetime | None
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message the customer got, in his language."""

    at: datetime
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps that the customer's case goes through. `state`: done, current or ahead."""

    name_zh: str
    name_en: str
    state: str


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer's own view of his case: plain words, promised times, what is asked of him. No internal notes."""

    case_number: str
    request_type: Wording | None
    subject: str | None
    description: str | None
    state: Wording
    stage: Wording
    outcome: Wording | None
    received_at: datetime
    is_complaint: bool
    language: str
    steps: Sequence[Step]
    promises: Sequence[Promise]
    asked: Sequence[Asked]
    messages: Sequence[SentMessage]
    may_withdraw: bool
    may_escalate: bool
    may_ask_progress: bool


@dataclass(frozen=True, slots=True)
class SurveyReply:
    """Scores from 1 to 5, and what he likes to add."""

    quality: int
    efficiency: int
    communication: int
    overall: int
    contact_me: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class _Awaited:
    id: UUID
    due_at: datetime | None
    form: str


def view_case(tx: Transaction, token: str, *, now: datetime) -> CustomerView:
    """
    Read the case behind a token.

    Raises:
        TrackingTokenUnknown: Unknown, expired or revoked.
    """
    case = case_of_token(tx, token, now=now)
    texts = unseal(tx, [ref for ref in (case.subject_ref, case.description_ref) if ref])
    sent = list_notifications(tx, case, actor=customer_actor(case), now=now)
    return CustomerView(
        case_number=case.number,
        request_type=None if case.request_type is None else wording.REQUEST_TYPES.get(case.request_type),
        subject=_text(texts, case.subject_ref),
        description=_text(texts, case.description_ref),
        state=wording.STATES[case.state],
        stage=wording.STAGES[case.stage],
        outcome=None if case.outcome is None else wording.OUTCOMES.get(case.outcome),
        received_at=case.received_at,
        is_complaint=case.request_type == "complaint",
        language=case.language,
        steps=_steps(case),
        promises=_promises(tx, case),
        asked=_asked(tx, case, now=now),
        messages=[
            SentMessage(each.created_at, each.subject, each.body)
            for each in sent
            if each.recipient == case.subject and each.state != "suppressed"
        ],
        may_withdraw=_awaited(tx, case, *WITHDRAWALS) is not None,
        may_escalate=_awaited(tx, case, ESCALATION) is not None,
        may_ask_progress=_awaited(tx, case, PROGRESS_QUERY) is not None,
    )


def ask_progress(tx: Transaction, token: str, *, now: datetime) -> None:
    """
    Ask where the case stands; the answer comes as a message.

    Raises:
        CaseClosed: Nobody works on it any more.
    """
    _send(tx, case_of_token(tx, token, now=now), PROGRESS_QUERY, {}, now=now)


def add_supplement(tx: Transaction, token: str, text: str, *, now: datetime) -> None:
    """Add something to the case; those who work on it are told."""
    case = case_of_token(tx, token, now=now)
    _send(tx, case, "customer_supplement", {"text": _sealed(tx, case, "supplement", text, now=now)}, now=now)


def withdraw_case(tx: Transaction, token: str, *, now: datetime) -> None:
    """
    Withdraw the request.

    Raises:
        WithdrawalNotPossible: It is not in work: already closed, or not yet assessed.
    """
    case = case_of_token(tx, token, now=now)
    try:
        _send(tx, case, _awaited(tx, case, *WITHDRAWALS) or WITHDRAWALS[0], {}, now=now)
    except CaseClosed as error:
        message = f"The case {case.number} cannot be withdrawn now."
        raise WithdrawalNotPossible(message, case_number=case.number) from error


def escalate_complaint(tx: Transaction, token: str, *, now: datetime) -> None:
    """
    Ask for a higher level to look at the complaint.

    Raises:
        CaseClosed: It is no complaint, or nobody works on it now.
    """
    _send(tx, case_of_token(tx, token, now=now), ESCALATION, {}, now=now)


def answer_offer(tx: Transaction, token: str, *, is_accepted: bool, reason: str | None = None, now: datetime) -> None:
    """
    Accept or refuse a compensation that was offered.

    Raises:
        ConfirmationNotAwaited: Nothing is offered now.
        FormInvalid: A refusal without its reason.
    """
    values: dict[str, object] = {"answer": "accepted" if is_accepted else "refused"}
    if reason:
        values["reason"] = reason
    _answer(tx, token, OFFER_FORM, values, now=now)


def answer_notice(tx: Transaction, token: str, *, is_agreed: bool, note: str | None = None, now: datetime) -> None:
    """
    Agree to what a notice asks consent for, or not.

    Raises:
        ConfirmationNotAwaited: Nobody asks for consent now.
    """
    values: dict[str, object] = {"consent": "yes" if is_agreed else "no"}
    if note:
        values["note"] = note
    _answer(tx, token, CONSENT_FORM, values, now=now)


def give_statement(tx: Transaction, token: str, statement: Statement, *, now: datetime) -> None:
    """
    Give the complainant's side of a dispute, or decline to.

    Raises:
        ConfirmationNotAwaited: Nobody waits for it now.
        FormInvalid: Neither a statement nor why there is none.
    """
    _answer(tx, token, STATEMENT_FORM, statement.values(), now=now)


def answer_result(tx: Transaction, token: str, *, is_confirmed: bool, reason: str | None = None, now: datetime) -> None:
    """
    Confirm or reject the result.

    Raises:
        ConfirmationNotAwaited: Nobody waits for an answer now.
        FormInvalid: A rejection without its reason.
    """
    values: dict[str, object] = {"confirmed": "yes"} if is_confirmed else {"confirmed": "no", "reason_if_not": reason}
    _answer(tx, token, CONFIRM_FORM, values, now=now)


def answer_survey(tx: Transaction, token: str, reply: SurveyReply, *, now: datetime) -> None:
    """
    Answer the survey, once.

    Raises:
        SurveyAnswerInvalid: A score that is none.
        SurveyClosed: It was answered, is over, or was never sent.
    """
    case = case_of_token(tx, token, now=now)
    scores: dict[str, object] = {name: read_score(name, getattr(reply, name)) for name in DIMENSIONS}
    if not _is_open(find_survey(tx, case.number), now=now):
        message = f"The survey of the case {case.number} is closed."
        raise SurveyClosed(message, case_number=case.number)
    comment = _sealed(tx, case, "survey_comment", reply.comment, now=now) if reply.comment else None
    try:
        _send(tx, case, "survey_reply", {**scores, "contact_me": reply.contact_me, "comment": comment}, now=now)
    except CaseClosed as error:
        message = f"The survey of the case {case.number} is closed."
        raise SurveyClosed(message, case_number=case.number) from error


def _answer(tx: Transaction, token: str, form: str, values: Mapping[str, object], *, now: datetime) -> None:
    """Complete the task of this form that waits for the customer."""
    case = case_of_token(tx, token, now=now)
    task = next(iter(_customer_tasks(tx, case, form)), None)
    if task is None:
        message = f"Nobody waits for this answer in the case {case.number} now."
        raise ConfirmationNotAwaited(message, case_number=case.number)
    complete_user_task(tx, task.id, values, actor=customer_actor(case), now=now)


def _send(tx: Transaction, case: Case, name: str, variables: Mapping[str, object], *, now: datetime) -> None:
    try:
        correlate_message(
            tx, name, correlation_key=case.number, variables=variables, actor=customer_actor(case), now=now
        )
    except MessageNotCorrelated as error:
        message = f"The case {case.number} is closed or does not take this now."
        raise CaseClosed(message, case_number=case.number) from error


def _sealed(tx: Transaction, case: Case, field: str, text: str, *, now: datetime) -> str:
    if not 0 < len(text.strip()) <= LONG or "\x00" in text:
        message = f"A text has 1 to {LONG} characters."
        raise RequestInvalid(message, errors=[{"pointer": f"/{field}", "message": message}])
    return seal(tx, case.subject, field, text, now=now)


def _steps(case: Case) -> list[Step]:
    steps = COMPLAINT_STEPS if case.request_type == "complaint" else STEPS
    at = next((place for place, (_, stages) in enumerate(steps) if case.stage in stages), 0)
    if case.state != "open":
        at = len(steps)
    states = ["done"] * at + ["current"] + ["ahead"] * len(steps)
    return [Step(name.zh, name.en, state) for (name, _), state in zip(steps, states, strict=False)]


def _promises(tx: Transaction, case: Case) -> list[Promise]:
    return [
        Promise(
            wording.COMMITMENTS[deadline.commitment].zh,
            wording.COMMITMENTS[deadline.commitment].en,
            deadline.due_at,
            deadline.met_at,
            deadline.breached_at is not None,
        )
        for deadline in list_deadlines(tx, case.number)
        if deadline.commitment in SHOWN_PROMISES and deadline.state != "cancelled"
    ]


def _asked(tx: Transaction, case: Case, *, now: datetime) -> list[Asked]:
    asked: list[Asked] = []
    for task in _customer_tasks(tx, case, *ASKED_BY_FORM):
        kind, zh, en = ASKED_BY_FORM[task.form]
        asked.append(Asked(kind, task.due_at, zh, en))
    survey = find_survey(tx, case.number)
    if survey is not None and _is_open(survey, now=now):
        asked.append(Asked("survey", survey.closes_at, "请评价我们的服务", "Please rate our service"))
    return asked


def _awaited(tx: Transaction, case: Case, *messages: str) -> str | None:
    """Name one of these messages that the case's process waits for."""
    query = select(event_subscription.c.name).where(
        event_subscription.c.kind == "message",
        event_subscription.c.name.in_(messages),
        event_subscription.c.correlation_key == case.number,
    )
    found: str | None = tx.execute(query.limit(1)).scalar_one_or_none()
    return found


def _customer_tasks(tx: Transaction, case: Case, *forms: str) -> list[_Awaited]:
    query = select(user_task.c.id, user_task.c.due_at, user_task.c.form_ref).where(
        user_task.c.case_number == case.number,
        user_task.c.state == "active",
        user_task.c.form_ref.in_(forms),
        user_task.c.candidate_groups.has_key(case.subject),
    )
    return [_Awaited(*row) for row in tx.execute(query.order_by(user_task.c.id))]


def _is_open(survey: Survey | None, *, now: datetime) -> bool:
    return survey is not None and survey.state == "sent" and now < survey.closes_at


def _text(texts: Mapping[str, object | None], reference: str | None) -> str | None:
    text = texts.get(reference or "")
    return None if text is None else str(text)
