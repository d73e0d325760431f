"""Elements, positions and extensions that do not run."""

from collections.abc import Iterator

from engine.spiff import supported
from engine.spiff.checks.external_tasks import check_external_task
from engine.spiff.diagrams import Body, Node, Process, walk
from engine.spiff.elements.catching import is_computed
from engine.spiff.elements.external_tasks import THROWN, is_external
from engine.spiff.elements.loops import MOST_INSTANCES
from engine.spiff.elements.throwing import is_handled
from engine.spiff.findings import Finding

_OPEN_TASKS = ("userTask", "manualTask")


def check_elements(process: Process) -> Iterator[Finding]:
    """Everything drawn that the engine does not run, by name."""
    yield from _check_body(process.body, process.id, process.line)
    for name in process.attributes:
        if name.startswith("camunda:") and name.removeprefix("camunda:") not in supported.PROCESS_ATTRIBUTES:
            yield Finding("attribute-unsupported", process.id, process.line, {"name": name.removeprefix("camunda:")})
    for name in process.extensions:
        if name not in supported.PROCESS_EXTENSIONS:
            yield Finding("extension-unsupported", process.id, process.line, {"name": name})
    for node, parent in walk(process.body):
        if node.kind not in supported.NODES:
            yield Finding("element-unsupported", node.id, node.line, {"kind": node.kind})
            continue
        yield from _check_events(node, parent)
        yield from _check_loop(node)
        yield from _check_attributes(node)
        yield from check_external_task(node)
        yield from _check_mappings(node)
        yield from _check_outputs(node)
        if node.body is not None:
            yield from _check_body(node.body, node.id, node.line)
        if node.kind in _OPEN_TASKS:
            yield from _check_people(node, process)


def position_of(node: Node, parent: Node | None) -> str | None:
    """The row of `supported.EVENTS` an event stands in."""
    if node.kind == "startEvent":
        if parent is None:
            return "process start"
        if not parent.says("triggeredByEvent", default=False):
            return "sub-process start"
        interrupts = node.says("isInterrupting", default=True)
        return "event sub-process start" if interrupts else "event sub-process start, non-interrupting"
    if node.kind == "boundaryEvent":
        return "boundary" if node.says("cancelActivity", default=True) else "boundary, non-interrupting"
    return {
        "endEvent": "end",
        "intermediateThrowEvent": "intermediate throw",
        "intermediateCatchEvent": "intermediate catch",
    }.get(node.kind)


def _check_events(node: Node, parent: Node | None) -> Iterator[Finding]:
    position = position_of(node, parent)
    if len(node.events) > 1:
        yield from _check_several(node, position or "")
    elif position is not None:
        kind = node.events[0].kind if node.events else "none"
        if kind not in supported.EVENTS[position]:
            facts = {"event": kind, "position": position}
            code = "event-missing" if kind == "none" and position in ("boundary", "intermediate catch") else None
            yield Finding(code or "event-unsupported", node.id, node.line, facts)
    for event in node.events:
        if event.kind in ("message", "signal") and not event.name and event.reference is None:
            if is_external(node) or is_handled(event) or (node.kind == "sendTask" and _is_handled(node)):
                continue
            yield Finding("message-missing", node.id, event.line, {"event": event.kind})
        is_first = position == "process start" or node.says("instantiate", default=False)
        is_fixed = is_first or event.kind not in ("message", "signal")
        if is_fixed and is_computed(event.name):
            yield Finding("event-name-expression", node.id, event.line, {"name": str(event.name)})
        if event.kind in ("timer", "conditional") and not event.text:
            yield Finding("timer-empty" if event.kind == "timer" else "empty-condition", node.id, event.line)
        for name in event.extensions:
            if name not in supported.event_extensions_of(node.kind, event.kind, is_handled=is_handled(event)):
                yield Finding("extension-unsupported", node.id, event.line, {"name": name})
        known = supported.event_attributes_of(node.kind, event.kind)
        known |= supported.EXTERNAL if node.kind in THROWN else frozenset()
        for name in event.attributes:
            if name.startswith("camunda:") and name.removeprefix("camunda:") not in known:
                yield Finding("attribute-unsupported", node.id, event.line, {"name": name.removeprefix("camunda:")})


def _check_several(node: Node, position: str) -> Iterator[Finding]:
    """A multiple event: each of its events must fit the position and the others."""
    is_parallel = node.says("parallelMultiple", default=False)
    fitting = supported.ALL_CAUGHT if is_parallel else supported.SEVERAL_CAUGHT
    if is_parallel and position == "process start":
        fitting = supported.ALL_CAUGHT - {"timer"}  # one of the definition and one of each instance would count twice
    if node.kind in ("endEvent", "intermediateThrowEvent"):
        fitting = supported.SEVERAL_THROWN
    for event in node.events:
        if event.kind not in supported.EVENTS.get(position, frozenset()):
            yield Finding("event-unsupported", node.id, event.line, {"event": event.kind, "position": position})
        elif event.kind not in fitting:
            yield Finding("several-events", node.id, event.line, {"event": event.kind})


def _is_handled(node: Node) -> bool:
    return any(node.camunda(name) for name in ("class", "delegateExpression", "expression"))


def _check_outputs(node: Node) -> Iterator[Finding]:
    if node.kind == "endEvent" and node.outputs:
        reason = "an end event has no outputs / 结束事件没有输出参数"
        yield Finding("parameter-invalid", node.id, node.line, {"name": node.outputs[0].name, "reason": reason})


def _check_loop(node: Node) -> Iterator[Finding]:
    loop = node.loop
    if loop is None:
        return
    if node.kind not in supported.ACTIVITIES or node.says("triggeredByEvent", default=False):
        kind = node.kind if node.kind not in supported.ACTIVITIES else "event sub-process"
        yield Finding("loop-unsupported", node.id, loop.line, {"kind": kind})
    counts = (loop.condition, loop.maximum) if loop.is_standard else (loop.collection, loop.cardinality)
    if counts == (None, None) or (loop.maximum is not None and loop.maximum < 1):
        yield Finding("loop-without-count", node.id, loop.line)
    if loop.cardinality is not None and _is_no_count(loop.cardinality):
        yield Finding("loop-count-invalid", node.id, loop.line, {"text": loop.cardinality})
    if (loop.output_collection is None) != (loop.output_item is None):
        yield Finding("loop-output-incomplete", node.id, loop.line)
    if loop.behavior not in supported.LOOP_BEHAVIORS:
        yield Finding("loop-behavior-unsupported", node.id, loop.line, {"behavior": str(loop.behavior)})
    elif loop.behavior not in (None, "All") and not loop.throws:
        yield Finding("loop-event-missing", node.id, loop.line, {"behavior": str(loop.behavior)})
    for each in loop.throws:
        if each.event.kind not in supported.LOOP_EVENTS:
            facts = {"event": each.event.kind, "position": "multiInstanceLoopCharacteristics"}
            yield Finding("event-unsupported", node.id, loop.line, facts)
    for name in loop.attributes:
        if name in ("camunda:asyncBefore", "camunda:asyncAfter") and loop.attributes[name] == "true":
            yield Finding("attribute-unsupported", node.id, loop.line, {"name": name.removeprefix("camunda:")})


def _is_no_count(text: str) -> bool:
    """Whether it is a plain number, and none that something could be repeated by."""
    number = text.strip().removeprefix("=").strip()
    try:
        return not (0 <= float(number) <= MOST_INSTANCES and float(number).is_integer())
    except ValueError:
        return False


def _check_attributes(node: Node) -> Iterator[Finding]:
    known = supported.attributes_of(node.kind)
    for name in node.attributes:
        if name.startswith("camunda:") and name.removeprefix("camunda:") not in known:
            yield Finding("attribute-unsupported", node.id, node.line, {"name": name.removeprefix("camunda:")})
    for name in node.extensions:
        if name not in supported.extensions_of(node.kind):
            yield Finding("extension-unsupported", node.id, node.line, {"name": name})
    for name in ("startQuantity", "completionQuantity"):
        text = node.attributes.get(name, "1").strip()
        if not (text.isdecimal() and 1 <= int(text) <= supported.MOST_TOKENS):
            yield Finding("quantity-invalid", node.id, node.line, {"text": text})
    if node.people.parameterised:
        yield Finding("performer-parameters", node.id, node.line)
    for name in node.people.drawn:
        yield Finding("performer-drawn", node.id, node.line, {"name": name})
    for event in node.events:
        for name in sorted(event.variable_events - supported.VARIABLE_EVENTS):
            yield Finding("variable-event", node.id, event.line, {"name": name})


def _check_body(body: Body, owner_id: str, line: int | None) -> Iterator[Finding]:
    for name in body.artifacts:
        if name in supported.REFUSED_ARTIFACTS:
            yield Finding("correlation-unsupported", owner_id, line, {"name": name})
    for flow in body.flows:
        for name in flow.extensions:
            if name not in supported.FLOW_EXTENSIONS:
                yield Finding("extension-unsupported", flow.id, flow.line, {"name": name})


def _check_mappings(node: Node) -> Iterator[Finding]:
    for mapping in (*node.ins, *node.outs, *(mapping for event in node.events for mapping in event.ins)):
        is_named = mapping.kind in ("variable", "expression")
        if is_named and not (mapping.source and mapping.target):
            reason = "a mapping needs a source and a target / 变量映射需要来源和目标"
            yield Finding("parameter-invalid", node.id, node.line, {"name": mapping.target, "reason": reason})


def _check_people(node: Node, process: Process) -> Iterator[Finding]:
    people = node.people
    texts = [node.camunda(name) for name in ("assignee", "candidateGroups", "candidateUsers")]
    named = any([*texts, people.assignee, people.users, people.groups])
    if not named and not (node.lane and process.lanes.get(node.lane)):
        yield Finding("user-task-nobody", node.id, node.line)
