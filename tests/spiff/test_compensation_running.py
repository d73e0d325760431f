"""Compensation while it goes on: handlers that fail, throws that meet, interruptions, listeners."""

from engine.handlers import HandlerFailed
from tests.spiff.drawing import ERROR, MESSAGE, Drawing, compensate, extensions, timer
from tests.spiff.play import Play, World


def test_a_throw_that_does_not_wait_goes_on_beside_the_handlers_and_the_process_ends_with_them():
    drawing = Drawing().start().undoable("a", "b").throw("t", compensate(waits=False)).user("z").end()
    play = Play(drawing.chain("start", "a", "b", "t", "z", "end"))
    play.complete("a")
    play.complete("b")

    beside = play.open()
    play.complete("z")
    unfinished = play.is_completed
    play.complete("undo_b")
    play.complete("undo_a")

    assert sorted(beside) == ["undo_b", "z"]
    assert not unfinished
    assert play.is_completed
    play.replayed()


def test_an_error_in_a_handler_goes_to_whoever_guards_the_throw_and_the_rest_can_still_be_undone():
    on = Drawing("on_body").throw("rest", compensate()).user("h").end("on_out").chain("on_start", "rest", "h", "on_out")
    drawing = Drawing().start().undoable("a").user("b").undo("b", "undo_b")
    broken = Drawing("undo_body").start("ui").end("uo", ERROR).chain("ui", "uo")
    drawing.sub("undo_b", broken, isForCompensation="true").throw("t", compensate()).end()
    drawing.on_event("on", ERROR, on, interrupting=True).chain("start", "a", "b", "t", "end")
    play = Play(drawing)
    play.complete("a")

    play.complete("b")
    undone = play.open()
    play.complete("undo_a")

    assert undone == ["undo_a"]
    assert play.open() == ["h"]
    play.replayed()


def test_a_handler_that_fails_parks_and_a_retry_goes_on():
    world = World(handlers={"work": lambda: {}})
    world.troubles = lambda site: HandlerFailed("down") if site.element_id == "undo_a" else None
    drawing = Drawing().start().undoable("b").user("a").undo("a", "undo_a").service("undo_a", isForCompensation="true")
    drawing.throw("t", compensate()).user("z").end().chain("start", "b", "a", "t", "z", "end")
    play = Play(drawing, world=world)
    play.complete("b")
    play.complete("a")

    parked = play.incidents()
    world.troubles = lambda site: None
    play.retry()
    play.complete("undo_b")

    assert parked == [("undo_a", "handler")]
    assert play.open() == ["z"]


def test_cancelling_the_instance_in_the_middle_leaves_nothing_behind():
    drawing = (
        Drawing()
        .start()
        .sub("s", Drawing("body").start("in").undoable("a", "b").end("out").chain("in", "a", "b", "out"))
        .throw("t", compensate())
        .end()
        .chain("start", "s", "t", "end")
    )
    play = Play(drawing)
    play.complete("a")
    play.complete("b")
    open_before = play.open()

    done = play.cancel()

    assert open_before == ["undo_b"]
    assert done == ["undo_b:cancelled", "t:cancelled"]
    assert play.is_completed


def test_an_event_that_compensates_and_sends_a_message_sends_it_when_all_is_undone():
    drawing = Drawing().start().undoable("a").throw("t", MESSAGE + compensate()).user("z").end()
    play = Play(drawing.chain("start", "a", "t", "z", "end"))

    play.complete("a")
    before = play.thrown
    play.complete("undo_a")

    assert before == ()
    assert [each.name for each in play.thrown] == ["a"]
    assert play.open() == ["z"]


def test_the_listeners_of_what_is_undone_are_not_told_again():
    told = '<camunda:executionListener event="end"><camunda:script scriptFormat="feel">{}</camunda:script>'
    told = extensions(told.format("{n: n + 1}") + "</camunda:executionListener>")
    called = Drawing("called").add(told).start("in").undoable("a").end("out").chain("in", "a", "out")
    drawing = Drawing().start().sub("s", Drawing("b").start("i").undoable("b").end("o").chain("i", "b", "o"), told)
    drawing.call("c", "called", extensions('<camunda:in variables="all"/>', '<camunda:out variables="all"/>'))
    play = Play(drawing.throw("t", compensate()).user("z").end().chain("start", "s", "c", "t", "z", "end"), called, n=0)
    play.complete("b")
    play.complete("a")
    once = play.variables["n"]

    play.complete("undo_a")
    play.complete("undo_b")

    assert play.open() == ["z"]
    assert (once, play.variables["n"]) == (2, 2)


def test_two_throws_at_once_share_the_work():
    drawing = Drawing().start().undoable("a", "b").gateway("parallel", "split").throw("t1", compensate())
    drawing.throw("t2", compensate()).gateway("parallel", "join").user("z").end()
    play = Play(drawing.chain("start", "a", "b", "split", "t1", "join", "z", "end").chain("split", "t2", "join"))
    play.complete("a")
    play.complete("b")

    both = play.open()
    play.complete("undo_b")
    play.complete("undo_a")

    assert both == ["undo_b", "undo_a"]
    assert play.open() == ["z"]


def test_what_a_handler_writes_is_seen_by_the_branches_beside_it():
    drawing = Drawing().start().gateway("parallel", "split").gateway("parallel", "join").undoable("a").user("o")
    drawing.throw("t", compensate()).user("z").end().chain("start", "split", "a", "t", "join", "z", "end")
    play = Play(drawing.chain("split", "o", "join"))
    play.complete("a", x=1)

    play.complete("undo_a", y=2)
    apart = play.run.task_variables(play.task("o").task_id)
    play.complete("o", w=3)

    assert apart == {"x": 1, "y": 2}
    assert play.variables == {"x": 1, "y": 2, "w": 3}


def test_an_interruption_in_the_middle_ends_the_handlers_too():
    body = Drawing("body").start("in").undoable("a").throw("t", compensate()).end("out").chain("in", "a", "t", "out")
    drawing = Drawing().start().sub("s", body).boundary("late", "s", timer("timeDuration", "PT1H")).user("h").end()
    play = Play(drawing.chain("start", "s", "end").chain("late", "h", "end"))
    play.complete("a")

    done = play.fire("late")

    assert done[:3] == ["undo_a:cancelled", "t:cancelled", "s:cancelled"]
    assert play.open() == ["h"]
    play.replayed()
