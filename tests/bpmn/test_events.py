import pytest

from engine.errors import MessageNotCorrelated


def test_a_timer_lets_the_token_go_when_it_is_due_and_not_before(case):
    played = case("events/timer_catch")

    played.wait(minutes=59)
    early = played.entered
    played.wait(minutes=1)

    assert early == ["start", "wait"]
    assert played.entered == ["start", "wait", "after"]


def test_a_message_lets_the_token_go_and_another_message_does_not(case, service):
    played = case("events/message_catch")

    with pytest.raises(MessageNotCorrelated):
        service.message("b")
    before = played.entered
    played.message("a", paid=3)

    assert before == ["start", "wait"]
    assert played.entered == ["start", "wait", "after"]
    assert played.variables == {"paid": 3}


def test_a_signal_lets_the_token_go_and_another_signal_does_not(case):
    played = case("events/signal_catch")

    played.signal("t")
    before = played.entered
    played.signal("s")

    assert before == ["start", "wait"]
    assert played.entered == ["start", "wait", "after"]


@pytest.mark.parametrize("how", ["message", "signal", "timer"])
def test_any_event_of_a_multiple_catch_event_lets_the_token_go_once(case, service, how):
    played = case("events/multiple_catch")

    if how == "message":
        played.message("a")
    elif how == "signal":
        played.signal("s")
    played.wait(hours=2)
    played.signal("s")

    assert played.entered == ["start", "wait", "after"]
    with pytest.raises(MessageNotCorrelated):
        service.message("a")


def test_a_parallel_multiple_catch_event_needs_all_of_its_events(case):
    played = case("events/parallel_multiple_catch", n=0)

    played.signal("s")
    played.signal("s")
    before = played.entered
    played.message("a", n=5)

    assert before == ["start", "wait"]
    assert played.entered == ["start", "wait"]
    assert played.incidents == []


def test_a_parallel_multiple_catch_event_goes_on_when_the_last_of_its_events_has_happened(case):
    played = case("events/parallel_multiple_catch", n=2)

    played.message("a", paid=True)
    before = played.entered
    played.signal("s", seen=True)

    assert before == ["start", "wait"]
    assert played.entered == ["start", "wait", "after"]
    assert played.variables == {"n": 2, "paid": True, "seen": True}


def test_a_multiple_boundary_event_interrupts_at_any_of_its_events(case):
    played = case("events/multiple_boundary")

    played.signal("s")
    played.signal("s")

    assert played.entered == ["start", "work", "edge", "after"]
    assert played.cancelled == ["work"]


def test_a_multiple_boundary_event_that_does_not_interrupt_happens_again_and_again(case):
    played = case("events/multiple_boundary_repeating")

    played.message("a")
    played.wait(hours=5)
    played.message("a")

    assert played.entered == ["start", "work", *["edge", "after"] * 4]
    assert played.cancelled == []


def test_a_parallel_multiple_boundary_event_collects_its_events_afresh_each_time(case):
    played = case("events/parallel_multiple_boundary")

    played.message("a")
    first = played.entered
    played.message("b")
    played.message("b")
    played.message("a")

    assert first == ["start", "work"]
    assert played.entered == ["start", "work", *["edge", "after"] * 2]


def test_a_multiple_boundary_event_catches_errors_beside_messages(case):
    played = case("events/multiple_error_boundary")

    played.complete("u1")

    assert played.entered == ["start", "work", "s1", "u1", "e1", "edge", "after"]


def test_a_multiple_event_begins_its_event_sub_process_at_each_of_its_events(case):
    played = case("events/multiple_event_sub_process")

    played.signal("s")
    played.message("a")
    for task in ("u1", "u1", "work"):
        played.complete(task)

    assert played.entered == ["start", "work", "aside", "s1", "u1", "aside", "s1", "u1", "end"]
    assert played.is_completed


def test_a_multiple_throw_event_throws_all_of_its_events(case):
    played = case("events/multiple_throw")

    played.complete("ready")

    assert played.left == ["start", "split", "ready", "both", "end", "one", "end", "two", "end"]
    assert played.is_completed


def test_a_multiple_end_event_sends_before_it_terminates(case):
    played = case("events/multiple_end")

    played.complete("ready")

    assert played.cancelled == ["u1", "aside"]
    assert played.is_completed


def test_a_multiple_event_behind_an_event_gateway_decides_it(case):
    played = case("events/multiple_behind_gateway")

    played.signal("s")
    played.wait(hours=2)

    assert played.entered == ["start", "first", "one", "x"]


def test_a_link_cannot_stand_in_a_multiple_event(refused):
    assert ("several-events", "wait") in refused("events/link_in_multiple")


def test_shared_event_definitions_mean_what_they_say_wherever_they_are_referred_to(service):
    service.deploy("events/shared_definitions")

    played = service.message("a")
    played.wait(hours=1)
    before = sorted(played.open)
    played.signal("s")

    assert before == ["open"]
    assert played.entered == ["start", "work", "late", "split", "wait", "open", "over"]
    assert played.cancelled == ["work", "open"]
    assert played.is_completed


def test_a_parallel_multiple_event_begins_its_event_sub_process_when_all_have_happened(case):
    played = case("events/parallel_multiple_event_sub_process")

    played.signal("s")
    before = played.open
    played.message("a", found=True)

    assert before == ["work"]
    assert played.entered == ["start", "work", "aside", "s1", "u1"]
    assert played.cancelled == ["work"]
    assert played.variables == {"found": True}
