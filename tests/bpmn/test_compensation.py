"""Compensation (BPMN 2.0.2 §10.7, §13.5.5): `undo_x` undoes `x`, behind the boundary event `x_undo`."""

from collections.abc import Callable

import pytest

from engine.commands.process_instances import (
    cancel_process_instance,
    resume_process_instance,
    suspend_process_instance,
)
from engine.errors import ProcessInstanceSuspended
from engine.handlers import Call, HandlerFailed, Registry
from engine.queries.process_instances import list_elements
from tests.bpmn.conftest import Case, Service
from tests.engine.conftest import ADMIN

Begin = Callable[..., Case]


def compensated(played: Case) -> list[str]:
    return [element_id for state, element_id in played.trace if state == "compensated"]


def test_the_handler_of_a_completed_activity_is_a_task_like_any_other_and_the_throw_waits_for_it(case: Begin):
    played = case("compensation/boundary_handler")
    played.complete("book")

    played.complete("ask", undo=True)
    undone = played.open
    played.complete("undo_book")

    assert undone == ["undo_book"]
    assert played.open == ["after"]
    assert played.trace[played.trace.index(("activated", "throw")) :] == [
        ("activated", "throw"),
        ("activated", "book_undo"),
        ("completed", "book_undo"),
        ("activated", "undo_book"),
        ("completed", "undo_book"),
        ("compensated", "book"),
        ("completed", "throw"),
        ("activated", "after"),
    ]


def test_the_history_says_of_an_activity_that_it_completed_and_when_it_was_undone(case: Begin, service: Service):
    played = case("compensation/boundary_handler")
    played.complete("book")
    played.wait(hours=1)

    played.complete("ask", undo=True)
    played.complete("undo_book")
    history = {each.element_id: each for each in list_elements(service.tx, played.id, actor=ADMIN, now=service.now)}

    assert (history["book"].state, history["book"].compensated_at) == ("completed", service.now)
    assert history["ask"].compensated_at is None


def test_without_a_throw_no_handler_runs(case: Begin):
    played = case("compensation/boundary_handler")
    played.complete("book")

    played.complete("ask", undo=False)
    played.complete("after")

    assert played.entered == ["start", "book", "ask", "choice", "after", "end"]
    assert played.is_completed


@pytest.mark.parametrize(
    ("undo", "log"),
    [(True, ["a", "b", "c", "undo_c", "undo_b", "undo_a"]), (False, ["a", "b", "c"])],
)
def test_everything_is_undone_in_the_reverse_order_of_completion(case: Begin, undo: bool, log: list[str]):
    played = case("compensation/reverse_order", log=[])

    played.complete("ask", undo=undo)

    assert played.variables["log"] == log


def test_one_activity_is_undone_by_name_and_once(case: Begin):
    played = case("compensation/by_reference", log=[])

    assert played.variables["log"] == ["a", "b", "undo_a"]
    assert played.is_completed


def test_a_throw_that_does_not_wait_goes_on_while_the_handler_is_open(case: Begin):
    played = case("compensation/no_wait")

    played.complete("book")
    beside = sorted(played.open)
    played.complete("after")
    state = played.state
    played.complete("undo_book")

    assert beside == ["after", "undo_book"]
    assert (state, played.state) == ("active", "completed")


@pytest.mark.parametrize(("undo", "opened"), [(True, ["undo_book"]), (False, [])])
def test_an_end_event_undoes_before_the_process_ends(case: Begin, undo: bool, opened: list[str]):
    played = case("compensation/end_event")
    played.complete("book")

    played.complete("ask", undo=undo)
    undone = played.open
    for element_id in undone:
        played.complete(element_id)

    assert undone == opened
    assert played.is_completed


@pytest.mark.parametrize(
    ("undo", "log"),
    [(True, ["a", "b", "c", "undo_c", "undo_b", "undo_a"]), (False, ["a", "b", "c"])],
)
def test_a_completed_sub_process_is_undone_from_the_inside(case: Begin, undo: bool, log: list[str]):
    played = case("compensation/sub_process", log=[])

    played.complete("ask", undo=undo)

    assert played.variables["log"] == log
    assert compensated(played) == (["c", "b", "a", "trip"] if undo else [])


def test_a_handler_of_the_sub_process_itself_goes_before_those_inside_it(case: Begin):
    played = case("compensation/sub_process_handler", log=[])

    played.complete("ask", undo=True)
    undone = played.open
    played.complete("undo_trip")

    assert undone == ["undo_trip"]
    assert played.variables["log"] == ["a"]
    assert compensated(played) == ["trip"]


def test_an_event_sub_process_for_compensation_sees_the_data_its_sub_process_had_and_compensates_inside_it(case: Begin):
    played = case("compensation/event_sub_process")
    played.complete("book", room=7)

    played.complete("ask", undo=True)
    first = played.open
    played.complete("call_off")
    second = played.open
    played.complete("undo_book")

    assert (first, second, played.open) == (["call_off"], ["undo_book"], ["after"])
    assert played.variables["seen"] == 7
    assert "room" not in played.variables


def test_an_event_sub_process_for_compensation_waits_for_nothing_while_its_sub_process_runs(case: Begin):
    played = case("compensation/event_sub_process")
    played.complete("book", room=7)

    played.complete("ask", undo=False)

    assert played.open == ["after"]
    assert "on_start" not in played.entered


def test_an_error_handler_inside_a_sub_process_compensates_what_completed_in_it(case: Begin):
    played = case("compensation/error_handler")
    played.complete("book")

    played.complete("pay")
    undone = played.open
    played.complete("undo_book")

    assert undone == ["undo_book"]
    assert played.open == ["told"]


def test_a_called_process_is_undone_from_the_inside(case: Begin):
    played = case("compensation/call_activity")
    played.complete("book")

    played.complete("ask", undo=True)
    undone = played.open
    played.complete("undo_book")

    assert undone == ["undo_book"]
    assert compensated(played) == ["book", "trip"]
    assert played.open == ["after"]


def test_each_instance_is_undone_with_its_own_item(case: Begin):
    played = case("compensation/multi_instance", hotels=["x", "y"], undone=[])
    played.complete("book")
    played.complete("book")

    played.complete("ask", undo=True)

    assert sorted(played.variables["undone"]) == ["x", "y"]
    assert compensated(played) == ["book", "book"]


def test_each_instance_of_a_sub_process_is_undone_from_the_inside_with_its_own_item(case: Begin):
    played = case("compensation/multi_instance_sub_process", hotels=["x", "y"], undone=[])
    played.complete("a")
    played.complete("a")

    played.complete("ask", undo=True)

    assert played.variables["undone"] == ["y", "x"]


def test_each_round_of_a_loop_is_undone(case: Begin):
    played = case("compensation/loop", undone=[])
    played.complete("try", again=True)
    played.complete("try", again=False)

    played.complete("ask", undo=True)

    assert played.variables["undone"] == [1, 0]


@pytest.mark.parametrize(
    ("path", "also"), [("handler_sub_process", ["refund", "inform"]), ("handler_call_activity", ["refund"])]
)
def test_a_handler_may_be_a_sub_process_or_a_called_process(case: Begin, path: str, also: list[str]):
    played = case(f"compensation/{path}")
    played.complete("book")
    played.complete("ask", undo=True)

    for element_id in also:
        assert played.open == [element_id]
        played.complete(element_id)

    assert compensated(played) == ["book"]
    assert played.open == ["after"]


def test_an_error_in_a_handler_is_caught_around_the_throw_and_the_rest_can_still_be_undone(case: Begin):
    played = case("compensation/error_in_handler")
    played.complete("first")

    played.complete("book")
    undone = played.open
    played.complete("undo_first")

    assert undone == ["undo_first"]
    assert played.open == ["told"]
    assert compensated(played) == ["first"]


def test_a_boundary_event_guards_a_handler(case: Begin):
    played = case("compensation/guarded_handler")
    played.complete("book")

    played.wait(minutes=59)
    early = played.open
    played.wait(minutes=1)
    late = played.open
    played.complete("chase")

    assert (early, late) == (["undo_book"], ["chase"])
    assert played.open == ["after"]


def test_a_handler_that_fails_is_an_incident_and_a_retry_goes_on(case: Begin, registry: Registry):
    broken = [True]

    @registry.handler("refund")
    def refund(call: Call) -> dict[str, object]:
        if broken:
            raise HandlerFailed("The bank does not answer.")
        return {}

    played = case("compensation/handler_fails")
    played.complete("book")
    incidents = played.incidents

    broken.clear()
    played.retry()

    assert incidents == [("undo_book", "handler")]
    assert compensated(played) == ["book"]
    assert played.open == ["after"]


def test_an_activity_that_is_still_open_is_not_undone(case: Begin):
    played = case("compensation/not_completed")

    played.complete("other")

    assert sorted(played.open) == ["after", "book"]
    assert compensated(played) == []


def test_a_throw_in_a_sub_process_does_not_reach_what_completed_around_it(case: Begin):
    played = case("compensation/inner_throw")
    played.complete("first")

    played.complete("book")
    undone = played.open
    played.complete("undo_book")

    assert undone == ["undo_book"]
    assert played.open == ["after"]


def test_cancelling_an_instance_in_the_middle_of_it_leaves_nothing_open(case: Begin, service: Service):
    played = case("compensation/boundary_handler")
    played.complete("book")
    played.complete("ask", undo=True)

    cancel_process_instance(service.tx, played.id, actor=ADMIN, now=service.now)

    assert (played.state, played.open) == ("cancelled", [])
    assert played.cancelled == ["undo_book", "throw"]


def test_a_suspended_instance_keeps_its_handlers_and_goes_on_when_it_is_resumed(case: Begin, service: Service):
    played = case("compensation/boundary_handler")
    played.complete("book")
    played.complete("ask", undo=True)
    suspend_process_instance(service.tx, played.id, actor=ADMIN, now=service.now)

    with pytest.raises(ProcessInstanceSuspended):
        played.complete("undo_book")
    kept = played.open
    resume_process_instance(service.tx, played.id, actor=ADMIN, now=service.now)
    played.complete("undo_book")

    assert kept == ["undo_book"]
    assert played.open == ["after"]


@pytest.mark.parametrize(
    ("path", "code", "element_id"),
    [
        ("bad_unassociated", "compensation-handler-missing", "undo"),
        ("bad_reference", "compensation-activity-unknown", "end"),
        ("bad_handler_flow", "compensation-handler-flow", "undo_book"),
    ],
)
def test_compensation_that_cannot_work_is_refused(
    refused: Callable[[str], object], path: str, code: str, element_id: str
):
    assert refused(f"compensation/{path}") == [(code, element_id)]
