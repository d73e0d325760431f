from datetime import timedelta

from engine.commands.due_work import next_due_at
from engine.commands.start_events import claim_start_timer, postpone_start_timer
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
