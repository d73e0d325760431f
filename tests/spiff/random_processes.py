"""Random structured processes: every gateway, loop, scope and event we run, nested in each other."""

import random

from tests.spiff.drawing import (
    CANCEL,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    Drawing,
    again,
    compensate,
    condition,
    extensions,
    many,
    parameters,
    timer,
)

Block = tuple[str, str]


class Generator:
    """`block` draws something with one way in and one way out into `drawing` and says where they are."""

    def __init__(self, seed: int, *, fragile: bool = False) -> None:
        self.random = random.Random(seed)
        self.fragile = fragile
        self.count = 0
        self.called: list[Drawing] = []

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def process(self, depth: int) -> Drawing:
        drawing = Drawing().start()
        first, second = self.block(drawing, depth), self.block(drawing, depth)
        drawing.end().chain("start", first[0]).chain(first[1], second[0]).chain(second[1], "end")
        if self.random.random() < 0.3:
            self.event_sub_process(drawing)
        return drawing

    def block(self, drawing: Drawing, depth: int) -> Block:
        simple = [self.user, self.user, self.script, self.throw, *([self.service] * 3 if self.fragile else [])]
        nested = [
            self.sequence, self.exclusive, self.parallel, self.inclusive, self.loop, self.sub_process, self.call,
            self.boundary, self.multiple, self.event_gateway, self.guarded_error, self.branch_that_ends,
            self.undone, self.transaction,
        ]  # fmt: skip
        return self.random.choice(simple + nested if depth > 0 else simple)(drawing, depth - 1)

    def user(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("u")
        drawing.user(own, self.random.choice(["", "", "", again(maximum=2), many(cardinality="2")]))
        return own, own

    def script(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("s")
        drawing.script(own, f"{{{own}: if n = null then 0 else n, shared: {self.count}}}")
        return own, own

    def service(self, drawing: Drawing, depth: int) -> Block:
        """A handler that may fail, guarded by a timer whose rule calls a function that may fail."""
        own, event, last = self.name("sv"), self.name("be"), self.name("e")
        inside = extensions(parameters({"text": "=own"}, {own: "=n + 1"})).replace("=own", f"={len(own)}")
        cycle = "<camunda:failedJobRetryTimeCycle>R2/PT1M</camunda:failedJobRetryTimeCycle>"
        if self.random.random() < 0.3:
            inside = inside.replace("</bpmn:extensionElements>", f"{cycle}</bpmn:extensionElements>")
        drawing.service(own, "work", inside).boundary(event, own, timer("timeDuration", "=wait()"))
        drawing.end(last).chain(event, last)
        return own, own

    def throw(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("t")
        drawing.throw(own, self.random.choice([MESSAGE, SIGNAL, ESCALATION]))
        return own, own

    def sequence(self, drawing: Drawing, depth: int) -> Block:
        first, second = self.block(drawing, depth), self.block(drawing, depth)
        drawing.chain(first[1], second[0])
        return first[0], second[1]

    def exclusive(self, drawing: Drawing, depth: int) -> Block:
        return self.gateways(drawing, depth, "exclusive")

    def inclusive(self, drawing: Drawing, depth: int) -> Block:
        return self.gateways(drawing, depth, "inclusive")

    def parallel(self, drawing: Drawing, depth: int) -> Block:
        return self.gateways(drawing, depth, "parallel")

    def gateways(self, drawing: Drawing, depth: int, kind: str) -> Block:
        split, join, default = self.name("g"), self.name("j"), self.name("f")
        drawing.gateway(kind, split, **({} if kind == "parallel" else {"default": default})).gateway(kind, join)
        for branch in range(self.random.choice([2, 2, 3])):
            block = self.block(drawing, depth)
            if kind == "parallel":
                drawing.flow(split, block[0])
            elif branch == 0:
                drawing.flow(split, block[0], id=default)
            else:
                drawing.flow(split, block[0], self.random.choice(["true", "false", "odd", "not(odd)"]))
            drawing.flow(block[1], join)
        return split, join

    def loop(self, drawing: Drawing, depth: int) -> Block:
        merge, choice, out, count, default = (self.name(each) for each in ("m", "x", "s", "c", "f"))
        limit = self.random.choice([1, 2])
        drawing.gateway("exclusive", merge).gateway("exclusive", choice, default=default)
        drawing.script(count, f"{{{count}: if {count} = null then 1 else {count} + 1}}")
        drawing.script(out, f"{{{count}: 0}}")
        block = self.block(drawing, depth)
        drawing.chain(merge, block[0]).chain(block[1], count, choice)
        drawing.flow(choice, merge, f"{count} <= {limit}").flow(choice, out, id=default)
        return merge, out

    def inside(self, depth: int, *, terminates: bool = False) -> Drawing:
        body = Drawing(self.name("b"))
        first, last = self.name("i"), self.name("o")
        body.start(first).end(last, TERMINATE if terminates else "")
        block = self.block(body, depth)
        body.chain(first, block[0]).chain(block[1], last)
        if self.random.random() < 0.3:
            self.event_sub_process(body)
        return body

    def sub_process(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("sp")
        loop = self.random.choice(["", "", many(cardinality="2"), many(cardinality="2", sequential=True)])
        drawing.sub(own, self.inside(depth, terminates=self.random.random() < 0.3), loop)
        return own, own

    def call(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("ca")
        called = self.inside(depth)
        self.called.append(called)
        mapping = extensions('<camunda:in variables="all"/>', '<camunda:out source="shared" target="shared"/>')
        drawing.call(own, called.key, mapping)
        return own, own

    def boundary(self, drawing: Drawing, depth: int) -> Block:
        host, event = self.name("u"), self.name("be")
        drawing.user(host) if self.random.random() < 0.5 else drawing.sub(host, self.inside(depth))
        timers = [timer("timeDuration", "PT1H"), timer("timeCycle", "R2/PT1H")]
        rule = self.random.choice([MESSAGE, SIGNAL, *timers, ESCALATION, condition("shared > 5")])
        interrupting = self.random.random() < 0.5
        drawing.boundary(event, host, rule, interrupting=interrupting)
        handling = self.block(drawing, 0)
        drawing.chain(event, handling[0])
        if interrupting:
            merge = self.name("m")
            drawing.gateway("exclusive", merge).chain(handling[1], merge).chain(host, merge)
            return host, merge
        last = self.name("e")
        drawing.end(last).chain(handling[1], last)
        return host, host

    def multiple(self, drawing: Drawing, depth: int) -> Block:
        own = self.name("mu")
        condition = self.random.choice([None, "nrOfCompletedInstances >= 2"])
        sequential = self.random.random() < 0.5
        loop = many(cardinality="3", output=(f"{own}_all", f"{own}_one"), completion=condition, sequential=sequential)
        drawing.user(own, loop)
        return own, own

    def event_gateway(self, drawing: Drawing, depth: int) -> Block:
        gateway, merge = self.name("eg"), self.name("m")
        drawing.gateway("eventBased", gateway).gateway("exclusive", merge)
        for event in (MESSAGE, timer("timeDuration", "PT2H"), SIGNAL):
            own = self.name("ev")
            drawing.catch(own, event).chain(gateway, own)
            block = self.block(drawing, 0)
            drawing.chain(own, block[0]).chain(block[1], merge)
        return gateway, merge

    def guarded_error(self, drawing: Drawing, depth: int) -> Block:
        own, event, merge = self.name("sp"), self.name("be"), self.name("m")
        body = Drawing(self.name("b"))
        first, choice, last, bad, default = (self.name(each) for each in ("i", "x", "o", "o", "f"))
        body.start(first).gateway("exclusive", choice, default=default).end(last).end(bad, ERROR)
        block = self.block(body, depth)
        body.chain(first, block[0]).chain(block[1], choice).flow(choice, bad, "odd").flow(choice, last, id=default)
        loop = self.random.choice(["", many(cardinality="2"), many(cardinality="2", sequential=True)])
        drawing.sub(own, body, loop).boundary(event, own, ERROR).gateway("exclusive", merge)
        return self._merged(drawing, own, event, merge)

    def _merged(self, drawing: Drawing, own: str, event: str, merge: str) -> Block:
        drawing.chain(own, merge).chain(event, merge)
        return own, merge

    def branch_that_ends(self, drawing: Drawing, depth: int) -> Block:
        split, last = self.name("g"), self.name("e")
        drawing.gateway("parallel", split).end(last)
        ending, going = self.block(drawing, depth), self.block(drawing, depth)
        drawing.chain(split, ending[0]).chain(ending[1], last).chain(split, going[0])
        return split, going[1]

    def undone(self, drawing: Drawing, depth: int) -> Block:
        """Something that can be undone, and then perhaps is."""
        own, handler, throw, choice, default, merge = (self.name(each) for each in ("u", "un", "t", "x", "f", "m"))
        if self.random.random() < 0.5:
            drawing.user(own, self.random.choice(["", again(maximum=2), many(cardinality="2")]))
        else:
            drawing.sub(own, self.inside(depth))
        if self.random.random() < 0.7:
            drawing.undo(own, handler).user(handler, isForCompensation="true")
        drawing.throw(throw, compensate(self.random.choice([own, None]), waits=self.random.random() < 0.7))
        drawing.gateway("exclusive", choice, default=default).gateway("exclusive", merge).chain(own, choice)
        drawing.flow(choice, throw, self.random.choice(["odd", "not(odd)"])).flow(choice, merge, id=default)
        drawing.chain(throw, merge)
        return own, merge

    def transaction(self, drawing: Drawing, depth: int) -> Block:
        own, event, merge = self.name("tr"), self.name("be"), self.name("m")
        body = Drawing(self.name("b"))
        first, choice, last, bad, default = (self.name(each) for each in ("i", "x", "o", "o", "f"))
        body.start(first).gateway("exclusive", choice, default=default).end(last).end(bad, CANCEL)
        block = self.undone(body, depth)
        body.chain(first, block[0]).chain(block[1], choice).flow(choice, bad, "odd").flow(choice, last, id=default)
        loop = self.random.choice(["", many(cardinality="2"), many(cardinality="2", sequential=True)])
        drawing.transaction(own, body, loop).boundary(event, own, CANCEL).gateway("exclusive", merge)
        return self._merged(drawing, own, event, merge)

    def event_sub_process(self, drawing: Drawing) -> None:
        own, last = self.name("on"), self.name("e")
        body = Drawing(self.name("b"))
        block = self.block(body, 0)
        body.end(last).chain(f"{own}_start", block[0]).chain(block[1], last)
        events = [MESSAGE, SIGNAL, timer("timeDuration", "PT3H"), ESCALATION, condition("shared = 3")]
        event = self.random.choice(events)
        drawing.on_event(own, event, body, interrupting=self.random.random() < 0.3)
