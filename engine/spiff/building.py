"""Diagram → SpiffWorkflow specs, once per definition. They never change then: any number of threads may run one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.expressions import CompiledValue, compile_condition, compile_feel, compile_value
from engine.spiff.compensating import compensation_of, connect_compensation, throw_compensation
from engine.spiff.diagrams import (
    Body,
    EventDefinition,
    Flow,
    Listener,
    Loop,
    Node,
    Process,
    implicit_starts,
    instantiating_events,
    walk,
)
from engine.spiff.elements.automatic_tasks import BusinessRuleTask, NoneTask, ScriptTask, ServiceTask
from engine.spiff.elements.catching import BoundaryEvent, CatchEvent, EventPart, EventSubProcessStart, LinkCatch
from engine.spiff.elements.compensation import Compensation
from engine.spiff.elements.complex_gateways import ComplexGateway
from engine.spiff.elements.flowing import Flowing, Way
from engine.spiff.elements.gateways import EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.spiff.elements.loops import LoopBody
from engine.spiff.elements.receiving import ReceiveTask
from engine.spiff.elements.sub_processes import Beginning, CallActivity, EventSubProcess, StartEvent, SubProcess
from engine.spiff.elements.throwing import ThrowEvent
from engine.spiff.elements.transactions import CancelEnd
from engine.spiff.elements.user_tasks import TimeoutListener, UserTask


class ScopeSpec(BpmnProcessSpec):
    """
    The specs of one process or sub-process.

    Attributes:
        starts: By element id, what the scope can begin with: start events, receive tasks, events behind a gateway.
        none_start: The none start event, else the first of them; without any, the beginning.
        beginning: Where it begins when not at a start event.
        listeners: Start events of the event sub-processes inside it.
        has_conditions: Whether a conditional event stands in it.
        has_inputs: Whether an element in it may have to wait for its data inputs.
        own_listeners: Execution listeners of the process itself; a sub-process has them on its element.
        heard: (element id, event) of each task listener of the process, at every depth.
        own_data: Variables that are its own; those of a process need no mention.
        compensating: Spec that undoes what completed in it; `None` when nothing in it can be undone.
        undone_by: Start event of its event sub-process for compensation.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.starts: dict[str, Flowing] = {}
        self.none_start: Flowing | None = None
        self.beginning: Beginning | None = None
        self.listeners: list[EventSubProcessStart] = []
        self.has_conditions = False
        self.has_inputs = False
        self.own_listeners: tuple[Listener, ...] = ()
        self.heard: frozenset[tuple[str, str]] = frozenset()
        self.own_data: tuple[str, ...] = ()
        self.compensating: Compensation | None = None
        self.undone_by: EventSubProcessStart | None = None


@dataclass(slots=True)
class _Building:
    """One process on its way to specs; `lanes` maps lane names to candidate groups."""

    lanes: Mapping[str, str | None]
    scopes: dict[str, ScopeSpec] = field(default_factory=dict)


def build(process: Process) -> tuple[ScopeSpec, dict[str, ScopeSpec]]:
    """The process's own specs, and those of each sub-process in it by element id."""
    building = _Building(process.lanes)
    root = _scope(process.id, process.body, building)
    root.own_listeners = process.listeners
    root.heard = frozenset((node.id, each.event) for node, _ in walk(process.body) for each in node.task_listeners)
    return root, building.scopes


def _scope(name: str, body: Body, building: _Building) -> ScopeSpec:
    scope = ScopeSpec(name)
    scope.own_data = body.data_objects
    scope.has_inputs = any(node.data.input_sets for node in body.nodes)
    specs: dict[str, Flowing] = {}
    for node in body.nodes:
        if node.body is not None:
            building.scopes[node.id] = _scope(node.id, node.body, building)
        if node.says("triggeredByEvent", default=False):
            _add_event_sub_process(scope, node)
        elif node.kind in _FACTORIES:
            specs[node.id] = _element(scope, node, building)
    for spec in specs.values():
        spec.ways = _ways(spec.node, specs)
        _connect_boundary(spec, specs)
    _connect_links(specs)
    _connect_beginning(scope, name, body, specs)
    connect_compensation(scope, specs, building.scopes)
    scope.has_conditions = any(
        event.kind == "conditional" for spec in scope.task_specs.values() for event in _events_of(spec)
    )
    for spec in specs.values():
        if isinstance(spec, InclusiveGateway | ComplexGateway):
            spec.upstream = _upstream(spec.node, specs)
    return scope


def _events_of(spec: object) -> tuple[EventDefinition, ...]:
    return spec.node.events if isinstance(spec, Flowing) else ()


def _element(scope: ScopeSpec, node: Node, building: _Building) -> Flowing:
    """The spec a flow leads to: the element itself, or the body of its loop."""
    if node.loop is None:
        return _FACTORIES[node.kind](scope, f"e.{node.id}", node, building)
    body = LoopBody(scope, f"e.{node.id}", node=node, loop=node.loop, **_loop_rules(node.loop))
    instance = _FACTORIES[node.kind](scope, f"i.{node.id}", node, building)
    instance.body_spec, body.instance_spec = body, instance
    return body


def _loop_rules(loop: Loop) -> dict[str, CompiledValue | None]:
    return {
        "items": None if loop.collection is None else compile_condition(loop.collection),
        "cardinality": None if loop.cardinality is None else compile_condition(loop.cardinality),
        "completion": None if loop.completion is None else compile_condition(loop.completion),
        "condition": None if loop.condition is None else compile_condition(loop.condition),
    }


def _ways(node: Node, specs: Mapping[str, Flowing]) -> tuple[Way, ...]:
    default = node.attributes.get("default")
    return tuple(
        Way(
            flow_id=flow.id,
            target=specs[flow.target],
            condition=None if flow.condition is None or flow.id == default else _condition(flow),
            is_default=flow.id == default,
            listeners=flow.listeners,
        )
        for flow in node.outgoing
    )


def _condition(flow: Flow) -> CompiledValue:
    text = flow.condition or ""
    return compile_feel(text) if "feel" in (flow.language or "").lower() else compile_condition(text)


def _connect_boundary(spec: Flowing, specs: Mapping[str, Flowing]) -> None:
    if isinstance(spec, BoundaryEvent) and compensation_of(spec.node) is None:
        host = specs[spec.node.attributes["attachedToRef"]]
        host.boundaries = (*host.boundaries, spec)


def _connect_links(specs: Mapping[str, Flowing]) -> None:
    targets = {spec.node.events[0].name: spec for spec in specs.values() if isinstance(spec, LinkCatch)}
    for spec in specs.values():
        if isinstance(spec, ThrowEvent) and spec.node.events and spec.node.events[0].kind == "link":
            spec.ways = (Way("", targets[spec.node.events[0].name], None, is_default=False),)


def _upstream(node: Node, specs: Mapping[str, Flowing]) -> dict[str, frozenset[str]]:
    """By incoming flow of an inclusive gateway, the specs that can reach it without passing the gateway."""
    before: dict[str, list[str]] = {}
    for spec in specs.values():
        for way in spec.ways:
            before.setdefault(way.target.name, []).append(spec.name)
        for boundary in spec.boundaries:
            before.setdefault(boundary.name, []).append(spec.name)
    own = specs[node.id].name
    return {flow.id: _reaching(specs[flow.source].name, own, before) for flow in node.incoming}


def _reaching(source: str, gateway: str, before: Mapping[str, list[str]]) -> frozenset[str]:
    seen: set[str] = set()
    stack = [source]
    while stack:
        name = stack.pop()
        if name not in seen and name != gateway:
            seen.add(name)
            stack.extend(before.get(name, ()))
    return frozenset(seen)


def _connect_beginning(scope: ScopeSpec, owner_id: str, body: Body, specs: Mapping[str, Flowing]) -> None:
    """Let a scope begin at what nothing leads to, when no start event says where."""
    gates = instantiating_events(body)
    first = set(gates.values()) or ({node.id for node in implicit_starts(body)} if scope.none_start is None else set())
    if not first:
        return
    node = Node(owner_id, "process", None, None, None, None, (), (), {})
    scope.beginning = Beginning(scope, "beginning", node=node)
    scope.beginning.gates = gates
    scope.beginning.ways = tuple(Way("", specs[each], None, is_default=False) for each in specs if each in first)
    scope.starts |= {event: specs[event] for event in gates} or {owner_id: scope.beginning}
    if scope.none_start is None and not gates:
        scope.none_start = scope.beginning


def _add_event_sub_process(scope: ScopeSpec, node: Node) -> None:
    spec = EventSubProcess(scope, f"e.{node.id}", node=node)
    for start in node.body.nodes if node.body else ():
        if start.kind == "startEvent":
            listener = _waiting(scope, f"l.{start.id}", start, EventSubProcessStart, begins=spec)
            if compensation_of(start) is None:
                scope.listeners.append(listener)
            else:
                scope.undone_by = listener


_Waiting = TypeVar("_Waiting", bound=Flowing)
_Factory = Callable[[ScopeSpec, str, Node, _Building], Flowing]


def _plain(kind: Callable[..., Flowing]) -> _Factory:
    return lambda scope, name, node, _building: kind(scope, name, node=node)


def _waiting(scope: ScopeSpec, name: str, node: Node, kind: Callable[..., _Waiting], **facts: object) -> _Waiting:
    """An element that waits for its event, or for several."""
    if len(node.events) < 2:  # noqa: PLR2004 - one event is no multiple event
        return kind(scope, name, node=node, **facts)
    spec = kind(scope, name, node=replace(node, events=()), **facts)
    spec.parts = tuple(
        EventPart(scope, f"p{number}.{name}", node=replace(node, events=(event,)))
        for number, event in enumerate(node.events)
    )
    return spec


def _start_event(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    spec = StartEvent(scope, name, node=node)
    scope.starts[node.id] = spec
    if scope.none_start is None or (not node.events and scope.none_start.node.events):
        scope.none_start = spec
    return spec


def _catch_event(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    if node.events and node.events[0].kind == "link":
        return LinkCatch(scope, name, node=node)
    return _waiting(scope, name, node, CatchEvent)


def _boundary_event(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    return _waiting(scope, name, node, BoundaryEvent)


def _throw_event(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    compensation = compensation_of(node)
    if compensation is not None:
        return throw_compensation(scope, name, node, compensation)
    is_cancelled = any(event.kind == "cancel" for event in node.events)
    return (CancelEnd if is_cancelled else ThrowEvent)(scope, name, node=node)


def _user_task(scope: ScopeSpec, name: str, node: Node, building: _Building) -> Flowing:
    group = building.lanes.get(node.lane) if node.lane else None
    task = UserTask(scope, name, node=node, lane_group=group)
    task.boundaries = tuple(_timeouts(scope, node))
    return task


def _timeouts(scope: ScopeSpec, node: Node) -> Iterator[TimeoutListener]:
    """A timer for each `timeout` listener of a user task, as a boundary event that interrupts nothing."""
    for number, listener in enumerate(node.task_listeners):
        if listener.event == "timeout":
            timer = EventDefinition("timer", listener.line, text=listener.timer or "")
            beside = replace(
                _BESIDE, id=node.id, name=node.name, line=listener.line, events=(timer,), retry_cycle=node.retry_cycle
            )
            yield TimeoutListener(scope, f"w.{number}.{node.id}", node=beside, listener=listener)


_BESIDE = Node(
    id="",
    kind="boundaryEvent",
    name=None,
    line=None,
    documentation=None,
    lane=None,
    incoming=(),
    outgoing=(),
    attributes={"cancelActivity": "false"},
)


def _script_task(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    program = compile_feel(node.script or "null")
    return ScriptTask(scope, name, node=node, program=program, result_variable=node.camunda("resultVariable"))


def _service_task(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    expression = node.camunda("expression")
    return ServiceTask(
        scope,
        name,
        node=node,
        handler=handler_name(node),
        expression=None if expression is None else compile_value(expression),
        result_variable=node.camunda("resultVariable"),
    )


def handler_name(node: Node) -> str | None:
    """The registered handler a task names, by `camunda:delegateExpression` or the simple name of `camunda:class`."""
    delegate = node.camunda("delegateExpression")
    if delegate is not None:
        return delegate.removeprefix("${").removeprefix("#{").removesuffix("}").strip()
    name = node.camunda("class")
    return None if name is None else name.rpartition(".")[2]


def _business_rule_task(scope: ScopeSpec, name: str, node: Node, building: _Building) -> Flowing:
    if node.camunda("decisionRef") is None:
        return _service_task(scope, name, node, building)
    binding = node.camunda("decisionRefBinding") or "latest"
    return BusinessRuleTask(
        scope,
        name,
        node=node,
        decision=compile_value(node.camunda("decisionRef") or ""),
        binding=binding,
        version=_version(node, binding, "decisionRef"),
        mapping=node.camunda("mapDecisionResult") or "resultList",
        result_variable=node.camunda("resultVariable"),
    )


def _complex_gateway(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    activation = None if node.condition is None else compile_condition(node.condition)
    return ComplexGateway(scope, name, node=node, activation=activation)


def _call_activity(scope: ScopeSpec, name: str, node: Node, _building: _Building) -> Flowing:
    binding = node.camunda("calledElementBinding") or "latest"
    return CallActivity(
        scope,
        name,
        node=node,
        called=compile_value(called_element(node)),
        binding=binding,
        version=_version(node, binding, "calledElement"),
    )


def called_element(node: Node) -> str:
    """What a call activity calls: an expression, or a key without the namespace prefix that XML allows before it."""
    text = node.attributes.get("calledElement", "").strip()
    return text if text.startswith("=") or "{" in text else text.rpartition(":")[2]


def _version(node: Node, binding: str, attribute: str) -> CompiledValue | None:
    text = {"version": node.camunda(f"{attribute}Version"), "versionTag": node.camunda(f"{attribute}VersionTag")}
    version = text.get(binding)
    return None if version is None else compile_value(version)


def _send_task(scope: ScopeSpec, name: str, node: Node, building: _Building) -> Flowing:
    if handler_name(node) is not None or node.camunda("expression") is not None:
        return _service_task(scope, name, node, building)
    return ThrowEvent(scope, name, node=node)


_FACTORIES: dict[str, _Factory] = {
    "task": _plain(NoneTask),
    "userTask": _user_task,
    "manualTask": _user_task,
    "scriptTask": _script_task,
    "serviceTask": _service_task,
    "sendTask": _send_task,
    "receiveTask": _plain(ReceiveTask),
    "businessRuleTask": _business_rule_task,
    "subProcess": _plain(SubProcess),
    "transaction": _plain(SubProcess),
    "callActivity": _call_activity,
    "exclusiveGateway": _plain(ExclusiveGateway),
    "parallelGateway": _plain(ParallelGateway),
    "inclusiveGateway": _plain(InclusiveGateway),
    "eventBasedGateway": _plain(EventBasedGateway),
    "complexGateway": _complex_gateway,
    "startEvent": _start_event,
    "endEvent": _throw_event,
    "intermediateThrowEvent": _throw_event,
    "intermediateCatchEvent": _catch_event,
    "boundaryEvent": _boundary_event,
}
