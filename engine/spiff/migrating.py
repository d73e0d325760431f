"""
A running instance goes on with another version of its process.

Its state names specs and nothing else of the diagram: the names are changed, and the state is read again under the
other version. What is open stays open with its ids, variables, dates and people; timers keep their time. Events that
wait on an element or in a scope come and go with the diagram, as in Camunda 7: those the target does not have are
forgotten, new ones wait from now on. A called process stays what it is.
"""

from collections.abc import Iterable, Mapping

import orjson
from SpiffWorkflow.util.task import TaskState

from engine.spiff import state_codec
from engine.spiff.counterparts import Counterparts, fits, hears_same, listeners_on
from engine.spiff.elements.catching import holder_of, subscribe
from engine.spiff.elements.flowing import Flowing, discard, note
from engine.spiff.elements.gateways import ParallelGateway
from engine.spiff.evaluation import Failure
from engine.spiff.executables import Executable
from engine.spiff.inputs import Migrate
from engine.spiff.instances import ElementInstance, Scope, TopScope, spawn, to_micros, tokens
from engine.spiff.migratable import is_listener, obstacles_of, own_scopes
from engine.spiff.obstacles import Impossible, obstacle
from engine.spiff.rearming import rearm
from engine.spiff.renaming import rename_rows
from engine.spiff.scope_specs import ScopeSpec


def migrate(top: TopScope, given: Migrate, target: Executable) -> TopScope:
    """
    The instance under the other version; `top` is of no more use.

    Raises:
        Impossible: Naming every element that stands in the way.
    """
    beside = Counterparts(top.executable, target, {top.executable.key: target.key} | dict(given.mapping))
    found = tuple(obstacles_of(top, beside))
    if found:
        raise Impossible(*found)
    scopes = {scope.owner.id if scope.owner else None: scope.spec for scope in own_scopes(top)}
    specs = {task.id: task.task_spec for scope in own_scopes(top) for task in tokens(scope)}
    for scope in own_scopes(top):
        discard(*_forgotten(scope, beside), quietly=True)
    moved = _read_again(top, beside)
    moved.step = top.step
    for scope in own_scopes(moved):
        _settle_in(scope, scopes[scope.owner.id if scope.owner else None], specs, beside)
    _note_renamed(moved, specs)
    if given.updates_timers:
        rearm(moved)
    return moved


def _read_again(top: TopScope, beside: Counterparts) -> TopScope:
    state = orjson.loads(state_codec.dump(top))
    owners = {scope.owner.id for scope in own_scopes(top) if scope.owner is not None}
    _, _, _, own, inner = state
    for row in (own, *(each for each in inner if each[0] in owners)):
        rename_rows(row[-1], beside)
    try:
        return state_codec.load(orjson.dumps(state), beside.target, top.world)
    except state_codec.StateUnreadable as error:
        raise Impossible(obstacle("state-unreadable", top.executable.key, reason=str(error))) from error


def _forgotten(scope: Scope, beside: Counterparts) -> list[ElementInstance]:
    """The events that wait for what the target does not have, or for another kind of event there."""
    there = beside.scope(scope.spec)
    listening = [task for task in tokens(scope) if not task.task_spec.is_part and is_listener(task)]
    return [task for task in listening if _heard(_host_of(task), task.task_spec, there, beside) is None]


def _host_of(task: ElementInstance) -> Flowing | None:
    host: Flowing = task.parent.task_spec
    return None if task.parent is task.workflow.task_tree else host


def _heard(host: Flowing | None, spec: Flowing, there: ScopeSpec | None, beside: Counterparts) -> Flowing | None:
    """The event in the target that a waiting one goes on as."""
    found = beside.spec(spec, there)
    if there is None or found is None or not fits(spec, found) or not hears_same(spec, found):
        return None
    on = None if host is None else beside.spec(host, there)
    heard: Iterable[Flowing] = there.listeners if host is None else () if on is None else listeners_on(on)
    return found if any(found is each for each in heard) else None


def _settle_in(scope: Scope, before: ScopeSpec, specs: Mapping[str, Flowing], beside: Counterparts) -> None:
    """Arm what is new in a scope of the target, and let joins count again."""
    if not scope.is_process:
        for name in scope.spec.own_data:
            scope.data.setdefault(name, None)
    if _takes_listeners(scope):
        kept = [_heard(None, spec, scope.spec, beside) for spec in before.listeners]
        _listen_anew(scope.task_tree, scope.spec.listeners, kept)
    for task in list(tokens(scope)):
        old = specs.get(task.id)
        if old is None or not _is_armed(task):
            continue
        kept = [_heard(old, spec, scope.spec, beside) for spec in listeners_on(old)]
        _listen_anew(task, listeners_on(task.task_spec), kept)
        if isinstance(task.task_spec, ParallelGateway) and len(old.node.incoming) != len(task.task_spec.node.incoming):
            task._ready()


def _listen_anew(parent: ElementInstance, specs: Iterable[Flowing], kept: list[Flowing | None]) -> None:
    at_gateway = getattr(parent.task_spec, "element_type", "") == "eventBasedGateway"
    flows = {id(way.target): way.flow_id for way in parent.task_spec.ways} if at_gateway else {}
    for spec in specs:
        if any(spec is each for each in kept):
            continue
        child = spawn(parent, spec)
        child.facts["at"] = to_micros(parent.step.now)
        if id(spec) in flows:
            child.facts["flow"] = flows[id(spec)]
        try:
            subscribe(child)
        except Failure as failure:
            raise Impossible(obstacle("rule-fails", spec.bpmn_id, reason=failure.message)) from failure
        child._set_state(TaskState.WAITING)


def _takes_listeners(scope: Scope) -> bool:
    """A scope that is being undone has none, nor one that an interrupting event sub-process took over."""
    if scope.owner is not None and "undoes" in scope.owner.facts:
        return False
    running = {(id(task.task_spec), task.facts.get("start")) for task in tokens(scope)}
    return not any(
        (id(spec.begins), spec.node.id) in running and spec.node.says("isInterrupting", default=True)
        for spec in scope.spec.listeners
    )


def _is_armed(task: ElementInstance) -> bool:
    """Whether the element has begun: its boundary events wait. One that is held or parked before it arms them later."""
    facts = task.facts
    if "work" in facts or "external" in facts or task._state == TaskState.STARTED:
        return True
    stands_before = any(fact in facts for fact in ("parked", "awaits", "gathers")) or facts.get("kind") == "async"
    return task._state == TaskState.WAITING and not stands_before


def _note_renamed(top: TopScope, specs: Mapping[str, Flowing]) -> None:
    for scope in own_scopes(top):
        for task in tokens(scope):
            old = specs.get(task.id)
            is_told = "on" in task.facts and not task.task_spec.is_silent and holder_of(task) is task
            if old is not None and is_told and old.bpmn_id != task.task_spec.bpmn_id:
                note(task, "migrated", source=old.bpmn_id)
