"""Transactions (BPMN 2.0.2 §10.3.5): cancelled they are undone, an error leaves them as they are."""

from collections.abc import Callable

import pytest

from tests.bpmn.conftest import Case

Begin = Callable[..., Case]


def compensated(played: Case) -> list[str]:
    return [element_id for state, element_id in played.trace if state == "compensated"]


def decided(case: Begin, path: str, way: str) -> Case:
    played = case(f"transactions/{path}")
    played.complete("book")
    played.complete("pay")
    played.complete("decide", way=way)
    return played


def test_a_cancelled_transaction_is_undone_the_latest_first_and_left_by_its_cancel_event(case: Begin):
    played = decided(case, "trip", "cancel")

    first = played.open
    played.complete("undo_pay")
    second = played.open
    played.complete("undo_book")

    assert (first, second) == (["undo_pay"], ["undo_book"])
    assert compensated(played) == ["pay", "book"]
    assert played.cancelled == ["trip"]
    assert played.entered[-2:] == ["on_cancel", "rejected"]


def test_a_transaction_that_is_not_cancelled_goes_on_normally(case: Begin):
    played = decided(case, "trip", "fine")

    assert played.open == ["after"]
    assert compensated(played) == []


def test_an_error_leaves_a_transaction_without_compensation(case: Begin):
    played = decided(case, "trip", "fail")

    assert played.open == ["broken"]
    assert compensated(played) == []


def test_cancelling_ends_what_is_active_and_undoes_its_completed_parts(case: Begin):
    played = case("transactions/active_parts")
    played.complete("book")
    played.complete("visa")

    played.complete("decide")
    order = []
    while played.open != ["rejected"]:
        order += played.open
        played.complete(played.open[0])

    assert played.cancelled == ["pack", "prepare", "trip"]
    assert order == ["undo_visa", "undo_book"]


@pytest.mark.parametrize(
    ("stop", "inside", "at_the_end"),
    [(True, ["undo_seat"], ["undo_book"]), (False, [], ["undo_seat", "undo_book"])],
)
def test_an_inner_transaction_is_cancelled_by_itself_or_undone_with_the_outer_one(
    case: Begin, stop: bool, inside: list[str], at_the_end: list[str]
):
    played = case("transactions/nested")
    played.complete("book")
    played.complete("seat")

    played.complete("choose", stop=stop)
    first = undone(played, "confirm")
    played.complete("confirm")
    second = undone(played, "rejected")

    assert (first, second) == (inside, at_the_end)
    assert ("on_inner" in played.entered) is stop


def undone(played: Case, until: str) -> list[str]:
    """Complete handlers until the task `until` is open; the handlers."""
    found = []
    while played.open != [until]:
        found += played.open
        played.complete(played.open[0])
    return found


@pytest.mark.parametrize(("way", "order", "end"), [("fine", ["undo_pay", "undo_book"], "after"), ("fail", [], "e3")])
def test_a_completed_transaction_can_be_compensated_and_a_failed_one_cannot(
    case: Begin, way: str, order: list[str], end: str
):
    played = decided(case, "compensated", way)

    found = []
    while played.open and played.open != ["after"]:
        found += played.open
        played.complete(played.open[0])

    assert found == order
    assert played.entered[-1] == end


@pytest.mark.parametrize(
    ("way", "order", "opened"), [("cancel", ["undo_book", "undo_book"], "rejected"), ("fine", [], "after")]
)
def test_an_instance_that_cancels_undoes_the_whole_multi_instance_transaction(
    case: Begin, way: str, order: list[str], opened: str
):
    played = case("transactions/multi_instance")
    played.complete("book")
    played.complete("decide", way="fine")
    played.complete("book")

    played.complete("decide", way=way)

    assert undone(played, opened) == order
    assert compensated(played) == ["book"] * 2 + ["trip"] if order else compensated(played) == []


@pytest.mark.parametrize(("path", "element_id"), [("bad_cancel_outside", "end"), ("bad_cancel_boundary", "b")])
def test_a_cancel_event_without_a_transaction_is_refused(refused: Callable[[str], object], path: str, element_id: str):
    assert refused(f"transactions/{path}") == [("cancel-outside-transaction", element_id)]
