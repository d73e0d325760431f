"""Errors and escalations (BPMN 2.0.2 §10.5.7, §13.5.4): outwards to the nearest event that fits."""

from collections.abc import Callable

import pytest

from tests.bpmn.conftest import Case

Begin = Callable[..., Case]


@pytest.mark.parametrize(
    ("code", "opened", "cancelled"),
    [("E", ["after_e"], ["sub"]), ("F", ["after_any"], ["sub"]), (None, ["after"], [])],
)
def test_a_boundary_event_of_the_code_goes_before_one_for_all_errors(
    case: Begin, code: str | None, opened: list[str], cancelled: list[str]
):
    played = case("errors/by_code")

    played.complete("work", code=code)

    assert played.open == opened
    assert played.cancelled == cancelled


@pytest.mark.parametrize(("code", "opened"), [("E", ["inner_after"]), ("F", ["after_f"]), (None, ["after"])])
def test_an_error_goes_outwards_until_an_event_fits(case: Begin, code: str | None, opened: list[str]):
    played = case("errors/outward")

    played.complete("work", code=code)

    assert played.open == opened


@pytest.mark.parametrize(("code", "opened"), [("E", ["handle"]), ("F", ["after_any"]), (None, ["after"])])
def test_an_event_sub_process_catches_before_the_boundary(case: Begin, code: str | None, opened: list[str]):
    played = case("errors/event_sub_process")

    played.complete("work", code=code)

    assert played.open == opened


def test_an_error_caught_inside_lets_the_sub_process_go_on_normally(case: Begin):
    played = case("errors/event_sub_process")
    played.complete("work", code="E")

    played.complete("handle")

    assert played.open == ["after"]
    assert "sub" in played.left


@pytest.mark.parametrize(
    ("code", "opened", "incidents"),
    [("E", ["after_e"], []), ("F", [], [("fails_f", "error_uncaught")]), (None, ["after"], [])],
)
def test_an_error_leaves_a_called_process_and_one_that_nobody_catches_is_an_incident_where_it_was_thrown(
    case: Begin, code: str | None, opened: list[str], incidents: list[tuple[str, str]]
):
    played = case("errors/call_activity")

    played.complete("work", code=code)

    assert played.open == opened
    assert played.incidents == incidents
    assert played.state == "active"


def test_an_error_in_one_instance_ends_all_its_siblings(case: Begin):
    played = case("errors/multi_instance")

    played.complete("work", code="E")

    assert played.open == ["after_e"]
    assert played.cancelled.count("work") == 2
    assert played.cancelled.count("sub") == 3


def test_instances_without_an_error_all_complete(case: Begin):
    played = case("errors/multi_instance")

    for _ in range(3):
        played.complete("work", code=None)

    assert played.open == ["after"]


def test_an_error_nobody_catches_is_an_incident_and_a_retry_meets_it_again(case: Begin):
    played = case("errors/uncaught")

    played.complete("work", code="F")
    played.retry()

    assert played.incidents == [("fails_f", "error_uncaught")]
    assert played.open == []


@pytest.mark.parametrize(("fail", "undone", "opened"), [(True, ["undo_book"], "broken"), (False, [], "after")])
def test_an_error_that_leaves_a_sub_process_first_undoes_what_completed_in_it(
    case: Begin, fail: bool, undone: list[str], opened: str
):
    played = case("errors/presumed_abort")
    played.complete("book")

    played.complete("decide", fail=fail)
    found = [] if played.open == [opened] else played.open
    for element_id in found:
        played.complete(element_id)

    assert found == undone
    assert played.open == [opened]


def test_an_error_ends_everything_inside_at_once_at_every_depth(case: Begin):
    played = case("errors/stops_everything")

    played.complete("work")
    played.wait(hours=2)

    assert played.open == ["after_e"]
    assert sorted(played.cancelled) == ["a", "c", "deep", "sub", "wait"]
    assert "out" not in played.entered


@pytest.mark.parametrize(
    ("path", "late", "opened"),
    [
        ("escalation_throw", True, ["boss", "rest"]),
        ("escalation_throw", False, ["rest"]),
        ("escalation_throw_interrupting", True, ["boss"]),
        ("escalation_throw_interrupting", False, ["rest"]),
        ("escalation_end", True, ["after", "boss"]),
        ("escalation_end", False, ["rest"]),
        ("escalation_end_interrupting", True, ["boss"]),
        ("escalation_end_interrupting", False, ["rest"]),
        ("escalation_other_code", True, ["rest"]),
        ("escalation_call_activity", True, ["boss", "rest"]),
        ("escalation_event_sub_process", True, ["boss", "rest"]),
        ("escalation_event_sub_process", False, ["rest"]),
    ],
)
def test_an_escalation_goes_to_who_fits_and_ends_only_what_it_interrupts(
    case: Begin, path: str, late: bool, opened: list[str]
):
    played = case(f"errors/{path}")

    played.complete("work", late=late)

    assert sorted(played.open) == opened


def test_a_sub_process_completes_when_all_that_an_escalation_began_in_it_is_done(case: Begin):
    played = case("errors/escalation_event_sub_process")
    played.complete("work", late=True)

    played.complete("rest")
    waiting = played.open
    played.complete("boss")

    assert waiting == ["boss"]
    assert played.open == ["after"]
