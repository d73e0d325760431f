"""The job that sends a queued notification by SMTP. It may run twice: receivers drop the repeated Message-ID."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import select, update

from engine import clock, jobs
from engine.actors import system
from engine.history import journal
from engine.persistence.tables.identities import membership, person
from engine.persistence.transactions import Transaction, transaction
from operations import mail_settings
from operations.customers import contact_for_delivery
from operations.mail_settings import MailSettings
from operations.notifications import SEND_JOB, Notification, read_for_sending
from operations.tables.notifications import notification

TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one address."""

    address: str
    message_id: str


@jobs.job(SEND_JOB, attempts=8)
def send_notification(arguments: Mapping[str, object]) -> None:
    """Send one queued notification; a failure is noted on the record and raised, so that it is tried again."""
    notification_id, now = UUID(str(arguments["notification_id"])), clock.now()
    try:
        with transaction() as tx:
            _send(tx, notification_id, now=now)
    except (OSError, smtplib.SMTPException) as error:
        with transaction() as tx:
            _note(tx, notification_id, attempts=notification.c.attempts + 1, error=type(error).__name__)
        raise


def _send(tx: Transaction, notification_id: UUID, *, now: datetime) -> None:
    found = read_for_sending(tx, notification_id)
    settings = mail_settings.current()
    if found.state != "queued" or settings is None:
        return
    deliveries = _deliveries(tx, found)
    if deliveries:
        _deliver(settings, found, deliveries)
    state = "sent" if deliveries else "recorded"
    _note(tx, notification_id, state=state, sent_at=now if deliveries else None, error=None)
    journal.append(
        tx,
        f"notification.{state}",
        actor=system("mail"),
        now=now,
        payload={"notification_id": str(notification_id), "mails": len(deliveries)},
        case_number=found.case_number,
    )


def _deliveries(tx: Transaction, found: Notification) -> list[Delivery]:
    kind, _, rest = found.recipient.partition(":")
    if kind == "customer":
        email = contact_for_delivery(tx, UUID(rest)).email
        addresses = [email] if email else []
    else:
        addresses = _staff_addresses(tx, found.recipient)
    return [
        Delivery(address, f"<{found.id}.{position}@opsflow>")
        for position, address in enumerate(addresses)
        if "@" in address and "\n" not in address and "\r" not in address
    ]


def _staff_addresses(tx: Transaction, recipient: str) -> list[str]:
    query = select(person.c.email).where(person.c.is_active, person.c.email.is_not(None)).order_by(person.c.email)
    if recipient.startswith("person:"):
        query = query.where(person.c.id == UUID(recipient.removeprefix("person:")))
    else:
        query = query.join(membership, membership.c.person_id == person.c.id).where(membership.c.group_id == recipient)
    return [str(address) for address in tx.execute(query).scalars()]


def _deliver(settings: MailSettings, found: Notification, deliveries: list[Delivery]) -> None:
    with _connection(settings) as smtp:
        for delivery in deliveries:
            mail = EmailMessage()
            mail["From"] = settings.sender
            mail["To"] = delivery.address
            mail["Subject"] = " ".join(found.subject.split())
            mail["Message-ID"] = delivery.message_id
            mail["Auto-Submitted"] = "auto-generated"
            mail.set_content(found.body)
            smtp.send_message(mail)


def _connection(settings: MailSettings) -> smtplib.SMTP:
    address = urlsplit(settings.url)
    host = address.hostname or "localhost"
    smtp: smtplib.SMTP
    if address.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(host, address.port or 25, timeout=TIMEOUT_S)
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
    if address.username:
        smtp.login(unquote(address.username), unquote(address.password or ""))
    return smtp


def _note(tx: Transaction, notification_id: UUID, **columns: object) -> None:
    tx.execute(update(notification).where(notification.c.id == notification_id).values(**columns))
