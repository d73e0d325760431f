import pytest

from engine.commands.ad_hoc_activities import complete_ad_hoc_sub_process, start_ad_hoc_activity
from engine.errors import AdHocActivityNotEnabled, NotPermitted
from engine.queries.process_instances import list_ad_hoc_activities
from tests.engine.conftest import ADMIN, STAFF
from tests.engine.conftest import counted as counted  # noqa: PLC0414 - a fixture of its own name


def test_every_activity_nothing_leads_to_begins_and_the_condition_ends_the_rest(case):
    played = case("adhoc/parallel")

    began = sorted(played.open)
    played.complete("b", enough=False)
    going_on = sorted(played.open)
    played.complete("c", enough=True)

    assert began == ["a", "b", "c"]
    assert going_on == ["a", "c"]
    assert played.open == ["after"]
    assert played.cancelled == ["a"]


def test_without_cancelling_what_runs_is_done_but_nothing_more_begins(case):
    played = case("adhoc/keeps_remaining")

    played.complete("b", enough=True)
    before = played.open
    played.complete("a")

    assert before == ["a"]
    assert played.open == ["after"]
    assert "c" not in played.entered


def test_without_a_condition_it_ends_when_all_that_began_is_done(case, service):
    warned = service.deploy("adhoc/without_condition").warnings
    played = case("adhoc/without_condition")

    played.complete("b")
    before = played.open
    played.complete("a")

    assert before == ["a"]
    assert played.open == ["after"]
    assert ("ad-hoc-without-condition", "some") in [(each.code, each.element_id) for each in warned]


def test_a_sequential_one_does_one_activity_after_the_other_along_their_flows(case):
    played = case("adhoc/sequential")

    for task in ("a", "c"):
        played.complete(task)
    then = played.open
    played.complete("b", enough=True)

    assert then == ["b"]
    assert played.entered == ["start", "some", "a", "c", "b", "after"]


def test_the_condition_is_asked_after_each_activity(case):
    played = case("adhoc/automatic", n=0)

    assert played.entered == ["start", "some", "one", "two", "after"]
    assert played.variables == {"n": 2}


def test_a_boundary_event_ends_it(case):
    played = case("adhoc/boundary")

    played.complete("a")
    played.wait(hours=1)

    assert played.open == ["chase"]
    assert played.cancelled == ["b", "some"]


def test_start_events_have_no_place_in_it(refused):
    assert ("ad-hoc-event", "s") in refused("adhoc/start_event")


def test_without_an_activity_that_can_begin_it_is_refused(refused):
    assert ("ad-hoc-empty", "some") in refused("adhoc/no_activity")


def test_a_manual_one_begins_what_people_choose_as_often_as_they_choose(case, service):
    played = case("adhoc/manual")

    begun_alone = played.open
    for element_id in ("b", "b", "a"):
        start_ad_hoc_activity(service.tx, played.id, element_id, actor=ADMIN, now=service.now)
    twice = sorted(played.open)
    played.complete("b", enough=False)
    played.complete("b", enough=True)

    assert begun_alone == []
    assert twice == ["a", "b", "b"]
    assert played.open == ["after"]


def test_a_sequential_one_begins_nothing_while_something_runs(case, service, counted):
    played = case("adhoc/manual_sequential")
    start_ad_hoc_activity(service.tx, played.id, "b", actor=ADMIN, now=service.now)
    before = counted()

    with pytest.raises(AdHocActivityNotEnabled):
        start_ad_hoc_activity(service.tx, played.id, "a", actor=ADMIN, now=service.now)

    assert counted() == before
    assert [each.is_enabled for each in list_ad_hoc_activities(service.tx, played.id, actor=ADMIN)] == [False, False]


def test_whoever_operates_may_say_that_it_is_done(case, service):
    played = case("adhoc/manual_sequential")
    start_ad_hoc_activity(service.tx, played.id, "b", actor=ADMIN, now=service.now)
    (found, _) = list_ad_hoc_activities(service.tx, played.id, actor=ADMIN)

    complete_ad_hoc_sub_process(service.tx, played.id, found.sub_process_task_id, actor=ADMIN, now=service.now)

    assert played.cancelled == ["b"]
    assert played.open == ["after"]


@pytest.mark.parametrize("element_id", ["after", "gone"])
def test_what_is_in_no_open_ad_hoc_sub_process_cannot_begin(case, service, counted, element_id):
    played = case("adhoc/manual")
    before = counted()

    with pytest.raises(AdHocActivityNotEnabled):
        start_ad_hoc_activity(service.tx, played.id, element_id, actor=ADMIN, now=service.now)
    with pytest.raises(AdHocActivityNotEnabled):
        complete_ad_hoc_sub_process(service.tx, played.id, "t1", actor=ADMIN, now=service.now)

    assert counted() == before


def test_staff_who_operate_nothing_may_not_choose(case, service, counted):
    played = case("adhoc/manual")
    before = counted()

    with pytest.raises(NotPermitted):
        start_ad_hoc_activity(service.tx, played.id, "a", actor=STAFF, now=service.now)

    assert counted() == before


def test_a_sequential_one_in_which_several_could_run_at_once_is_refused(refused):
    assert refused("adhoc/sequential_split") == [
        ("ad-hoc-split", "a"),
        ("ad-hoc-split", "fork"),
        ("ad-hoc-split", "reminder"),
    ]
