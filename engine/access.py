"""
Who may do what to which object. Deny by default.

Permissions are granted by groups (table `group`) and travel in `Actor.permissions`; `*` is the service itself.
"""

from collections.abc import Iterable
from typing import Protocol

from engine.actors import Actor
from engine.errors import NotCandidate, NotPermitted, ReasonRequired, UserTaskClaimed

DEPLOY = "deploy"
OPERATE = "operate"
SUPERVISE = "supervise"
AUDIT = "audit"
ADMINISTER = "administer"
START = "start"
EVALUATE = "evaluate"
CONFIGURE = "configure"
READ_PERSONAL = "read_personal"
OPEN_CASE = "open_case"

PERMISSIONS = (
    DEPLOY,
    OPERATE,
    SUPERVISE,
    AUDIT,
    ADMINISTER,
    START,
    EVALUATE,
    CONFIGURE,
    READ_PERSONAL,
    OPEN_CASE,
)


class Assignable(Protocol):
    """What a user task says about who may work on it."""

    @property
    def assignee(self) -> str | None:
        """The subject who has it."""

    @property
    def candidate_groups(self) -> Iterable[str]:
        """Groups whose members may claim it."""

    @property
    def candidate_users(self) -> Iterable[str]:
        """Subjects who may claim it."""


def has(actor: Actor, *permissions: str) -> bool:
    """Whether the actor holds any of these permissions."""
    return "*" in actor.permissions or not actor.permissions.isdisjoint(permissions)


def require(actor: Actor, *permissions: str) -> None:
    """Refuse an actor who holds none of these permissions."""
    if not has(actor, *permissions):
        wanted = " or ".join(permissions)
        message = f"This needs the permission {wanted}."
        raise NotPermitted(message, permission=wanted)


def require_reason(actor: Actor) -> None:
    """Refuse a command that changes what a diagram would have done without saying why."""
    if not (actor.reason or "").strip():
        message = "Say why: a reason is recorded with this."
        raise ReasonRequired(message)


def may_work_on(actor: Actor, task: Assignable) -> bool:
    """Whether the actor may complete the task: its assignee, or a candidate while nobody has claimed it."""
    if task.assignee is not None:
        return task.assignee == actor.subject
    return is_candidate(actor, task)


def is_candidate(actor: Actor, task: Assignable) -> bool:
    """Whether the actor may claim the task."""
    return not actor.groups.isdisjoint(task.candidate_groups) or actor.subject in task.candidate_users


def require_work_on(actor: Actor, task: Assignable) -> None:
    """Refuse whoever may not complete the task."""
    if may_work_on(actor, task):
        return
    if task.assignee is not None and is_candidate(actor, task):
        message = "Somebody else has claimed this task."
        raise UserTaskClaimed(message)
    message = "Only the assignee or a candidate may do this."
    raise NotCandidate(message)


def may_see_task(actor: Actor, task: Assignable) -> bool:
    """Whether the actor may read the task: those who may work on it, and those who oversee."""
    return has(actor, SUPERVISE, AUDIT) or task.assignee == actor.subject or is_candidate(actor, task)
