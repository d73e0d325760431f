"""
Random processes for the token game, whose outcome does not depend on who of two parallel branches is first.

So: what ends others (error, terminate, interrupting escalation) stands right behind a user task, each signal has one
catcher, conditions read what was given at the start or what the task before them has just written (`d…`), and every
variable is written by one element, with the number of the step or a constant. Conditional events wait for the number of
a step. What can be undone ends with a user task, so that no two of it complete in one step.
"""

import random

from tests.spiff.drawing import (
    ANY_ERROR,
    ANY_ESCALATION,
    DEFINITIONS,
    ERROR,
    ESCALATION,
    MESSAGE,
    TERMINATE,
    Drawing,
    again,
    condition,
    extensions,
    many,
    timer,
)
from tests.tokengame.rarer import RARER

Block = tuple[str, str]
_SIMPLE = ("user", "user", "user", "script", "task", "throw", "catch", "catch", "receive", "send", "many", "loop_task")
_NESTED = (
    "sequence", "exclusive", "parallel", "inclusive", "loop", "sub_process", "sub_process", "call", "boundary",
    "boundary", "event_gateway", "error", "escalation", "branch_that_ends", "loose_merge", "implicit_split",
    "conditional_flows", "link", "several_boundaries", "lone_inclusive",
)  # fmt: skip


class Generator:
    """`block` draws something with one way in and one way out into `drawing` and says where they are."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.signals = 0
        self.called: list[Drawing] = []
        self.moments = self.random.sample(range(1, 15), 14)

    def process(self, depth: int) -> bytes:
        drawing = Drawing().start()
        first, second = self.block(drawing, depth), self.block(drawing, depth)
        drawing.end().chain("start", first[0]).chain(first[1], second[0]).chain(second[1], "end")
        self.listeners(drawing, 0.3)
        signals = "".join(f'<bpmn:signal id="sig_{n}" name="s{n}"/>\n' for n in range(1, self.signals + 1))
        return drawing.xml(*self.called, definitions=DEFINITIONS + signals)

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def block(self, drawing: Drawing, depth: int) -> Block:
        kinds = _SIMPLE if depth <= 0 else (*_SIMPLE[:6], *_NESTED, *RARER)
        kind = self.random.choice(kinds)
        if kind in RARER:
            return RARER[kind](self, drawing, depth - 1)
        block: Block = getattr(self, kind)(drawing, depth - 1)
        return block

    def own_signal(self) -> str:
        self.signals += 1
        return f'<bpmn:signalEventDefinition signalRef="sig_{self.signals}"/>'

    def trigger(self) -> str:
        """One event, or any of two."""
        hours = self.random.choice([1, 1, 2, 5])
        rules = [MESSAGE, self.own_signal(), timer("timeDuration", f"PT{hours}H"), timer("timeCycle", f"R2/PT{hours}H")]
        if self.maybe(0.1):
            return "".join(self.random.sample([*rules[:2], self.random.choice(rules[2:]), self.moment()], 2))
        return self.moment() if self.maybe(0.15) else self.random.choice(rules)

    def moment(self) -> str:
        """A condition that is true for a moment: `shared` is the number of the step that has written it last."""
        return condition(f"shared = {self.moments.pop()}") if self.moments else self.own_signal()

    # One element

    def user(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("u")
        drawing.user(own)
        return own, own

    def decision(self, drawing: Drawing) -> str:
        own = self.name("d")
        drawing.user(own)
        return own

    def many(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("mu")
        enough = self.random.choice([None, "nrOfCompletedInstances >= 2"])
        output = self.random.choice([None, (f"{own}_all", f"{own}_one")])
        count = self.random.choice(["1", "2", "3"])
        drawing.user(own, many(cardinality=count, output=output, completion=enough, sequential=self.maybe(0.5)))
        if self.maybe(0.3):
            self.ending_boundary(drawing, own)
        return own, own

    def loop_task(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("u")
        drawing.user(own, again(maximum=self.random.choice([1, 2, 3])))
        return own, own

    def script(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("s")
        drawing.script(own, f"{{{own}: {self.count}}}", self.random.choice(["", "", many(cardinality="2")]))
        return own, own

    def task(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("t")
        drawing.element(self.random.choice(["task", "intermediateThrowEvent"]), own)
        return own, own

    def throw(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("t")
        drawing.throw(own, self.random.choice([MESSAGE, '<bpmn:signalEventDefinition signalRef="sig_s"/>']))
        return own, own

    def send(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("t")
        drawing.element("sendTask", own, messageRef="msg_b")
        return own, own

    def catch(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("ev")
        rules = [MESSAGE, self.own_signal(), timer("timeDuration", "PT1H")]
        drawing.catch(own, self.moment() if self.maybe(0.1) else self.random.choice(rules))
        return own, own

    def receive(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("r")
        drawing.element("receiveTask", own, messageRef="msg_b")
        if self.maybe(0.4):
            self.ending_boundary(drawing, own)
        return own, own

    def ending_boundary(self, drawing: Drawing, host: str) -> None:
        event, last = self.name("be"), self.name("e")
        drawing.boundary(event, host, self.trigger(), interrupting=self.maybe(0.5)).end(last).chain(event, last)

    # Sequence and gateways

    def sequence(self, drawing: Drawing, depth: int) -> Block:
        first, second = self.block(drawing, depth), self.block(drawing, depth)
        drawing.chain(first[1], second[0])
        return first[0], second[1]

    def exclusive(self, drawing: Drawing, depth: int) -> Block:
        first = self.decision(drawing)
        split, join = self.gateways(drawing, depth, "exclusive", first)
        drawing.chain(first, split)
        return first, join

    def inclusive(self, drawing: Drawing, depth: int) -> Block:
        first = self.decision(drawing)
        split, join = self.gateways(drawing, depth, "inclusive", first)
        drawing.chain(first, split)
        return first, join

    def lone_inclusive(self, drawing: Drawing, depth: int) -> Block:
        """An inclusive join of a parallel split."""
        split, join = self.name("g"), self.name("j")
        drawing.gateway("parallel", split).gateway("inclusive", join)
        for _ in range(2):
            block = self.block(drawing, depth)
            drawing.chain(split, block[0]).chain(block[1], join)
        return split, join

    def parallel(self, drawing: Drawing, depth: int) -> Block:
        return self.gateways(drawing, depth, "parallel", "")

    def gateways(self, drawing: Drawing, depth: int, kind: str, decision: str) -> Block:
        split, join, default = self.name("g"), self.name("j"), self.name("f")
        drawing.gateway(kind, split, **({} if kind == "parallel" else {"default": default})).gateway(kind, join)
        conditions = ["true", "false", "odd", "not(odd)", decision, f"not({decision})"]
        for branch in range(self.random.choice([2, 2, 3])):
            block = self.block(drawing, depth)
            entry = block[0]
            if kind == "parallel":
                drawing.flow(split, entry)
            elif branch == 0:
                drawing.flow(split, entry, id=default)
            else:
                drawing.flow(split, entry, self.random.choice(conditions))
            drawing.flow(block[1], join)
        return split, join

    def loop(self, drawing: Drawing, depth: int) -> Block:
        merge, choice, default = self.name("m"), self.name("x"), self.name("f")
        block, decision, last = self.block(drawing, depth), self.decision(drawing), self.name("t")
        drawing.gateway("exclusive", merge).gateway("exclusive", choice, default=default).element("task", last)
        drawing.chain(merge, block[0]).chain(block[1], decision, choice)
        drawing.flow(choice, merge, decision).flow(choice, last, id=default)
        return merge, last

    def branch_that_ends(self, drawing: Drawing, depth: int) -> Block:
        split = self.name("g")
        drawing.gateway("parallel", split)
        ending, going = self.block(drawing, depth), self.block(drawing, depth)
        drawing.chain(split, ending[0]).chain(split, going[0])
        if self.maybe(0.5):
            last = self.name("e")
            drawing.end(last).chain(ending[1], last)
        return split, going[1]

    def loose_merge(self, drawing: Drawing, depth: int) -> Block:
        """Two tokens, one way out: what follows runs twice."""
        split, merge = self.name("g"), self.name("m")
        drawing.gateway("parallel", split).element(self.random.choice(["exclusiveGateway", "task"]), merge)
        for _ in range(2):
            block = self.block(drawing, depth - 1)
            drawing.chain(split, block[0]).chain(block[1], merge)
        return split, merge

    def implicit_split(self, drawing: Drawing, depth: int) -> Block:
        own, join = self.name("u"), self.name("j")
        drawing.user(own).gateway(self.random.choice(["parallel", "inclusive"]), join)
        for _ in range(2):
            block = self.block(drawing, depth)
            drawing.chain(own, block[0]).chain(block[1], join)
        return own, join

    def conditional_flows(self, drawing: Drawing, depth: int) -> Block:
        own, join, default = self.name("d"), self.name("j"), self.name("f")
        drawing.user(own, default=default).gateway("inclusive", join)
        for asked in (None, own, "odd"):
            block = self.block(drawing, depth)
            drawing.flow(own, block[0], asked, **({} if asked else {"id": default}))
            drawing.chain(block[1], join)
        return own, join

    def link(self, drawing: Drawing, depth: int) -> Block:
        throw, catch = self.name("lt"), self.name("lc")
        event = f'<bpmn:linkEventDefinition name="{throw}"/>'
        drawing.throw(throw, event).catch(catch, event)
        return throw, catch

    def event_gateway(self, drawing: Drawing, depth: int) -> Block:
        gateway, merge = self.name("eg"), self.name("m")
        drawing.gateway("eventBased", gateway).gateway("exclusive", merge)
        for event in (MESSAGE, timer("timeDuration", "PT2H"), self.own_signal()):
            own = self.name("ev")
            drawing.catch(own, event).chain(gateway, own)
            block = self.block(drawing, depth - 1)
            drawing.chain(own, block[0]).chain(block[1], merge)
        return gateway, merge

    # Scopes

    def inside(self, depth: int, end: str = "") -> Drawing:
        """A body; with `end`, one of two ends throws it right behind a user task."""
        body = Drawing(self.name("b"))
        first, last = self.name("i"), self.name("o")
        body.start(first)
        block = self.block(body, depth)
        body.chain(first, block[0])
        if end:
            choice, bad, default, decision = self.name("x"), self.name("o"), self.name("f"), self.decision(body)
            body.gateway("exclusive", choice, default=default).end(bad, end).end(last)
            body.chain(block[1], decision, choice)
            body.flow(choice, bad, decision).flow(choice, last, id=default)
        elif self.maybe(0.8):
            body.end(last).chain(block[1], last)
        self.listeners(body, 0.3)
        return body

    def sub_process(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("sp")
        loops = ["", "", many(cardinality="2"), many(cardinality="2", sequential=True), again(maximum=2)]
        drawing.sub(own, self.inside(depth, self.random.choice(["", "", TERMINATE])), self.random.choice(loops))
        return own, own

    def call(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("ca")
        called = self.inside(depth, self.random.choice(["", "", TERMINATE]))
        self.called.append(called)
        mapping = [f'<camunda:in source="{name}" target="{name}"/>' for name in ("odd", "n")]
        result = self.name("out")
        drawing.call(own, called.key, extensions(*mapping, f'<camunda:out source="n" target="{result}"/>'))
        return own, own

    def boundary(self, drawing: Drawing, depth: int) -> Block:
        host = self._host(drawing, depth)
        return self._guarded(drawing, depth, host, self.trigger(), interrupting=self.maybe(0.5))

    def several_boundaries(self, drawing: Drawing, depth: int) -> Block:
        host = self._host(drawing, depth)
        for _ in range(2):
            event, last = self.name("be"), self.name("e")
            drawing.boundary(event, host, self.trigger(), interrupting=self.maybe(0.4)).end(last)
            handling = self.block(drawing, depth - 1)
            drawing.chain(event, handling[0]).chain(handling[1], last)
        return host, host

    def _host(self, drawing: Drawing, depth: int) -> str:
        kind = self.random.choice(["user", "sub_process", "call"] if depth > 0 else ["user"])
        return str(getattr(self, kind)(drawing, depth)[0])

    def error(self, drawing: Drawing, depth: int) -> Block:
        thrown = ERROR if self.maybe(0.9) else '<bpmn:errorEventDefinition errorRef="err_f"/>'
        host = self._thrower(drawing, depth, thrown)
        return self._guarded(drawing, depth, host, self.random.choice([ERROR, ANY_ERROR]), interrupting=True)

    def escalation(self, drawing: Drawing, depth: int) -> Block:
        host = self._thrower(drawing, depth, ESCALATION)
        other = '<bpmn:escalationEventDefinition escalationRef="esc_y"/>'
        caught = self.random.choice([ESCALATION, ANY_ESCALATION, other])
        return self._guarded(drawing, depth, host, caught, interrupting=self.maybe(0.5))

    def _thrower(self, drawing: Drawing, depth: int, event: str) -> str:
        own, body = self.name("sp"), self.inside(depth, event)
        if self.maybe(0.3):
            outer = Drawing(self.name("b"))
            first, last = self.name("i"), self.name("sp")
            outer.start(first).sub(last, body).chain(first, last)
            body = outer
        if self.maybe(0.3):
            self.called.append(body)
            mapping = [f'<camunda:in source="{name}" target="{name}"/>' for name in ("odd", "n")]
            drawing.call(own, body.key, extensions(*mapping))
        else:
            drawing.sub(own, body, self.random.choice(["", "", many(cardinality="2")]))
        return own

    def _guarded(self, drawing: Drawing, depth: int, host: str, event: str, *, interrupting: bool) -> Block:
        own, merge = self.name("be"), self.name("m")
        drawing.boundary(own, host, event, interrupting=interrupting)
        handling = self.block(drawing, depth - 1)
        drawing.chain(own, handling[0])
        if interrupting or self.maybe(0.2):
            drawing.gateway("exclusive", merge).chain(handling[1], merge).chain(host, merge)
            return host, merge
        last = self.name("e")
        drawing.end(last).chain(handling[1], last)
        return host, host

    def listeners(self, drawing: Drawing, chance: float) -> None:
        """An event sub-process, perhaps."""
        if not self.maybe(chance):
            return
        own, last, body = self.name("on"), self.name("e"), Drawing(self.name("b"))
        block = self.block(body, self.random.choice([0, 0, 1]))
        body.end(last).chain(f"{own}_start", block[0]).chain(block[1], last)
        event = self.random.choice([self.trigger(), self.trigger(), ESCALATION, ERROR])
        interrupting = event == ERROR or self.maybe(0.4)
        drawing.on_event(own, event, body, interrupting=interrupting)
