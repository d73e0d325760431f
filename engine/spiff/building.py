"""Diagram → SpiffWorkflow specs, once per definition. They never change then: any number of threads may run one."""

from collections.abc import Mapping

from engine.expressions import CompiledValue, compile_condition, compile_feel
from engine.spiff.compensating import connect_compensation
from engine.spiff.diagrams import (
    Body,
    EventDefinition,
    Flow,
    Loop,
    Node,
    Process,
    implicit_starts,
    instantiating_events,
    is_empty,
    walk,
)
from engine.spiff.elements.ad_hoc import rules_of
from engine.spiff.elements.catching import BoundaryEvent, EventSubProcessStart, LinkCatch
from engine.spiff.elements.compensation import compensation_of
from engine.spiff.elements.complex_gateways import ComplexGateway
from engine.spiff.elements.external_tasks import is_external
from engine.spiff.elements.flowing import Flowing, Way
from engine.spiff.elements.gateways import InclusiveGateway
from engine.spiff.elements.loops import LoopBody
from engine.spiff.elements.sub_processes import Beginning, EventSubProcess
from engine.spiff.elements.throwing import ThrowEvent
from engine.spiff.factories import FACTORIES, external_task, waiting
from engine.spiff.scope_specs import Building, ScopeSpec


def build(process: Process) -> tuple[ScopeSpec, dict[str, ScopeSpec]]:
    """The process's own specs, and those of each sub-process in it by element id."""
    building = Building(process.lanes, process.attributes.get("camunda:taskPriority", "").strip() or None)
    root = _scope(process.id, process.body, building)
    root.own_listeners = process.listeners
    root.heard = frozenset((node.id, each.event) for node, _ in walk(process.body) for each in node.task_listeners)
    return root, building.scopes


def _scope(name: str, body: Body, building: Building) -> ScopeSpec:
    scope = ScopeSpec(name)
    scope.own_data = body.data_objects
    scope.has_inputs = any(node.data.input_sets for node in body.nodes)
    specs: dict[str, Flowing] = {}
    for node in body.nodes:
        if node.body is not None:
            inside = building.scopes[node.id] = _scope(node.id, node.body, building)
            if node.kind == "adHocSubProcess":
                inside.ad_hoc = rules_of(node, None if node.condition is None else compile_condition(node.condition))
        if node.says("triggeredByEvent", default=False):
            _add_event_sub_process(scope, node)
        elif node.kind in FACTORIES:
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
            scope.has_joins = True
    return scope


def _events_of(spec: object) -> tuple[EventDefinition, ...]:
    return spec.node.events if isinstance(spec, Flowing) else ()


def _element(scope: ScopeSpec, node: Node, building: Building) -> Flowing:
    """The spec a flow leads to: the element itself, or the body of its loop."""
    factory = external_task if is_external(node) else FACTORIES[node.kind]
    if node.loop is None:
        return factory(scope, f"e.{node.id}", node, building)
    asked = tuple(None if each.condition is None else compile_condition(each.condition) for each in node.loop.throws)
    body = LoopBody(scope, f"e.{node.id}", node=node, loop=node.loop, asked=asked, **_loop_rules(node.loop))
    instance = factory(scope, f"i.{node.id}", node, building)
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
    if not first and not is_empty(body):
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
            listener = waiting(scope, f"l.{start.id}", start, EventSubProcessStart, begins=spec)
            if compensation_of(start) is None:
                scope.listeners.append(listener)
            else:
                scope.undone_by = listener
