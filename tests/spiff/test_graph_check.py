"""Shapes of the graph: what is never reached, what never ends, what is never taken."""

import pytest

from engine.handlers import Registry
from engine.spiff.models import KnownNames, read_model
from tests.spiff.drawing import MESSAGE, TERMINATE, Drawing, straight, timer

KNOWN = KnownNames(Registry(), frozenset(), frozenset(), frozenset())


def found(drawing: Drawing) -> set[tuple[str, str, str | None]]:
    problems = read_model("a.bpmn", drawing.xml(), KNOWN).problems
    return {(each.severity, each.code, each.element_id) for each in problems}


def test_an_unreachable_cycle_is_refused():
    drawing = straight("u").user("x").user("y").chain("x", "y", "x").chain("y", "end")

    assert ("error", "unreachable", "x") in found(drawing)


def test_what_stands_behind_an_element_that_nothing_leads_to_is_not_told_again():
    drawing = straight("u").user("x").user("y").chain("x", "y", "end")

    problems = found(drawing)

    assert ("error", "implicit-start", "x") in problems
    assert not [each for each in problems if each[1] == "unreachable"]


def round_and_round(name: str = "w") -> Drawing:
    return (
        Drawing(name).start(f"{name}_s").user(f"{name}_u").flow(f"{name}_s", f"{name}_u").flow(f"{name}_u", f"{name}_u")
    )


def test_a_cycle_that_nothing_can_end_is_refused():
    assert ("error", "cycle-without-exit", "w_u") in found(round_and_round())


def test_a_cycle_that_an_interruption_ends_is_a_warning():
    drawing = Drawing().start().sub("w", round_and_round()).boundary("late", "w", timer("timeDuration", "PT1H"))

    problems = found(drawing.end().chain("start", "w").chain("late", "end"))

    assert ("warning", "cycle-ended-outside", "w_u") in problems
    assert not [each for each in problems if each[0] == "error"]


def test_a_cycle_beside_an_end_that_terminates_all_is_a_warning():
    drawing = Drawing().start().user("u").user("v").end("stop", TERMINATE).chain("start", "u", "u").chain("start", "v")

    assert ("warning", "cycle-ended-outside", "u") in found(drawing.chain("v", "stop"))


def test_a_cycle_that_never_waits_is_a_warning():
    drawing = Drawing().start().script("s", "{n: n + 1}").gateway("exclusive", "g", default="again").end()

    problems = found(drawing.chain("start", "s", "g").flow("g", "end", "n > 3").flow("g", "s", id="again"))

    assert ("warning", "cycle-busy", "s") in problems


@pytest.mark.parametrize(
    ("first", "second", "dead"),
    [("false", "x", "one"), ("=false", "x", "one"), ("${false}", "x", "one"), ("true", "x", "two")],
)
def test_a_way_that_is_never_taken_is_a_warning(first: str, second: str, dead: str):
    drawing = Drawing().start().gateway("exclusive", "g", default="other").end().flow("start", "g")

    problems = found(
        drawing.flow("g", "end", first, "one").flow("g", "end", second, "two").flow("g", "end", id="other")
    )

    assert ("warning", "path-dead", dead) in problems


def test_a_condition_on_the_default_flow_is_told_to_have_no_effect():
    drawing = Drawing().start().gateway("exclusive", "g", default="other").end().flow("start", "g")

    problems = found(drawing.flow("g", "end", "x").flow("g", "end", "y", "other"))

    assert ("warning", "condition-ignored", "other") in problems


def test_a_task_without_a_deadline_is_a_warning_and_one_with_a_timer_is_not():
    drawing = straight("a", "b", "c").boundary("late", "b", timer("timeDuration", "PT1H"), interrupting=False)

    problems = found(drawing.end("e2").flow("late", "e2"))

    assert {each[2] for each in problems if each[1] == "deadline-missing"} == {"a", "c"}


def test_a_condition_behind_a_parallel_gateway_is_refused():
    drawing = Drawing().start().gateway("parallel", "g").user("a").end().chain("start", "g", "a", "end")

    problems = found(drawing.flow("g", "end", "n > 1", "asked"))

    assert ("error", "condition-forbidden", "asked") in problems


def test_a_condition_behind_an_event_based_gateway_is_refused():
    drawing = Drawing().start().gateway("eventBased", "g").catch("m", MESSAGE).catch("t", timer("timeDuration", "PT1H"))

    problems = found(drawing.end().chain("start", "g", "t", "end").chain("m", "end").flow("g", "m", "n > 1", "asked"))

    assert ("error", "condition-forbidden", "asked") in problems


def test_a_gateway_that_nothing_leads_on_from_is_a_warning():
    drawing = Drawing().start().user("a").gateway("exclusive", "g").chain("start", "a", "g")

    assert ("warning", "gateway-ends", "g") in found(drawing)
