import pytest


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_end_event_reaches_another_instance(case, kind):
    played = case(f"ends/{kind}", also=(f"ends/waits_for_{kind}",))
    other = played.service.start(f"waits_for_{kind}")

    played.complete("work")

    assert played.is_completed
    assert played.left == ["start", "work", "tell"]
    assert other.open == ["after"]


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_end_event_that_is_not_reached_reaches_nobody(case, kind):
    played = case(f"ends/{kind}", also=(f"ends/waits_for_{kind}",))
    other = played.service.start(f"waits_for_{kind}")

    assert played.open == ["work"]
    assert other.open == []


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_throw_event_reaches_another_instance_and_the_token_goes_on(service, kind):
    service.deploy(f"ends/waits_for_{kind}", f"ends/throw_{kind}")
    other = service.start(f"waits_for_{kind}")

    played = service.start(f"throw_{kind}")

    assert played.open == ["after"]
    assert other.open == ["after"]


def test_a_terminate_end_event_ends_the_instance(case):
    played = case("ends/terminate")

    played.complete("stop")

    assert played.is_completed
    assert played.cancelled == ["other"]


def test_another_end_event_ends_its_own_branch_only(case):
    played = case("ends/terminate")

    played.complete("other")

    assert played.open == ["stop"]
    assert played.cancelled == []


def test_a_terminate_end_event_in_a_sub_process_ends_that_sub_process_only(case):
    played = case("ends/terminate_in_sub_process")

    played.complete("stop")

    assert played.cancelled == ["other"]
    assert sorted(played.open) == ["after", "beside"]


def test_a_link_goes_on_at_its_target_from_each_of_its_sources(case):
    played = case("ends/link")

    assert played.open == ["after", "after"]
    played.complete("after")
    assert not played.is_completed
    played.complete("after")
    assert played.left.count("land") == 2


def test_a_throw_event_without_definition_is_passed_and_seen(case):
    played = case("ends/throw_none")

    assert played.left == ["start", "milestone"]
    assert played.open == ["after"]


def test_a_terminate_end_event_of_a_called_process_ends_only_that_process(case):
    played = case("ends/calls_terminating", also=("ends/terminates_called",))

    played.complete("a")

    assert sorted(played.open) == ["after", "beside"]
    assert played.cancelled == ["b"]


def test_a_signal_is_heard_beside_by_who_waits_when_it_is_thrown(case):
    played = case("ends/signal_beside")

    assert played.is_completed
    assert played.left == ["start", "split", "tell", "end2", "wait", "end"]


def test_a_signal_is_not_kept_for_who_begins_to_wait_after_it(case):
    played = case("ends/signal_to_itself")

    before = played.left
    played.signal("s")

    assert before == ["start", "tell"]
    assert played.left == ["start", "tell", "wait", "end"]
