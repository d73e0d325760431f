"""What stands in the way of going on with another version: everything at once, each with its element."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.counterparts import Counterparts, fits, hears_same, listeners_on
from engine.spiff.elements.complex_gateways import ComplexGateway
from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.gateways import InclusiveGateway, ParallelGateway
from engine.spiff.instances import ElementInstance, Scope, TopScope, tokens
from engine.spiff.obstacles import Obstacle, obstacle
from engine.spiff.scope_specs import ScopeSpec


def own_scopes(top: TopScope) -> list[Scope]:
    """The scopes of the instance's own process, oldest first; called processes are not its own."""
    own: list[Scope] = [top]
    for scope in top.subprocesses.values():
        if not scope.is_process and any(scope.owner.workflow is each for each in own):
            own.append(scope)
    return own


def is_listener(task: ElementInstance) -> bool:
    """Whether it waits on another element, or for an event sub-process: no token of its own yet."""
    parent, root = task.parent, task.workflow.task_tree
    if parent is root:
        return bool(task.task_spec.listens)
    return any(task.task_spec is spec for spec in listeners_on(parent.task_spec))


def obstacles_of(top: TopScope, beside: Counterparts) -> Iterator[Obstacle]:
    """Each open element, and each completed one that may have to be undone, that the target cannot take over."""
    for scope in own_scopes(top):
        there = beside.scope(scope.spec)
        yield from _obstacles_of_rows(scope.task_tree, scope.spec, there, beside)
        for task in tokens(scope):
            if task.task_spec.is_part or is_listener(task):
                continue
            yield from _obstacles_of_token(task, there, beside)
            yield from _obstacles_of_rows(task, scope.spec, there, beside)


def _obstacles_of_token(task: ElementInstance, there: ScopeSpec | None, beside: Counterparts) -> Iterator[Obstacle]:
    spec, element_id = task.task_spec, task.task_spec.bpmn_id
    found = beside.spec(spec, there)
    if found is None:
        yield obstacle(_why_missing(spec, there, beside), element_id, task.id)
    elif not fits(spec, found):
        yield obstacle("type-changed", element_id, task.id)
    elif task._state == TaskState.WAITING and not hears_same(spec, found):
        yield obstacle("event-changed", element_id, task.id)
    elif isinstance(spec, ParallelGateway | InclusiveGateway | ComplexGateway):
        facts = task.facts
        came = {*facts.get("flows", ()), *facts.get("reset", ()), *([facts["flow"]] if facts.get("flow") else [])}
        if not {beside.name(flow) for flow in came} <= {flow.id for flow in found.node.incoming}:
            yield obstacle("flow-missing", element_id, task.id)
    else:
        yield from _obstacles_of_ad_hoc(task, beside)


def _why_missing(spec: Flowing, there: ScopeSpec | None, beside: Counterparts) -> str:
    if spec.name.startswith(("c.", "u.")):
        return "compensation-missing"
    if there is not None and f"e.{beside.name(spec.bpmn_id)}" in there.task_specs:
        return "type-changed"  # it is, or was, a loop
    return "scope-changed" if beside.stands_elsewhere(spec.bpmn_id) else "element-missing"


def _obstacles_of_ad_hoc(task: ElementInstance, beside: Counterparts) -> Iterator[Obstacle]:
    """Activities of an ad-hoc sub-process that would still begin by themselves."""
    inner = beside.target.scopes.get(beside.name(task.task_spec.bpmn_id))
    for element_id in task.facts.get("todo", ()):
        if inner is None or f"e.{beside.name(element_id)}" not in inner.task_specs:
            yield obstacle("element-missing", element_id, task.id)


def _obstacles_of_rows(
    holder: ElementInstance, scope: ScopeSpec, there: ScopeSpec | None, beside: Counterparts
) -> Iterator[Obstacle]:
    """Completed activities that could not be undone any more."""
    yield from _unfit_rows(holder.facts.get("kept", ()), scope, there, beside)


def _unfit_rows(rows: Any, scope: ScopeSpec, there: ScopeSpec | None, beside: Counterparts) -> Iterator[Obstacle]:  # noqa: ANN401 - rows of the state
    for _, task_id, name, _, inside in rows:
        spec = scope.task_specs[name]
        found = beside.spec(spec, there)
        how = None if found is None else found.undone_by if inside is None else found.undoing
        if found is None or how is None or not fits(spec, found):
            yield obstacle("compensation-missing", spec.bpmn_id, task_id)
        elif inside is not None and inside[0] is None:
            inner = beside.source.scopes[spec.bpmn_id]
            yield from _unfit_rows(inside[4], inner, beside.scope(inner), beside)
