"""
Compensation: undoing what activities did that have completed.

A throw event puts a `Compensation` token beside the activities to be undone. It takes them one after the other, the one
that completed last first: the handler behind the boundary event of an activity runs as its child; a sub-process or
called process without a handler of its own is set up again from its snapshot, and undone from the inside.

Source:
    BPMN 2.0.2 §10.7, §13.5.5. Upstream reads none of it: the throw event passes, the handler never runs.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.spiff.diagrams import EventDefinition, Node
from engine.spiff.elements.catching import occur
from engine.spiff.elements.flowing import Flowing, discard, hosts_instances
from engine.spiff.elements.sub_processes import EventSubProcess
from engine.spiff.instances import ElementInstance, InnerScope, Scope, age, plant, spawn, tokens
from engine.spiff.outcomes import Transition
from engine.spiff.undoable import Completed, has_any, keep_unfinished, take_latest, unfinished_instances


def compensation_of(node: Node) -> EventDefinition | None:
    """The definition by which an event catches or throws compensation."""
    return next((event for event in node.events if event.kind == "compensate"), None)


def activity_of(event: EventDefinition) -> str | None:
    """
    Element id of the one activity to compensate, without the prefix that XML allows; `None` for all that are visible.

    In an event sub-process it may be the sub-process that this belongs to: all that completed in it.
    """
    return event.attributes.get("activityRef", "").strip().rpartition(":")[2] or None


def undo(task: ElementInstance) -> bool:
    """Compensate what a throw event asks for, scope by scope; whether it has to wait for that."""
    event = compensation_of(task.task_spec.node)
    if event is None:
        return False
    waits = event.attributes.get("waitForCompletion", "true").strip() in ("true", "1")
    for level, scope in enumerate(_visible_from(task)):
        named = activity_of(event)
        activity = None if named == scope.spec.name else named
        if level < task.facts.get("level", 0) or not has_any(scope, activity):
            continue
        task.facts["level"] = level + 1
        _begin(task, scope, activity, waits=waits)
        if waits:
            task._set_state(TaskState.STARTED)
            return True
    return False


def _visible_from(task: ElementInstance) -> tuple[Scope, ...]:
    """The scope of a throw event and, in an event sub-process, the one that it belongs to."""
    scope = task.workflow
    if scope.owner is not None and isinstance(scope.owner.task_spec, EventSubProcess):
        return (scope, scope.owner.workflow)
    return (scope,)


def _begin(task: ElementInstance, scope: Scope, activity: str | None, *, waits: bool) -> None:
    """Who waits for a compensation takes it along when it ends; else that is a branch of its own in its scope."""
    parent = scope.task_tree
    if waits:
        parent = task if scope is task.workflow else task.workflow.owner
    carrier = spawn(parent, scope.spec.compensating)
    if waits:
        carrier.facts["for"] = task.id
    if activity is not None:
        carrier.facts["activity"] = activity
    carrier._ready()


class Compensation(Flowing):
    """Undoes the completed activities of one scope, the latest first. It is drawn nowhere and told of nowhere."""

    def enter(self, my_task: ElementInstance) -> None:
        """Undo the next activity, or be done."""
        facts, scope = my_task.facts, my_task.workflow
        if "undoing" in facts:
            _note_compensated(my_task, *facts.pop("undoing"))
        my_task.local = {}
        is_of_loop = hosts_instances(my_task.parent)
        holder = my_task if is_of_loop else scope.task_tree
        found = take_latest(holder, facts.get("activity"), before=age(my_task.id))
        if found is not None:
            _undo_one(my_task, found)
        elif "leaves" in facts:
            _leave(my_task.parent if is_of_loop else scope.owner, facts["leaves"], facts["brought"])
        else:
            my_task.run()

    def _on_complete_hook(self, my_task: ElementInstance) -> None:
        waiting = my_task.workflow.top_workflow.get_task_from_id(my_task.facts.get("for", ""))
        if waiting is not None:
            waiting.facts["happened"] = 1
            waiting._ready()


def _undo_one(carrier: ElementInstance, found: Completed) -> None:
    spec = carrier.workflow.spec.task_specs[found.spec_name]
    carrier.local = found.local
    if found.inside is None:
        child = spawn(carrier, spec.undone_by)
    else:
        child = spawn(carrier, spec.undoing)
        child.facts["undoes"], child.facts["inside"] = found.task_id, found.inside
    if found.is_whole:
        carrier.facts["undoing"] = [found.task_id, found.spec_name]
    carrier._set_state(TaskState.STARTED)
    child._ready()


def _note_compensated(carrier: ElementInstance, task_id: str, spec_name: str) -> None:
    scope = carrier.workflow
    spec, owner = scope.spec.task_specs[spec_name], scope.owner
    carrier.step.transitions.append(
        Transition(
            state="compensated",
            task_id=task_id,
            element_id=spec.bpmn_id,
            element_type=spec.element_type,
            element_name=spec.bpmn_name,
            scope_id=None if owner is None else owner.facts.get("undoes", owner.id),
            definition_id=scope.executable.definition_id,
        )
    )


class UndoneScope(Flowing):
    """The inside of a completed sub-process or called process, set up again from its snapshot to be undone."""

    def enter(self, my_task: ElementInstance) -> None:
        """Run its event sub-process for compensation; without one, compensate all that completed inside."""
        definition_id, business_key, data, local, rows, is_whole = my_task.facts["inside"]
        executable = my_task.workflow.executable
        if definition_id is None:
            scope = InnerScope(executable.scopes[self.bpmn_id], my_task, executable, is_process=False)
        else:
            executable = my_task.workflow.top_workflow.world.environment.executable(UUID(definition_id))
            scope = InnerScope(executable.root, my_task, executable, is_process=True)
        del my_task.facts["inside"]
        my_task.local, scope.data, scope.business_key = local, data, business_key
        root = plant(scope)
        if rows:
            root.facts["kept"] = rows
        handler = scope.spec.undone_by if is_whole else None
        token = spawn(root, scope.spec.compensating if handler is None else handler.begins)
        if handler is not None:
            token.facts["start"] = handler.bpmn_id
        token._ready()
        my_task._set_state(TaskState.STARTED)

    def resume(self, my_task: ElementInstance) -> None:
        """It is undone."""
        my_task._set_state(TaskState.READY)
        my_task.run()

    def _on_complete_hook(self, my_task: ElementInstance) -> None:
        """Nothing follows, and nothing is told: the activity was journalled when it completed."""


def settle_compensations(scopes: Iterable[Scope]) -> bool:
    """Go on with a compensation whose handler has ended, in whatever way; whether there was one."""
    for scope in scopes:
        carrier = scope.spec.compensating
        for task in tokens(scope) if carrier is not None else ():
            if task.task_spec is carrier and task._state == TaskState.STARTED and not task.children:
                task._ready()
                return True
    return False


def abandon(owner: ElementInstance, catcher: ElementInstance | None, brought: dict[str, Any]) -> None:
    """
    End all that is active inside a sub-process, compensate what completed in it, and leave it through `catcher`.

    Without a catcher its token ends there.
    """
    leaves = "" if catcher is None else catcher.id
    if owner.task_spec.body_spec is None:
        scope = owner.workflow.top_workflow.subprocesses[owner.id]
        keep_unfinished(scope)
        discard(*scope.task_tree.children)
        host, parent, rows = owner, scope.task_tree, None
        is_done = not has_any(scope, None)
    else:
        host = parent = owner.parent
        rows = unfinished_instances(host)
        discard(*(each for each in host.children if each.task_spec is owner.task_spec))
        is_done = not rows
    if is_done:
        _leave(host, leaves, brought)
        return
    carrier = spawn(parent, parent.workflow.spec.compensating)
    carrier.facts.update({"leaves": leaves, "brought": brought} | ({"kept": rows} if rows else {}))
    carrier._ready()


def _leave(host: ElementInstance, catcher_id: str, brought: dict[str, Any]) -> None:
    catcher = host.workflow.tasks.get(catcher_id)
    if catcher is not None:
        occur(catcher, brought)
    else:
        discard(host)
