"""The channels there are: for which group or person, of which kind. Address and secret are sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, cast, insert, literal, select, update

from engine.access import CONFIGURE, has, require
from engine.actors import Actor
from engine.errors import GroupNotFound
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.sealing import seal, unseal
from engine.persistence.tables.identities import group, membership
from engine.persistence.transactions import Transaction
from operations.channels import outbound
from operations.channels.letters import Target
from operations.channels.ways import KINDS
from operations.errors import AddressRefused, ChannelNotFound
from operations.people import find_subject
from operations.tables.channels import channel


@dataclass(frozen=True, slots=True)
class NewChannel:
    """
    What to register.

    Attributes:
        recipient: A group id, or the subject or user name of a person: whose messages go there.
        secret: Signs what is sent; a webhook must have one, WeCom robots know none.
    """

    kind: str
    name: str
    recipient: str
    address: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A registered channel. Its address is its password, so it is never shown again."""

    id: UUID
    kind: str
    name: str
    recipient: str
    created_at: datetime
    created_by: str


def add_channel(tx: Transaction, new: NewChannel, *, actor: Actor, now: datetime) -> Channel:
    """
    Register a channel; for oneself, or for anybody by who configures.

    Raises:
        NotPermitted: Somebody else's messages.
        AddressRefused: Unknown kind, an address inside our own network, or a webhook without secret.
        GroupNotFound: The recipient is nobody.
    """
    subject = find_subject(tx, new.recipient)
    recipient = subject or new.recipient
    if recipient != actor.subject:
        require(actor, CONFIGURE)
    if subject is None:
        _require_group(tx, recipient)
    if new.kind not in KINDS:
        message = f"The kinds of channels are {', '.join(KINDS)}."
        raise AddressRefused(message)
    if new.kind == "webhook" and not new.secret:
        message = "A webhook needs a secret: receivers must be able to tell who sends."
        raise AddressRefused(message)
    outbound.require_public(new.address)
    identifier = uuid7(now)
    address = seal(tx, f"channel:{identifier}", "address", new.address, now=now)
    secret = seal(tx, f"channel:{identifier}", "secret", new.secret, now=now) if new.secret else None
    values = {"kind": new.kind, "name": new.name, "recipient": recipient, "created_by": actor.subject}
    tx.execute(insert(channel).values(id=identifier, address_ref=address, secret_ref=secret, created_at=now, **values))
    payload = {"channel": str(identifier), "kind": new.kind, "recipient": recipient}
    journal.append(tx, "channel.added", actor=actor, now=now, payload=payload)
    return Channel(identifier, new.kind, new.name, recipient, now, actor.subject)


def remove_channel(tx: Transaction, channel_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Send nothing there any more; by whose messages go there, or who configures.

    Raises:
        ChannelNotFound: No such channel, or somebody else's.
    """
    found = tx.execute(select(channel).where(channel.c.id == channel_id).with_for_update()).one_or_none()
    if found is None or not (found.recipient == actor.subject or has(actor, CONFIGURE)):
        message = f"There is no channel {channel_id}."
        raise ChannelNotFound(message, channel_id=str(channel_id))
    if found.removed_at is None:
        tx.execute(update(channel).where(channel.c.id == channel_id).values(removed_at=now))
        journal.append(tx, "channel.removed", actor=actor, now=now, payload={"channel": str(channel_id)})


def list_channels(tx: Transaction, *, actor: Actor) -> list[Channel]:
    """List channels by id: one's own, or all for who configures."""
    query = select(channel).where(channel.c.removed_at.is_(None)).order_by(channel.c.id)
    if not has(actor, CONFIGURE):
        query = query.where(channel.c.recipient == actor.subject)
    return [_channel(row) for row in tx.execute(query)]


def channels_of(tx: Transaction, *recipients: str) -> list[Channel]:
    """Find where the messages of these groups and people go."""
    query = select(channel).where(channel.c.recipient.in_(recipients), channel.c.removed_at.is_(None))
    return [_channel(row) for row in tx.execute(query.order_by(channel.c.id))]


def has_channel(tx: Transaction, recipient: str) -> bool:
    """Whether messages to this group or person may go somewhere: there, or to a member's own channel."""
    members = select(literal("person:") + cast(membership.c.person_id, String)).where(
        membership.c.group_id == recipient
    )
    is_meant = (channel.c.recipient == recipient) | channel.c.recipient.in_(members)
    return tx.execute(select(channel.c.id).where(is_meant, channel.c.removed_at.is_(None)).limit(1)).first() is not None


def find_target(tx: Transaction, channel_id: UUID) -> tuple[str, Target] | None:
    """Open a channel's kind, address and secret for sending; `None` when it was removed."""
    row = tx.execute(select(channel).where(channel.c.id == channel_id, channel.c.removed_at.is_(None))).one_or_none()
    if row is None:
        return None
    opened = unseal(tx, [each for each in (row.address_ref, row.secret_ref) if each is not None])
    secret = None if row.secret_ref is None else str(opened[row.secret_ref])
    return row.kind, Target(str(opened[row.address_ref]), secret)


def _require_group(tx: Transaction, group_id: str) -> None:
    if tx.execute(select(group.c.id).where(group.c.id == group_id)).first() is None:
        message = f"There is no group or person {group_id!r:.120}."
        raise GroupNotFound(message)


def _channel(row: Row[Any]) -> Channel:
    return Channel(row.id, row.kind, row.name, row.recipient, row.created_at, row.created_by)
