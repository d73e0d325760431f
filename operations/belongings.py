"""What people keep for themselves and may share with their groups: saved views, phrases."""

from uuid import UUID

from engine.actors import Actor
from engine.errors import NotPermitted


def owner_of(actor: Actor) -> UUID:
    """
    The person who keeps it.

    Raises:
        NotPermitted: The actor is no person.
    """
    kind, _, identifier = actor.subject.partition(":")
    if kind != "person":
        message = "Only people keep such things."
        raise NotPermitted(message)
    return UUID(identifier)


def require_member(actor: Actor, group: str | None) -> None:
    """
    Let somebody share with a group he is in, or with nobody.

    Raises:
        NotPermitted: Naming the group.
    """
    if group is not None and group not in actor.groups:
        message = f"You share with groups you are in; {group} is none of them."
        raise NotPermitted(message, group=group)
