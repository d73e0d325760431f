"""Where SpiffWorkflow by itself is right, we do the same: random processes without loops and events, step by step."""

import logging
import random
from collections.abc import Iterator

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from tests.spiff.drawing import Drawing
from tests.spiff.play import Play
from tests.spiff.random_processes import Block, Generator

SEEDS = 150


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Plain(Generator):
    """Only what upstream runs truthfully, and conditions that are Python as well as FEEL."""

    def block(self, drawing: Drawing, depth: int) -> Block:
        if depth <= 0:
            return self.user(drawing, 0)
        kinds = [self.sequence, self.exclusive, self.parallel, self.inclusive, self.sub_process, self.branch_that_ends]
        return self.random.choice([self.user, *kinds])(drawing, depth - 1)

    def user(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("u")
        drawing.user(own)
        return own, own

    def sub_process(self, drawing: Drawing, depth: int) -> Block:
        own, body = self.name("sp"), Drawing(self.name("b"))
        first, last = self.name("i"), self.name("o")
        block = self.block(body, depth)
        body.start(first).end(last).chain(first, block[0]).chain(block[1], last)
        drawing.sub(own, body)
        return own, own

    def event_sub_process(self, drawing: Drawing) -> None:
        """None here."""

    def gateways(self, drawing: Drawing, depth: int, kind: str) -> Block:
        before = len(drawing.parts)
        found = super().gateways(drawing, depth, kind)
        drawing.parts[before:] = [
            part.replace(">true<", ">odd or even<").replace(">false<", ">odd and even<").replace(">not(odd)<", ">even<")
            for part in drawing.parts[before:]
        ]
        return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_plain_process_runs_as_upstream_runs_it(seed: int):
    drawing = Plain(seed).process(depth=4)
    choices = random.Random(seed)
    odd = seed % 2 == 1
    parser = BpmnParser()
    parser.add_bpmn_str(drawing.xml())
    workflow = BpmnWorkflow(parser.get_spec("proc"), parser.get_subprocess_specs("proc"))
    workflow.task_tree.set_data(odd=odd, even=not odd)
    workflow.do_engine_steps()
    play = Play(drawing, odd=odd, even=not odd)

    while play.open():
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        assert sorted(task.task_spec.name for task in ready) == sorted(play.open())
        chosen = choices.choice(ready)
        name = chosen.task_spec.name
        chosen.set_data(**{name: len(play.history)})
        chosen.run()
        workflow.do_engine_steps()
        play.complete(name, **{name: len(play.history)})

    assert workflow.is_completed()
    assert play.is_completed
    assert play.variables == workflow.data
