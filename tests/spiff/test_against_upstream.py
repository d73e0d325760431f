"""Where SpiffWorkflow by itself is right, we do the same: random processes without loops and events, step by step."""

import logging
import random
from collections.abc import Iterator

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import SignalEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tests.spiff.drawing import SIGNAL, Drawing, many
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
        return self.random.choice([self.user, self.many_users, self.interrupted, *kinds])(drawing, depth - 1)

    def many_users(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("u")
        drawing.user(own, many(cardinality="2", sequential=self.random.random() < 0.5))
        return own, own

    def interrupted(self, drawing: Drawing, depth: int) -> Block:
        host, event, merge = self.name("u"), self.name("be"), self.name("m")
        drawing.user(host).boundary(event, host, SIGNAL).gateway("exclusive", merge)
        handling = self.block(drawing, 0)
        drawing.chain(event, handling[0]).chain(handling[1], merge).chain(host, merge)
        return host, merge

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


def element_of(task: Task) -> str:
    """Upstream calls an instance of a multi-instance `u1 [child]`."""
    return str(task.task_spec.name).partition(" ")[0]


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
        assert sorted(map(element_of, ready)) == sorted(play.open())
        if play.events() and choices.random() < 0.2:
            workflow.catch(BpmnEvent(SignalEventDefinition("s")))
            workflow.do_engine_steps()
            play.signal("s")
            continue
        chosen = choices.choice(ready)
        name = element_of(chosen)
        chosen.set_data(**{name: len(play.history)})
        chosen.run()
        workflow.do_engine_steps()
        play.complete(name, **{name: len(play.history)})

    assert workflow.is_completed()
    assert play.is_completed
    assert play.variables == workflow.data
