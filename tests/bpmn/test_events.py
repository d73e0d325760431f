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
