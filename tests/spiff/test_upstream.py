"""
What SpiffWorkflow 3.2.0 does by itself, and why we override it.

When one of these fails after an upgrade, the override it names may have become unnecessary, or must be looked at again.
"""

import importlib.metadata
import logging
from collections.abc import Iterator

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway as SpiffExclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway as SpiffParallelGateway
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements.gateways import ExclusiveGateway, ParallelGateway
from engine.spiff.instances import ElementInstance, InnerScope, TopScope
from tests.spiff.drawing import CANCEL, ERROR, ESCALATION, MESSAGE, SIGNAL, Drawing, compensate, inner, straight
from tests.spiff.play import Play


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def vanilla(drawing: Drawing, **variables: object) -> BpmnWorkflow:
    parser = BpmnParser()
    parser.add_bpmn_str(drawing.xml())
    workflow = BpmnWorkflow(parser.get_spec("proc"), parser.get_subprocess_specs("proc"))
    workflow.task_tree.set_data(**variables)
    workflow.do_engine_steps()
    return workflow


def ready(workflow: BpmnWorkflow) -> list[str]:
    return sorted(task.task_spec.name for task in workflow.get_tasks(state=TaskState.READY, manual=True))


def complete(workflow: BpmnWorkflow, name: str, **variables: object) -> None:
    task = next(t for t in workflow.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.name == name)
    task.set_data(**variables)
    task.run()
    workflow.do_engine_steps()


def test_the_version_is_the_one_our_overrides_were_written_for():
    assert importlib.metadata.version("SpiffWorkflow") == "3.2.0"


def test_our_instances_and_elements_are_spiffworkflows():
    from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
    from SpiffWorkflow.task import Task

    assert issubclass(ElementInstance, Task)
    assert issubclass(TopScope, BpmnWorkflow)
    assert issubclass(InnerScope, BpmnSubWorkflow)
    assert issubclass(ExclusiveGateway, SpiffExclusiveGateway)
    assert issubclass(ParallelGateway, SpiffParallelGateway)


def test_upstream_ids_are_random_and_ours_are_counted():
    first, second = vanilla(straight("u")), vanilla(straight("u"))

    assert set(first.tasks).isdisjoint(second.tasks)
    assert Play(straight("u")).task("u").task_id == Play(straight("u")).task("u").task_id


def test_upstream_keeps_the_whole_history_in_memory_and_we_keep_what_is_alive():
    names = [f"u{number}" for number in range(20)]
    workflow, play = vanilla(straight(*names)), Play(straight(*names))
    for name in names[:-1]:
        complete(workflow, name)
        play.complete(name)

    assert len(workflow.tasks) > 20
    assert play.run.dump().count(b'"e.u') == 1


def test_upstream_recurses_along_a_chain_and_we_do_not():
    names = [f"t{number}" for number in range(600)]
    drawing = Drawing().start()
    for name in names:
        drawing.script(name, "{}")
    drawing.end().chain("start", *names, "end")

    with pytest.raises(ValidationException, match="RecursionError"):
        vanilla(drawing)

    assert Play(drawing).is_completed


def test_upstream_fires_a_join_in_a_loop_early_and_we_wait():
    drawing = Drawing().start().gateway("exclusive", "m").gateway("parallel", "p").user("a").user("b")
    drawing.gateway("parallel", "j").user("check").gateway("exclusive", "x", default="done").end()
    drawing.chain("start", "m", "p", "a", "j").chain("p", "b", "j", "check", "x")
    drawing.flow("x", "m", "again").flow("x", "end", id="done")
    rounds = [(first, second, again) for first, second in ("ab", "ba") for again in "ab"]
    upstream, ours = [], []

    for first, second, third in rounds:
        workflow, play = vanilla(drawing), Play(drawing)
        for name in (first, second):
            complete(workflow, name)
            play.complete(name)
        complete(workflow, "check", again=True)
        play.complete("check", again=True)
        complete(workflow, third)
        play.complete(third)
        upstream.append("check" in ready(workflow))
        ours.append("check" in play.open())

    assert any(upstream)
    assert not any(ours)


def test_upstream_shares_nested_data_between_branches_and_we_do_not():
    drawing = Drawing().start().gateway("parallel", "p").user("a").user("b").gateway("parallel", "j").end()
    drawing.chain("start", "p", "a", "j", "end").chain("p", "b", "j")
    workflow = vanilla(drawing, box={"deep": {"n": 0}})
    first, second = workflow.get_tasks(state=TaskState.READY, manual=True)

    first.data["box"]["deep"]["n"] = 1

    assert second.data["box"]["deep"]["n"] == 1


def test_upstream_lets_an_uncaught_error_end_pass_and_we_make_it_an_incident():
    drawing = Drawing().start().user("u").end("end", ERROR).chain("start", "u", "end")
    workflow, play = vanilla(drawing), Play(drawing)
    complete(workflow, "u")
    play.complete("u")

    assert workflow.is_completed()
    assert play.incidents() == [("end", "error_uncaught")]


def test_upstream_drops_a_signal_end_and_we_throw_it():
    drawing = Drawing().start().user("u").end("end", SIGNAL).chain("start", "u", "end")
    workflow, play = vanilla(drawing), Play(drawing)
    complete(workflow, "u")
    play.complete("u")

    assert workflow.get_events() == []
    assert [each.name for each in play.thrown] == ["s"]


def test_upstream_catches_at_a_non_interrupting_boundary_once_and_we_every_time():
    drawing = Drawing().start().user("u").boundary("b", "u", MESSAGE, interrupting=False).user("h").end()
    drawing.chain("start", "u", "end").chain("b", "h", "end")
    workflow, play = vanilla(drawing), Play(drawing)
    definition = next(iter(workflow.event_manager.tasks.values())).task_spec.event_definition
    for _ in range(2):
        workflow.catch(BpmnEvent(definition, payload={}))
        workflow.do_engine_steps()
        play.message("a")

    assert ready(workflow) == ["h", "u"]
    assert sorted(play.open()) == ["h", "h", "u"]


def test_upstream_starts_an_escalation_event_sub_process_at_once_and_we_wait_for_the_escalation():
    on = Drawing("on_body").user("h").end("on_out").chain("on_start", "h", "on_out")
    drawing = straight("u").on_event("on", ESCALATION, on, interrupting=False)

    assert "h" in ready(vanilla(drawing))
    assert Play(drawing).open() == ["u"]


def test_upstream_ignores_a_condition_on_a_flow_out_of_a_task_and_we_obey_it():
    drawing = Drawing().start().user("u", default="f").user("a").end().chain("start", "u")
    drawing.flow("u", "a", "1 = 2").chain("a", "end").flow("u", "end", id="f")
    play = Play(drawing)
    play.complete("u")

    assert play.is_completed


def test_upstream_cannot_read_a_compensation_boundary_event_and_we_run_its_handler():
    drawing = Drawing().start().undoable("a").end("end", compensate()).chain("start", "a", "end")
    ours = Play(drawing)
    ours.complete("a")

    with pytest.raises(ValidationException, match="Unsupported Catch Event"):
        vanilla(drawing)

    assert ours.open() == ["undo_a"]


def test_upstream_leaves_a_cancelled_transaction_as_it_is_and_we_undo_it():
    body = Drawing("body").start("in").sub("s", inner("i", "a")).end("cancelled", CANCEL).chain("in", "s", "cancelled")
    plain = Drawing().start().transaction("t", body).boundary("b", "t", CANCEL).user("h").end()
    theirs = vanilla(plain.chain("start", "t", "end").chain("b", "h", "end"))
    undoable = Drawing("body").start("in").undoable("a").end("cancelled", CANCEL).chain("in", "a", "cancelled")
    ours = Play(
        Drawing().start().transaction("t", undoable).boundary("b", "t", CANCEL).user("h").end().chain("b", "h", "end")
        .chain("start", "t", "end")
    )  # fmt: skip

    complete(theirs, "a")
    ours.complete("a")

    assert ready(theirs) == ["h"]
    assert ours.open() == ["undo_a"]
