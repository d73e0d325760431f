"""
Segregation of duties, checked from the case's own history: proposer ≠ approver ≠ payer, investigator ≠ accused.

A user task says it in the diagram, by extension properties: `separate_from` names elements (of this process or another
one of the case) whose completers may not do this one, `excluded_people` is an expression for people who may not,
`separation_rule` is what the rule is called. Acting for somebody counts for both. An element that a migration renamed
counts under both names.
"""

from collections.abc import Iterable

from sqlalchemy import text

from engine.actors import Actor
from engine.errors import SegregationOfDuties
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask

_DID = text(
    """
    WITH RECURSIVE renamed (one, other) AS MATERIALIZED (
        SELECT m.key, m.value FROM journal, jsonb_each_text(payload -> 'mapping') m
        WHERE (instance_id = :instance_id OR case_number = :case_number) AND type = 'process_instance.migrated'
    ),
    meant (element_id) AS (
        SELECT unnest(CAST(:elements AS text[]))
        UNION
        SELECT CASE element_id WHEN one THEN other ELSE one END FROM meant JOIN renamed ON element_id IN (one, other)
    )
    SELECT payload ->> 'element_id' FROM journal
    WHERE (instance_id = :instance_id OR case_number = :case_number) AND type = 'user_task.completed'
      AND payload ->> 'element_id' IN (SELECT element_id FROM meant)
      AND (actor = ANY(:subjects) OR on_behalf_of = ANY(:subjects))
    ORDER BY id LIMIT 1
    """
)


def require_separation(tx: Transaction, task: UserTask, subjects: Iterable[str]) -> None:
    """
    Refuse a task to whoever may not do it after what he did in this case.

    Raises:
        SegregationOfDuties: Naming the rule, and the element done before where it is that.
    """
    people = sorted(subjects)
    rule = task.separation_rule or "segregation of duties"
    if not set(people).isdisjoint(task.excluded_people):
        message = f"The rule '{rule}' keeps you from this task: it is about you."
        raise SegregationOfDuties(message, rule=rule)
    if not task.separate_from:
        return
    parameters = {"elements": list(task.separate_from), "subjects": people}
    place = {"instance_id": task.instance_id, "case_number": task.case_number}
    done = tx.scalar(_DID, parameters | place)
    if done is not None:
        message = f"The rule '{rule}' keeps you from this task: you did '{done}' in this case."
        raise SegregationOfDuties(message, rule=rule, element_id=done)


def subjects_of(actor: Actor) -> set[str]:
    """Everybody an act counts for."""
    return {actor.subject} | ({actor.on_behalf_of} if actor.on_behalf_of else set())
