"""Errors and escalations on their way to whoever catches them."""

import pytest

from tests.spiff.drawing import ANY_ERROR, ANY_ESCALATION, ERROR, ESCALATION, Drawing
from tests.spiff.play import Play


def failing(event: str) -> Drawing:
    """The inside of a sub-process that ends with `event` after its task `x`."""
    return Drawing("body").start("in").user("x").end("out", event).chain("in", "x", "out")


@pytest.mark.parametrize("catcher", [ERROR, ANY_ERROR])
def test_an_error_end_goes_to_the_boundary_of_its_sub_process(catcher: str):
    drawing = Drawing().start().sub("s", failing(ERROR)).boundary("b", "s", catcher).user("h").end()
    play = Play(drawing.chain("start", "s", "end").chain("b", "h", "end"))

    done = play.complete("x", n=1)

    assert done == [
        "x:completed",
        "out:activated",
        "out:completed",
        "s:cancelled",
        "b:activated",
        "b:completed",
        "h:activated",
    ]
    assert play.variables == {"n": 1}


def test_an_error_with_another_code_goes_further_out():
    inside = Drawing("mid").start("i2").sub("s", failing(ERROR)).end("o2").end("o3").chain("i2", "s", "o2")
    inside.boundary("b1", "s", '<bpmn:errorEventDefinition errorRef="err_f"/>').chain("b1", "o3")
    drawing = Drawing().start().sub("outer", inside).boundary("b2", "outer", ERROR).user("h").end()
    play = Play(drawing.chain("start", "outer", "end").chain("b2", "h", "end"))

    play.complete("x")

    assert play.open() == ["h"]


def test_an_error_leaves_a_called_process():
    called = failing(ERROR)
    called.key = "called"
    caught = '<bpmn:errorEventDefinition errorRef="err_e" camunda:errorCodeVariable="code"/>'
    drawing = Drawing().start().call("c", "called").boundary("b", "c", caught).user("h").end()
    play = Play(drawing.chain("start", "c", "end").chain("b", "h", "end"), called)

    play.complete("x", inside=1)

    assert play.open() == ["h"]
    assert play.variables == {"code": "E"}


def test_an_error_event_sub_process_catches_before_the_boundary():
    on = Drawing("on_body").user("h").end("on_out").chain("on_start", "h", "on_out")
    body = failing(ERROR).on_event("on", ERROR, on, interrupting=True)
    drawing = Drawing().start().sub("s", body).boundary("b", "s", ERROR).user("z").end()
    play = Play(drawing.chain("start", "s", "end").chain("b", "z", "end"))

    play.complete("x")

    assert play.open() == ["h"]


def test_an_error_nobody_catches_is_an_incident_at_the_element_that_threw_it():
    drawing = Drawing().start().sub("s", failing(ERROR)).end().chain("start", "s", "end")
    play = Play(drawing)

    play.complete("x")

    assert play.incidents() == [("out", "error_uncaught")]
    assert not play.is_completed


def test_an_escalation_is_caught_by_code_and_interrupts():
    drawing = Drawing().start().sub("s", failing(ESCALATION)).boundary("b", "s", ESCALATION).user("h").end()
    play = Play(drawing.chain("start", "s", "end").chain("b", "h", "end"))

    play.complete("x")

    assert play.open() == ["h"]


def test_a_non_interrupting_escalation_boundary_catches_each_time_and_the_thrower_goes_on():
    body = Drawing("body").start("in").throw("e1", ESCALATION).throw("e2", ESCALATION).user("x").end("out")
    body.chain("in", "e1", "e2", "x", "out")
    caught = '<bpmn:escalationEventDefinition camunda:escalationCodeVariable="code"/>'
    drawing = Drawing().start().sub("s", body).boundary("b", "s", caught, interrupting=False).user("h").end()

    play = Play(drawing.chain("start", "s", "end").chain("b", "h", "end"))

    assert sorted(play.open()) == ["h", "h", "x"]
    assert play.variables == {"code": "X"}


def test_an_escalation_nobody_catches_is_ignored_and_noted():
    drawing = Drawing().start().throw("e", ESCALATION).user("u").end().chain("start", "e", "u", "end")

    play = Play(drawing)

    assert play.open() == ["u"]
    noted = next(each for each in play.transitions if (each.element_id, each.state) == ("e", "completed"))
    assert dict(noted.detail) == {"uncaught_escalation": "X"}


def test_an_escalation_starts_an_event_sub_process():
    on = Drawing("on_body").user("h").end("on_out").chain("on_start", "h", "on_out")
    drawing = Drawing().start().throw("e", ESCALATION).user("u").end().chain("start", "e", "u", "end")

    play = Play(drawing.on_event("on", ANY_ESCALATION, on, interrupting=False))

    assert sorted(play.open()) == ["h", "u"]


def test_an_event_sub_process_does_not_catch_what_it_throws_itself():
    on = Drawing("on_body").throw("again", ESCALATION).user("h").end("on_out").chain("on_start", "again", "h", "on_out")
    drawing = Drawing().start().throw("e", ESCALATION).user("u").end().chain("start", "e", "u", "end")

    play = Play(drawing.on_event("on", ESCALATION, on, interrupting=False))

    assert sorted(play.open()) == ["h", "u"]


def undone_on_error(kind: str) -> Drawing:
    """A sub-process or transaction that fails after `a`, which can be undone; its boundary event leads to `h`."""
    body = Drawing("body").start("in").undoable("a").user("x").end("out", ERROR).chain("in", "a", "x", "out")
    drawing = Drawing().start().element(kind, "s", body.inside()).boundary("b", "s", ERROR).user("h").end()
    return drawing.chain("start", "s", "end").chain("b", "h", "end")


def test_an_error_that_leaves_a_sub_process_first_undoes_what_completed_in_it():
    play = Play(undone_on_error("subProcess"))
    play.complete("a")

    failed = play.complete("x")
    done = play.complete("undo_a")

    assert failed == [
        "x:completed",
        "out:activated",
        "out:completed",
        "a_undo:activated",
        "a_undo:completed",
        "undo_a:activated",
    ]
    assert done == [
        "undo_a:completed",
        "a:compensated",
        "s:cancelled",
        "b:activated",
        "b:completed",
        "h:activated",
    ]
    play.replayed()


def test_an_error_on_its_way_to_an_outer_event_sub_process_undoes_the_sub_process_it_leaves():
    inside = Drawing("inner").start("in2").undoable("c").end("out2", ERROR).chain("in2", "c", "out2")
    on = Drawing("on_body").user("h").end("on_out").chain("on_start", "h", "on_out")
    body = Drawing("body").start("in").undoable("a").sub("y", inside).end("out").chain("in", "a", "y", "out")
    drawing = Drawing().start().sub("s", body.on_event("on", ERROR, on, interrupting=True)).end()
    play = Play(drawing.chain("start", "s", "end"))
    play.complete("a")

    play.complete("c")
    undone = play.open()
    play.complete("undo_c")

    assert undone == ["undo_c"]
    assert play.open() == ["h"]
    play.replayed()
