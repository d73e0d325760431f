"""Moving tokens by hand: sub-processes are opened and left as they must be, and what cannot be done is named."""

import pytest

from engine.spiff.inputs import Instruction, Modify
from engine.spiff.obstacles import Impossible
from engine.spiff.runner import load_run
from tests.spiff.drawing import MESSAGE, Drawing, again, compensate, inner, many, straight, timer
from tests.spiff.play import INSTANCE, Play


def cancel(element_id: str | None = None, task_id: str | None = None) -> Instruction:
    return Instruction("cancel", element_id, task_id)


def before(element_id: str, task_id: str | None = None) -> Instruction:
    return Instruction("start_before", element_id, task_id)


def after(element_id: str) -> Instruction:
    return Instruction("start_after", element_id)


def along(flow_id: str) -> Instruction:
    return Instruction("start_flow", flow_id)


def modify(play: Play, *instructions: Instruction, **variables: object) -> list[str]:
    return play.apply(Modify(instructions, variables))


def refused(play: Play, *instructions: Instruction) -> list[tuple[str, str]]:
    """(code, element id) of what stands in the way; the stored state is untouched."""
    run = load_run(play.executable, INSTANCE, play.run.dump(), play.world, case_number="C-1")
    with pytest.raises(Impossible) as caught:
        run.apply(Modify(instructions, {}), now=play.now)
    return [(each.code, each.element_id) for each in caught.value.obstacles]


def test_a_token_is_moved_back_with_other_variables():
    play = Play(straight("a", "b", "c"), n=1)
    play.complete("a")

    moved = modify(play, cancel("b"), before("a"), n=2)

    assert moved == ["b:cancelled", "a:activated"]
    assert (play.open(), play.variables) == (["a"], {"n": 2})
    play.complete("a")
    assert play.open() == ["b"]
    play.replayed()


def test_a_token_begins_after_an_element_or_along_a_flow():
    play = Play(straight("a", "b", "c"))

    modify(play, after("b"), cancel("a"))
    modify(play, along("proc_2"))

    assert play.open() == ["c", "b"]
    play.replayed()


def test_the_last_token_that_is_cancelled_in_a_sub_process_takes_it_along():
    drawing = Drawing().start().sub("s", inner("s", "a")).user("b").user("c").end().chain("start", "s", "b", "end")
    play = Play(drawing.chain("c", "end"))

    moved = modify(play, cancel("a"), before("c"))

    assert moved == ["a:cancelled", "s:cancelled", "c:activated"]
    assert play.open() == ["c"]
    play.replayed()


def test_the_sub_processes_around_an_element_are_opened_with_their_events():
    body = Drawing("h").user("handle").end("h_out").chain("h_start", "handle", "h_out")
    deep = inner("deep", "x").on_event("h", MESSAGE, body, interrupting=False)
    outer = Drawing("o").start("o_in").sub("deep", deep).user("y").end("o_out").chain("o_in", "deep", "y", "o_out")
    drawing = Drawing().start().user("a").sub("o", outer).boundary("late", "o", timer("timeDuration", "PT1H"))
    play = Play(drawing.end().end("e2").chain("start", "a", "o", "end").chain("late", "e2"))

    moved = modify(play, cancel("a"), before("x"))
    told = play.message("a")

    assert moved == ["a:cancelled", "o:activated", "deep:activated", "x:activated"]
    assert [each for each, _ in play.due()] == ["late"]
    assert "handle:activated" in told
    play.complete("handle")
    play.complete("x")
    assert play.open() == ["y"]
    play.complete("y")
    assert play.is_completed
    play.replayed()


def test_two_tokens_begin_in_the_same_opened_sub_process():
    drawing = Drawing().start().user("a").sub("s", inner("s", "x", "y")).end().chain("start", "a", "s", "end")
    play = Play(drawing)

    moved = modify(play, cancel("a"), before("x"), before("y"))

    assert moved == ["a:cancelled", "s:activated", "x:activated", "y:activated"]
    play.complete("y")
    play.complete("x")
    assert play.open() == ["y"]
    play.replayed()


def test_a_join_is_begun_along_a_flow_and_waits_for_the_others():
    drawing = Drawing().start().gateway("parallel", "split").gateway("parallel", "join").user("a").user("b").user("z")
    drawing.flow("start", "split").chain("split", "a").chain("split", "b").end().chain("join", "z", "end")
    drawing.flow("a", "join", id="from_a").flow("b", "join", id="from_b")
    play = Play(drawing)

    found = refused(play, before("join"))
    modify(play, cancel("a"), along("from_a"))
    waiting = play.open()
    play.complete("b")

    assert found == [("joins-flows", "join")]
    assert waiting == ["b"]
    assert play.open() == ["z"]
    play.replayed()


def test_a_multi_instance_begins_as_a_whole_and_single_instances_are_not_cancelled():
    drawing = Drawing().start().user("a").user("m", many(cardinality="2")).end().chain("start", "a", "m", "end")
    play = Play(drawing)

    modify(play, cancel("a"), before("m"))
    opened = play.open()
    single = refused(play, cancel(task_id=play.task("m").task_id))
    modify(play, before("a"), cancel("m"))

    assert opened == ["m", "m"]
    assert single == [("multi-instance", "m")]
    assert play.open() == ["a"]
    play.replayed()


@pytest.mark.parametrize("loop", [many(cardinality="2"), again(maximum=2)], ids=["multi-instance", "loop"])
def test_inside_a_multi_instance_nothing_is_opened_but_what_runs_can_be_joined(loop):
    drawing = Drawing().start().user("a").sub("s", inner("s", "x", "y"), loop).end().chain("start", "a", "s", "end")
    play = Play(drawing)

    closed = refused(play, before("x"))
    play.complete("a")
    emptied = refused(play, cancel(task_id=play.task("x").task_id))
    scope = play.task("x").scope_id
    modify(play, before("y", scope), cancel(task_id=play.task("x").task_id))

    assert closed == emptied == [("multi-instance", "s")]
    assert "y" in play.open()
    play.replayed()


def test_of_several_running_sub_processes_one_must_be_said():
    drawing = Drawing().start().sub("s", inner("s", "x", "y"), many(cardinality="2")).end().chain("start", "s", "end")
    play = Play(drawing)

    assert refused(play, before("y")) == [("several-scopes", "s")]
    assert refused(play, before("y", "t999")) == [("instance-unknown", "t999")]


def test_what_cannot_be_done_is_named():
    drawing = Drawing().start().undoable("a").user("b").boundary("late", "b", MESSAGE).throw("t", compensate()).end()
    drawing.gateway("exclusive", "x").end("e2").chain("start", "a", "b", "t", "x", "end").chain("late", "e2")
    play = Play(drawing.flow("x", "e2", "= false"))
    play.complete("a")

    assert refused(play, before("nowhere")) == [("element-unknown", "nowhere")]
    assert refused(play, along("nowhere")) == [("element-unknown", "nowhere")]
    assert refused(play, before("start")) == [("not-startable", "start")]
    assert refused(play, before("late")) == [("not-startable", "late")]
    assert refused(play, before("undo_a")) == [("not-startable", "undo_a")]
    assert refused(play, after("x")) == [("several-flows", "x")]
    assert refused(play, cancel("a")) == [("instance-unknown", "a")]
    assert refused(play, cancel("late")) == [("instance-unknown", "late")]
    assert refused(play, cancel("b")) == [("nothing-left", "proc")]
    waiting = next(wait.task_id for wait in play.events())
    assert refused(play, cancel(task_id=waiting)) == [("is-listening", "late")]


def test_in_parallel_branches_what_is_set_by_hand_stands():
    drawing = Drawing().start().gateway("parallel", "split").gateway("parallel", "join").user("a").user("b").user("c")
    drawing.user("z").end().flow("start", "split").chain("split", "a", "c", "join").chain("split", "b", "join")
    play = Play(drawing.chain("join", "z", "end"), n=1)
    play.complete("a", n=2)

    modify(play, cancel("c"), before("c"), n=3)
    seen = play.run.task_variables(play.task("c").task_id)["n"]
    play.complete("c")
    play.complete("b")

    assert seen == 3
    assert play.variables["n"] == 3
    assert play.open() == ["z"]
    play.replayed()


def test_a_parked_element_is_stepped_over():
    drawing = Drawing().start().script("s", "unknown()").user("b").end().chain("start", "s", "b", "end")
    play = Play(drawing)

    modify(play, cancel("s"), after("s"))

    assert play.incidents() == []
    assert play.open() == ["b"]
    play.replayed()


def test_cancelling_everything_in_a_called_process_cancels_the_call():
    drawing = Drawing().start().call("c", "sub").user("b").user("d").end().chain("start", "c", "b", "end")
    play = Play(drawing.chain("d", "end"), straight("inside", key="sub"))

    moved = modify(play, cancel("inside"), before("d"))

    assert moved == ["inside:cancelled", "c:cancelled", "d:activated"]
    play.replayed()
