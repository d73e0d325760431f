import pytest

from tests.spiff.drawing import MESSAGE, Drawing, condition, many, straight
from tests.spiff.play import Play, errors_of


def beside(event: str, *, interrupting: bool) -> Drawing:
    """Task `a` guarded by the event; message `a` changes variables meanwhile."""
    drawing = Drawing().start().user("a").user("h").end().boundary("on", "a", event, interrupting=interrupting)
    return (
        drawing.chain("start", "a", "end")
        .chain("on", "h", "end")
        .add(
            '<bpmn:subProcess id="side" triggeredByEvent="true">'
            f'<bpmn:startEvent id="side_start" isInterrupting="false">{MESSAGE}</bpmn:startEvent>'
            '<bpmn:endEvent id="side_end"/>'
            '<bpmn:sequenceFlow id="side_flow" sourceRef="side_start" targetRef="side_end"/></bpmn:subProcess>'
        )
    )


def test_an_intermediate_conditional_event_waits_until_its_condition_holds():
    drawing = Drawing().start().catch("c", condition("n > 1")).user("u").end().chain("start", "c", "u", "end")
    drawing.on_event("on", MESSAGE, Drawing("b").end("o").chain("on_start", "o"), interrupting=False)
    play = Play(drawing)

    play.message("a", n=1)
    before = play.open()
    play.message("a", n=2)

    assert (before, play.open()) == ([], ["u"])


def test_a_condition_that_holds_from_the_beginning_happens_at_once():
    drawing = Drawing().start().catch("c", condition("${n > 1}")).user("u").end().chain("start", "c", "u", "end")

    assert Play(drawing, n=2).open() == ["u"]


def test_an_interrupting_conditional_boundary_ends_its_task():
    drawing = beside(condition("n > 1"), interrupting=True)
    play = Play(drawing)

    play.message("a", n=2)

    assert play.open() == ["h"]


def test_a_non_interrupting_condition_happens_again_only_after_it_did_not_hold():
    drawing = beside(condition("n > 1"), interrupting=False)
    play = Play(drawing)
    counts = []

    for n in (0, 2, 3, 1, 2):
        play.message("a", n=n)
        counts.append(play.open().count("h"))

    assert counts == [0, 1, 1, 1, 2]


def test_a_conditional_event_starts_an_event_sub_process():
    body = Drawing("body").user("h").end("on_out").chain("on_start", "h", "on_out")
    play = Play(straight("u", "v").on_event("on", condition('state = "bad"'), body, interrupting=True))
    play.complete("u", state="bad")

    assert play.open() == ["h"]


def test_a_condition_may_stand_behind_an_event_based_gateway():
    drawing = Drawing().start().gateway("eventBased", "g").catch("c", condition("n > 1")).catch("m", MESSAGE).end()
    drawing.user("u").chain("start", "g", "c", "u", "end").chain("g", "m", "end")

    assert Play(drawing, n=2).open() == ["u"]


def test_an_empty_or_unreadable_condition_is_refused():
    empty = Drawing().start().catch("c", condition("")).end().chain("start", "c", "end")
    broken = Drawing().start().catch("c", condition("n >")).end().chain("start", "c", "end")

    assert errors_of(empty.xml()) == [("empty-condition", "c")]
    assert errors_of(broken.xml()) == [("expression-invalid", "c")]


def test_a_condition_is_asked_of_what_another_branch_wrote_before_they_meet():
    drawing = Drawing().start().gateway("parallel", "p").gateway("parallel", "j").catch("c", condition("hot"))
    drawing.user("u").user("u2").end().chain("start", "p", "c", "j", "end").chain("p", "u", "u2", "j")
    play = Play(drawing, hot=False)

    done = play.complete("u", hot=True)

    assert "c:completed" in done
    play.replayed()


def test_a_condition_that_was_true_for_a_moment_has_happened():
    body = Drawing("body").start("in").script("on", "{hot: true}").script("off", "{hot: false}").user("x").end("out")
    body.chain("in", "on", "off", "x", "out")
    drawing = Drawing().start().sub("s", body).boundary("c", "s", condition("hot"), interrupting=False).user("h").end()
    play = Play(drawing.chain("start", "s", "end").chain("c", "h"), hot=False)

    assert sorted(play.open()) == ["h", "x"]
    play.replayed()


def test_a_condition_that_becomes_true_inside_interrupts_before_the_next_element():
    body = Drawing("body").start("in").script("on", "{hot: true}").script("more", "{after: 1}").user("x").end("out")
    body.chain("in", "on", "more", "x", "out")
    drawing = Drawing().start().sub("s", body).boundary("c", "s", condition("hot")).user("h").end()
    play = Play(drawing.chain("start", "s", "end").chain("c", "h"), hot=False)

    assert play.open() == ["h"]
    assert play.variables == {"hot": True}


@pytest.mark.parametrize(("loop", "opened"), [("", []), (many(cardinality="1"), ["h"])])
def test_what_completes_a_task_ends_its_listening_but_a_loop_still_listens_to_what_its_last_instance_writes(
    loop, opened
):
    drawing = Drawing().start().user("a", loop).boundary("on", "a", condition("n = 1")).user("h").end()
    play = Play(drawing.chain("start", "a", "end").chain("on", "h", "end"))

    play.complete("a", n=1)

    assert play.open() == opened
    assert play.is_completed is not bool(opened)
    play.replayed()
