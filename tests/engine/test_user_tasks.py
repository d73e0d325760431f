from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands.process_instances import (
    cancel_process_instance,
    resume_process_instance,
    start_process_instance,
    suspend_process_instance,
)
from engine.commands.user_tasks import (
    UserTaskChanges,
    claim_user_task,
    complete_user_task,
    unclaim_user_task,
    update_user_task,
)
from engine.errors import (
    NotPermitted,
    ProcessInstanceSuspended,
    ReasonRequired,
    UserTaskClaimed,
    UserTaskNotActive,
    UserTaskNotFound,
    VariablesInvalid,
)
from engine.queries.process_instances import list_elements
from engine.queries.user_tasks import UserTaskFilter, list_user_tasks
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, OTHER, STAFF
from tests.engine.diagrams import ONE_TASK, TWO_TASKS, chain, diagram, end, parallel, start, user


def started(tx, key="test", **variables):
    return start_process_instance(tx, definition_key=key, variables=variables, actor=ADMIN, now=NOW)


def journal(tx, instance_id):
    return tx.scalars(text("SELECT type FROM journal WHERE instance_id = :i ORDER BY seq"), {"i": instance_id}).all()


def test_starting_runs_to_the_first_user_task_and_journals_every_step(tx, deployed):
    deployed(ONE_TASK)

    progress = started(tx, amount=5)

    assert progress.instance.state == "active"
    assert [task.element_id for task in progress.user_tasks] == ["approve"]
    assert journal(tx, progress.instance.id) == [
        "process_instance.started",
        "element.activated",
        "element.completed",
        "element.activated",
        "user_task.created",
    ]
    assert verify_instance(tx, progress.instance.id).is_identical


def test_completing_the_last_task_ends_the_instance_and_replays_into_identical_state(tx, deployed):
    deployed(ONE_TASK)
    task = started(tx).user_tasks[0]

    progress = complete_user_task(tx, task.id, {"ok": True}, actor=STAFF, now=NOW + timedelta(hours=1))

    assert progress.instance.state == "completed"
    assert progress.user_tasks == ()
    assert journal(tx, progress.instance.id)[-1] == "process_instance.ended"
    verdict = verify_instance(tx, progress.instance.id)
    assert verdict.is_identical, verdict


def test_completing_a_completed_user_task_is_refused_and_writes_nothing(tx, deployed, counted):
    deployed(TWO_TASKS)
    task = started(tx).user_tasks[0]
    complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)
    before = counted()

    with pytest.raises(UserTaskNotActive):
        complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)

    assert counted() == before


def test_somebody_elses_task_does_not_exist_for_others(tx, deployed, counted):
    deployed(ONE_TASK)
    task = started(tx).user_tasks[0]
    before = counted()

    with pytest.raises(UserTaskNotFound):
        complete_user_task(tx, task.id, {}, actor=OTHER, now=NOW)
    with pytest.raises(UserTaskNotFound):
        complete_user_task(tx, uuid4(), {}, actor=STAFF, now=NOW)

    assert counted() == before


def test_a_claimed_task_is_completed_by_its_claimant_only(tx, deployed):
    deployed(ONE_TASK)
    colleague = Actor("person:colleague", groups=frozenset({"staff"}))
    task = started(tx).user_tasks[0]
    claim_user_task(tx, task.id, actor=STAFF, now=NOW)

    with pytest.raises(UserTaskClaimed):
        claim_user_task(tx, task.id, actor=colleague, now=NOW)
    with pytest.raises(UserTaskClaimed):
        complete_user_task(tx, task.id, {}, actor=colleague, now=NOW)

    assert complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW).instance.state == "completed"


def test_a_task_given_back_is_offered_again(tx, deployed):
    deployed(ONE_TASK)
    task = started(tx).user_tasks[0]
    claim_user_task(tx, task.id, actor=STAFF, now=NOW)
    assert list_user_tasks(tx, UserTaskFilter("candidate"), actor=STAFF).items == []

    unclaim_user_task(tx, task.id, actor=STAFF, now=NOW)

    offered = list_user_tasks(tx, UserTaskFilter("candidate"), actor=STAFF)
    assert [each.id for each in offered.items] == [task.id]
    assert verify_instance(tx, task.instance_id).is_identical


def test_changing_a_task_needs_a_supervisor_and_a_reason(tx, deployed, counted):
    deployed(ONE_TASK)
    task = started(tx).user_tasks[0]
    urgent = UserTaskChanges(frozenset({"priority"}), priority=90)
    before = counted()

    with pytest.raises(NotPermitted):
        update_user_task(tx, task.id, urgent, actor=STAFF, now=NOW)
    with pytest.raises(ReasonRequired):
        silent = Actor("person:boss", permissions=frozenset({"supervise"}))
        update_user_task(tx, task.id, urgent, actor=silent, now=NOW)
    assert counted() == before

    assert update_user_task(tx, task.id, urgent, actor=ADMIN, now=NOW).priority == 90
    assert journal(tx, task.instance_id)[-1] == "user_task.updated"


def test_a_suspended_instance_refuses_completions_until_it_is_resumed(tx, deployed):
    deployed(ONE_TASK)
    task = started(tx).user_tasks[0]
    suspend_process_instance(tx, task.instance_id, actor=ADMIN, now=NOW)

    with pytest.raises(ProcessInstanceSuspended):
        complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)

    resume_process_instance(tx, task.instance_id, actor=ADMIN, now=NOW)
    assert complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW).instance.state == "completed"
    assert verify_instance(tx, task.instance_id).is_identical


def test_cancelling_closes_every_open_task_and_needs_a_reason(tx, deployed):
    deployed(diagram(parallel(3)))
    progress = started(tx)
    assert len(progress.user_tasks) == 3

    with pytest.raises(ReasonRequired):
        cancel_process_instance(
            tx, progress.instance.id, actor=Actor("person:op", permissions=frozenset({"operate"})), now=NOW
        )
    done = cancel_process_instance(tx, progress.instance.id, actor=ADMIN, now=NOW)

    assert done.instance.state == "cancelled"
    assert done.user_tasks == ()
    assert verify_instance(tx, progress.instance.id).is_identical
    states = {each.state for each in list_elements(tx, progress.instance.id, actor=ADMIN, now=NOW)}
    assert states == {"completed", "cancelled"}


@pytest.mark.parametrize(
    "value",
    ["\x00", "\ud800", float("nan"), 2**70, {"a": ["\x00"]}, {1: 2}, object()],
    ids=["nul", "surrogate", "nan", "huge", "nested", "key", "object"],
)
def test_variables_that_cannot_be_kept_exactly_are_refused(tx, deployed, counted, value):
    deployed(ONE_TASK)
    task = started(tx).user_tasks[0]
    before = counted()

    with pytest.raises(VariablesInvalid):
        complete_user_task(tx, task.id, {"x": value}, actor=STAFF, now=NOW)

    assert counted() == before


def test_deeply_nested_and_very_large_variables_are_refused(tx, deployed):
    deployed(ONE_TASK)
    deep: object = 1
    for _ in range(100):
        deep = [deep]

    for value in (deep, "x" * 1_000_001):
        with pytest.raises(VariablesInvalid):
            started(tx, x=value)


def test_the_task_list_is_ordered_by_due_time_and_pages_without_gaps(tx, deployed):
    due = 'camunda:dueDate="${due}"'
    deployed(diagram(chain(start(), user("work", attributes=due), end())))
    moments = [NOW + timedelta(hours=hours) for hours in (5, 1, 3)] + [None, None]
    for moment in moments:
        started(tx, due=moment.isoformat() if moment else None)

    seen, after = [], None
    while True:
        page = list_user_tasks(tx, UserTaskFilter("candidate"), actor=STAFF, after=after, limit=2)
        seen.extend(task.due_at for task in page.items)
        if page.after is None:
            break
        after = page.after

    assert seen == [moments[1], moments[2], moments[0], None, None]


def test_tasks_are_found_by_part_of_their_name_or_by_case_number_page_by_page(tx, deployed):
    deployed(diagram(chain(start(), user("first"), end())))
    for _ in range(5):
        started(tx)
    second = '<userTask id="second" name="second_100%" camunda:candidateGroups="staff"/>'
    deployed(diagram(chain(start(), ("second", second), end())))
    for _ in range(2):
        started(tx)
    start_process_instance(tx, definition_key="test", variables={}, case_number="C-7", actor=ADMIN, now=NOW)

    def names(wanted, **page):
        found = list_user_tasks(tx, UserTaskFilter(scope="all", text=wanted), actor=ADMIN, **page)
        return [task.name for task in found.items], found.after

    everything, after = [], None
    for _ in range(4):
        page, after = names("FIRST", limit=2, after=after)
        everything.append(page)
        if after is None:
            break

    assert everything == [["first"] * 2, ["first"] * 2, ["first"]]
    assert names("0%")[0] == ["second_100%"] * 3
    assert names("C-7")[0] == ["second_100%"]
    assert names("nowhere") == ([], None)
