"""Starting anew what has ended."""

from uuid import UUID

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands.process_instances import cancel_process_instance, start_process_instance
from engine.commands.restarts import restart_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.errors import NotPermitted, ProcessInstanceNotFound, ProcessInstanceNotMovable, ReasonRequired
from engine.persistence.process_instances import find_instance
from engine.persistence.user_tasks import open_tasks_of
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import ONE_TASK, chain, diagram, end, start, user

OPERATOR = Actor("person:operator", permissions=frozenset({"operate", "start"}), reason="closed by mistake")


def ended(tx, **variables: object) -> UUID:
    started = start_process_instance(
        tx, definition_key="test", variables=variables, business_key="B-1", case_number="C-1", actor=ADMIN, now=NOW
    )
    complete_user_task(tx, started.user_tasks[0].id, {"ok": True}, actor=STAFF, now=NOW)
    return started.instance.id


def test_an_ended_instance_starts_anew_as_it_was_then_and_both_know_each_other(tx, deployed):
    deployed(ONE_TASK)
    old = ended(tx, amount=1)
    deployed(diagram(chain(start(), user("other"), end())))

    new = restart_process_instance(tx, old, {"amount": 2}, actor=OPERATOR, now=NOW)

    instance = new.instance
    assert [task.element_id for task in new.user_tasks] == ["approve"]
    assert (instance.business_key, instance.case_number, instance.origin_instance_id) == ("B-1", "C-1", old)
    payload = tx.scalar(
        text("SELECT payload FROM journal WHERE instance_id = :id AND type = 'process_instance.started'"),
        {"id": instance.id},
    )
    told = tx.execute(text("SELECT payload, reason FROM journal WHERE type = 'process_instance.restarted'")).one()
    assert payload["variables"] == {"amount": 2, "ok": True}
    assert (told.payload["process_instance_id"], told.reason) == (str(instance.id), OPERATOR.reason)
    assert find_instance(tx, old).state == "completed"
    assert verify_instance(tx, old).is_identical
    assert verify_instance(tx, instance.id).is_identical


@pytest.mark.parametrize(("take", "variables"), [("first", {"amount": 1}), ("none", {})])
def test_it_takes_over_the_variables_it_began_with_or_none(tx, deployed, take, variables):
    deployed(ONE_TASK)
    old = ended(tx, amount=1)

    new = restart_process_instance(tx, old, {}, take=take, actor=OPERATOR, now=NOW)

    query = "SELECT payload -> 'variables' FROM journal WHERE instance_id = :id AND type = 'process_instance.started'"
    assert tx.scalar(text(query), {"id": new.instance.id}) == variables


def test_a_cancelled_instance_starts_anew_with_the_newest_version_if_asked(tx, deployed):
    deployed(ONE_TASK)
    started = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    cancel_process_instance(tx, started.instance.id, actor=ADMIN, now=NOW)
    deployed(diagram(chain(start(), user("other"), end())))

    new = restart_process_instance(tx, started.instance.id, {}, is_latest=True, actor=OPERATOR, now=NOW)

    assert [task.element_id for task in new.user_tasks] == ["other"]


def test_refusals_write_nothing(tx, deployed, counted):
    deployed(ONE_TASK)
    old = ended(tx)
    running = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).instance.id
    silent = Actor("person:operator", permissions=frozenset({"operate", "start"}))
    before = counted()

    for kind, instance_id, actor in (
        (ProcessInstanceNotMovable, running, OPERATOR),
        (ProcessInstanceNotFound, UUID(int=1), OPERATOR),
        (ReasonRequired, old, silent),
        (NotPermitted, old, STAFF),
    ):
        with pytest.raises(kind):
            restart_process_instance(tx, instance_id, {}, actor=actor, now=NOW)

    assert counted() == before
    assert len(open_tasks_of(tx, running)) == 1
