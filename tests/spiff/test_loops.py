from datetime import timedelta

import pytest

from tests.spiff.drawing import ERROR, MESSAGE, Drawing, again, extensions, inner, many, parameters, straight, timer
from tests.spiff.play import Play, World


def each(characteristics: str, kind: str = "userTask") -> Drawing:
    drawing = Drawing().start()
    drawing.element(kind, "m", characteristics, camunda__candidateGroups="=item" if "item" in characteristics else "g")
    return drawing.user("after").end().chain("start", "m", "after", "end")


def test_parallel_instances_are_open_at_once_each_with_its_item():
    play = Play(each(many(collection="items", item="item")), items=["a", "b", "c"])

    groups = [play.task("m", nth).candidate_groups for nth in range(3)]
    seen = play.run.task_variables(play.task("m", 1).task_id)

    assert groups == [("a",), ("b",), ("c",)]
    assert (seen["item"], seen["loopCounter"], seen["nrOfInstances"], seen["nrOfCompletedInstances"]) == ("b", 1, 3, 0)
    for _ in range(3):
        play.complete("m")
    assert play.open() == ["after"]
    assert play.variables == {"items": ["a", "b", "c"]}


def test_sequential_instances_come_one_after_the_other():
    play = Play(each(many(collection="=items", item="item", sequential=True)), items=["a", "b"])

    first = play.task("m").candidate_groups
    play.complete("m")
    second = play.task("m").candidate_groups
    play.complete("m")

    assert (first, second, play.open()) == (("a",), ("b",), ["after"])


@pytest.mark.parametrize("sequential", [True, False])
def test_results_are_collected_in_the_order_of_the_items(sequential: bool):
    play = Play(each(many(cardinality="3", output=("results", "result"), sequential=sequential)))

    for nth in (2, 0, 0):
        play.complete("m", 0 if sequential else nth, result=f"r{len(play.history)}", other=1)

    assert play.variables["results"] == (["r1", "r2", "r3"] if sequential else ["r2", "r3", "r1"])
    assert "result" not in play.variables
    assert play.variables["other"] == 1


def test_an_empty_collection_passes_straight_through():
    play = Play(each(many(collection="items", item="item", output=("results", "result"))), items=[])

    assert play.open() == ["after"]
    assert play.variables["results"] == []


def test_a_collection_that_is_no_list_parks():
    assert Play(each(many(collection="items", item="item")), items=5).incidents() == [("m", "expression")]
    assert Play(each(many(collection="items", item="item"))).incidents() == [("m", "expression")]


@pytest.mark.parametrize("cardinality", ["=-1", '="x"', "1000000", "=null"])
def test_a_cardinality_that_is_no_sensible_number_parks(cardinality: str):
    assert Play(each(many(cardinality=cardinality))).incidents() == [("m", "expression")]


def test_the_completion_condition_sees_the_results_so_far_and_ends_the_rest_early():
    condition = 'count(answers[item.decision = "decline"]) > 0'
    play = Play(each(many(cardinality="3", output=("answers", "answer"), completion=condition)))

    play.complete("m", answer={"decision": "accept"})
    assert play.open() == ["m", "m"]
    done = play.complete("m", answer={"decision": "decline"})

    assert done[:2] == ["m:completed", "m:cancelled"]
    assert play.open() == ["after"]
    assert play.variables["answers"] == [{"decision": "accept"}, {"decision": "decline"}]


def test_the_completion_condition_sees_the_counters():
    play = Play(each(many(cardinality="5", completion="nrOfCompletedInstances / nrOfInstances >= 0.6")))

    for _ in range(3):
        play.complete("m")

    assert play.open() == ["after"]


def test_a_completion_condition_that_fails_parks_the_instance_and_keeps_what_was_entered():
    play = Play(each(many(cardinality="2", output=("results", "r"), completion="limit <= nrOfCompletedInstances")))

    play.complete("m", r=1)

    assert play.incidents() == [("m", "expression")]
    assert play.open() == ["m"]


def test_re_entry_starts_with_a_fresh_list_of_results():
    drawing = Drawing().start().gateway("exclusive", "j")
    drawing.user("m", many(cardinality="2", output=("results", "r"))).gateway("exclusive", "x", default="done").end()
    drawing.chain("start", "j", "m", "x").flow("x", "j", "again").flow("x", "end", id="done")
    play = Play(drawing)
    play.complete("m", r=1)
    play.complete("m", r=2, again=True)

    play.complete("m", r=3)
    play.complete("m", r=4, again=False)

    assert play.is_completed
    assert play.variables["results"] == [3, 4]


def test_a_boundary_event_guards_all_instances():
    drawing = Drawing().start().user("m", many(cardinality="3")).boundary("b", "m", timer("timeDuration", "PT1H"))
    drawing.user("late").end().chain("start", "m", "end").chain("b", "late", "end")
    play = Play(drawing)
    play.complete("m")

    play.fire()

    assert play.open() == ["late"]


def test_a_non_interrupting_boundary_of_a_multi_instance_fires_once_for_all():
    drawing = Drawing().start().user("m", many(cardinality="3"))
    drawing.boundary("b", "m", timer("timeDuration", "PT1H"), interrupting=False)
    drawing.user("late").end().chain("start", "m", "end").chain("b", "late", "end")
    play = Play(drawing)

    play.fire()

    assert sorted(play.open()) == ["late", "m", "m", "m"]


def test_instances_of_a_multi_instance_sub_process_share_variables_and_have_their_own_item():
    drawing = Drawing().start().sub("s", inner("body", "x", "y"), many(collection="items", item="item")).end()
    play = Play(drawing.chain("start", "s", "end"), items=[1, 2], n=0)

    play.complete("x", 0, n=1)
    other = play.run.task_variables(play.task("x").task_id)
    play.complete("x", n=2)
    first = play.run.task_variables(play.task("y", 0).task_id)

    assert (other["n"], other["item"]) == (1, 2)
    assert (first["n"], first["item"]) == (2, 1)
    play.complete("y")
    play.complete("y")
    assert play.variables == {"items": [1, 2], "n": 2}


def test_nested_multi_instances_of_called_processes():
    step = straight("work", key="step")
    stage = Drawing("stage").start()
    stage.call(
        "steps",
        "step",
        extensions('<camunda:in source="step" target="step"/><camunda:out source="done" target="done"/>')
        + many(collection="stage.steps", item="step", output=("results", "done")),
    )
    stage.end().chain("start", "steps", "end")
    drawing = Drawing().start()
    drawing.call(
        "stages",
        "stage",
        extensions('<camunda:in source="stage" target="stage"/><camunda:out source="results" target="result"/>')
        + many(collection="=stages", item="stage", output=("all", "result"), sequential=True),
    )
    play = Play(drawing.end().chain("start", "stages", "end"), stage, step, stages=[{"steps": [1, 2]}, {"steps": [3]}])

    while play.open():
        number = play.run.task_variables(play.task("work").task_id)["step"]
        play.complete("work", done=number)

    assert play.is_completed
    assert play.variables["all"] == [[1, 2], [3]]
    play.replayed()


def test_automatic_tasks_can_be_multiplied():
    world = World(handlers={"work": lambda n: {"twice": 2 * n}})
    inside = extensions(parameters({"n": "=item"})) + many(collection="items", item="item", output=("out", "twice"))
    drawing = Drawing().start().service("t", "work", inside).end().chain("start", "t", "end")

    assert Play(drawing, world=world, items=[1, 2, 3]).variables["out"] == [2, 4, 6]


def test_receive_tasks_can_be_multiplied():
    inside = many(collection="items", item="item")
    drawing = Drawing().start().element("receiveTask", "r", inside, messageRef="msg_a").end().chain("start", "r", "end")
    play = Play(drawing, items=[1, 2])

    play.message("a")
    assert len(play.events()) == 1
    play.message("a")

    assert play.is_completed


def test_an_error_in_one_instance_ends_all_of_them():
    body = Drawing("body").start("in").user("x").gateway("exclusive", "g", default="ok").end("out").end("bad", ERROR)
    body.chain("in", "x", "g").flow("g", "bad", "fail").flow("g", "out", id="ok")
    drawing = Drawing().start().sub("s", body, many(cardinality="3")).boundary("b", "s", ERROR).user("h").end()
    play = Play(drawing.chain("start", "s", "end").chain("b", "h", "end"))
    play.complete("x", fail=False)

    play.complete("x", fail=True)

    assert play.open() == ["h"]


def test_the_body_of_a_multi_instance_is_told_apart_in_the_history():
    play = Play(each(many(cardinality="2")))

    began = [(t.element_id, t.element_type) for t in play.transitions if t.state == "activated"][1:]

    assert began == [("m#multiInstanceBody", "multiInstanceBody"), ("m", "userTask"), ("m", "userTask")]


@pytest.mark.parametrize(("before", "rounds"), [(False, 1), (True, 0)])
def test_a_standard_loop_tests_before_or_after(before: bool, rounds: int):
    play = Play(each(again(condition="go", before=before)), go=False)

    count = 0
    while play.open() == ["m"]:
        play.complete("m")
        count += 1

    assert count == rounds


def test_a_standard_loop_goes_on_while_its_condition_holds_and_not_longer_than_its_maximum():
    play = Play(each(again(condition="go", maximum=3)), go=True)

    counters = []
    while play.open() == ["m"]:
        counters.append(play.run.task_variables(play.task("m").task_id)["loopCounter"])
        play.complete("m")

    assert counters == [0, 1, 2]


def test_a_thousand_instances_are_fine():
    play = Play(each(many(cardinality="1000", completion="nrOfCompletedInstances = 2")))

    play.complete("m", 500)
    play.complete("m", 500)

    assert play.open() == ["after"]


def test_messages_at_the_edge_of_a_loop_reach_it_in_every_round():
    drawing = Drawing().start().user("m", again(condition="true", maximum=3))
    drawing.boundary("b", "m", MESSAGE, interrupting=False).user("h").end().chain("start", "m", "end").chain(
        "b", "h", "end"
    )
    play = Play(drawing)
    play.message("a")
    play.complete("m")
    play.now += timedelta(hours=1)

    play.message("a")

    assert sorted(play.open()) == ["h", "h", "m"]
