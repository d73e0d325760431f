"""Who sees which variable, and what is left when branches meet (BPMN 2.0.2 §10.4.7)."""

from tests.spiff.drawing import Drawing, inner, many, timer
from tests.spiff.play import Play


def split(*between: str) -> Drawing:
    drawing = (
        Drawing().start().gateway("parallel", "p").user("a").user("a2").user("b").gateway("parallel", "j").user("c")
    )
    return drawing.end().chain("start", "p", "a", "a2", "j", "c", "end").chain("p", "b", "j")


def seen(play: Play, element_id: str) -> dict[str, object]:
    return dict(play.run.task_variables(play.task(element_id).task_id))


def test_a_branch_sees_at_once_what_another_one_wrote():
    play = Play(split(), n={"deep": [0]})

    play.complete("a", n={"deep": [1]}, only_a=1)

    assert seen(play, "a2") == {"n": {"deep": [1]}, "only_a": 1}
    assert seen(play, "b") == {"n": {"deep": [1]}, "only_a": 1}


def test_an_old_copy_never_overwrites_a_write_at_the_join():
    play = Play(split(), n=0)
    play.complete("a", n=1)
    play.complete("a2")

    play.complete("b", other=2)

    assert seen(play, "c") == {"n": 1, "other": 2}


def test_when_both_branches_wrote_the_same_name_the_later_write_stands_whatever_order_they_arrive_in():
    play = Play(split())
    play.complete("b", n="early")
    play.complete("a", n="late")
    play.complete("a2")

    assert seen(play, "c") == {"n": "late"}

    play = Play(split())
    play.complete("a", n="early")
    play.complete("b", n="late")
    play.complete("a2")

    assert seen(play, "c") == {"n": "late"}


def test_what_branches_wrote_so_far_shows_in_the_variables_of_the_instance():
    play = Play(split(), n=0)

    play.complete("a", n=1)

    assert play.variables == {"n": 1}


def test_after_the_join_writes_go_to_the_process_again():
    play = Play(split())
    play.complete("a")
    play.complete("a2")
    play.complete("b")

    play.complete("c", n=1)

    assert play.variables == {"n": 1}


def test_a_branch_that_ends_by_itself_leaves_its_writes_to_the_scope():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").user("c").end().end("e2")
    drawing.chain("start", "p", "a", "e2").chain("p", "b", "c", "end")
    play = Play(drawing)

    play.complete("a", n=1)

    assert seen(play, "b") == {"n": 1}


def test_a_branch_that_is_cancelled_leaves_what_it_wrote():
    body = Drawing("body").start("in").gateway("parallel", "p").user("x").user("x2").user("y").end("out").end("out2")
    body.chain("in", "p", "x", "x2", "out").chain("p", "y", "out2")
    drawing = Drawing().start().sub("s", body).boundary("b", "s", timer("timeDuration", "PT1H")).user("late").end()
    play = Play(drawing.chain("start", "s", "end").chain("b", "late", "end"))
    play.complete("x", n=1)

    play.fire()

    assert seen(play, "late") == {"n": 1}


def test_a_non_interrupting_branch_writes_to_its_scope_at_once():
    drawing = Drawing().start().user("u").boundary("b", "u", timer("timeDuration", "PT1H"), interrupting=False)
    drawing.user("h").user("h2").end().chain("start", "u", "end").chain("b", "h", "h2", "end")
    play = Play(drawing)
    play.fire()

    play.complete("h", n=1)

    assert seen(play, "u") == {"n": 1}


def test_splits_nest():
    drawing = Drawing().start().gateway("parallel", "p").gateway("parallel", "q").user("a").user("b").user("c")
    drawing.gateway("parallel", "k").user("d").gateway("parallel", "j").user("e").end()
    drawing.chain("start", "p", "q", "a", "k", "d", "j", "e", "end").chain("q", "b", "k").chain("p", "c", "j")
    play = Play(drawing, n=0)
    play.complete("a", n=1, a=1)
    play.complete("b", b=1)

    inside = seen(play, "d")
    play.complete("c", c=1)
    play.complete("d")

    assert inside == {"n": 1, "a": 1, "b": 1}
    assert seen(play, "e") == {"n": 1, "a": 1, "b": 1, "c": 1}


def test_a_sub_process_on_a_branch_writes_to_the_process():
    drawing = Drawing().start().gateway("parallel", "p").sub("s", inner("body", "x")).user("a").user("b")
    drawing.gateway("parallel", "j").end().chain("start", "p", "s", "a", "j", "end").chain("p", "b", "j")
    play = Play(drawing)

    play.complete("x", n=1)

    assert seen(play, "a") == {"n": 1}
    assert seen(play, "b") == {"n": 1}


def test_a_gateway_on_one_branch_chooses_by_what_another_branch_wrote():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").gateway("exclusive", "x").end("low")
    drawing.end("high").end("done").chain("start", "p", "a", "done").chain("p", "b", "x")
    drawing.flow("x", "low", "n < 2").flow("x", "high", "n >= 2")
    play = Play(drawing, n=1)
    play.complete("a", n=2)

    done = play.complete("b")

    assert "high:completed" in done


def test_what_each_instance_of_a_loop_counts_adds_up():
    body = Drawing("body").start("in").user("u").script("add", "{n: n + 1}").end("out").chain("in", "u", "add", "out")
    play = Play(Drawing().start().sub("s", body, many(cardinality="3")).end().chain("start", "s", "end"), n=0)

    for _ in range(3):
        play.complete("u")

    assert play.variables == {"n": 3}


def test_a_split_inside_a_multi_instance_sub_process_meets_again_inside_it():
    body = Drawing("body").start("in").gateway("parallel", "p").user("x").user("y").gateway("parallel", "j").user("z")
    body.end("out").chain("in", "p", "x", "j", "z", "out").chain("p", "y", "j")
    drawing = Drawing().start().sub("s", body, many(collection="items", item="item")).end().chain("start", "s", "end")
    play = Play(drawing, items=["one", "two"])
    play.complete("x", 0, who="x1")
    play.complete("y", 0, what="y1")

    assert seen(play, "z") | {"items": 0} == {
        "items": 0,
        "item": "one",
        "loopCounter": 0,
        "nrOfInstances": 2,
        "nrOfCompletedInstances": 0,
        "nrOfActiveInstances": 2,
        "who": "x1",
        "what": "y1",
    }
    assert seen(play, "x")["who"] == "x1"


def test_odd_values_come_back_as_they_went_in():
    odd = {"empty": [], "none": None, "deep": {"a": [{"b": []}]}, "text": "客服 \u2028 \u0000", "n": 1.5, "big": 2**53}
    play = Play(split(), **odd)

    play.complete("a", more=odd)

    assert seen(play, "a2") == {**odd, "more": odd}


def two_writers(*, in_sub_process: bool) -> Drawing:
    """`a` and `b` side by side inside a sub-process; then `c`, after both have ended."""
    body = Drawing("body").start("in").gateway("parallel", "p").user("a").user("a2").user("b").end("out").end("out2")
    body.chain("in", "p", "a", "a2", "out").chain("p", "b", "out2")
    loop = "" if in_sub_process else many(cardinality="1")
    return Drawing().start().sub("s", body, loop).user("c").end().chain("start", "s", "c", "end")


def test_the_later_write_stands_when_branches_of_a_sub_process_end_in_another_order():
    for in_sub_process in (True, False):
        play = Play(two_writers(in_sub_process=in_sub_process), n=0)
        play.complete("a", n=1)
        play.complete("b", n=2)

        play.complete("a2")

        assert seen(play, "c") == {"n": 2}


def test_the_later_write_stands_when_another_branch_with_a_sub_process_outlives_it():
    body = Drawing("body").start("in").gateway("parallel", "q").user("x").user("x2").user("y").end("out").end("out2")
    body.chain("in", "q", "x", "x2", "out").chain("q", "y", "out2")
    drawing = Drawing().start().gateway("parallel", "p").sub("s", body).user("a").end().end("end2")
    drawing.chain("start", "p", "s", "end").chain("p", "a", "end2")
    play = Play(drawing, n=0)
    play.complete("x", n=1)
    play.complete("a", n=2)

    play.complete("x2")
    play.complete("y")

    assert play.variables == {"n": 2}


def test_what_branches_inside_a_running_sub_process_wrote_is_shown():
    play = Play(two_writers(in_sub_process=True), n=0)

    play.complete("a", n=1)

    assert play.variables == {"n": 1}


def test_of_two_writes_the_later_stands_even_when_no_token_moved_between_them():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").user("c")
    drawing.chain("start", "p", "a").chain("p", "b").chain("p", "c")
    play = Play(drawing)

    play.complete("b", n=1)
    play.complete("a", n=2)

    assert play.variables == {"n": 2}


def test_of_two_writes_in_two_instances_the_later_stands_even_when_no_token_moved_between_them():
    body = Drawing("body").start("in").user("a").user("a2").user("b").chain("in", "a", "a2").chain("in", "b")
    play = Play(Drawing().start().sub("s", body, many(cardinality="3")).chain("start", "s"))

    for nth in (1, 0):
        play.complete("b", nth, n=nth)

    assert play.variables == {"n": 0}
