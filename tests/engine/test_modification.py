"""Moving tokens through the commands: rows, journal, replay, refusals."""

from uuid import UUID

import pytest
from sqlalchemy import select

from engine.actors import Actor
from engine.commands.bulk_kinds import find_kind
from engine.commands.deployments import deploy
from engine.commands.modifications import Instruction, modify_process_instance, preview_modification
from engine.commands.process_instances import (
    cancel_process_instance,
    start_process_instance,
    suspend_process_instance,
)
from engine.commands.user_tasks import complete_user_task
from engine.errors import (
    NotPermitted,
    ProcessInstanceNotActive,
    ProcessInstanceNotMovable,
    ProcessInstanceSuspended,
    ReasonRequired,
    VariablesInvalid,
)
from engine.job_errors import BulkOperationInvalid
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_instances import incident
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import TWO_TASKS, chain, diagram, end, service, start, user
from tests.engine.test_concurrency import at_once

OPERATOR = Actor("person:operator", permissions=frozenset({"operate"}), reason="it was sent back by mistake")
BACK = (Instruction("cancel", "second"), Instruction("start_before", "first"))


def begin(tx, **variables: object) -> UUID:
    return start_process_instance(tx, definition_key="test", variables=variables, actor=ADMIN, now=NOW).instance.id


def at_second(tx, **variables: object) -> UUID:
    instance_id = begin(tx, **variables)
    (task,) = open_tasks_of(tx, instance_id)
    complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)
    return instance_id


def modify(tx, instance_id: UUID, *instructions: Instruction, actor: Actor = OPERATOR, **variables: object):
    return modify_process_instance(tx, instance_id, instructions or BACK, variables, actor=actor, now=NOW)


def test_a_token_is_sent_back_with_a_reason_and_the_replay_is_the_same(tx, deployed):
    deployed(TWO_TASKS)
    instance_id = at_second(tx, amount=1)

    moved = modify(tx, instance_id, amount=2)

    states = tx.execute(select(user_task.c.element_id, user_task.c.state).order_by(user_task.c.task_id)).all()
    told = tx.execute(select(journal).where(journal.c.type == "process_instance.modified")).one()
    assert [task.element_id for task in moved.user_tasks] == ["first"]
    assert states == [("first", "completed"), ("second", "cancelled"), ("first", "active")]
    assert (told.actor, told.reason) == (OPERATOR.subject, OPERATOR.reason)
    assert (told.payload["old"], told.payload["variables"]) == ({"amount": 1}, {"amount": 2})
    (task,) = moved.user_tasks
    complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)
    assert verify_instance(tx, instance_id).is_identical


def test_a_parked_element_is_stepped_over_and_its_incident_is_closed(tx, deployed, registry):
    @registry.handler("broken")
    def broken() -> None:
        raise RuntimeError("not today")

    deployed(diagram(chain(start(), service("work", "broken"), user("after"), end())))
    instance_id = begin(tx)

    moved = modify(tx, instance_id, Instruction("cancel", "work"), Instruction("start_after", "work"))

    assert moved.instance.open_incidents == 0
    assert tx.scalars(select(incident.c.resolved_by)).all() == [OPERATOR.subject]
    assert [task.element_id for task in moved.user_tasks] == ["after"]
    assert verify_instance(tx, instance_id).is_identical


def test_a_preview_says_what_would_end_and_begin_and_changes_nothing(tx, deployed, counted):
    deployed(TWO_TASKS)
    instance_id = at_second(tx)
    before = counted()

    found = preview_modification(tx, instance_id, BACK, {}, actor=OPERATOR, now=NOW)

    assert [(each.action, each.element_id) for each in found] == [("ends", "second"), ("begins", "first")]
    assert counted() == before


def test_refusals_name_the_element_and_write_nothing(tx, deployed, counted):
    deployed(TWO_TASKS)
    instance_id, suspended, ended = at_second(tx), at_second(tx), at_second(tx)
    suspend_process_instance(tx, suspended, actor=ADMIN, now=NOW)
    cancel_process_instance(tx, ended, actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(ProcessInstanceNotMovable) as caught:
        modify(tx, instance_id, Instruction("start_before", "nowhere"))
    with pytest.raises(ProcessInstanceNotMovable):
        modify(tx, instance_id, Instruction("cancel", "second"))
    with pytest.raises(ProcessInstanceSuspended):
        modify(tx, suspended)
    with pytest.raises(ProcessInstanceNotActive):
        modify(tx, ended)
    with pytest.raises(NotPermitted):
        modify(tx, instance_id, actor=STAFF)
    with pytest.raises(ReasonRequired):
        modify(tx, instance_id, actor=Actor("person:operator", permissions=frozenset({"operate"})))
    with pytest.raises(VariablesInvalid):
        modify(tx, instance_id, amount=float("inf"))

    assert [each["element_id"] for each in caught.value.facts["problems"]] == ["nowhere"]
    assert counted() == before


def test_of_two_who_move_the_same_token_at_once_one_is_refused(database, registry):
    with transaction() as tx:
        deploy(tx, {"test.bpmn": TWO_TASKS}, actor=ADMIN, now=NOW)
        instance_id = at_second(tx)

    outcomes = at_once(*[lambda tx: modify(tx, instance_id).user_tasks[0].element_id] * 2)

    assert sorted(outcomes) == ["first", "process-instance-not-movable"]
    with transaction() as tx:
        assert verify_instance(tx, instance_id).is_identical


def test_many_are_modified_as_a_bulk_operation_and_nonsense_is_refused(tx, deployed, counted):
    deployed(TWO_TASKS)
    instance_id = at_second(tx)
    act = find_kind("process_instance.modify").act
    steps = [{"action": "cancel", "element_id": "second"}, {"action": "start_before", "element_id": "first"}]
    before = counted()

    for wrong in ([], [{"action": "jump", "element_id": "first"}], [{"action": "start_before"}], "cancel", [None]):
        with pytest.raises(BulkOperationInvalid):
            act(tx, instance_id, {"instructions": wrong, "variables": {}}, actor=OPERATOR, now=NOW)
    unchanged = counted()
    act(tx, instance_id, {"instructions": steps, "variables": {}}, actor=OPERATOR, now=NOW)

    assert unchanged == before
    assert [task.element_id for task in open_tasks_of(tx, instance_id)] == ["first"]
