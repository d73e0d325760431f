"""Customers: contact data sealed under the customer's own key, found by blind index, shown masked."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.access import OPEN_CASE, READ_PERSONAL, SUPERVISE, require, require_reason
from engine.actors import Actor
from engine.errors import PurposeRequired
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.sealing import blind_index, seal_many, unseal
from engine.persistence.transactions import Transaction
from operations.case_access import has_to_do_with, may_see_all
from operations.errors import CustomerNotFound
from operations.tables.cases import service_case
from operations.tables.customers import customer, customer_consent, customer_contact

FIELDS = ("name", "phone", "email", "address")
PUBLIC = "public"
"""The subject of whoever has not signed in."""

PURPOSES = ("survey", "care", "marketing", "third_party", "recording")
_NOT_IN_A_NUMBER = re.compile(r"[\s\-().]")


@dataclass(frozen=True, slots=True)
class Contact:
    """Who a customer is, in plain text; lives in memory only."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer as staff see him by default: contact data masked, `None` where unknown or erased."""

    id: UUID
    contact: Contact
    language: str
    is_key_customer: bool
    is_complainant: bool
    created_at: datetime


def subject_of(customer_id: UUID) -> str:
    """The data subject, and the group that only this customer belongs to."""
    return f"customer:{customer_id}"


def find_or_create_customer(
    tx: Transaction, contact: Contact, *, language: str = "zh-CN", actor: Actor, now: datetime
) -> UUID:
    """
    Find the customer with this phone number or else this e-mail address, or make one; what was unknown is added.

    The public adds nothing to a customer who is known: whoever knows his number could give him an address of his own.
    """
    hashes = _hashes(contact)
    _wait_for_same(tx, hashes)
    found = _find(tx, hashes)
    if found is None:
        found = uuid7(now)
        tx.execute(insert(customer).values(id=found, language=language, created_at=now, changed_at=now))
        payload = {"customer_id": str(found), "fields": _given(contact)}
        journal.append(tx, "customer.created", actor=actor, now=now, payload=payload)
    elif actor.subject == PUBLIC:
        return found
    _store(tx, found, contact, hashes, now=now)
    return found


def find_customer(tx: Transaction, contact: Contact) -> UUID | None:
    """Look a customer up by exact phone number or e-mail address."""
    return _find(tx, _hashes(contact))


def get_customer_card(tx: Transaction, customer_id: UUID) -> CustomerCard:
    """Read a customer, masked (DP2)."""
    row = _row(tx, customer_id)
    plain = _unsealed(tx, customer_id)
    return CustomerCard(
        customer_id, masked(plain), row.language, row.is_key_customer, row.is_complainant, row.created_at
    )


def reveal_customer(tx: Transaction, customer_id: UUID, purpose: str, *, actor: Actor, now: datetime) -> Contact:
    """
    Read a customer's contact data in full; the reading and its purpose are journalled.

    Raises:
        NotPermitted: The actor may not read personal data.
        PurposeRequired: No purpose was given; nothing is shown.
        CustomerNotFound: Unknown, or the actor works on none of his cases and oversees none; the answer is the same.
    """
    require(actor, READ_PERSONAL)
    if not purpose.strip():
        message = "Say what the data is needed for."
        raise PurposeRequired(message, errors=[{"pointer": "/purpose", "message": message}])
    _require_business_with(tx, customer_id, actor=actor)
    contact = _unsealed(tx, customer_id)
    payload = {"customer_id": str(customer_id), "purpose": purpose, "fields": _given(contact)}
    journal.append(tx, "customer.revealed", actor=actor, now=now, payload=payload)
    return contact


def contact_for_delivery(tx: Transaction, customer_id: UUID) -> Contact:
    """Read the addresses a message goes to; only for sending, not for people."""
    return _unsealed(tx, customer_id)


def mark_customer(
    tx: Transaction, customer_id: UUID, *, is_key_customer: bool, is_complainant: bool, actor: Actor, now: datetime
) -> None:
    """Flag a key customer or a complainant; his cases rise one priority (R033, A22)."""
    require(actor, SUPERVISE)
    require_reason(actor)
    row = _row(tx, customer_id)
    new = {"is_key_customer": is_key_customer, "is_complainant": is_complainant}
    tx.execute(update(customer).where(customer.c.id == customer_id).values(changed_at=now, **new))
    payload = {
        "customer_id": str(customer_id),
        **{name: {"old": getattr(row, name), "new": value} for name, value in new.items()},
    }
    journal.append(tx, "customer.marked", actor=actor, now=now, payload=payload)


def record_consent(
    tx: Transaction,
    customer_id: UUID,
    purpose: str,
    *,
    is_granted: bool,
    case_number: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record that the customer agreed to a purpose, or no longer does (DP5)."""
    tx.execute(
        insert(customer_consent).values(
            id=uuid7(now),
            customer_id=customer_id,
            purpose=purpose,
            is_granted=is_granted,
            at=now,
            actor=actor.subject,
            evidence={"case_number": case_number, "origin": actor.origin},
        )
    )
    event = "consent.granted" if is_granted else "consent.withdrawn"
    payload = {"customer_id": str(customer_id), "purpose": purpose}
    journal.append(tx, event, actor=actor, now=now, payload=payload, case_number=case_number)


def has_consent(tx: Transaction, customer_id: UUID, purpose: str) -> bool:
    """Whether the customer's latest word on a purpose is yes; silence is no."""
    return _latest_word(tx, customer_id, purpose) is True


def has_withdrawn(tx: Transaction, customer_id: UUID, purpose: str) -> bool:
    """Whether the customer's latest word on a purpose is no."""
    return _latest_word(tx, customer_id, purpose) is False


def masked(contact: Contact) -> Contact:
    """Show enough to recognise and too little to use: `王*`, `138****5678`, `w***@example.com`."""
    return Contact(
        _mask(contact.name, 1, 0),
        _mask(contact.phone, 3, 4),
        None if contact.email is None else _mask_email(contact.email),
        _mask(contact.address, 3, 0),
    )


def require_customer(tx: Transaction, customer_id: UUID, *, actor: Actor) -> None:
    """Refuse a customer id that does not exist, for those who may open cases for customers."""
    require(actor, OPEN_CASE)
    _row(tx, customer_id)


def normal_phone(phone: str) -> str:
    """Digits as dialled, without the country code of China: `+86 138-0000-5678` is `13800005678`."""
    digits = _NOT_IN_A_NUMBER.sub("", phone.strip())
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    return digits


def _require_business_with(tx: Transaction, customer_id: UUID, *, actor: Actor) -> None:
    if may_see_all(actor):
        return
    query = select(service_case.c.number).where(service_case.c.customer_id == customer_id, has_to_do_with(actor))
    if tx.execute(query.limit(1)).scalar_one_or_none() is None:
        raise _not_found(customer_id)


def _not_found(customer_id: UUID) -> CustomerNotFound:
    return CustomerNotFound(f"There is no customer {customer_id}.", customer_id=str(customer_id))


def _latest_word(tx: Transaction, customer_id: UUID, purpose: str) -> bool | None:
    query = (
        select(customer_consent.c.is_granted)
        .where(customer_consent.c.customer_id == customer_id, customer_consent.c.purpose == purpose)
        .order_by(customer_consent.c.at.desc(), customer_consent.c.id.desc())
        .limit(1)
    )
    return tx.execute(query).scalar_one_or_none()


def _hashes(contact: Contact) -> dict[str, bytes]:
    hashes: dict[str, bytes] = {}
    if contact.phone:
        hashes["phone"] = blind_index(f"phone:{normal_phone(contact.phone)}")
    if contact.email:
        hashes["email"] = blind_index(f"email:{contact.email.strip()}")
    return hashes


def _wait_for_same(tx: Transaction, hashes: dict[str, bytes]) -> None:
    """Two requests of one new customer at once make one customer, and the second sees the first's case."""
    for value in sorted(hashes.values()):
        tx.execute(select(func.pg_advisory_xact_lock(int.from_bytes(value[:8], "big", signed=True))))


def _find(tx: Transaction, hashes: dict[str, bytes]) -> UUID | None:
    for kind, value in hashes.items():
        query = select(customer_contact.c.customer_id).where(
            customer_contact.c.kind == kind, customer_contact.c.blind_index == value
        )
        found: UUID | None = tx.execute(query).scalar_one_or_none()
        if found is not None:
            return found
    return None


def _store(tx: Transaction, customer_id: UUID, contact: Contact, hashes: dict[str, bytes], *, now: datetime) -> None:
    row = _row(tx, customer_id)
    fresh = {
        name: value.strip()
        for name in FIELDS
        if (value := getattr(contact, name)) and getattr(row, f"{name}_ref") is None
    }
    if fresh:
        references = seal_many(tx, subject_of(customer_id), fresh, now=now)
        columns = {f"{name}_ref": reference for name, reference in references.items()}
        tx.execute(update(customer).where(customer.c.id == customer_id).values(changed_at=now, **columns))
    for kind, value in hashes.items():
        tx.execute(
            upsert(customer_contact)
            .values(kind=kind, blind_index=value, customer_id=customer_id)
            .on_conflict_do_nothing()
        )


def _row(tx: Transaction, customer_id: UUID) -> Row[Any]:
    row = tx.execute(select(customer).where(customer.c.id == customer_id)).one_or_none()
    if row is None:
        raise _not_found(customer_id)
    return row


def _unsealed(tx: Transaction, customer_id: UUID) -> Contact:
    row = _row(tx, customer_id)
    references = {name: getattr(row, f"{name}_ref") for name in FIELDS}
    values = unseal(tx, [reference for reference in references.values() if reference])
    texts = {name: values.get(reference or "") for name, reference in references.items()}
    return Contact(**{name: None if text is None else str(text) for name, text in texts.items()})


def _given(contact: Contact) -> list[str]:
    return [name for name in FIELDS if getattr(contact, name)]


def _mask(text: str | None, head: int, tail: int) -> str | None:
    if text is None:
        return None
    if len(text) <= head + tail:
        return text[:1] + "*" * max(len(text) - 1, 1)
    hidden = min(len(text) - head - tail, 4)
    return text[:head] + "*" * hidden + (text[-tail:] if tail else "")


def _mask_email(email: str) -> str:
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"
