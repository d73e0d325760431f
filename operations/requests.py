"""Taking a customer's request: one transaction from the first word to the running process (R001)."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from engine import access
from engine.actors import Actor
from engine.commands.process_instances import start_process_instance
from engine.persistence.sealing import seal_many
from engine.persistence.transactions import Transaction
from operations.case_entries import record
from operations.cases import CHANNELS, REQUEST_TYPES, NewCase, open_case
from operations.commitments import find_commitments
from operations.customers import Contact, find_or_create_customer, record_consent, require_customer, subject_of
from operations.errors import RequestInvalid
from operations.recurrence import moment_before, recurrence_since
from operations.tables.cases import service_case
from operations.tracking_tokens import ensure_token, token_of

PROCESS = "service_request"
START_MESSAGE = "demand_received"
LANGUAGES = ("zh-CN", "en")
PREFERENCES = ("phone", "email", "message")
SHORT, LONG = 200, 10_000
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{4,24}", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,255}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """
    A request as it comes in, in plain text; nothing of it is stored unsealed but codes.

    Attributes:
        customer_id: Known to staff already; then `contact` only adds what is missing.
        occurred_at: Aware, when what it is about happened.
    """

    channel: str
    contact: Contact
    request_type: str | None = None
    subject: str | None = None
    description: str | None = None
    product: str | None = None
    contact_preference: str | None = None
    occurred_at: datetime | None = None
    customer_id: UUID | None = None
    consent_survey: bool | None = None
    privacy_notice_version: str | None = None
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True)
class SubmittedRequest:
    """
    What the sender gets.

    Attributes:
        duplicate_of: Open case of the same customer and type within `duplicate.window`; staff decide whether it is one.
        repeats: Earlier case, when this customer has asked for the same type `recurrence.count` times (S77).
    """

    case_number: str
    tracking_token: str
    customer_id: UUID
    process_instance_id: UUID
    duplicate_of: str | None
    repeats: str | None

    @property
    def is_duplicate(self) -> bool:
        """Whether a case like this one is in work already."""
        return self.duplicate_of is not None


def submit_request(tx: Transaction, draft: RequestDraft, *, actor: Actor, now: datetime) -> SubmittedRequest:
    """
    Open a case and start its process.

    Raises:
        NotPermitted: The actor may not open cases.
        RequestInvalid: Naming each field that is wrong; nothing is stored.
        CustomerNotFound: `customer_id` is unknown.
        ProcessDefinitionNotFound: The service process is not deployed.
    """
    access.require(actor, access.OPEN_CASE)
    check_draft(draft, now=now)
    customer_id = customer_of_draft(tx, draft, actor=actor, now=now)
    subject = subject_of(customer_id)
    texts = {name: text for name in ("subject", "description") if (text := getattr(draft, name))}
    references = seal_many(tx, subject, texts, now=now)
    duplicate_of = _find_duplicate(tx, customer_id, draft.request_type, now=now)
    repeats = _find_repeated(tx, customer_id, draft.request_type, now=now)
    new = NewCase(
        customer_id,
        draft.channel,
        draft.language,
        draft.request_type,
        draft.product,
        references.get("subject"),
        references.get("description"),
        draft.contact_preference,
        draft.occurred_at,
        is_complete(draft),
        bool(draft.consent_survey),
        draft.privacy_notice_version,
        duplicate_of,
        repeats,
    )
    number = open_case(tx, new, actor=actor, now=now)
    record(tx, number, "details", {**references, "request_type": draft.request_type}, actor=actor, now=now)
    if draft.consent_survey is not None:
        record_consent(
            tx, customer_id, "survey", is_granted=draft.consent_survey, case_number=number, actor=actor, now=now
        )
    token = token_of(ensure_token(tx, number, customer_id, now=now))
    instance_id = _start(tx, draft, number, subject, actor=actor, now=now)
    return SubmittedRequest(number, token, customer_id, instance_id, duplicate_of, repeats)


def check_draft(draft: RequestDraft, *, now: datetime) -> None:
    """Refuse a draft that cannot be right, naming every field that is wrong."""
    contact = draft.contact
    problems = {
        "channel": draft.channel not in CHANNELS,
        "request_type": draft.request_type is not None and draft.request_type not in REQUEST_TYPES,
        "subject": not is_text(draft.subject, SHORT),
        "description": not is_text(draft.description, LONG) or not (draft.subject or draft.description),
        "product": not is_text(draft.product, SHORT),
        "contact_preference": draft.contact_preference not in (None, *PREFERENCES),
        "occurred_at": draft.occurred_at is not None and draft.occurred_at > now + timedelta(minutes=5),
        "language": draft.language not in LANGUAGES,
        "name": not is_text(contact.name, SHORT),
        "address": not is_text(contact.address, 2 * SHORT),
        "phone": contact.phone is not None and not _PHONE.fullmatch(contact.phone.strip()),
        "email": contact.email is not None and not _EMAIL.fullmatch(contact.email.strip()),
        "privacy_notice_version": not is_text(draft.privacy_notice_version, SHORT),
    }
    wrong = [name for name, is_wrong in problems.items() if is_wrong]
    if wrong:
        message = f"These fields are missing or wrong: {', '.join(wrong)}."
        raise RequestInvalid(message, errors=[{"pointer": f"/{name}", "message": MESSAGES[name]} for name in wrong])


MESSAGES = {
    "channel": f"must be one of {', '.join(CHANNELS)}",
    "request_type": f"must be one of {', '.join(REQUEST_TYPES)}",
    "subject": f"must be text of at most {SHORT} characters",
    "description": f"subject or description is needed, text of at most {LONG} characters",
    "product": f"must be text of at most {SHORT} characters",
    "contact_preference": f"must be one of {', '.join(PREFERENCES)}",
    "occurred_at": "must not lie in the future",
    "language": f"must be one of {', '.join(LANGUAGES)}",
    "name": f"must be text of at most {SHORT} characters",
    "address": f"must be text of at most {2 * SHORT} characters",
    "phone": "must be a telephone number",
    "email": "must be an e-mail address",
    "privacy_notice_version": f"must be text of at most {SHORT} characters",
}


def is_complete(draft: RequestDraft) -> bool:
    """Whether the case can be assessed without asking the customer again."""
    is_reachable = bool(draft.customer_id or draft.contact.phone or draft.contact.email)
    return bool(draft.request_type and draft.description and is_reachable)


def customer_of_draft(tx: Transaction, draft: RequestDraft, *, actor: Actor, now: datetime) -> UUID:
    """Find or make the customer who asks."""
    if draft.customer_id is not None:
        require_customer(tx, draft.customer_id, actor=actor)
        return draft.customer_id
    return find_or_create_customer(tx, draft.contact, language=draft.language, actor=actor, now=now)


def _start(tx: Transaction, draft: RequestDraft, number: str, subject: str, *, actor: Actor, now: datetime) -> UUID:
    starter = replace(actor, permissions=actor.permissions | {access.START})
    started = start_process_instance(
        tx,
        definition_key=PROCESS,
        start_event=START_MESSAGE,
        variables={
            "channel": draft.channel,
            "request_type": draft.request_type,
            "intake_complete": is_complete(draft),
        },
        business_key=number,
        case_number=number,
        data_subject=subject,
        actor=starter,
        now=now,
    )
    return started.instance.id


def _find_duplicate(tx: Transaction, customer_id: UUID, request_type: str | None, *, now: datetime) -> str | None:
    if request_type is None:
        return None
    since = moment_before(tx, "duplicate.window", "PT24H", now=now)
    query = (
        select(service_case.c.number)
        .where(
            service_case.c.customer_id == customer_id,
            service_case.c.request_type == request_type,
            service_case.c.received_at >= since,
            service_case.c.state == "open",
        )
        .order_by(service_case.c.received_at)
        .limit(1)
    )
    found: str | None = tx.execute(query).scalar_one_or_none()
    return found


def _find_repeated(tx: Transaction, customer_id: UUID, request_type: str | None, *, now: datetime) -> str | None:
    if request_type is None:
        return None
    entry = find_commitments(tx, "recurrence.count").get("recurrence.count")
    wanted = 3 if entry is None else int(entry.commitment.value)
    query = select(func.count(), func.max(service_case.c.number)).where(
        service_case.c.customer_id == customer_id,
        service_case.c.request_type == request_type,
        service_case.c.received_at >= recurrence_since(tx, now=now),
    )
    count, latest = tx.execute(query).one()
    # This request is one of them.
    return str(latest) if count + 1 >= wanted and latest else None


def is_text(text: str | None, longest: int) -> bool:
    """Whether a text is there and within its bounds, or not there at all."""
    return text is None or (len(text.strip()) > 0 and len(text) <= longest and not _CONTROL.search(text))
