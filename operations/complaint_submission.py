"""Taking a complaint: from staff, from the public, or by a customer's own link from the case it is about (R046)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.commands.process_instances import start_process_instance
from engine.persistence.sealing import seal_many
from engine.persistence.transactions import Transaction
from operations.amounts import read_amount
from operations.case_access import get_visible_case
from operations.case_entries import record
from operations.case_numbers import COMPLAINT
from operations.cases import Case, NewCase, get_case, open_case
from operations.complaint_raising import PROCESS, START_MESSAGE, note_link, start_variables
from operations.complaint_views import MOST_ACCUSED
from operations.complaints import CATEGORIES, NewComplaint, count_earlier, store_complaint
from operations.customers import record_consent, subject_of
from operations.errors import RequestInvalid
from operations.people import find_subject
from operations.recurrence import recurrence_since
from operations.requests import LONG, RequestDraft, SubmittedRequest, check_draft, customer_of_draft, is_text
from operations.tracking_tokens import customer_actor, ensure_token, resolve_token, token_of


@dataclass(frozen=True, slots=True)
class ComplaintDraft:
    """
    A complaint as it comes in, in plain text; nothing of it is stored unsealed but codes.

    Attributes:
        request: Who complains, about what, over which channel; its type is `complaint` whatever it says.
        expectation: What the customer wants.
        origin_case: The case it is about; `tracking_token` names it for the customer himself.
        amount: What is in dispute, in the house's currency.
        accused: User names or subjects of the people it is about; only staff name them.
    """

    request: RequestDraft
    category: str
    expectation: str | None = None
    origin_case: str | None = None
    tracking_token: str | None = None
    harm: bool = False
    media: bool = False
    regulator: bool = False
    two_parties: bool = False
    amount: object = None
    accused: tuple[str, ...] = ()


def submit_complaint(tx: Transaction, draft: ComplaintDraft, *, actor: Actor, now: datetime) -> SubmittedRequest:
    """
    Open a complaint and start its process. One without any contact data is anonymous, and taken all the same (A37).

    Raises:
        NotPermitted: The actor may not open cases.
        RequestInvalid: Naming each field that is wrong; nothing is stored.
        CaseNotFound, TrackingTokenUnknown: The case it is about is unknown or none of the sender's business.
        ProcessDefinitionNotFound: The complaint process is not deployed.
    """
    origin = _origin(tx, draft, actor=actor, now=now)
    request = replace(draft.request, request_type="complaint")
    if draft.tracking_token is not None and origin is not None:
        actor = customer_actor(origin)
        request = replace(request, customer_id=origin.customer_id, language=origin.language)
    access.require(actor, access.OPEN_CASE)
    complaint = _checked(tx, draft, request, origin, now=now)
    if draft.tracking_token is not None and origin is not None:
        customer_id = origin.customer_id
    else:
        customer_id = customer_of_draft(tx, request, actor=actor, now=now)
    earlier = count_earlier(tx, customer_id, complaint.category, since=recurrence_since(tx, now=now))
    number = _open(tx, request, customer_id, draft.expectation, actor=actor, now=now)
    store_complaint(tx, number, complaint, repeat_count=earlier)
    if origin is not None:
        note_link(tx, number, origin.number, actor=actor, now=now)
    token = token_of(ensure_token(tx, number, customer_id, now=now))
    started = start_process_instance(
        tx,
        definition_key=PROCESS,
        start_event=START_MESSAGE,
        variables=start_variables(complaint, request.channel, repeat_count=earlier),
        business_key=number,
        case_number=number,
        data_subject=subject_of(customer_id),
        actor=replace(actor, permissions=actor.permissions | {access.START}),
        now=now,
    )
    return SubmittedRequest(number, token, customer_id, started.instance.id, None, None)


def _open(
    tx: Transaction, request: RequestDraft, customer_id: UUID, expectation: str | None, *, actor: Actor, now: datetime
) -> str:
    texts = {"subject": request.subject, "description": request.description, "expectation": expectation}
    references = seal_many(tx, subject_of(customer_id), {name: text for name, text in texts.items() if text}, now=now)
    new = NewCase(
        customer_id,
        request.channel,
        request.language,
        request.request_type,
        request.product,
        references.get("subject"),
        references.get("description"),
        request.contact_preference,
        request.occurred_at,
        is_complete=True,
        consent_survey=bool(request.consent_survey),
        privacy_notice_version=request.privacy_notice_version,
        prefix=COMPLAINT,
    )
    number = open_case(tx, new, actor=actor, now=now)
    record(tx, number, "complaint", references, actor=actor, now=now)
    if request.consent_survey is not None:
        granted = request.consent_survey
        record_consent(tx, customer_id, "survey", is_granted=granted, case_number=number, actor=actor, now=now)
    return number


def _origin(tx: Transaction, draft: ComplaintDraft, *, actor: Actor, now: datetime) -> Case | None:
    if draft.tracking_token is not None:
        return get_case(tx, resolve_token(tx, draft.tracking_token, now=now).case_number)
    if draft.origin_case is not None:
        return get_visible_case(tx, draft.origin_case, actor=actor)
    return None


def _checked(
    tx: Transaction, draft: ComplaintDraft, request: RequestDraft, origin: Case | None, *, now: datetime
) -> NewComplaint:
    check_draft(request, now=now)
    accused = [find_subject(tx, name) for name in draft.accused]
    problems: dict[str, str | None] = {
        "category": None if draft.category in CATEGORIES else f"must be one of {', '.join(CATEGORIES)}",
        "expectation": None if is_text(draft.expectation, LONG) else f"must be text of at most {LONG} characters",
        "accused": None if None not in accused and len(accused) <= MOST_ACCUSED else "must name active colleagues",
    }
    amount = None
    try:
        amount = read_amount(draft.amount)
    except ValueError as error:
        problems["amount"] = str(error)
    wrong = {name: text for name, text in problems.items() if text is not None}
    if wrong:
        message = f"These fields are missing or wrong: {', '.join(wrong)}."
        raise RequestInvalid(message, errors=[{"pointer": f"/{name}", "message": text} for name, text in wrong.items()])
    is_reachable = bool(request.customer_id or request.contact.phone or request.contact.email)
    return NewComplaint(
        draft.category,
        None if origin is None else origin.number,
        draft.harm,
        draft.media,
        draft.regulator,
        draft.two_parties,
        not is_reachable,
        amount,
        tuple(each for each in accused if each is not None),
    )
