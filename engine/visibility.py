"""
Which process instances somebody may see, said in SQL.

Each way of having to do with an instance is looked up along an index of its own: the cost is what one sees, not what
there is. One condition with OR over them would be asked for every instance.
"""

from sqlalchemy import ColumnElement, Select, select, union_all
from sqlalchemy.dialects.postgresql import array

from engine import access
from engine.actors import Actor
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import candidates, user_task

OVERSEERS = (access.SUPERVISE, access.AUDIT, access.OPERATE)


def oversees(actor: Actor) -> bool:
    """Whether somebody sees every instance."""
    return access.has(actor, *OVERSEERS)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """
    Say which instances somebody sees who does not oversee them all.

    Those he started, those about himself, those where he has or had a task, or is among those an open one is for.
    """
    mine = sorted(access.answers_for(actor))
    of_task: Select[tuple[object]] = select(user_task.c.instance_id)
    own = process_instance.alias("own")
    return process_instance.c.id.in_(
        union_all(
            select(own.c.id).where(own.c.started_by == actor.subject),
            select(own.c.id).where(own.c.data_subject == actor.subject),
            of_task.where(user_task.c.assignee.in_(mine)),
            of_task.where(user_task.c.completed_by == actor.subject),
            of_task.where(candidates.has_any(array(mine)), user_task.c.state == "active"),
        )
    )
