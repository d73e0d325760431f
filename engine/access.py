"""
Who may do what to which object. Deny by default.

Permissions are granted by groups (table `group`) and travel in `Actor.permissions`; `*` is the service itself.
"""

from collections.abc import Iterable
from dataclasses import replace
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
OVERVIEW = "overview"
EXTERNAL_WORK = "external_work"

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
    EXTERNAL_WORK,
    OVERVIEW,
)


ON_BEHALF = "on_behalf"
"""A form's checkbox of this key is ours to tick, so that who answers for somebody else cannot leave out evidence."""


class Assignable(Protocol):
    """What a user task says about who may work on it."""

    @property
    def assignee(self) -> str | None:
        """The subject who has it."""

    @property
    def owner(self) -> str | None:
        """The subject who delegated it and gets it back."""

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
    """Whether the actor may complete the task: its assignee, a candidate while nobody has it, or who stands in."""
    if task.assignee == actor.subject or (task.assignee is None and is_candidate(actor, task)):
        return True
    return represented(actor, task) is not None


def represented(actor: Actor, task: Assignable) -> str | None:
    """Name the absent person for whom the actor works on the task; `None` when it is his own to do."""
    if task.assignee is not None and task.assignee != actor.subject:
        return next((each.subject for each in actor.stands_in_for if each.subject == task.assignee), None)
    if _is_offered(task, actor.subject, actor.groups):
        return None
    return next((each.subject for each in actor.stands_in_for if _is_offered(task, each.subject, each.groups)), None)


def acting_on(actor: Actor, task: Assignable) -> Actor:
    """Return the actor as the journal records him on this task: on behalf of whom he stands in for."""
    absent = represented(actor, task)
    return actor if absent is None else replace(actor, on_behalf_of=absent)


def is_in_place_of(actor: Actor, task: Assignable, person: str | None) -> bool | None:
    """Whether the actor answers in place of `person`, whom the task asks; `None` when it does not ask him."""
    if person is None or not _is_offered(task, person, frozenset({person})):
        return None
    return actor.subject != person


def is_candidate(actor: Actor, task: Assignable) -> bool:
    """Whether the actor may claim the task, himself or for somebody he stands in for."""
    return _is_offered(task, actor.subject, actor.groups) or any(
        _is_offered(task, each.subject, each.groups) for each in actor.stands_in_for
    )


def answers_for(actor: Actor) -> frozenset[str]:
    """Name everything tasks are offered to that the actor answers for: himself, his groups, and those of the absent."""
    absent = frozenset().union(*({each.subject, *each.groups} for each in actor.stands_in_for))
    return actor.groups | {actor.subject} | absent


def _is_offered(task: Assignable, subject: str, groups: frozenset[str]) -> bool:
    return not groups.isdisjoint(task.candidate_groups) or subject in task.candidate_users


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
    if has(actor, SUPERVISE, AUDIT) or actor.subject in {task.assignee, task.owner} or is_candidate(actor, task):
        return True
    return any(task.assignee == each.subject for each in actor.stands_in_for)
