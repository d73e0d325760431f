"""The running scope a token is to begin in: found, or opened with all the sub-processes around it."""

from SpiffWorkflow.util.task import TaskState

from engine.handlers import BpmnError
from engine.spiff.elements.activities import begin
from engine.spiff.elements.catching import listen
from engine.spiff.elements.data import Awaiting
from engine.spiff.elements.flowing import activate
from engine.spiff.elements.sub_processes import EventSubProcess, SubProcess
from engine.spiff.evaluation import Failure
from engine.spiff.instances import InnerScope, Scope, TopScope, plant, spawn
from engine.spiff.migratable import own_scopes
from engine.spiff.obstacles import Impossible, obstacle
from engine.spiff.scope_specs import ScopeSpec


def scope_for(top: TopScope, wanted: ScopeSpec, task_id: str | None) -> Scope:
    """
    The one running scope of `wanted`, inside the sub-process that runs as `task_id` if that is said.

    Raises:
        Impossible: There are several, or it cannot be opened: it is a multi-instance, or a rule of it fails.
    """
    if task_id is not None and not any(task_id in _around(scope) for scope in own_scopes(top)):
        raise Impossible(obstacle("instance-unknown", task_id, task_id))
    found = _find_or_open(top, wanted, task_id)
    if task_id is not None and task_id not in _around(found):
        raise Impossible(obstacle("instance-unknown", task_id, task_id))
    return found


def is_undone(scope: Scope) -> bool:
    """Whether it was set up again to be compensated."""
    return scope.owner is not None and "undoes" in scope.owner.facts


def _around(scope: Scope) -> list[str]:
    """Ids of the element instances a scope runs in, innermost first."""
    found: list[str] = []
    while scope.owner is not None:
        found.append(scope.owner.id)
        scope = scope.owner.workflow
    return found


def _find_or_open(top: TopScope, wanted: ScopeSpec, task_id: str | None) -> Scope:
    if wanted is top.executable.root:
        return top
    running = [
        scope
        for scope in own_scopes(top)
        if scope.spec is wanted and not is_undone(scope) and (task_id is None or task_id in _around(scope))
    ]
    if len(running) > 1:
        raise Impossible(obstacle("several-scopes", wanted.name))
    return running[0] if running else _open(_find_or_open(top, _home_of(top, wanted), task_id), wanted)


def _home_of(top: TopScope, wanted: ScopeSpec) -> ScopeSpec:
    scopes = (top.executable.root, *top.executable.scopes.values())
    return next(scope for scope in scopes if f"e.{wanted.name}" in scope.task_specs)


def _open(around: Scope, wanted: ScopeSpec) -> Scope:
    """Begin a sub-process without its start event."""
    spec = around.spec.task_specs[f"e.{wanted.name}"]
    if not isinstance(spec, SubProcess | EventSubProcess):
        raise Impossible(obstacle("multi-instance", wanted.name))
    if spec.node.says("isForCompensation", default=False):
        raise Impossible(obstacle("not-startable", wanted.name))
    owner = spawn(around.task_tree, spec)
    try:
        if isinstance(spec, SubProcess):
            begin(owner)
        else:
            activate(owner)
        scope = InnerScope(wanted, owner, around.executable, is_process=False)
        scope.data.update(dict.fromkeys(wanted.own_data))
        root = plant(scope)
        for listener in wanted.listeners:
            listen(root, listener)
    except (Failure, BpmnError, Awaiting) as error:
        reason = error.message if isinstance(error, Failure | BpmnError) else "its data input has no value"
        raise Impossible(obstacle("rule-fails", wanted.name, reason=reason)) from error
    owner._set_state(TaskState.STARTED)
    return scope
