"""Compensation: what has completed is undone, the latest first, once."""

import pytest

from tests.spiff.drawing import COMPENSATE, ERROR, MESSAGE, Drawing, again, compensate, many
from tests.spiff.play import Play, errors_of


def test_compensation_undoes_what_completed_the_latest_first_and_then_goes_on():
    drawing = Drawing().start().undoable("a", "b").throw("t", compensate()).user("z").end()
    play = Play(drawing.chain("start", "a", "b", "t", "z", "end"))

    play.complete("a")
    thrown = play.complete("b")
    second = play.complete("undo_b")
    last = play.complete("undo_a")

    assert thrown == [
        "b:completed",
        "t:activated",
        "b_undo:activated",
        "b_undo:completed",
        "undo_b:activated",
    ]
    assert second == ["undo_b:completed", "b:compensated", "a_undo:activated", "a_undo:completed", "undo_a:activated"]
    assert last == ["undo_a:completed", "a:compensated", "t:completed", "z:activated"]
    play.replayed()


def test_one_activity_can_be_compensated_by_name_and_never_twice():
    drawing = Drawing().start().undoable("a", "b").throw("t", compensate("a")).throw("again", compensate("a"))
    drawing.throw("rest", compensate()).user("z").end()
    play = Play(drawing.chain("start", "a", "b", "t", "again", "rest", "z", "end"))
    play.complete("a")
    play.complete("b")

    first = play.open()
    play.complete("undo_a")
    second = play.open()
    play.complete("undo_b")

    assert (first, second, play.open()) == (["undo_a"], ["undo_b"], ["z"])
    assert [each.element_id for each in play.transitions if each.state == "compensated"] == ["a", "b"]
    play.replayed()


def test_compensation_of_what_did_not_complete_does_nothing():
    drawing = Drawing().start().undoable("a", "b").gateway("parallel", "split")
    drawing.throw("t", compensate()).user("z").end().end("end2")
    play = Play(drawing.chain("start", "split", "a", "end").chain("split", "b", "t", "z", "end2"))

    play.complete("b")
    undone = play.open()
    play.complete("undo_b")

    assert undone == ["a", "undo_b"]
    assert sorted(play.open()) == ["a", "z"]
    play.replayed()


def test_a_compensation_end_event_undoes_and_then_its_path_is_over():
    drawing = Drawing().start().undoable("a").end("end", compensate()).chain("start", "a", "end")
    play = Play(drawing)

    play.complete("a")
    undone = play.open()
    done = play.complete("undo_a")

    assert undone == ["undo_a"]
    assert done == ["undo_a:completed", "a:compensated", "end:completed"]
    assert play.is_completed


def booking() -> Drawing:
    """`in` → a → b → `out`, both undoable."""
    return Drawing("body").start("in").undoable("a", "b").end("out").chain("in", "a", "b", "out")


def test_a_completed_sub_process_is_undone_from_the_inside_the_latest_first():
    drawing = Drawing().start().sub("s", booking()).undoable("c").throw("t", compensate()).user("z").end()
    play = Play(drawing.chain("start", "s", "c", "t", "z", "end"))
    for each in "abc":
        play.complete(each)

    order = []
    while play.open() != ["z"]:
        order.append(play.open())
        play.complete(play.open()[0])

    assert order == [["undo_c"], ["undo_b"], ["undo_a"]]
    assert [t.element_id for t in play.transitions if t.state == "compensated"] == ["c", "b", "a", "s"]
    play.replayed()


def test_a_sub_process_with_a_handler_of_its_own_is_not_undone_from_the_inside():
    drawing = Drawing().start().sub("s", booking()).undo("s", "undo_s").user("undo_s", isForCompensation="true")
    play = Play(drawing.throw("t", compensate("s")).user("z").end().chain("start", "s", "t", "z", "end"))
    play.complete("a")
    play.complete("b")

    undone = play.open()
    play.complete("undo_s")

    assert undone == ["undo_s"]
    assert play.open() == ["z"]
    play.replayed()


def test_a_throw_in_a_sub_process_reaches_only_what_completed_in_it():
    inside = Drawing("body").start("in").undoable("b").throw("t", compensate()).user("y").end("out")
    inside.chain("in", "b", "t", "y", "out")
    drawing = Drawing().start().undoable("a").sub("s", inside).end().chain("start", "a", "s", "end")
    play = Play(drawing)
    play.complete("a")

    play.complete("b")
    undone = play.open()
    play.complete("undo_b")

    assert undone == ["undo_b"]
    assert play.open() == ["y"]


def test_an_event_sub_process_compensates_the_scope_it_belongs_to():
    on = Drawing("on_body").throw("t", compensate()).user("h").end("on_out").chain("on_start", "t", "h", "on_out")
    inside = Drawing("body").start("in").undoable("a").user("x").end("out", ERROR).chain("in", "a", "x", "out")
    drawing = Drawing().start().sub("s", inside.on_event("on", ERROR, on, interrupting=True)).end()
    play = Play(drawing.chain("start", "s", "end"))
    play.complete("a")

    play.complete("x")
    undone = play.open()
    play.complete("undo_a")

    assert undone == ["undo_a"]
    assert play.open() == ["h"]
    play.replayed()


@pytest.mark.parametrize("activity", ["s", "a", None])
def test_an_error_handler_may_name_the_sub_process_it_belongs_to(activity: str | None):
    on = (
        Drawing("on_body")
        .throw("t", compensate(activity))
        .user("h")
        .end("on_out")
        .chain("on_start", "t", "h", "on_out")
    )
    inside = Drawing("body").start("in").undoable("a").user("x").end("out", ERROR).chain("in", "a", "x", "out")
    drawing = Drawing().start().sub("s", inside.on_event("on", ERROR, on, interrupting=True)).end()
    xml = drawing.chain("start", "s", "end").xml()
    play = Play(drawing)
    play.complete("a")

    play.complete("x")

    assert play.open() == ["undo_a"]
    assert errors_of(xml) == []


def test_an_event_sub_process_for_compensation_undoes_a_completed_sub_process_in_its_own_way():
    on = Drawing("on_body").user("first").throw("t", compensate("a")).user("last").end("on_out")
    on.chain("on_start", "first", "t", "last", "on_out")
    drawing = Drawing().start().sub("s", booking().on_event("on", COMPENSATE, on, interrupting=True))
    play = Play(drawing.throw("t2", compensate("s")).user("z").end().chain("start", "s", "t2", "z", "end"))
    for each in "ab":
        play.complete(each)

    order = []
    while play.open() != ["z"]:
        order.append(play.open())
        play.complete(play.open()[0])

    assert order == [["first"], ["undo_a"], ["last"]]
    assert [t.element_id for t in play.transitions if t.state == "compensated"] == ["a", "s"]
    play.replayed()


def test_each_instance_of_a_multi_instance_is_undone_with_its_own_item():
    drawing = Drawing().start().user("a", many(collection="=items", item="item")).undo("a", "undo_a")
    drawing.script("undo_a", '{undone: if undone = null then item else undone + ">" + item}', isForCompensation="true")
    play = Play(drawing.throw("t", compensate()).user("z").end().chain("start", "a", "t", "z", "end"), items=["x", "y"])

    play.complete("a", 1)
    play.complete("a")

    assert play.open() == ["z"]
    assert play.variables["undone"] == "x>y"
    play.replayed()


def test_each_round_of_a_loop_is_undone():
    drawing = Drawing().start().user("a", again(maximum=3)).undo("a", "undo_a")
    drawing.script(
        "undo_a", "{undone: append(if undone = null then [] else undone, loopCounter)}", isForCompensation="true"
    )
    play = Play(drawing.throw("t", compensate("a")).user("z").end().chain("start", "a", "t", "z", "end"))

    for _ in range(3):
        play.complete("a")

    assert play.variables["undone"] == [2, 1, 0]


def test_a_multi_instance_that_is_not_complete_is_not_undone():
    drawing = Drawing().start().gateway("parallel", "split").user("a", many(cardinality="2")).undo("a", "undo_a")
    drawing.user("undo_a", isForCompensation="true").user("b").throw("t", compensate()).user("z").end().end("end2")
    play = Play(drawing.chain("start", "split", "a", "end").chain("split", "b", "t", "z", "end2"))

    play.complete("a")
    play.complete("b")

    assert sorted(play.open()) == ["a", "z"]


def test_what_completed_in_a_called_process_is_undone_with_its_own_variables():
    called = Drawing("called").start("in").undoable("a").end("out").chain("in", "a", "out")
    drawing = Drawing().start().call("c", "called").throw("t", compensate()).user("z").end()
    play = Play(drawing.chain("start", "c", "t", "z", "end"), called)

    play.complete("a", room=7)
    seen = play.run.task_variables(play.task("undo_a").task_id)
    play.complete("undo_a", room=0)

    assert seen == {"room": 7}
    assert play.open() == ["z"]
    assert play.variables == {}
    play.replayed()


def test_what_followed_a_boundary_event_is_undone_before_the_activity_it_stands_on():
    drawing = Drawing().start().undoable("first", "a", "b").boundary("m", "a", MESSAGE, interrupting=False)
    drawing.throw("t", compensate()).user("z").end().end("end2").chain("start", "first", "a", "t", "z", "end")
    play = Play(drawing.chain("m", "b", "end2"))
    play.complete("first")
    play.message("a")
    play.complete("b")

    play.complete("a")
    order = []
    while play.open() != ["z"]:
        order += play.open()
        play.complete(play.open()[0])

    assert order == ["undo_b", "undo_a", "undo_first"]


def test_what_can_be_undone_is_bounded():
    drawing = Drawing().start().script("a", "{}", many(cardinality="5000")).undo("a", "undo_a").user("u").user("b")
    drawing.undo("b", "undo_b").user("undo_a", isForCompensation="true").user("undo_b", isForCompensation="true")
    drawing.gateway("exclusive", "again", default="more").end().chain("start", "again").flow("again", "end", "false")
    drawing.flow("again", "a", id="more").chain("a", "u").chain("u", "b").flow("b", "again")
    play = Play(drawing)
    play.complete("u")
    play.complete("b")

    play.complete("u")
    play.complete("b")

    assert play.incidents() == [("b", "expression")]
    assert "10000" in play.incident().message


def test_a_model_without_compensation_remembers_nothing():
    drawing = Drawing().start().user("a", again(maximum=1000)).sub("s", straightly()).user("z").end()
    play = Play(drawing.chain("start", "a", "s", "z", "end"))

    play.complete("a")
    early = len(play.run.dump())
    for _ in range(50):
        play.complete("a")

    assert len(play.run.dump()) <= early + 8


def straightly() -> Drawing:
    return Drawing("body").start("in").user("x").end("out").chain("in", "x", "out")


@pytest.mark.parametrize(
    ("drawing", "code", "element_id"),
    [
        (Drawing().start().user("a").boundary("b", "a", COMPENSATE).end(), "compensation-handler-missing", "b"),
        (Drawing().start().undoable("a").end().flow("a_undo", "end"), "flow-forbidden", "a_undo"),
        (Drawing().start().undoable("a").undo("a", "undo_a", "b").end(), "compensation-twice", "b"),
        (Drawing().start().undoable("a").end().flow("undo_a", "end"), "compensation-handler-flow", "undo_a"),
        (Drawing().start().user("a").end("end", compensate("gone")), "compensation-activity-unknown", "end"),
    ],
)
def test_compensation_that_cannot_work_is_refused(drawing: Drawing, code: str, element_id: str):
    errors = errors_of(drawing.chain("start", "a", "end").xml())

    assert errors == [(code, element_id)]
