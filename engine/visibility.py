"""Which process instances somebody may see, said in SQL."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import array

from engine import access
from engine.actors import Actor
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import user_task

OVERSEERS = (access.SUPERVISE, access.AUDIT, access.OPERATE)


def oversees(actor: Actor) -> bool:
    """Whether somebody sees every instance."""
    return access.has(actor, *OVERSEERS)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """
    Say which instances somebody sees who does not oversee them all.

    Those he started, those about himself, those where he has or had a task, or may claim one now.
    """
    groups = sorted(access.answers_for(actor))
    offered = user_task.c.candidate_groups.has_any(array(groups)) & (user_task.c.state == "active")
    named = user_task.c.assignee.in_(groups) | (user_task.c.completed_by == actor.subject)
    tasks = select(user_task.c.id).where(user_task.c.instance_id == process_instance.c.id, named | offered)
    is_own = (process_instance.c.started_by == actor.subject) | (process_instance.c.data_subject == actor.subject)
    return is_own | tasks.exists()
