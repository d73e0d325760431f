"""Which spec undoes which: boundary events, handlers, and the scopes that are undone from the inside."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.spiff.diagrams import Node
from engine.spiff.elements.compensation import Compensation, UndoneScope, compensation_of
from engine.spiff.elements.flowing import Flowing, Way
from engine.spiff.elements.loops import LoopBody
from engine.spiff.elements.sub_processes import CallActivity

if TYPE_CHECKING:
    from engine.spiff.scope_specs import ScopeSpec


def handler_of(boundary: Node, beside: Mapping[str, Node]) -> Node | None:
    """The activity for compensation that an association connects with a boundary event."""
    found = (beside[name] for name in boundary.associated if name in beside)
    return next((node for node in found if node.says("isForCompensation", default=False)), None)


def connect_compensation(scope: "ScopeSpec", specs: Mapping[str, Flowing], inner: Mapping[str, "ScopeSpec"]) -> None:
    """Say of each spec of a scope, loop instances included, how it is undone; `inner` are the scopes inside it."""
    nodes = {spec.bpmn_id: spec.node for spec in specs.values()}
    for spec in specs.values():
        if spec.element_type == "boundaryEvent" and compensation_of(spec.node) is not None:
            handler = handler_of(spec.node, nodes)
            host = specs[spec.node.attributes["attachedToRef"]]
            (host.instance_spec if isinstance(host, LoopBody) else host).undone_by = spec
            spec.ways = () if handler is None else (Way("", specs[handler.id], None, is_default=False),)
    for spec in list(scope.task_specs.values()):
        if isinstance(spec, Flowing) and _holds_any(spec, inner):
            deaf = replace(spec.node, listeners=())  # they heard of it when it ran
            spec.undoing = UndoneScope(scope, f"u.{spec.bpmn_id}", node=deaf)
    for spec in specs.values():
        spec.guarded_by = _behind(tuple(each for each in spec.boundaries if not _interrupts(each)))
    found = (spec for spec in scope.task_specs.values() if isinstance(spec, Flowing))
    if any(spec.undone_by is not None or spec.undoing is not None for spec in found):
        node = Node(scope.name, "compensation", None, None, None, None, (), (), {})
        scope.compensating = Compensation(scope, f"c.{scope.name}", node=node)


def _interrupts(boundary: Flowing) -> bool:
    return boundary.node.says("cancelActivity", default=True)


def _behind(boundaries: tuple[Flowing, ...]) -> frozenset[str]:
    """Names of the specs that some events lead to, instances of loops included."""
    seen: set[str] = set()
    stack: list[Flowing] = list(boundaries)
    while stack:
        spec = stack.pop()
        if spec.name not in seen:
            seen.update((spec.name, spec.instance_spec.name) if isinstance(spec, LoopBody) else (spec.name,))
            stack.extend(way.target for way in spec.ways)
            stack.extend(spec.boundaries)
    return frozenset(seen)


def _holds_any(spec: Flowing, inner: Mapping[str, "ScopeSpec"]) -> bool:
    """Whether something inside may have to be undone; of a called process only the run itself can tell."""
    if spec.node.says("isForCompensation", default=False) or isinstance(spec, LoopBody):
        return False
    if spec.node.body is not None:
        scope = inner[spec.bpmn_id]
        return scope.compensating is not None or scope.undone_by is not None
    return isinstance(spec, CallActivity)
