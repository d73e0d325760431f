"""Branches side by side may end in either order; what one leads to the other may not."""

from itertools import permutations
from uuid import uuid4

import pytest

from engine.backtests.histories import Moved, Place
from engine.backtests.traces import difference, letters
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from tests.backtests.conftest import Bench, said
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import diagram, parallel

DEFINITION = uuid4()
SOURCES = {"ab": "a", "ac": "a", "bj": "b", "cj": "c", "ba": "b"}


def run(*steps: str) -> list[Moved]:
    """`b<ab`: b began on the flow ab; `b!`: b is completed."""
    made = []
    for step in steps:
        element_id, _, flow = step.rstrip("!").partition("<")
        state = "completed" if step.endswith("!") else "activated"
        made.append(Moved(state, Place("p", element_id), "t", DEFINITION, flow or None, {}))
    return made


def parted(old: list[Moved], new: list[Moved]) -> str | None:
    spelled = [letters(each, lambda _: SOURCES, lambda place: place) for each in (old, new)]
    found = difference(*spelled)
    return None if found is None else found.place.element_id


def test_branches_in_another_order_are_the_same_run() -> None:
    old = run("a!", "b<ab", "c<ac", "b!", "j<bj", "c!", "j<cj", "j!")
    new = run("a!", "c<ac", "c!", "b<ab", "j<cj", "b!", "j<bj", "j!")

    assert parted(old, new) is None


def test_the_same_steps_in_an_order_that_their_flows_forbid_are_another_run() -> None:
    old = run("a!", "b<ab", "b!", "a<ba", "a!", "c<ac", "c!")
    new = run("a!", "c<ac", "c!", "b<ab", "b!", "a<ba", "a!")

    assert parted(old, new) is not None


def test_what_is_missing_and_what_is_new_are_named() -> None:
    old = run("a!", "b<ab", "b!")

    assert parted(old, run("a!", "b<ab")) == "b"
    assert parted(old, run("a!", "c<ac", "b<ab", "b!")) == "c"
    assert parted(old, old) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_cases_whose_branches_ended_in_any_order_are_identical_under_a_new_label(
    tx, bench: Bench, order: tuple[int, ...]
) -> None:
    bench.deploy(diagram(parallel(3)))
    begun = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    for at in order:
        complete_user_task(tx, begun.user_tasks[at].id, {}, actor=STAFF, now=NOW)

    relabelled = diagram(parallel(3)).replace(b'name="u1"', b'name="second"')

    assert said(bench.tried(relabelled)) == [("identical", None)]


def test_a_diagram_drawn_in_another_order_runs_the_same_case(tx, bench: Bench) -> None:
    bench.deploy(diagram(parallel(2)))
    begun = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    for task in begun.user_tasks:
        complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)
    first, second = (f'<sequenceFlow id="a{n}" sourceRef="split" targetRef="u{n}"/>' for n in range(2))
    swapped = parallel(2).replace(first, "@").replace(second, first).replace("@", second)

    assert said(bench.tried(diagram(swapped))) == [("identical", None)]
