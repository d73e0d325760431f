from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands.identities import create_person
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import (
    UserTaskChanges,
    claim_user_task,
    complete_user_task,
    delegate_user_task,
    return_user_task,
    save_draft,
    unclaim_user_task,
    update_user_task,
)
from engine.errors import NotCandidate, PersonNotFound, ReasonRequired, UserTaskDelegated, UserTaskNotFound
from engine.queries.user_tasks import UserTaskFilter, list_user_tasks, read_form
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, OTHER, STAFF
from tests.engine.diagrams import ONE_TASK

ASKING = Actor(STAFF.subject, groups=STAFF.groups, reason="you know the machine")


@pytest.fixture
def helper(tx):
    person = create_person(tx, "helper", "Helper", None, (), actor=ADMIN, now=NOW)
    return Actor(person.subject)


@pytest.fixture
def task(tx, deployed):
    deployed(ONE_TASK)
    opened = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).user_tasks[0]
    return claim_user_task(tx, opened.id, actor=STAFF, now=NOW)


def test_a_delegated_task_goes_there_and_back_and_its_owner_completes_it(tx, task, helper):
    delegated = delegate_user_task(tx, task.id, "helper", actor=ASKING, now=NOW)
    save_draft(tx, task.id, {"count": 3}, actor=helper, now=NOW)
    kept = list_user_tasks(tx, UserTaskFilter(scope="delegated"), actor=STAFF)
    returned = return_user_task(tx, task.id, actor=helper, now=NOW)
    progress = complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW + timedelta(hours=1))

    assert (delegated.assignee, delegated.owner) == (helper.subject, STAFF.subject)
    assert [each.id for each in kept.items] == [task.id]
    assert (returned.assignee, returned.owner) == (STAFF.subject, None)
    assert progress.instance.state == "completed"
    told = tx.execute(text("SELECT type, reason FROM journal WHERE type ~ 'delegated|returned' ORDER BY seq")).all()
    assert [tuple(row) for row in told] == [
        ("user_task.delegated", "you know the machine"),
        ("user_task.returned", None),
    ]
    assert verify_instance(tx, progress.instance.id).is_identical


def test_while_it_is_delegated_nobody_completes_a_task(tx, task, helper, counted):
    delegate_user_task(tx, task.id, "helper", actor=ASKING, now=NOW)
    before = counted()

    for command in (complete_user_task, delegate_user_task):
        with pytest.raises(UserTaskDelegated):
            command(tx, task.id, {} if command is complete_user_task else "helper", actor=_asking(helper), now=NOW)
    with pytest.raises(UserTaskDelegated):
        unclaim_user_task(tx, task.id, actor=helper, now=NOW)
    with pytest.raises(UserTaskNotFound):
        return_user_task(tx, task.id, actor=OTHER, now=NOW)

    assert counted() == before


def test_the_owner_takes_a_delegated_task_back_himself(tx, task, helper):
    delegate_user_task(tx, task.id, "helper", actor=ASKING, now=NOW)

    returned = return_user_task(tx, task.id, actor=STAFF, now=NOW)

    assert (returned.assignee, returned.owner) == (STAFF.subject, None)
    with pytest.raises(UserTaskNotFound):
        read_form(tx, task.id, actor=helper, now=NOW)


def test_whoever_reassigns_a_delegated_task_ends_its_delegation(tx, task, helper):
    delegate_user_task(tx, task.id, "helper", actor=ASKING, now=NOW)

    changes = UserTaskChanges(frozenset({"assignee"}), assignee=None)
    given = update_user_task(tx, task.id, changes, actor=ADMIN, now=NOW)

    assert (given.assignee, given.owner) == (None, None)
    payload = tx.scalar(text("SELECT payload FROM journal WHERE type = 'user_task.updated'"))
    assert payload["owner"] == {"old": STAFF.subject, "new": None}


def test_a_delegation_needs_a_reason_somebody_there_and_the_task(tx, task, helper, counted):
    before = counted()

    with pytest.raises(ReasonRequired):
        delegate_user_task(tx, task.id, "helper", actor=STAFF, now=NOW)
    with pytest.raises(PersonNotFound):
        delegate_user_task(tx, task.id, "nobody", actor=ASKING, now=NOW)
    with pytest.raises(UserTaskNotFound):
        delegate_user_task(tx, task.id, "helper", actor=OTHER, now=NOW)
    with pytest.raises(NotCandidate):
        delegate_user_task(tx, task.id, "helper", actor=Actor("person:x", permissions=ADMIN.permissions), now=NOW)

    assert counted() == before


def _asking(actor):
    return Actor(actor.subject, reason="please")
