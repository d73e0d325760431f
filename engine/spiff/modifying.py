"""
Moving tokens by hand: ending element instances, beginning elsewhere.

Sub-processes around a new token are opened as they would be, with their boundary events and event sub-processes, but
for their start event. A sub-process in which nothing is left is cancelled: it does not go on as if it were done.
"""

from engine.spiff.elements.ad_hoc import is_idle
from engine.spiff.elements.catching import BoundaryEvent
from engine.spiff.elements.compensation import Compensation, UndoneScope
from engine.spiff.elements.complex_gateways import ComplexGateway
from engine.spiff.elements.flowing import Flowing, Way, discard
from engine.spiff.elements.gateways import InclusiveGateway, ParallelGateway
from engine.spiff.elements.sub_processes import Beginning, EventSubProcess, StartEvent
from engine.spiff.inputs import Instruction, Modify
from engine.spiff.instances import ElementInstance, Scope, TopScope, all_scopes, spawn, tokens
from engine.spiff.migratable import is_listener
from engine.spiff.obstacles import Impossible, obstacle
from engine.spiff.opening import scope_for
from engine.spiff.scope_specs import ScopeSpec
from engine.spiff.variables import overwrite, plain

_JOINS = (ParallelGateway, InclusiveGateway, ComplexGateway)
_NEVER_BEGUN = (StartEvent, Beginning, EventSubProcess, BoundaryEvent)


def modify(top: TopScope, given: Modify) -> None:
    """
    Carry out the instructions, in order; nothing runs yet.

    Raises:
        Impossible: Naming the element; what was done before it stays done, so the run is of no more use.
    """
    overwrite(top, plain(given.variables))
    left: list[Scope] = []
    for instruction in given.instructions:
        if instruction.action == "cancel":
            left.extend(_cancel(top, instruction))
        else:
            _start(top, instruction)
    _leave_empty_scopes(top, left)
    if is_idle(top):
        raise Impossible(obstacle("nothing-left", top.executable.key))


def _cancel(top: TopScope, instruction: Instruction) -> list[Scope]:
    """End what is named, with everything inside it; the scopes it was in."""
    named = instruction.task_id or instruction.element_id or ""
    found = [task for scope in all_scopes(top) for task in tokens(scope) if _is_meant(task, instruction)]
    if not found:
        raise Impossible(obstacle("instance-unknown", named, instruction.task_id))
    for task in found:
        spec = task.task_spec
        if spec.is_part or is_listener(task):
            raise Impossible(obstacle("is-listening", spec.bpmn_id, task.id))
        if spec.body_spec is not None:
            raise Impossible(obstacle("multi-instance", spec.bpmn_id, task.id))
        if isinstance(spec, Compensation | UndoneScope):
            raise Impossible(obstacle("compensating", spec.bpmn_id, task.id))
    discard(*(task for task in found if task.is_alive))
    return [task.workflow for task in found]


def _is_meant(task: ElementInstance, instruction: Instruction) -> bool:
    spec = task.task_spec
    if instruction.task_id is not None:
        return task.id == instruction.task_id and instruction.element_id in (None, spec.bpmn_id)
    return spec.bpmn_id == instruction.element_id and spec.body_spec is None and not (spec.is_part or is_listener(task))


def _leave_empty_scopes(top: TopScope, left: list[Scope]) -> None:
    for scope in reversed(list(all_scopes(top))):
        is_left = any(scope is each for each in left)
        owner = scope.owner
        if owner is None or not owner.is_alive or not is_left or not is_idle(scope) or scope.spec.ad_hoc is not None:
            continue
        if owner.task_spec.body_spec is not None:
            raise Impossible(obstacle("multi-instance", owner.task_spec.bpmn_id, owner.id))
        if isinstance(owner.task_spec, UndoneScope):
            raise Impossible(obstacle("compensating", owner.task_spec.bpmn_id, owner.id))
        left.append(owner.workflow)
        discard(owner)


def _start(top: TopScope, instruction: Instruction) -> None:
    """Put one token where it is wanted."""
    if instruction.action == "start_flow":
        spec, way = _flow(top, instruction.element_id or "")
        _begin(scope_for(top, _home_of(top, spec), instruction.task_id), way.target, way.flow_id)
        return
    spec = _element(top, instruction.element_id or "")
    if instruction.action == "start_after":
        way = _only_way(spec)
        _begin(scope_for(top, _home_of(top, spec), instruction.task_id), way.target, way.flow_id)
        return
    if isinstance(spec, _NEVER_BEGUN) or spec.node.says("isForCompensation", default=False):
        raise Impossible(obstacle("not-startable", spec.bpmn_id))
    if isinstance(spec, _JOINS) and len(spec.node.incoming) > 1:
        raise Impossible(obstacle("joins-flows", spec.bpmn_id))
    _begin(scope_for(top, _home_of(top, spec), instruction.task_id), spec, None)


def _begin(scope: Scope, spec: Flowing, flow_id: str | None) -> None:
    """Put a token at an element."""
    owner = scope.owner
    if owner is not None and scope.spec.ad_hoc is not None:
        if "over" in owner.facts:
            raise Impossible(obstacle("not-startable", spec.bpmn_id))
        owner.facts["begun"] = 1
    token = spawn(scope.task_tree, spec)
    if flow_id:
        token.facts["flow"] = flow_id
    token._ready()


def _scopes(top: TopScope) -> tuple[ScopeSpec, ...]:
    return (top.executable.root, *top.executable.scopes.values())


def _home_of(top: TopScope, spec: Flowing) -> ScopeSpec:
    return next(scope for scope in _scopes(top) if scope.task_specs.get(spec.name) is spec)


def _element(top: TopScope, element_id: str) -> Flowing:
    for scope in _scopes(top):
        found = scope.task_specs.get(f"e.{element_id}")
        if isinstance(found, Flowing):
            return found
    raise Impossible(obstacle("element-unknown", element_id))


def _flow(top: TopScope, flow_id: str) -> tuple[Flowing, Way]:
    for scope in _scopes(top):
        for spec in scope.task_specs.values():
            for way in spec.ways if isinstance(spec, Flowing) else ():
                if way.flow_id == flow_id and flow_id:
                    return spec, way
    raise Impossible(obstacle("element-unknown", flow_id))


def _only_way(spec: Flowing) -> Way:
    if len(spec.ways) != 1 or spec.ways[0].condition is not None:
        raise Impossible(obstacle("several-flows", spec.bpmn_id))
    return spec.ways[0]
