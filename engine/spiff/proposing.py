"""Which element of another version takes over which: a proposal to begin with."""

from collections.abc import Iterator, Mapping

from engine.spiff.counterparts import fits, hears_same
from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.sub_processes import EventSubProcess
from engine.spiff.executables import Executable
from engine.spiff.outcomes import MappedElement
from engine.spiff.scope_specs import ScopeSpec
from engine.spiff.supported import ACTIVITIES

_RESTING = ACTIVITIES | {"intermediateCatchEvent", "boundaryEvent", "eventBasedGateway"}
_JOINING = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})


def propose(source: Executable, target: Executable) -> tuple[MappedElement, ...]:
    """
    Every element at which a token can rest, outermost first: with the one of the same id, else with the only one of
    the same name and kind that is new.
    """
    return tuple(_inside(source.root, target.root, source, target))


def unknown_names(source: Executable, target: Executable, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Ids in a mapping that name neither an element nor a flow, here or there."""
    here, there = _names(source), _names(target)
    return (*(each for each in mapping if each not in here), *(each for each in mapping.values() if each not in there))


def _names(executable: Executable) -> frozenset[str]:
    specs = [spec for scope in (executable.root, *executable.scopes.values()) for spec in _drawn(scope)]
    starts = {start for scope in (executable.root, *executable.scopes.values()) for start in scope.starts}
    flows = {way.flow_id for spec in specs for way in spec.ways if way.flow_id}
    return frozenset({spec.bpmn_id for spec in specs} | flows | starts)


def _drawn(scope: ScopeSpec) -> list[Flowing]:
    return [spec for name, spec in scope.task_specs.items() if name.startswith("e.")]


def _rests(spec: Flowing) -> bool:
    kind = spec.node.kind
    return kind in _RESTING or isinstance(spec, EventSubProcess) or (kind in _JOINING and len(spec.node.incoming) > 1)


def _inside(
    scope: ScopeSpec, there: ScopeSpec | None, source: Executable, target: Executable
) -> Iterator[MappedElement]:
    for spec in filter(_rests, _drawn(scope)):
        found = None if there is None else _counterpart(spec, scope, there)
        problem = None if found is not None else _problem(spec, there, target)
        target_id = None if found is None else found.bpmn_id
        yield MappedElement(spec.bpmn_id, target_id, spec.element_type, spec.bpmn_name, problem)
        inner = source.scopes.get(spec.bpmn_id)
        if inner is not None:
            yield from _inside(inner, target.scopes.get(target_id or ""), source, target)


def _counterpart(spec: Flowing, scope: ScopeSpec, there: ScopeSpec) -> Flowing | None:
    same = there.task_specs.get(spec.name)
    if isinstance(same, Flowing) and fits(spec, same) and hears_same(spec, same):
        return same
    named = [
        other
        for other in _drawn(there)
        if other.bpmn_name and other.bpmn_name == spec.bpmn_name and other.name not in scope.task_specs
    ]
    fitting = [other for other in named if fits(spec, other) and hears_same(spec, other)]
    return fitting[0] if len(fitting) == 1 else None


def _problem(spec: Flowing, there: ScopeSpec | None, target: Executable) -> str:
    same = None if there is None else there.task_specs.get(spec.name)
    if isinstance(same, Flowing):
        return "event-changed" if fits(spec, same) else "type-changed"
    scopes = (target.root, *target.scopes.values())
    return "scope-changed" if any(spec.name in scope.task_specs for scope in scopes) else "element-missing"
