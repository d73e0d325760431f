from datetime import timedelta

import pytest

from engine.actors import Actor, StandIn
from engine.commands.identities import create_person
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import UserTaskChanges, claim_user_task, complete_user_task, update_user_task
from engine.errors import NotPermitted
from engine.queries.workloads import count_workloads, find_next_task
from tests.engine.conftest import ADMIN, NOW, OTHER, STAFF
from tests.engine.diagrams import ONE_TASK, chain, diagram, end, start, user
from tests.engine.test_separation import ruled

HOUR = timedelta(hours=1)


@pytest.fixture
def tasks(tx, deployed):
    """Three offered tasks: overdue, due in an hour and more urgent, without a date."""
    deployed(ONE_TASK)
    found = [
        start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).user_tasks[0]
        for _ in range(3)
    ]
    change(tx, found[0], due_at=NOW - HOUR)
    change(tx, found[1], due_at=NOW + HOUR, priority=80)
    return found


def change(tx, task, **values):
    update_user_task(tx, task.id, UserTaskChanges(frozenset(values), **values), actor=ADMIN, now=NOW)


def numbers(found):
    return {(each.kind, each.holder): (each.total, each.overdue, each.soon, each.later, each.undated) for each in found}


def test_the_next_task_is_the_most_urgent_then_the_one_due_first(tx, tasks):
    order = []

    for _ in tasks:
        task = find_next_task(tx, actor=STAFF, now=NOW)
        order.append(task.id)
        change(tx, task, follow_up_at=NOW + HOUR)

    assert order == [tasks[1].id, tasks[0].id, tasks[2].id]
    assert find_next_task(tx, actor=STAFF, now=NOW) is None
    assert find_next_task(tx, actor=STAFF, now=NOW + HOUR).id == tasks[1].id
    assert find_next_task(tx, actor=OTHER, now=NOW) is None


def test_ones_own_task_comes_before_one_that_is_as_urgent_but_unclaimed(tx, tasks):
    change(tx, tasks[0], due_at=None)
    change(tx, tasks[1], due_at=None, priority=50)
    claim_user_task(tx, tasks[2].id, actor=STAFF, now=NOW)

    assert find_next_task(tx, actor=STAFF, now=NOW).id == tasks[2].id


def test_open_tasks_are_counted_by_list_and_deadline(tx, tasks):
    create_person(tx, "staff", "Staff", None, (), actor=ADMIN, now=NOW)
    claim_user_task(tx, tasks[0].id, actor=STAFF, now=NOW)
    boss = Actor("person:boss", permissions=frozenset({"supervise"}))

    mine = numbers(count_workloads(tx, actor=STAFF, now=NOW))
    everybody = numbers(count_workloads(tx, actor=boss, now=NOW, is_everybody_wanted=True))

    assert mine == {("assignee", STAFF.subject): (1, 1, 0, 0, 0), ("candidate", "staff"): (2, 0, 1, 0, 1)}
    assert everybody == mine
    assert numbers(count_workloads(tx, actor=OTHER, now=NOW)) == {}
    with pytest.raises(NotPermitted):
        count_workloads(tx, actor=STAFF, now=NOW, is_everybody_wanted=True)


def test_a_substitute_is_told_of_the_work_of_the_absent(tx, tasks):
    claim_user_task(tx, tasks[1].id, actor=STAFF, now=NOW)
    substitute = Actor("person:sub", stands_in_for=(StandIn(STAFF.subject, STAFF.groups),))

    assert find_next_task(tx, actor=substitute, now=NOW).id == tasks[1].id
    assert numbers(count_workloads(tx, actor=substitute, now=NOW))["assignee", STAFF.subject][0] == 1


@pytest.mark.parametrize("rule", [{"separate_from": "propose"}, {"excluded_people": '=["person:staff"]'}])
def test_a_task_that_ones_own_part_in_the_case_keeps_one_from_is_passed_over(tx, deployed, rule):
    rule = {name: value.replace('"', "&quot;") for name, value in rule.items()}
    deployed(diagram(chain(start(), user("propose"), user("approve", inside=ruled(**rule)), end())))
    first, second = (
        start_process_instance(tx, definition_key="test", variables={}, case_number=f"C{n}", actor=ADMIN, now=NOW)
        for n in (1, 2)
    )
    staff, colleague = (Actor(f"person:{name}", groups=frozenset({"staff"})) for name in ("staff", "colleague"))
    approval = complete_user_task(tx, first.user_tasks[0].id, {}, actor=staff, now=NOW).user_tasks[0]
    change(tx, approval, priority=90)
    substitute = Actor("person:sub", stands_in_for=(StandIn(staff.subject, staff.groups),))

    assert find_next_task(tx, actor=staff, now=NOW).id == second.user_tasks[0].id
    assert find_next_task(tx, actor=substitute, now=NOW).id == second.user_tasks[0].id
    assert find_next_task(tx, actor=colleague, now=NOW).id == approval.id
