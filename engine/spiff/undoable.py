"""
What completed activities leave behind so that they can be compensated, and only in models that ask for it.

The root of a scope keeps one row per activity, in the order they completed: [stamp, task id, spec name, local
variables, inside]. `inside` is the snapshot of a sub-process or called process: [definition id, business key,
variables, local variables, rows]. Rows of an interrupted scope are forgotten with it: what did not complete is not
compensated.

Source:
    BPMN 2.0.2 §10.7 (Compensation), §13.5.5.
"""

from dataclasses import dataclass
from typing import Any

from engine.spiff.evaluation import Failure
from engine.spiff.instances import ElementInstance, InnerScope, Scope, age, tokens
from engine.spiff.variables import everything

MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Completed:
    """
    A completed activity that can be compensated.

    Attributes:
        stamp: The instance's counter when it completed.
        spec_name: Its spec in the scope.
        inside: Snapshot row of what ran inside it; `None` when it has a handler of its own.
    """

    stamp: int
    task_id: str
    spec_name: str
    local: dict[str, Any]
    inside: list[Any] | None


def remember(task: ElementInstance) -> None:
    """Keep what compensation needs of an activity that completes; the instances of a loop wait for their body."""
    spec, facts = task.task_spec, task.facts
    inside, instances = facts.pop("inside", None), facts.pop("kept", None)
    stamp = task.workflow.top_workflow.sequence
    if instances:
        rows = [[stamp, *row[1:]] for row in instances]
    elif spec.undone_by is not None or inside is not None:
        rows = [[stamp, task.id, spec.name, dict(task.local), inside]]
    else:
        return
    kept = _holder(task).facts.setdefault("kept", [])
    place = _place(task, kept)
    kept[place:place] = rows


def _place(task: ElementInstance, kept: list[Any]) -> int:
    """
    Last, but before what followed a boundary event of this activity: that is undone first.

    Source:
        BPMN 2.0.2 §13.5.5 (order of compensation): when A has a boundary event connected to B, B before A.
    """
    late = task.task_spec.guarded_by
    if not late:
        return len(kept)
    began = age(task.id)
    return next((index for index, row in enumerate(kept) if row[0] >= began and row[2] in late), len(kept))


def _holder(task: ElementInstance) -> ElementInstance:
    return task.workflow.task_tree if task.task_spec.body_spec is None else task.parent


def require_room(task: ElementInstance) -> None:
    """
    Refuse to complete an activity when too much can be undone already.

    Raises:
        Failure: There is no room for one more.
    """
    facts = task.facts
    if task.task_spec.undone_by is None and "inside" not in facts and "kept" not in facts:
        return
    if len(_holder(task).facts.get("kept", ())) >= MOST_KEPT:
        raise Failure(
            "expression",
            f"More than {MOST_KEPT} completed activities could be compensated here.",
            f"此处可补偿的已完成活动超过 {MOST_KEPT} 个。",
        )


def keep_inside(scope: InnerScope) -> None:
    """A scope is over: what it leaves to be compensated goes with the element that holds it."""
    owner = scope.owner
    if owner.task_spec.undoing is not None:
        found = _snapshot(scope)
        if found is not None:
            owner.facts["inside"] = found


def keep_unfinished(scope: Scope) -> None:
    """
    Before a scope is cancelled: completed parts of sub-processes and loops still active in it count as completed.

    Source:
        BPMN 2.0.2 §10.7: cancellation can result in compensation of completed portions of an active Sub-Process.
    """
    stamp, inner = scope.top_workflow.sequence, scope.top_workflow.subprocesses
    kept: list[Any] = []
    for task in tokens(scope):
        kept.extend([stamp, *row[1:]] for row in task.facts.get("kept", ()))
        if task.id in inner and task.task_spec.undoing is not None:
            keep_unfinished(inner[task.id])
            found = _snapshot(inner[task.id], is_over=False)
            if found is not None:
                kept.append([stamp, task.id, task.task_spec.name, dict(task.local), found])
    if kept:
        scope.task_tree.facts.setdefault("kept", []).extend(kept)


def _snapshot(scope: InnerScope, *, is_over: bool = True) -> list[Any] | None:
    """An event sub-process for compensation undoes a completed scope even when nothing inside it can be undone."""
    rows = scope.task_tree.facts.get("kept", [])
    if not rows and not (is_over and scope.spec.undone_by is not None):
        return None
    definition_id = str(scope.executable.definition_id) if scope.is_process else None
    data = everything(scope) if scope.is_process else dict(scope.data)
    return [definition_id, scope.business_key, data, dict(scope.owner.local), list(rows)]


def has_any(scope: Scope, activity: str | None) -> bool:
    """Whether `activity`, or any, has completed in the scope and was not compensated yet."""
    return _latest(scope, activity, None) is not None


def take_latest(scope: Scope, activity: str | None, *, before: int) -> Completed | None:
    """Take out the activity that completed last before the stamp `before`: each is compensated once."""
    index = _latest(scope, activity, before)
    if index is None:
        return None
    rows = scope.task_tree.facts["kept"]
    row = rows.pop(index)
    if not rows:
        del scope.task_tree.facts["kept"]
    return Completed(*row)


def _latest(scope: Scope, activity: str | None, before: int | None) -> int | None:
    rows = scope.task_tree.facts.get("kept", [])
    for index in reversed(range(len(rows))):
        stamp, _, name = rows[index][:3]
        if before is not None and stamp >= before:
            continue
        if activity is None or scope.spec.task_specs[name].bpmn_id == activity:
            return index
    return None
