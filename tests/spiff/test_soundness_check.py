"""Parallel joins that may wait for ever are warned of; those that never do are not."""

import pytest

from engine.handlers import Registry
from engine.spiff.checks.soundness import check_soundness
from engine.spiff.models import KnownNames, read_model
from engine.spiff.reading.diagrams import read_diagram
from engine.xml import parse_xml
from tests.spiff.drawing import ANY_ERROR, ERROR, TERMINATE, Drawing, timer
from tests.spiff.random_processes import Generator

KNOWN = KnownNames(Registry(), frozenset(), frozenset(), frozenset())
LINK = '<bpmn:linkEventDefinition name="on"/>'
SOUND_SEEDS = 200


def waiting(drawing: Drawing) -> set[str | None]:
    """The joins that are warned of."""
    problems = read_model("a.bpmn", drawing.xml(), KNOWN).problems
    return {each.element_id for each in problems if each.code == "join-can-wait" and each.severity == "warning"}


def joined(split: str = "parallel", *, key: str = "proc") -> Drawing:
    """start → split → a, b → parallel join → end."""
    drawing = Drawing(key).start().gateway(split, "split").user("a").user("b").gateway("parallel", "join").end()
    return drawing.chain("start", "split").chain("a", "join").chain("b", "join").chain("join", "end")


def test_a_join_behind_an_exclusive_choice_is_warned_of_with_the_flow_that_brings_nothing():
    drawing = joined("exclusive").flow("split", "a", "n > 1").flow("split", "b", "n <= 1")

    problems = read_model("a.bpmn", drawing.xml(), KNOWN).problems

    found = [each for each in problems if each.code == "join-can-wait"]
    assert [each.element_id for each in found] == ["join"]
    assert "'proc_2'" in found[0].message_en or "'proc_3'" in found[0].message_en


def test_a_join_of_what_was_split_in_parallel_is_not():
    drawing = joined().chain("split", "a").chain("split", "b")

    assert waiting(drawing) == set()


def test_a_join_behind_an_inclusive_choice_is_warned_of():
    drawing = joined("inclusive").flow("split", "a", "n > 1").flow("split", "b", "n <= 1")

    assert waiting(drawing) == {"join"}


def test_a_join_whose_branch_an_interruption_leads_away_is_warned_of():
    drawing = joined().chain("split", "a").chain("split", "b").boundary("late", "a", timer("timeDuration", "PT1H"))

    assert waiting(drawing.end("given_up").chain("late", "given_up")) == {"join"}


@pytest.mark.parametrize("event", [TERMINATE, ERROR])
def test_an_end_that_stops_all_the_rest_leaves_no_join_waiting(event: str):
    drawing = joined().chain("split", "a").chain("split", "b").boundary("late", "a", timer("timeDuration", "PT1H"))

    assert waiting(drawing.end("given_up", event).chain("late", "given_up")) == set()


def test_an_event_beside_an_activity_leaves_no_join_waiting():
    drawing = joined().chain("split", "a").chain("split", "b").user("remind").end("reminded")
    drawing.boundary("late", "a", timer("timeDuration", "PT1H"), interrupting=False)

    assert waiting(drawing.chain("late", "remind", "reminded")) == set()


def test_a_branch_that_goes_round_before_it_joins_is_sound():
    drawing = joined().chain("split", "b").gateway("exclusive", "again", default="on").chain("split", "c", "again")
    drawing.user("c").flow("again", "c", "n > 1").flow("again", "a", id="on")

    assert waiting(drawing) == set()


def test_a_branch_that_joins_by_a_link_is_sound():
    drawing = joined().chain("split", "b").throw("off", LINK).catch("here", LINK).chain("split", "off")

    assert waiting(drawing.chain("here", "a")) == set()


def test_two_flows_of_one_activity_that_only_one_of_comes_are_warned_of():
    drawing = Drawing().start().user("a").boundary("wrong", "a", ANY_ERROR).gateway("parallel", "join").end()

    assert waiting(drawing.chain("start", "a", "join", "end").chain("wrong", "join")) == {"join"}


def test_a_join_inside_a_sub_process_is_looked_at_too():
    inside = joined("exclusive", key="w").flow("split", "a", "n > 1").flow("split", "b", "n <= 1")
    drawing = Drawing().start("s").sub("w", inside).end("e").chain("s", "w", "e")

    assert waiting(drawing) == {"join"}


def test_a_process_with_too_many_ways_is_left_alone_in_a_bounded_time():
    drawing = Drawing().start().gateway("parallel", "split").gateway("parallel", "join").end().chain("start", "split")
    for number in range(40):
        drawing.gateway("inclusive", f"g{number}", default=f"d{number}").user(f"a{number}").user(f"b{number}")
        drawing.chain("split", f"g{number}").flow(f"g{number}", f"a{number}", "n > 1")
        drawing.flow(f"g{number}", f"b{number}", id=f"d{number}").chain(f"a{number}", "join").chain(
            f"b{number}", "join"
        )

    assert waiting(drawing.chain("join", "end")) == set()


def test_no_generated_process_that_can_end_is_warned_of():
    found = {}

    for seed in range(SOUND_SEEDS):
        diagram = read_diagram(parse_xml(Generator(seed).process(depth=4).xml()))
        found[seed] = [each for process in diagram.processes for each in check_soundness(process)]

    assert {seed: each for seed, each in found.items() if each} == {}
