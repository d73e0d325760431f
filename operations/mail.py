"""
The jobs that send queued notifications, by mail and by channels. They may run twice: receivers drop repeated ids.

`notifications.send` decides who gets what and by which way; whoever has quiet hours, and every channel, gets a job of
its own, so that one receiver that is down holds up nobody else. What people wrote goes out by mail only: robots and
webhooks of other houses get the message with such words hidden.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update

from engine import clock, faults, jobs
from engine.actors import system
from engine.history import journal
from engine.persistence.substitutions import substitutes_of
from engine.persistence.tables.identities import membership, person
from engine.persistence.transactions import Transaction, transaction
from operations import mail_settings
from operations.channels import smtp
from operations.channels.letters import DeliveryFailed, Letter, Target
from operations.channels.registered import channels_of, find_target
from operations.channels.ways import MAIL, WAYS
from operations.customers import contact_for_delivery
from operations.errors import AddressRefused
from operations.notifications import SEND_JOB, Notification, read_for_sending
from operations.preferences import Preference, preferences_of, quiet_until
from operations.tables.notifications import notification

POST_JOB = "notifications.post"
MAIL_LATER_JOB = "notifications.mail_later"


@dataclass(frozen=True, slots=True)
class _Member:
    """Somebody a message to staff is for."""

    id: UUID
    email: str | None
    language: str
    preference: Preference

    @property
    def subject(self) -> str:
        return f"person:{self.id}"


@dataclass(frozen=True, slots=True)
class _Addressed:
    """A message as it goes to one address."""

    message: Notification
    address: str


def note_given_up(tx: Transaction, arguments: Mapping[str, object], *, now: datetime) -> None:
    """Say of a message that nobody got that it failed; what one of several receivers got was sent."""
    values = {"id": UUID(str(arguments["notification_id"])), "old": "queued", "new": "failed"}
    row = tx.execute(_SWITCH, values).one_or_none()
    if row is not None:
        payload = {"notification_id": str(values["id"]), "channel": arguments.get("channel_id"), "error": row.error}
        journal.append(
            tx, "notification.failed", actor=system("mail"), now=now, payload=payload, case_number=row.case_number
        )


def note_taken_up(tx: Transaction, arguments: Mapping[str, object], *, now: datetime) -> None:
    """Let a message that failed wait again: an operator has it tried once more."""
    tx.execute(_SWITCH, {"id": UUID(str(arguments["notification_id"])), "old": "failed", "new": "queued"})


_SWITCH = text("UPDATE notification SET state = :new WHERE id = :id AND state = :old RETURNING case_number, error")


@jobs.job(SEND_JOB, attempts=8, given_up=note_given_up, taken_up=note_taken_up)
def send_notification(arguments: Mapping[str, object]) -> None:
    """Send one queued notification; a failure is noted on the record and raised, so that it is tried again."""
    notification_id, now = UUID(str(arguments["notification_id"])), clock.now()
    try:
        with transaction() as tx:
            found = read_for_sending(tx, notification_id)
            if found.state == "queued":
                _send(tx, found, now=now)
    except (OSError, DeliveryFailed) as error:
        _note_failure(notification_id, error)
        raise


@jobs.job(MAIL_LATER_JOB, attempts=8, given_up=note_given_up, taken_up=note_taken_up)
def mail_later(arguments: Mapping[str, object]) -> None:
    """Mail one person what came during his quiet hours."""
    notification_id, now = UUID(str(arguments["notification_id"])), clock.now()
    try:
        with transaction() as tx:
            found = read_for_sending(tx, notification_id)
            member = next(iter(_active(tx, [UUID(str(arguments["person_id"]))])), None)
            if member is not None and member.email and mail_settings.current() is not None:
                found = read_for_sending(tx, notification_id, language=member.language)
                _mail([_Addressed(found, member.email)], now=now)
                _settle(tx, found, mails=1, now=now)
    except (OSError, DeliveryFailed) as error:
        _note_failure(notification_id, error)
        raise


@jobs.job(POST_JOB, attempts=8, given_up=note_given_up, taken_up=note_taken_up)
def post_to_channel(arguments: Mapping[str, object]) -> None:
    """
    Post one notification to one channel.

    Raises:
        Hopeless: The address must not be called; an operator can have it tried again when it may be.
    """
    notification_id, now = UUID(str(arguments["notification_id"])), clock.now()
    try:
        with transaction() as tx:
            language = str(arguments.get("language", ""))
            found = read_for_sending(tx, notification_id, language=language, is_readable=False)
            registered = find_target(tx, UUID(str(arguments["channel_id"])))
            if registered is None:
                return
            kind, target = registered
            faults.reach("notification.leaving")
            WAYS[kind](_letter(found), target, now - clock.offset())
            faults.reach("notification.left")
            _settle(tx, found, mails=0, now=now, channel_id=str(arguments["channel_id"]))
            faults.reach("notification.recorded")
    except AddressRefused as error:
        _note_failure(notification_id, error)
        raise jobs.Hopeless(error.detail) from error
    except (OSError, DeliveryFailed) as error:
        _note_failure(notification_id, error)
        raise


def _send(tx: Transaction, found: Notification, *, now: datetime) -> None:
    kind, _, rest = found.recipient.partition(":")
    is_deferred = False
    if kind == "customer":
        email = contact_for_delivery(tx, UUID(rest)).email
        mails = [_Addressed(found, email)] if email else []
    else:
        members = _members(tx, found.recipient, now=now)
        mails, is_deferred = _mail_by_choice(tx, found, members, now=now)
        is_deferred |= _post_by_choice(tx, found, members, now=now)
    if mail_settings.current() is None:
        mails = []
    sent = _mail(mails, now=now)
    if sent or not is_deferred:
        _settle(tx, found, mails=sent, now=now)


def _members(tx: Transaction, recipient: str, *, now: datetime) -> list[_Member]:
    """Name those a message to a person or a group is for, and those who stand in for whoever of them is away."""
    query = select(person.c.id).where(person.c.is_active)
    if recipient.startswith("person:"):
        query = query.where(person.c.id == UUID(recipient.removeprefix("person:")))
    else:
        query = query.join(membership, membership.c.person_id == person.c.id).where(membership.c.group_id == recipient)
    asked = list(tx.execute(query).scalars())
    wanted = {*asked, *substitutes_of(tx, asked, now=now)}
    return _active(tx, wanted)


def _active(tx: Transaction, people: Iterable[UUID]) -> list[_Member]:
    columns = (person.c.id, person.c.email, person.c.language)
    query = select(*columns).where(person.c.is_active, person.c.id.in_(list(people)))
    rows = tx.execute(query.order_by(person.c.email, person.c.id)).all()
    chosen = preferences_of(tx, [row.id for row in rows])
    return [_Member(row.id, row.email, row.language, chosen.get(row.id, Preference())) for row in rows]


def _mail_by_choice(
    tx: Transaction, found: Notification, members: list[_Member], *, now: datetime
) -> tuple[list[_Addressed], bool]:
    """Say who gets which mail now; who has quiet hours gets his later, which is the second answer."""
    mails: list[_Addressed] = []
    in_language: dict[str, Notification] = {}
    is_deferred = False
    for member in members:
        if member.email is None or MAIL not in member.preference.ways or mail_settings.current() is None:
            continue
        later = quiet_until(member.preference, found.template, now=now)
        if later is None:
            if member.language not in in_language:
                in_language[member.language] = read_for_sending(tx, found.id, language=member.language)
            mails.append(_Addressed(in_language[member.language], member.email))
            continue
        arguments = {"notification_id": str(found.id), "person_id": str(member.id)}
        jobs.defer(tx, MAIL_LATER_JOB, arguments, queue="mail", not_before=later)
        is_deferred = True
    return mails, is_deferred


def _post_by_choice(tx: Transaction, found: Notification, members: list[_Member], *, now: datetime) -> bool:
    """Give each channel of the group and of its members a job; whether there was one."""
    by_subject = {member.subject: member for member in members}
    is_deferred = False
    for channel in channels_of(tx, found.recipient, *by_subject):
        member = by_subject.get(channel.recipient)
        if member is None and channel.recipient.startswith("person:"):
            continue
        if member is not None and channel.kind not in member.preference.ways:
            continue
        later = None if member is None else quiet_until(member.preference, found.template, now=now)
        arguments = {"notification_id": str(found.id), "channel_id": str(channel.id)}
        arguments |= {} if member is None else {"language": member.language}
        jobs.defer(tx, POST_JOB, arguments, queue="mail", not_before=later)
        is_deferred = True
    return is_deferred


def _mail(mails: Sequence[_Addressed], *, now: datetime) -> int:
    """Send to the addresses that can stand in a mail, and say how many there were."""
    usable = [mail for mail in mails if smtp.is_address(mail.address)]
    for position, mail in enumerate(usable):
        WAYS[MAIL](_letter(mail.message, position), Target(mail.address), now)
    return len(usable)


def _letter(found: Notification, position: int | None = None) -> Letter:
    identifier = str(found.id) if position is None else f"{found.id}.{position}"
    return Letter(identifier, found.template, found.case_number, found.subject, found.body, found.created_at)


def _settle(tx: Transaction, found: Notification, *, mails: int, now: datetime, channel_id: str | None = None) -> None:
    """Write down that it left, or that there was nobody to send it to."""
    is_sent = mails > 0 or channel_id is not None
    state = "sent" if is_sent else "recorded"
    values = {"state": state, "sent_at": now if is_sent else None, "error": None}
    tx.execute(update(notification).where(notification.c.id == found.id).values(values))
    payload = {"notification_id": str(found.id), "mails": mails, "channel": channel_id}
    journal.append(
        tx, f"notification.{state}", actor=system("mail"), now=now, payload=payload, case_number=found.case_number
    )


def _note_failure(notification_id: UUID, error: Exception) -> None:
    with transaction() as tx:
        values = {"attempts": notification.c.attempts + 1, "error": type(error).__name__}
        tx.execute(update(notification).where(notification.c.id == notification_id).values(values))
