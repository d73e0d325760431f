from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from engine.actors import Actor, StandIn
from engine.commands.identities import create_person, deactivate_person, ensure_group
from engine.commands.process_instances import start_process_instance
from engine.commands.sessions import create_token
from engine.commands.substitutions import NewSubstitution, create_substitution, end_substitution
from engine.commands.user_tasks import UserTaskChanges, claim_user_task, complete_user_task, update_user_task
from engine.errors import (
    NotCandidate,
    NotPermitted,
    PersonNotFound,
    ReasonRequired,
    SegregationOfDuties,
    SubstitutionCyclic,
    SubstitutionInvalid,
    SubstitutionNotFound,
    SubstitutionOverlaps,
    UserTaskNotFound,
)
from engine.identities import Group
from engine.persistence.transactions import transaction
from engine.queries.identities import authenticate
from engine.queries.substitutions import list_substitutions
from engine.queries.user_tasks import UserTaskFilter, list_user_tasks
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW
from tests.engine.diagrams import ONE_TASK, chain, diagram, end, start, user

DAY = timedelta(days=1)


@pytest.fixture
def people(tx):
    """Ann and Bob of the staff, Carl of nothing, and their boss."""
    for name, permissions in (("staff", ()), ("bosses", ("supervise",))):
        ensure_group(tx, Group(name, name, name, permissions), actor=ADMIN, now=NOW)
    groups = {"ann": ("staff",), "bob": (), "carl": (), "boss": ("bosses",)}
    return {name: create_person(tx, name, name, None, groups[name], actor=ADMIN, now=NOW) for name in groups}


def period(people, absent, substitute, *, first=0.0, last=7.0):
    return NewSubstitution(people[absent].id, people[substitute].id, NOW + first * DAY, NOW + last * DAY)


def himself(people, name, **other):
    return Actor(people[name].subject, groups=frozenset(people[name].groups), **other)


def signed_in(tx, people, name, *, days=0.0):
    token = create_token(tx, people[name].id, "test", actor=ADMIN, now=NOW)
    identity = authenticate(tx, token.token, now=NOW + days * DAY)
    assert identity is not None
    return identity.actor


def away(tx, people, absent, substitute, **times):
    return create_substitution(tx, period(people, absent, substitute, **times), actor=himself(people, absent), now=NOW)


def opened_task(tx, deployed, model=ONE_TASK):
    deployed(model)
    return start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).user_tasks[0]


def assigned_to(tx, people, name, task):
    changes = UserTaskChanges(frozenset({"assignee"}), assignee=name)
    return update_user_task(tx, task.id, changes, actor=ADMIN, now=NOW)


def ids(page):
    return [task.id for task in page.items]


def test_a_substitute_completes_on_behalf_of_the_absent_and_it_replays(tx, deployed, people):
    task = assigned_to(tx, people, "ann", opened_task(tx, deployed))
    away(tx, people, "ann", "bob")
    bob = signed_in(tx, people, "bob", days=1)

    listed = list_user_tasks(tx, UserTaskFilter(scope="substitute"), actor=bob)
    progress = complete_user_task(tx, task.id, {}, actor=bob, now=NOW + DAY)

    assert ids(listed) == [task.id]
    assert progress.instance.state == "completed"
    done = tx.execute(text("SELECT actor, on_behalf_of FROM journal WHERE type = 'user_task.completed'")).one()
    assert tuple(done) == (people["bob"].subject, people["ann"].subject)
    assert verify_instance(tx, progress.instance.id).is_identical


def test_a_substitute_takes_what_is_offered_to_the_groups_of_the_absent(tx, deployed, people):
    task = opened_task(tx, deployed)
    away(tx, people, "ann", "bob")
    bob = signed_in(tx, people, "bob")

    offered = list_user_tasks(tx, UserTaskFilter(scope="candidate"), actor=bob)
    claimed = claim_user_task(tx, task.id, actor=bob, now=NOW)
    complete_user_task(tx, task.id, {}, actor=bob, now=NOW)

    assert ids(offered) == [task.id]
    assert claimed.assignee == people["bob"].subject
    behalf = tx.scalars(text("SELECT on_behalf_of FROM journal WHERE type LIKE 'user_task.c%ed' AND seq > 5")).all()
    assert behalf == [people["ann"].subject] * 2


@pytest.mark.parametrize("days", [-0.001, 7.0])
def test_outside_of_the_period_a_substitute_is_as_anybody(tx, deployed, people, counted, days):
    task = assigned_to(tx, people, "ann", opened_task(tx, deployed))
    away(tx, people, "ann", "bob")
    bob = signed_in(tx, people, "bob", days=days)
    before = counted()

    with pytest.raises(UserTaskNotFound):
        complete_user_task(tx, task.id, {}, actor=bob, now=NOW + days * DAY)

    assert bob.stands_in_for == ()
    assert counted() == before


def test_the_period_follows_the_movable_clock(tx, people):
    away(tx, people, "ann", "bob", first=30, last=40)
    tx.execute(text("INSERT INTO testing_clock (id, \"offset\") VALUES (1, interval '31 days')"))

    bob = signed_in(tx, people, "bob")

    assert bob.stands_in_for == (StandIn(people["ann"].subject, frozenset({"staff"})),)


def test_what_the_absent_himself_has_left_to_others_goes_to_his_substitutes_substitute(tx, people):
    away(tx, people, "ann", "bob")
    away(tx, people, "bob", "carl", first=2)

    carl = signed_in(tx, people, "carl", days=3)

    assert {each.subject for each in carl.stands_in_for} == {people["ann"].subject, people["bob"].subject}


def test_a_substitute_gets_no_permission_of_the_absent(tx, people):
    away(tx, people, "boss", "bob")

    bob = signed_in(tx, people, "bob")

    assert bob.permissions == frozenset()
    with pytest.raises(NotPermitted):
        list_user_tasks(tx, UserTaskFilter(scope="all"), actor=bob)


def test_acting_for_somebody_counts_for_both_where_duties_are_kept_apart(tx, deployed, people, counted):
    inside = (
        '<extensionElements><camunda:properties><camunda:property name="separate_from" value="first"/>'
        "</camunda:properties></extensionElements>"
    )
    first = opened_task(tx, deployed, diagram(chain(start(), user("first"), user("second", inside=inside), end())))
    away(tx, people, "ann", "bob")
    second = complete_user_task(tx, first.id, {}, actor=himself(people, "ann"), now=NOW).user_tasks[0]
    bob = signed_in(tx, people, "bob")
    before = counted()

    with pytest.raises(SegregationOfDuties):
        complete_user_task(tx, second.id, {}, actor=bob, now=NOW)

    assert counted() == before


@pytest.mark.parametrize("circle", [["bob"], ["bob", "carl"]])
def test_substitutes_who_stand_in_for_each_other_in_a_circle_are_refused(tx, people, counted, circle):
    for absent, substitute in zip(["ann", *circle], circle, strict=False):
        away(tx, people, absent, substitute)
    before = counted()

    with pytest.raises(SubstitutionCyclic):
        away(tx, people, circle[-1], "ann", first=6)

    assert counted() == before
    away(tx, people, circle[-1], "ann", first=7, last=8)


def test_one_person_has_one_substitute_at_a_time(tx, people, counted):
    away(tx, people, "ann", "bob")
    before = counted()

    with pytest.raises(SubstitutionOverlaps):
        away(tx, people, "ann", "carl", first=6, last=9)

    assert counted() == before


@pytest.mark.parametrize(
    ("substitute", "times"),
    [("ann", {}), ("bob", {"first": 3, "last": 3}), ("bob", {"first": -9, "last": 0})],
    ids=["oneself", "no time at all", "over already"],
)
def test_an_impossible_substitution_is_refused_and_nothing_is_written(tx, people, counted, substitute, times):
    before = counted()

    with pytest.raises(SubstitutionInvalid):
        away(tx, people, "ann", substitute, **times)

    assert counted() == before


def test_who_left_is_nobodys_substitute(tx, people, counted):
    deactivate_person(tx, people["bob"].id, actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(PersonNotFound):
        away(tx, people, "ann", "bob")

    assert counted() == before


def test_only_who_supervises_sends_others_away_and_says_why(tx, people, counted):
    new = period(people, "ann", "bob")
    boss = himself(people, "boss", permissions=frozenset({"supervise"}))
    before = counted()

    with pytest.raises(NotPermitted):
        create_substitution(tx, new, actor=himself(people, "bob"), now=NOW)
    with pytest.raises(ReasonRequired):
        create_substitution(tx, new, actor=boss, now=NOW)

    assert counted() == before


def test_a_substitution_ends_before_its_time_and_stays_to_be_read(tx, deployed, people, counted):
    task = assigned_to(tx, people, "ann", opened_task(tx, deployed))
    made = away(tx, people, "ann", "bob")
    end_substitution(tx, made.id, actor=himself(people, "ann"), now=NOW + DAY)
    bob = signed_in(tx, people, "bob", days=2)
    before = counted()

    end_substitution(tx, made.id, actor=himself(people, "ann"), now=NOW + 2 * DAY)
    with pytest.raises(SubstitutionNotFound):
        end_substitution(tx, made.id, actor=himself(people, "carl"), now=NOW + 2 * DAY)
    with pytest.raises(UserTaskNotFound):
        complete_user_task(tx, task.id, {}, actor=bob, now=NOW + 2 * DAY)

    assert counted() == before
    open_now = list_substitutions(tx, actor=himself(people, "ann"), now=NOW + 2 * DAY)
    all_there_were = list_substitutions(tx, actor=himself(people, "ann"), now=NOW + 2 * DAY, is_past_wanted=True)
    assert open_now.items == []
    assert [(each.person_name, each.substitute_name) for each in all_there_were.items] == [("ann", "bob")]


def test_tasks_of_people_who_left_are_found_and_given_to_others(tx, deployed, people):
    task = assigned_to(tx, people, "ann", opened_task(tx, deployed))
    boss = himself(people, "boss", permissions=frozenset({"supervise"}), reason="ann has left")
    abandoned = UserTaskFilter(scope="abandoned")
    before = ids(list_user_tasks(tx, abandoned, actor=boss))
    deactivate_person(tx, people["ann"].id, actor=ADMIN, now=NOW)

    after = ids(list_user_tasks(tx, abandoned, actor=boss))
    update_user_task(tx, task.id, UserTaskChanges(frozenset({"assignee"}), assignee="carl"), actor=boss, now=NOW)

    assert before == []
    assert after == [task.id]
    assert ids(list_user_tasks(tx, abandoned, actor=boss)) == []


def test_a_task_offered_to_a_group_whose_last_member_left_is_found_too(tx, deployed, people):
    task = opened_task(tx, deployed)
    boss = himself(people, "boss", permissions=frozenset({"supervise"}))
    deactivate_person(tx, people["ann"].id, actor=ADMIN, now=NOW)

    found = list_user_tasks(tx, UserTaskFilter(scope="abandoned"), actor=boss)

    assert ids(found) == [task.id]
    with pytest.raises(NotCandidate):
        complete_user_task(tx, task.id, {}, actor=boss, now=NOW)


def test_of_two_who_send_each_other_away_at_once_one_is_refused(database):
    with transaction() as tx:
        made = {name: create_person(tx, name, name, None, (), actor=ADMIN, now=NOW) for name in ("ann", "bob")}
    together = Barrier(2)

    def send_away(names):
        together.wait()
        try:
            with transaction() as tx:
                away(tx, made, *names)
        except SubstitutionCyclic as error:
            return error.code
        return "made"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send_away, [("ann", "bob"), ("bob", "ann")]))

    assert sorted(answers) == ["made", "substitution-cyclic"]
