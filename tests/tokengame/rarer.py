"""Blocks that random processes draw now and then: what is rare in diagrams, and easy to get wrong."""

from itertools import pairwise
from typing import TYPE_CHECKING

from tests.spiff.drawing import CANCEL, COMPENSATE, ERROR, MESSAGE, Drawing, compensate, many, timer

if TYPE_CHECKING:
    from tests.tokengame.processes import Block, Generator


def complex_join(make: "Generator", drawing: Drawing, depth: int) -> "Block":
    """A parallel split that some of its branches are enough to join again; late ones may take a way of their own."""
    split, join, last = make.name("g"), make.name("j"), make.name("t")
    branches = make.random.choice([2, 2, 3])
    enough = make.random.randrange(1, branches + 1)
    drawing.gateway("parallel", split).element("task", last)
    drawing.element(
        "complexGateway", join, f"<bpmn:activationCondition>activationCount &gt;= {enough}</bpmn:activationCondition>"
    )
    for _ in range(branches):
        block = make.block(drawing, depth)
        drawing.chain(split, block[0]).chain(block[1], join)
    if make.maybe(0.5):
        drawing.chain(join, last)
        return split, last
    late, ended = make.user(drawing, 0)[0], make.name("e")
    drawing.flow(join, last, "waitingForStart").flow(join, late, "not(waitingForStart)")
    drawing.end(ended).chain(late, ended)
    return split, last


def ad_hoc(make: "Generator", drawing: Drawing, depth: int) -> "Block":
    own, body = make.name("ah"), Drawing(make.name("b"))
    is_sequential = make.maybe(0.4)
    decision = make.decision(body)
    for _ in range(make.random.choice([1, 2, 2])):
        kind = make.random.choice(["user", "user", "script", "loop_task", *(["sub_process"] if depth > 0 else [])])
        _, after = getattr(make, kind)(body, depth)
        if make.maybe(0.4):
            following = make.user(body, 0)[0]
            body.chain(after, following)
    if make.maybe(0.7):
        body.add(f"<bpmn:completionCondition>{decision}</bpmn:completionCondition>\n")
    said = {"ordering": "Sequential"} if is_sequential else {}
    said |= {"cancelRemainingInstances": "false"} if make.maybe(0.4) else {}
    drawing.element("adHocSubProcess", own, body.inside(), **said)
    return own, own


def all_of_several(make: "Generator", drawing: Drawing, depth: int) -> "Block":
    """A parallel multiple event: caught, or on the edge of a task."""
    own = make.name("ev")
    rules = [MESSAGE, make.own_signal(), timer("timeDuration", "PT1H"), timer("timeCycle", "R2/PT2H")]
    events = "".join(make.random.sample(rules[:3] if make.maybe(0.5) else [*rules[:2], rules[3]], 2))
    if make.maybe(0.4):
        events = events.replace("R2/PT2H", "R1/PT2H")
        drawing.element("intermediateCatchEvent", own, events, parallelMultiple="true")
        return own, own
    host, last = make.user(drawing, 0)[0], make.name("e")
    interrupts = {} if make.maybe(0.3) else {"cancelActivity": "false"}
    drawing.element("boundaryEvent", own, events, attachedToRef=host, parallelMultiple="true", **interrupts)
    drawing.end(last).chain(own, last)
    return host, host


def data_object(make: "Generator", drawing: Drawing, depth: int) -> "Block":
    """A sub-process that remembers something of its own and decides by it."""
    own, body, data = make.name("sp"), Drawing(make.name("b")), make.name("do")
    first, last, choice, default = make.name("i"), make.name("o"), make.name("x"), make.name("f")
    value = make.random.choice(["true", "false"])
    body.add(f'<bpmn:dataObject id="{data}" name="{data}"/>\n').start(first).script(
        f"{data}_set", f"{{{data}: {value}}}"
    )
    block, other = make.block(body, depth), make.user(body, 0)
    body.gateway("exclusive", choice, default=default).end(last)
    body.chain(first, f"{data}_set", block[0]).chain(block[1], choice)
    body.flow(choice, other[0], data).chain(other[1], last).flow(choice, last, id=default)
    drawing.sub(own, body, make.random.choice(["", "", many(cardinality="2")]))
    return own, own


def _undoable(make: "Generator", drawing: Drawing) -> str:
    """A user task, perhaps several times, with a task or a script that undoes it."""
    own, handler = make.name("u"), make.name("h")
    loops = ["", "", many(cardinality="2"), many(cardinality="2", sequential=True)]
    drawing.user(own, make.random.choice(loops)).undo(own, handler)
    if make.maybe(0.6):
        drawing.user(handler, isForCompensation="true")
    else:
        drawing.script(handler, f"{{{handler}: {make.count}}}", isForCompensation="true")
    return own


def _done_before(make: "Generator", drawing: Drawing, depth: int) -> tuple[list["Block"], list[str]]:
    """What can be undone, in a row: tasks, and sub-processes with such tasks inside."""
    blocks: list[Block] = []
    names: list[str] = []
    for _ in range(make.random.choice([1, 2, 2, 3])):
        if depth > 0 and make.maybe(0.4):
            own, body, first, last = make.name("sp"), Drawing(make.name("b")), make.name("i"), make.name("o")
            inside, _ = _done_before(make, body, depth - 1)
            body.start(first).end(last)
            _chained(body, [(first, first), *inside, (last, last)])
            if make.maybe(0.3):
                _on_compensation(make, body)
            drawing.sub(own, body, make.random.choice(["", "", many(cardinality="2")]))
        else:
            own = _undoable(make, drawing)
        blocks.append((own, own))
        names.append(own)
    return blocks, names


def _on_compensation(make: "Generator", body: Drawing) -> None:
    own, handling = make.name("on"), Drawing(make.name("b"))
    last, task = make.name("e"), make.user(handling, 0)[0]
    handling.end(last).chain(f"{own}_start", task)
    if make.maybe(0.6):
        thrown = make.name("t")
        handling.throw(thrown, compensate()).chain(task, thrown, last)
    else:
        handling.chain(task, last)
    body.on_event(own, COMPENSATE, handling, interrupting=True)


def _chained(drawing: Drawing, blocks: list["Block"]) -> None:
    for before, after in pairwise(blocks):
        drawing.chain(before[1], after[0])


def compensation(make: "Generator", drawing: Drawing, depth: int) -> "Block":
    """Some of it done, then all or one of it undone, or nothing."""
    blocks, names = _done_before(make, drawing, depth)
    decision, choice, default = make.decision(drawing), make.name("x"), make.name("f")
    thrown, merge = make.name("t"), make.name("m")
    drawing.gateway("exclusive", choice, default=default).gateway("exclusive", merge)
    one = make.random.choice([None, None, make.random.choice(names)])
    drawing.throw(thrown, compensate(one, waits=make.maybe(0.8)))
    _chained(drawing, [*blocks, (decision, decision), (choice, choice)])
    drawing.flow(choice, thrown, decision).flow(choice, merge, id=default).chain(thrown, merge)
    return blocks[0][0], merge


def transaction(make: "Generator", drawing: Drawing, depth: int) -> "Block":
    """Done, then cancelled or not; beside it something that may still be open."""
    own, event, merge, body = make.name("tr"), make.name("be"), make.name("m"), Drawing(make.name("b"))
    first, last, bad, choice, default = (make.name(prefix) for prefix in ("i", "o", "o", "x", "f"))
    blocks, _ = _done_before(make, body, depth)
    decision = make.decision(body)
    body.start(first).end(last).end(bad, make.random.choice([CANCEL, CANCEL, CANCEL, ERROR]))
    body.gateway("exclusive", choice, default=default)
    _chained(body, [(first, first), *blocks, (decision, decision), (choice, choice)])
    body.flow(choice, bad, decision).flow(choice, last, id=default)
    if make.maybe(0.4):
        beside, _ = _done_before(make, body, 0)
        body.chain(first, beside[0][0])
        _chained(body, beside)
    drawing.transaction(own, body, make.random.choice(["", "", "", many(cardinality="2")]))
    drawing.gateway("exclusive", merge).chain(own, merge)
    if make.maybe(0.8):
        drawing.boundary(event, own, CANCEL).chain(event, merge)
    return own, merge


def abort(make: "Generator", drawing: Drawing, depth: int) -> "Block":
    """A sub-process that an error leaves after something in it has completed."""
    own, event, merge, body = make.name("sp"), make.name("be"), make.name("m"), Drawing(make.name("b"))
    first, last, bad, choice, default = (make.name(prefix) for prefix in ("i", "o", "o", "x", "f"))
    blocks, _ = _done_before(make, body, depth)
    decision = make.decision(body)
    body.start(first).end(last).end(bad, ERROR).gateway("exclusive", choice, default=default)
    _chained(body, [(first, first), *blocks, (decision, decision), (choice, choice)])
    body.flow(choice, bad, decision).flow(choice, last, id=default)
    drawing.sub(own, body, make.random.choice(["", "", many(cardinality="2")]))
    drawing.boundary(event, own, ERROR).gateway("exclusive", merge).chain(own, merge).chain(event, merge)
    return own, merge


RARER = {
    "complex_join": complex_join,
    "ad_hoc": ad_hoc,
    "all_of_several": all_of_several,
    "data_object": data_object,
    "compensation": compensation,
    "transaction": transaction,
    "abort": abort,
}
