import pytest

from tests.spiff.drawing import MESSAGE, Drawing, timer
from tests.spiff.play import Play


def test_an_exclusive_gateway_takes_the_first_flow_whose_condition_holds():
    drawing = Drawing().start().gateway("exclusive", "g", default="other").user("a").user("b").user("c").end()
    drawing.chain("start", "g").flow("g", "a", "n > 10").flow("g", "b", "n > 5").flow("g", "c", id="other")
    drawing.chain("a", "end").chain("b", "end").chain("c", "end")

    chosen = [Play(drawing, n=n).open() for n in (11, 6, 1)]

    assert chosen == [["a"], ["b"], ["c"]]


def test_conditions_may_be_juel():
    drawing = Drawing().start().gateway("exclusive", "g", default="other").user("a").user("c").end()
    drawing.chain("start", "g").flow("g", "a", "${n > 10}").flow("g", "c", id="other").chain("a", "end").chain(
        "c", "end"
    )

    assert Play(drawing, n=11).open() == ["a"]
    assert Play(drawing, n=1).open() == ["c"]


def test_a_condition_that_is_neither_true_nor_false_parks_the_token_at_the_gateway():
    drawing = Drawing().start().gateway("exclusive", "g", default="other").user("a").user("c").end()
    drawing.chain("start", "g").flow("g", "a", "missing > 10").flow("g", "c", id="other").chain("a", "end", "c")

    play = Play(drawing)

    assert play.incidents() == [("g", "expression")]
    assert play.open() == []
    assert play.began == ["start:activated", "start:completed", "g:activated", "g:failed"]


def test_an_exclusive_merge_lets_every_token_through():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").gateway("exclusive", "m").user("c").end()
    drawing.chain("start", "p", "a", "m", "c", "end").chain("p", "b", "m")
    play = Play(drawing)

    play.complete("a")
    play.complete("b")

    assert play.open() == ["c", "c"]


def test_a_parallel_join_waits_for_every_branch():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").gateway("parallel", "j").user("c").end()
    drawing.chain("start", "p", "a", "j", "c", "end").chain("p", "b", "j")
    play = Play(drawing)

    assert play.complete("a") == ["a:completed"]
    assert play.complete("b") == ["b:completed", "j:activated", "j:completed", "c:activated"]
    play.complete("c")

    assert play.is_completed
    play.replayed()


@pytest.mark.parametrize("order", ["aba", "abb", "baa", "bab"])
@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_a_join_in_a_loop_waits_for_every_branch_in_each_round(kind: str, order: str):
    drawing = Drawing().start().gateway("exclusive", "m").gateway(kind, "p").user("a").user("b").gateway(kind, "j")
    drawing.user("check").gateway("exclusive", "x", default="done").end()
    drawing.chain("start", "m", "p", "a", "j").chain("p", "b", "j", "check", "x")
    drawing.flow("x", "m", "again").flow("x", "end", id="done")
    play = Play(drawing)
    play.complete(order[0])
    play.complete(order[1])
    play.complete("check", again=True)

    play.complete(order[2])

    assert play.open() == [("b" if order[2] == "a" else "a")]


def test_a_second_token_on_the_same_flow_waits_for_the_next_round_of_a_parallel_join():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").user("c").gateway("exclusive", "m")
    drawing.gateway("parallel", "j").user("d").end()
    drawing.chain("start", "p", "a", "m", "j", "d", "end").chain("p", "b", "m").chain("p", "c", "j")
    play = Play(drawing)

    play.complete("a")
    play.complete("b")
    play.complete("c")

    assert play.open() == ["d"]
    assert not play.is_completed


def test_an_inclusive_gateway_takes_every_flow_that_holds_and_its_join_waits_for_just_those():
    drawing = Drawing().start().gateway("inclusive", "p", default="none").user("a").user("b").user("c").user("d")
    drawing.gateway("inclusive", "j").user("e").end().chain("start", "p")
    drawing.flow("p", "a", "n > 0").flow("p", "b", "n > 1").flow("p", "c", "n > 2").flow("p", "d", id="none")
    for each in "abcd":
        drawing.chain(each, "j")
    drawing.chain("j", "e", "end")
    play = Play(drawing, n=2)

    assert play.open() == ["a", "b"]
    assert play.complete("b") == ["b:completed"]
    assert play.complete("a") == ["a:completed", "j:activated", "j:completed", "e:activated"]
    assert Play(drawing, n=0).open() == ["d"]


def test_an_inclusive_join_goes_on_when_the_token_it_waited_for_ends_elsewhere():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").gateway("exclusive", "x", default="stop")
    drawing.gateway("inclusive", "j").user("c").end().end("stopped")
    drawing.chain("start", "p", "a", "j", "c", "end").chain("p", "b", "x")
    drawing.flow("x", "j", "go").flow("x", "stopped", id="stop")
    play = Play(drawing)
    play.complete("a")

    play.complete("b", go=False)

    assert play.open() == ["c"]


def test_an_inclusive_gateway_without_a_flow_that_holds_parks():
    drawing = Drawing().start().gateway("inclusive", "p").user("a").end()
    drawing.chain("start", "p").flow("p", "a", "n > 0").chain("a", "end")

    play = Play(drawing, n=0)

    assert play.incidents() == [("p", "expression")]


def test_an_event_based_gateway_follows_the_event_that_comes_first_and_forgets_the_others():
    drawing = Drawing().start().gateway("eventBased", "g").catch("m", MESSAGE).catch("t", timer("timeDuration", "PT1H"))
    drawing.user("a").user("b").end().chain("start", "g", "m", "a", "end").chain("g", "t", "b", "end")
    by_message, by_time = Play(drawing), Play(drawing)

    assert by_message.message("a", said=1) == [
        "g:completed",
        "m:activated",
        "m:completed",
        "a:activated",
    ]
    by_time.fire()

    assert (by_message.open(), by_message.due()) == (["a"], [])
    assert (by_time.open(), by_time.events()) == (["b"], [])
    assert by_message.variables == {"said": 1}


def test_a_receive_task_may_stand_behind_an_event_based_gateway():
    drawing = Drawing().start().gateway("eventBased", "g").element("receiveTask", "m", messageRef="msg_b")
    drawing.catch("t", timer("timeDuration", "PT1H")).end().chain("start", "g", "m", "end").chain("g", "t", "end")
    play = Play(drawing)

    play.message("b")

    assert play.is_completed


def test_several_flows_out_of_a_task_are_a_parallel_split():
    drawing = (
        Drawing().start().user("u").user("a").user("b").end().chain("start", "u", "a", "end").chain("u", "b", "end")
    )
    play = Play(drawing)

    play.complete("u")

    assert play.open() == ["a", "b"]


def test_conditions_on_flows_out_of_a_task_are_obeyed():
    drawing = Drawing().start().user("u", default="other").user("a").user("b").end().chain("start", "u")
    drawing.flow("u", "a", "n > 5").flow("u", "b", id="other").chain("a", "end").chain("b", "end")
    yes, no = Play(drawing), Play(drawing)

    yes.complete("u", n=6)
    no.complete("u", n=5)

    assert (yes.open(), no.open()) == (["a"], ["b"])


def test_what_a_person_entered_is_kept_when_no_flow_out_of_the_task_can_be_chosen():
    drawing = Drawing().start().user("u", default="other").user("a").user("b").end().chain("start", "u")
    drawing.flow("u", "a", "n > 5").flow("u", "b", id="other").chain("a", "end").chain("b", "end")
    play = Play(drawing)

    done = play.complete("u", wrong=6)

    assert done == ["u:failed"]
    assert play.incidents() == [("u", "expression")]
    assert play.open() == []
    assert play.variables == {}


def test_link_events_join_two_places_of_a_diagram():
    link = '<bpmn:linkEventDefinition name="L"/>'
    drawing = Drawing().start().user("a").throw("to", link).catch("from", link).user("b").end()
    drawing.chain("start", "a", "to").chain("from", "b", "end")
    play = Play(drawing)

    play.complete("a")

    assert play.open() == ["b"]


def test_element_ids_may_be_those_that_spiffworkflow_uses_itself():
    drawing = Drawing().start("Start").user("Root").gateway("exclusive", "End", default="f").end("proc.EndJoin")
    drawing.chain("Start", "Root", "End").flow("End", "proc.EndJoin", id="f")
    play = Play(drawing)

    play.complete("Root")

    assert play.is_completed


def test_gateways_inside_a_sub_process_see_only_their_own_tokens():
    body = (
        Drawing("body").start("in").gateway("parallel", "p2").user("x").user("y").gateway("inclusive", "j2").end("out")
    )
    body.chain("in", "p2", "x", "j2", "out").chain("p2", "y", "j2")
    drawing = Drawing().start().gateway("parallel", "p").user("a").sub("s", body).gateway("parallel", "j").end()
    drawing.chain("start", "p", "a", "j", "end").chain("p", "s", "j")
    play = Play(drawing)
    play.complete("x")
    play.complete("y")

    play.complete("a")

    assert play.is_completed
