import pytest

TRIGGERS = {
    "message": lambda played: played.message("a"),
    "signal": lambda played: played.signal("s"),
    "timer": lambda played: played.wait(hours=1),
    "conditional": lambda played: played.complete("other", hot=True),
}
NEGATIVES = {
    "message": lambda played: None,
    "signal": lambda played: played.signal("t"),
    "timer": lambda played: played.wait(minutes=59),
    "conditional": lambda played: played.complete("other", hot=False),
}


@pytest.mark.parametrize("kind", TRIGGERS)
def test_an_interrupting_event_sub_process_ends_everything_around_it(case, kind):
    played = case(f"event_sub_processes/{kind}", hot=False)

    TRIGGERS[kind](played)

    assert played.open == ["handled"]
    assert "work" in played.cancelled
    played.complete("handled")
    assert played.is_completed
    assert played.left[-3:] == ["handled", "handled_end", "on"]


@pytest.mark.parametrize("kind", TRIGGERS)
def test_an_event_sub_process_that_does_not_interrupt_runs_beside(case, kind):
    played = case(f"event_sub_processes/{kind}_repeating", hot=False)

    TRIGGERS[kind](played)

    assert sorted(played.open) == sorted(["handled", "work"] + ([] if kind == "conditional" else ["other"]))
    assert played.cancelled == []
    played.complete("work")
    if kind != "conditional":
        played.complete("other")
    assert not played.is_completed
    played.complete("handled")
    assert played.is_completed


@pytest.mark.parametrize("suffix", ["", "_repeating"])
@pytest.mark.parametrize("kind", NEGATIVES)
def test_an_event_sub_process_that_is_not_triggered_does_not_run_and_holds_nothing_up(case, kind, suffix):
    played = case(f"event_sub_processes/{kind}{suffix}", hot=False)

    NEGATIVES[kind](played)
    for element_id in played.open:
        played.complete(element_id)

    assert played.is_completed
    assert "on" not in played.entered
    assert played.cancelled == []


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_event_sub_process_that_does_not_interrupt_runs_each_time(case, kind):
    played = case(f"event_sub_processes/{kind}_repeating")

    TRIGGERS[kind](played)
    TRIGGERS[kind](played)

    assert sorted(played.open) == ["handled", "handled", "other", "work"]


def test_an_event_sub_process_two_levels_down_interrupts_its_own_level_only(case):
    played = case("event_sub_processes/deep")

    played.message("a")
    handling = played.open
    played.complete("handled")

    assert handling == ["handled"]
    assert played.cancelled == ["deepest"]
    assert played.open == ["after"]


def test_an_event_sub_process_two_levels_down_does_not_listen_after_its_level(case):
    played = case("event_sub_processes/deep")

    played.complete("deepest")

    assert played.open == ["after"]
    assert "on" not in played.entered


def test_an_escalation_starts_the_event_sub_process_of_its_level_and_ends_the_rest_of_it(case):
    played = case("event_sub_processes/escalation")

    before = played.entered
    played.complete("inner")
    handling = played.open
    played.complete("handled")

    assert before == ["start", "sub", "in", "inner"]
    assert handling == ["handled"]
    assert "never" not in played.entered
    assert played.open == ["after"]
