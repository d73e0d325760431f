"""One spec for each kind of element."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from engine.expressions import CompiledValue, compile_condition, compile_script, compile_value
from engine.spiff.diagrams import (
    EventDefinition,
    Node,
    triggers_of,
)
from engine.spiff.elements.automatic_tasks import BusinessRuleTask, NoneTask, ScriptTask, ServiceTask
from engine.spiff.elements.catching import BoundaryEvent, CatchEvent, EventPart, LinkCatch
from engine.spiff.elements.complex_gateways import ComplexGateway
from engine.spiff.elements.external_tasks import ExternalTask, external_attribute
from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.gateways import EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.spiff.elements.receiving import ReceiveTask
from engine.spiff.elements.sub_processes import CallActivity, ParallelStart, StartEvent, SubProcess
from engine.spiff.elements.throwing import ThrowEvent
from engine.spiff.elements.transactions import CancelEnd
from engine.spiff.elements.user_tasks import TimeoutListener, UserTask
from engine.spiff.scope_specs import Building, ScopeSpec

_Waiting = TypeVar("_Waiting", bound=Flowing)
_Factory = Callable[[ScopeSpec, str, Node, Building], Flowing]


def _plain(kind: Callable[..., Flowing]) -> _Factory:
    return lambda scope, name, node, _building: kind(scope, name, node=node)


def waiting(scope: ScopeSpec, name: str, node: Node, kind: Callable[..., _Waiting], **facts: object) -> _Waiting:
    """An element that waits for its event, or for several."""
    if len(node.events) < 2:  # noqa: PLR2004 - one event is no multiple event
        return kind(scope, name, node=node, **facts)
    spec = kind(scope, name, node=replace(node, events=()), **facts)
    spec.parts = tuple(
        EventPart(scope, f"p{number}.{name}", node=replace(node, events=(event,)))
        for number, event in enumerate(node.events)
    )
    return spec


def _start_event(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
    if len(node.events) > 1 and node.says("parallelMultiple", default=False):
        parallel = waiting(scope, name, node, ParallelStart)
        scope.starts |= dict.fromkeys((node.id, *(name for name, _ in triggers_of(node))), parallel)
        return parallel
    spec = StartEvent(scope, name, node=node)
    scope.starts[node.id] = spec
    if scope.none_start is None or (not node.events and scope.none_start.node.events):
        scope.none_start = spec
    return spec


def _catch_event(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
    if node.events and node.events[0].kind == "link":
        return LinkCatch(scope, name, node=node)
    return waiting(scope, name, node, CatchEvent)


def _boundary_event(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
    return waiting(scope, name, node, BoundaryEvent)


def _throw_event(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
    is_cancelled = any(event.kind == "cancel" for event in node.events)
    return (CancelEnd if is_cancelled else ThrowEvent)(scope, name, node=node)


def _user_task(scope: ScopeSpec, name: str, node: Node, building: Building) -> Flowing:
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


def _script_task(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
    program = compile_script(node.script or "null", node.attributes.get("scriptFormat", ""))
    return ScriptTask(scope, name, node=node, program=program, result_variable=node.camunda("resultVariable"))


def _service_task(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
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


def _business_rule_task(scope: ScopeSpec, name: str, node: Node, building: Building) -> Flowing:
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


def _complex_gateway(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
    activation = None if node.condition is None else compile_condition(node.condition)
    return ComplexGateway(scope, name, node=node, activation=activation)


def external_task(scope: ScopeSpec, name: str, node: Node, building: Building) -> Flowing:
    """Work for somebody outside, whatever kind of element asks for it."""
    priority = external_attribute(node, "taskPriority") or building.task_priority
    return ExternalTask(
        scope,
        name,
        node=node,
        topic=compile_value(external_attribute(node, "topic") or ""),
        priority=None if priority is None else compile_value(priority),
    )


def _call_activity(scope: ScopeSpec, name: str, node: Node, _building: Building) -> Flowing:
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


def _send_task(scope: ScopeSpec, name: str, node: Node, building: Building) -> Flowing:
    if handler_name(node) is not None or node.camunda("expression") is not None:
        return _service_task(scope, name, node, building)
    return ThrowEvent(scope, name, node=node)


FACTORIES: dict[str, _Factory] = {
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
    "adHocSubProcess": _plain(SubProcess),
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
