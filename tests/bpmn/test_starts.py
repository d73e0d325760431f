from datetime import timedelta

import pytest

from engine.commands.due_work import next_due_at
from engine.commands.start_events import claim_start_timer, postpone_start_timer
from engine.errors import StartNotPossible
from engine.queries.pending_work import count_pending_work
from tests.engine.conftest import NOW


def test_a_cycle_starts_one_instance_at_each_firing_and_ends(service):
    service.deploy("starts/timer_cycle")

    service.wait(minutes=59)
    early = len(service.cases())
    service.wait(hours=9)

    started = service.cases()
    assert early == 0
    assert [each.entered for each in started] == [["start", "work"]] * 3
    assert next_due_at(service.tx) is None


def test_a_date_starts_one_instance(service):
    service.deploy("starts/timer_date")

    service.wait(hours=23)
    early = len(service.cases())
    service.wait(days=400)

    assert early == 0
    assert [each.open for each in service.cases()] == [["work"]]


def test_a_new_version_disarms_the_timers_of_the_old_one(service):
    service.deploy("starts/timer_cycle")

    service.wait(minutes=30)
    service.deploy("starts/timer_second_version")
    service.wait(hours=23)
    before = len(service.cases())
    service.wait(hours=2)

    assert before == 0
    assert len(service.cases()) == 1


def test_deploying_the_same_file_again_leaves_its_timer_where_it_is(service):
    service.deploy("starts/timer_cycle")
    service.wait(minutes=30)

    service.deploy("starts/timer_cycle")

    assert next_due_at(service.tx) == NOW + timedelta(hours=1)


def test_a_start_that_fails_is_tried_again_later(service):
    service.deploy("starts/timer_cycle")
    due = NOW + timedelta(hours=1)

    timer = claim_start_timer(service.tx, now=due)
    postpone_start_timer(service.tx, timer, "broken", now=due)

    assert next_due_at(service.tx) == due + timedelta(minutes=5)


def test_a_timer_start_event_that_needs_a_variable_is_refused(refused):
    assert refused("starts/timer_of_a_variable") == [("timer-start-variables", "start")]


def test_without_a_start_event_everything_nothing_leads_to_begins(case):
    played = case("starts/implicit")

    played.complete("left")

    assert played.entered == ["left", "right", "after"]


def test_a_sub_process_without_a_start_event_begins_the_same_way(case):
    played = case("starts/implicit_sub_process")

    played.complete("two")
    before = played.is_completed
    played.complete("one")

    assert played.entered == ["start", "inside", "one", "two", "end"]
    assert (before, played.is_completed) == (False, True)


def test_beside_a_start_event_something_nothing_leads_to_is_refused(refused):
    assert refused("starts/implicit_beside_a_start") == [("implicit-start", "lonely")]


def test_a_receive_task_begins_a_process(service):
    service.deploy("starts/receive_task")

    played = service.message("a", "K-1", item="tyre")

    assert played.entered == ["order", "work"]
    assert played.variables == {"item": "tyre"}


def test_a_process_that_begins_with_a_message_is_not_started_without_it(service):
    service.deploy("starts/receive_task")

    with pytest.raises(StartNotPossible):
        service.start("receive_task")

    assert service.cases() == []


def test_a_receive_task_that_begins_a_process_has_no_incoming_flow(refused):
    assert refused("starts/receive_task_with_flow") == [("instantiate-flow", "order")]


@pytest.mark.parametrize(("kind", "path"), [("message", ["order", "work"]), ("signal", ["alarm", "act"])])
def test_the_first_event_behind_a_gateway_begins_the_process_and_decides(service, kind, path):
    service.deploy("starts/event_gateway")

    if kind == "message":
        service.message("a")
    else:
        service.signal("s")

    (played,) = service.cases()
    assert played.entered == ["first", *path]
    assert played.open == path[1:]


def test_a_parallel_event_gateway_waits_in_one_instance_for_all_of_its_events(service):
    service.deploy("starts/parallel_event_gateway")

    first = service.message("b", "7", no="7", paid=True)
    waiting = first.open
    other = service.message("b", "8", no="8")
    second = service.message("a", "7", item="tyre")

    assert first.id == second.id != other.id
    assert first.entered == ["first", "payment", "order", "both", "work"]
    assert waiting == other.open == []
    assert first.variables == {"no": "7", "paid": True, "item": "tyre"}


def test_each_start_event_begins_the_process_by_its_own_trigger(service):
    service.deploy("starts/several_triggers")

    service.start("several_triggers")
    service.message("a")
    service.signal("s")

    assert sorted(each.entered for each in service.cases()) == [["alarm", "work"], ["order", "work"], ["plain", "work"]]


def test_any_trigger_of_a_multiple_start_event_begins_the_process(service):
    service.deploy("starts/multiple")

    service.message("a")
    service.signal("s")
    service.signal("t")
    service.wait(hours=11)

    assert [each.entered for each in service.cases()] == [["start", "work"]] * 3


def test_a_start_that_counts_a_time_for_the_process_and_for_each_instance_is_refused(refused):
    assert refused("starts/parallel_timer") == [("several-events", "start")]


def test_of_several_plain_starts_one_is_named_or_the_first_begins(service):
    warned = service.deploy("starts/two_plain").warnings

    by_itself = service.start("two_plain")
    second = service.start("two_plain", start_event="two")

    assert ("start-alternatives", "two") in [(each.code, each.element_id) for each in warned]
    assert [each.entered for each in (by_itself, second)] == [["one", "work"], ["two", "work"]]


def test_a_called_process_with_several_plain_starts_begins_at_the_first(case):
    played = case("starts/calls_two_plain", also=("starts/two_plain",))

    played.complete("work")

    assert played.entered == ["start", "call", "one", "work", "end", "done"]
    assert played.is_completed


def test_a_sub_process_with_several_plain_starts_is_refused(refused):
    assert refused("starts/two_plain_inside") == [("start-several", "two")]


def test_a_signal_begins_one_instance_for_each_start_event_that_waits_for_it(service):
    service.deploy("starts/two_signal_starts")

    service.signal("s")

    assert sorted(each.open for each in service.cases()) == [["a"], ["b"]]


def test_correlation_by_subscription_is_refused_and_told_what_to_use_instead(refused):
    assert ("correlation-unsupported", "correlation_subscription") in refused("starts/correlation_subscription")


def test_a_process_that_a_timer_is_about_to_start_is_pending_work(service):
    service.deploy("starts/timer_cycle")

    early = count_pending_work(service.tx, now=NOW + timedelta(minutes=59)).total
    due = count_pending_work(service.tx, now=NOW + timedelta(hours=1)).total

    assert (early, due) == (0, 1)


def test_a_start_event_that_needs_all_of_its_triggers_waits_in_one_instance_for_the_others(service):
    service.deploy("starts/parallel_multiple")

    first = service.message("b", "K-1", paid=True)
    waiting = first.entered
    other = service.message("b", "K-2")
    second = service.message("a", "K-1", item="tyre")

    assert first.id == second.id != other.id
    assert waiting == other.entered == ["start"]
    assert first.entered == ["start", "work"]
    assert first.variables == {"paid": True, "item": "tyre"}


def test_a_signal_that_an_instance_waits_for_at_its_start_begins_no_other(service):
    service.deploy("starts/parallel_signals")

    service.signal("s")
    service.signal("t")
    first = [each.open for each in service.cases()]
    service.signal("t")

    assert first == [["work"]]
    assert sorted(each.open for each in service.cases()) == [[], ["work"]]


def test_a_timer_behind_an_instantiating_gateway_begins_the_process_at_each_firing(service):
    service.deploy("starts/event_gateway_timer")

    service.wait(hours=9)

    assert [each.entered for each in service.cases()] == [["first", "daily", "act"]] * 2


def test_a_cron_expression_starts_an_instance_each_time_and_is_waited_for_once_inside(service):
    service.deploy("starts/timer_cron")

    service.wait(days=7, hours=8)  # Monday, November 30th, 17:00 in Shanghai
    early = len(service.cases())
    service.wait(hours=1)
    (first,) = service.cases()
    service.wait(days=31)

    assert early == 0
    assert [each.open for each in service.cases()] == [["work"], []]
    assert first.trace.count(("completed", "wait")) == 1


def test_ids_that_are_no_xml_names_are_told_and_run(service):
    deployed = service.deploy("names/odd_ids")
    played = service.start("1st.process", ok=True)
    played.complete("2 (check)")

    told = {each.element_id for each in deployed.warnings if each.code == "schema-id"}
    assert {"1st.process", "0001", "2 (check)", "3f25-04e0", "4@gate", "-5", "10"} <= told
    assert played.entered == ["0001", "2 (check)", "4@gate", "-5"]
    assert [task.element_id for task in played.tasks] == ["-5"]

    late = service.start("1st.process", ok=True)
    late.wait(hours=1)
    assert late.is_completed
    assert late.left[-1] == "7"
