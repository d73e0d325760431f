"""Transactions: cancelled, they are undone as a whole; an error leaves them as they are."""

import pytest

from tests.spiff.drawing import CANCEL, COMPENSATE, ERROR, TERMINATE, Drawing, compensate, many
from tests.spiff.play import Play, errors_of


def trip() -> Drawing:
    """`in` → a → b → decide → cancelled, failed or `out`."""
    body = Drawing("body").start("in").undoable("a", "b").user("decide").gateway("exclusive", "g", default="fine")
    body.end("cancelled", CANCEL).end("failed", ERROR).end("out").chain("in", "a", "b", "decide", "g")
    body.flow("g", "cancelled", 'way = "cancel"').flow("g", "failed", 'way = "fail"')
    return body.flow("g", "out", id="fine")


def guarded(body: Drawing, inside: str = "") -> Drawing:
    """A transaction `s` with its cancel and error events: → after, rejected or broken."""
    drawing = Drawing().start().transaction("s", body, inside).boundary("on_cancel", "s", CANCEL)
    drawing.boundary("on_error", "s", ERROR).user("after").user("rejected").user("broken").end()
    drawing.chain("start", "s", "after", "end").chain("on_cancel", "rejected", "end")
    return drawing.chain("on_error", "broken", "end")


def decided(way: str, drawing: Drawing | None = None) -> Play:
    play = Play(drawing or guarded(trip()))
    play.complete("a")
    play.complete("b")
    play.complete("decide", way=way)
    return play


def test_a_transaction_that_succeeds_goes_on_and_undoes_nothing():
    play = decided("fine")

    assert play.open() == ["after"]
    assert all(each.state != "compensated" for each in play.transitions)


def test_a_cancelled_transaction_is_undone_the_latest_first_before_its_cancel_event_goes_on():
    play = decided("cancel")

    first = play.open()
    play.complete("undo_b")
    second = play.open()
    done = play.complete("undo_a")

    assert (first, second) == (["undo_b"], ["undo_a"])
    assert done == [
        "undo_a:completed",
        "a:compensated",
        "s:cancelled",
        "on_cancel:activated",
        "on_cancel:completed",
        "rejected:activated",
    ]
    play.replayed()


def test_an_error_leaves_a_transaction_without_compensation():
    play = decided("fail")

    assert play.open() == ["broken"]
    assert all(each.state != "compensated" for each in play.transitions)


def test_cancelling_ends_what_is_active_and_undoes_the_completed_parts_of_an_active_sub_process():
    inside = Drawing("inner").start("in2").undoable("c").user("d").end("out2").chain("in2", "c", "d", "out2")
    body = Drawing("body").start("in").gateway("parallel", "split").undoable("a").user("x").sub("y", inside)
    body.end("cancelled", CANCEL).end("out").chain("in", "split", "a", "x", "cancelled").chain("split", "y", "out")
    play = Play(guarded(body))
    play.complete("a")
    play.complete("c")

    done = play.complete("x")
    first = play.open()
    play.complete("undo_c")
    second = play.open()
    play.complete("undo_a")

    assert done[:5] == ["x:completed", "cancelled:activated", "cancelled:completed", "d:cancelled", "y:cancelled"]
    assert (first, second, play.open()) == (["undo_c"], ["undo_a"], ["rejected"])
    play.replayed()


def test_a_transaction_can_be_cancelled_from_a_sub_process_inside_it():
    inside = Drawing("inner").start("in2").undoable("c").end("cancelled", CANCEL).chain("in2", "c", "cancelled")
    body = Drawing("body").start("in").undoable("a").sub("y", inside).end("out").chain("in", "a", "y", "out")
    play = Play(guarded(body))
    play.complete("a")

    play.complete("c")
    first = play.open()
    play.complete("undo_c")
    play.complete("undo_a")

    assert first == ["undo_c"]
    assert play.open() == ["rejected"]
    play.replayed()


def test_cancelling_an_inner_transaction_leaves_the_outer_one_alone_and_the_outer_one_undoes_a_completed_inner_one():
    inner = Drawing("inner").start("in2").undoable("c").user("d").gateway("exclusive", "g2", default="ok")
    inner.end("cancelled2", CANCEL).end("out2").chain("in2", "c", "d", "g2").flow("g2", "cancelled2", "stop")
    inner.flow("g2", "out2", id="ok")
    body = Drawing("body").start("in").undoable("a").transaction("t", inner).boundary("on_inner", "t", CANCEL)
    body.user("x").end("cancelled", CANCEL).chain("in", "a", "t", "x", "cancelled").chain("on_inner", "x")
    apart, whole = Play(guarded(body)), Play(guarded(body))
    for play, stop in ((apart, True), (whole, False)):
        play.complete("a")
        play.complete("c")
        play.complete("d", stop=stop)

    undone_inside = apart.open()
    apart.complete("undo_c")
    after_inner = apart.open()
    apart.complete("x")
    whole.complete("x")

    assert (undone_inside, after_inner, apart.open()) == (["undo_c"], ["x"], ["undo_a"])
    assert whole.open() == ["undo_c"]
    apart.replayed()


def test_a_completed_transaction_can_be_compensated_like_any_sub_process():
    drawing = Drawing().start().transaction("s", trip()).throw("t", compensate("s")).user("z").end()
    play = decided("fine", drawing.chain("start", "s", "t", "z", "end"))

    play.complete("undo_b")
    play.complete("undo_a")

    assert play.open() == ["z"]


def test_a_transaction_without_a_cancel_event_ends_where_it_is_cancelled():
    drawing = Drawing().start().transaction("s", trip()).user("after").end().chain("start", "s", "after", "end")
    play = decided("cancel", drawing)

    play.complete("undo_b")
    play.complete("undo_a")

    assert play.is_completed
    play.replayed()


def test_cancelling_with_nothing_to_undo_leaves_at_once():
    body = Drawing("body").start("in").user("x").end("cancelled", CANCEL).chain("in", "x", "cancelled")
    play = Play(guarded(body))

    done = play.complete("x")

    assert done[1:] == [
        "cancelled:activated",
        "cancelled:completed",
        "s:cancelled",
        "on_cancel:activated",
        "on_cancel:completed",
        "rejected:activated",
    ]


@pytest.mark.parametrize("sequential", [False, True])
def test_an_instance_that_cancels_undoes_and_ends_the_whole_multi_instance_transaction(sequential: bool):
    body = Drawing("body").start("in").undoable("a").user("decide").gateway("exclusive", "g", default="fine")
    body.end("cancelled", CANCEL).end("out").chain("in", "a", "decide", "g").flow("g", "out", id="fine")
    body.flow("g", "cancelled", 'way = "cancel"')
    play = Play(guarded(body, many(cardinality="3", sequential=sequential)))
    play.complete("a")
    play.complete("decide", way="fine")
    play.complete("a")
    done = play.complete("decide", way="cancel")

    undone = 0
    while play.open() != ["rejected"]:
        play.complete("undo_a")
        undone += 1

    assert undone == 2
    assert "s:compensated" not in done
    play.replayed()


def test_a_sub_process_that_is_active_when_its_transaction_is_cancelled_is_undone_from_the_inside_whatever_handles_it():
    on = Drawing("on_body").user("whole").end("on_out").chain("on_start", "whole", "on_out")
    inside = Drawing("inner").start("in2").undoable("c").user("d").end("out2").chain("in2", "c", "d", "out2")
    body = Drawing("body").start("in").gateway("parallel", "split").user("x").end("cancelled", CANCEL).end("out")
    body.sub("y", inside.on_event("on", COMPENSATE, on, interrupting=True)).undo("y", "undo_y")
    body.user("undo_y", isForCompensation="true").chain("in", "split", "y", "out").chain("split", "x", "cancelled")
    play = Play(guarded(body))
    play.complete("c")

    play.complete("x")
    undone = play.open()
    play.complete("undo_c")

    assert undone == ["undo_c"]
    assert play.open() == ["rejected"]
    assert [t.element_id for t in play.transitions if t.state == "compensated"] == ["c"]
    play.replayed()


def test_an_error_in_a_handler_of_a_cancelled_transaction_is_its_hazard():
    broken = Drawing("undo").start("ui").end("uo", ERROR).chain("ui", "uo")
    body = Drawing("body").start("in").undoable("a").user("b").undo("b", "undo_b")
    body.sub("undo_b", broken, isForCompensation="true").end("cancelled", CANCEL).chain("in", "a", "b", "cancelled")
    play = Play(guarded(body))
    play.complete("a")

    play.complete("b")

    assert play.open() == ["broken"]
    play.replayed()


def test_a_terminated_transaction_goes_on_normally():
    body = Drawing("body").start("in").undoable("a").end("stop", TERMINATE).chain("in", "a", "stop")
    play = Play(guarded(body))

    play.complete("a")

    assert play.open() == ["after"]


@pytest.mark.parametrize(
    ("drawing", "code", "element_id"),
    [
        (Drawing().start().user("s").end("end", CANCEL), "cancel-outside-transaction", "end"),
        (Drawing().start().user("s").boundary("b", "s", CANCEL).end(), "cancel-outside-transaction", "b"),
        (
            Drawing().start().transaction("s", trip()).boundary("c", "s", CANCEL, interrupting=False).end(),
            "event-unsupported",
            "c",
        ),
        (Drawing().start().transaction("s", trip(), method="##Store").end(), "transaction-method", "s"),
    ],
)
def test_a_transaction_that_cannot_work_is_refused(drawing: Drawing, code: str, element_id: str):
    errors = errors_of(drawing.chain("start", "s", "end").xml())

    assert errors == [(code, element_id)]
