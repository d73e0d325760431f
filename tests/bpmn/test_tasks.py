import pytest

from engine.errors import MessageNotCorrelated
from engine.handlers import HandlerFailed


def test_a_person_does_user_and_manual_tasks(case):
    played = case("tasks/person")

    first = played.open
    played.complete("review", verdict="good")
    second = played.open
    played.complete("stamp")

    assert (first, second) == (["review"], ["stamp"])
    assert played.entered == ["start", "review", "stamp", "end"]
    assert played.variables == {"verdict": "good"}


def test_automatic_tasks_run_without_anybody(case, service, registry):
    @registry.handler("double")
    def double(call, *, n: int) -> dict[str, object]:
        return {"n": 2 * n}

    played = case("tasks/automatic", price=3)

    assert played.left == ["start", "none", "compute", "keep", "work", "expression", "end"]
    assert played.variables == {"price": 3, "total": 6, "more": 4, "doubled": 120, "five": 8}


def test_an_automatic_task_that_fails_parks_its_token_and_nothing_behind_it_runs(case, registry):
    @registry.handler("double")
    def double(call, *, n: int) -> dict[str, object]:
        raise HandlerFailed("not today")

    played = case("tasks/automatic", price=3)

    assert played.incidents == [("work", "handler")]
    assert played.left == ["start", "none", "compute", "keep"]
    assert played.variables == {"price": 3, "total": 6, "more": 4}


def test_a_send_task_sends_and_a_receive_task_waits_for_its_message(case, service):
    played = case("tasks/send_and_receive")

    with pytest.raises(MessageNotCorrelated):
        service.message("a")
    before = played.entered
    played.message("b", reply=1)

    assert before == ["start", "send", "receive"]
    assert played.entered == ["start", "send", "receive", "end"]
    assert played.variables == {"reply": 1}


def test_a_receive_task_is_interrupted_at_its_edge(case):
    played = case("tasks/receive_guarded")

    played.wait(hours=1)

    assert played.cancelled == ["receive"]
    assert played.entered == ["start", "receive", "late", "gave_up"]


def test_a_receive_task_that_got_its_message_is_not_interrupted_any_more(case):
    played = case("tasks/receive_guarded")

    played.message("b")
    played.wait(hours=2)

    assert played.entered == ["start", "receive", "end"]


def test_an_asynchronous_task_runs_as_due_work(service):
    service.deploy("tasks/asynchronous")

    played = service.start("asynchronous")

    assert played.is_completed
    assert played.left == ["start", "later", "end"]
