import pytest

TRIGGERS = {
    "message": lambda played: played.message("a"),
    "signal": lambda played: played.signal("s"),
    "timer": lambda played: played.wait(hours=1),
    "timer_date": lambda played: played.wait(hours=1),
    "conditional": lambda played: played.complete("other", hot=True),
}
NEGATIVES = {
    "message": lambda played: None,
    "signal": lambda played: played.signal("t"),
    "timer": lambda played: played.wait(minutes=59),
    "timer_date": lambda played: played.wait(minutes=59),
    "conditional": lambda played: played.complete("other", hot=False),
}


@pytest.mark.parametrize("kind", TRIGGERS)
def test_a_boundary_event_ends_its_task_and_nothing_beside_it(case, kind):
    played = case(f"boundaries/{kind}", hot=False)

    TRIGGERS[kind](played)

    assert played.cancelled == ["work"]
    assert played.left[-1] == "event"
    assert "handled" in played.open
    assert "work" not in played.open


@pytest.mark.parametrize("kind", NEGATIVES)
def test_a_boundary_event_that_does_not_happen_does_nothing(case, kind):
    played = case(f"boundaries/{kind}", hot=False)

    NEGATIVES[kind](played)
    played.complete("work")

    assert played.cancelled == []
    assert "event" not in played.entered


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_event_that_does_not_interrupt_happens_again_and_again(case, kind):
    played = case(f"boundaries/{kind}_repeating")

    for _ in range(3):
        TRIGGERS[kind](played)

    assert sorted(played.open) == ["handled", "handled", "handled", "work"]
    played.complete("work")
    for _ in range(3):
        played.complete("handled")
    assert played.is_completed
    assert played.cancelled == []


def test_a_cycle_that_does_not_interrupt_fires_as_often_as_it_says(case):
    played = case("boundaries/timer_cycle_repeating")

    played.wait(hours=10)

    assert sorted(played.open) == ["handled", "handled", "handled", "work"]


def test_a_cycle_stops_with_its_task(case):
    played = case("boundaries/timer_cycle_repeating")

    played.wait(hours=2)
    played.complete("work")
    played.wait(hours=10)

    assert played.open == ["handled", "handled"]


def test_a_cycle_without_count_goes_on(case):
    played = case("boundaries/endless_cycle_repeating")

    played.wait(days=5)

    assert played.open.count("handled") == 5
    assert "work" in played.open


def test_an_interrupted_sub_process_ends_with_everything_inside_it(case):
    played = case("boundaries/ends_everything_inside")

    played.message("a")
    played.wait(hours=10)

    assert sorted(played.cancelled) == ["a", "b", "c", "sub"]
    assert played.left == ["start", "in", "split", "event", "stopped"]
    assert played.is_completed


def test_a_sub_process_that_is_not_interrupted_goes_on(case):
    played = case("boundaries/ends_everything_inside")

    played.wait(hours=5)
    played.complete("b")
    played.message("b")

    assert played.cancelled == ["a"]
    assert "event" not in played.entered
    assert played.is_completed


def test_a_condition_that_does_not_interrupt_happens_each_time_it_becomes_true(case):
    played = case("boundaries/conditional_repeating", hot=False)

    played.complete("other", hot=True)
    once = sorted(played.open)
    played.complete("handled", hot=True)
    still = sorted(played.open)

    assert once == ["handled", "work"]
    assert still == ["work"]


def test_several_boundary_events_work_side_by_side_until_one_interrupts(case):
    played = case("boundaries/timer_and_message_together")

    played.wait(hours=2)
    played.message("a")
    played.message("a")
    played.signal("s")
    played.wait(hours=5)

    assert [played.entered.count(each) for each in ("remind", "ask", "stop", "end")] == [2, 2, 1, 5]
    assert played.cancelled == ["work"]
    assert played.is_completed


def test_a_cron_expression_fires_by_the_clock_of_the_house(case):
    played = case("boundaries/timer_cron_repeating")

    played.wait(hours=23)  # Monday 09:00 in Shanghai is now: the next is Tuesday's
    first = played.open.count("handled")
    played.wait(hours=1)
    second = played.open.count("handled")
    played.wait(days=6)

    assert (first, second, played.open.count("handled")) == (0, 1, 5)
