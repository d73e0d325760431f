"""
What completed activities leave behind so that they can be compensated, and only in models that ask for it.

The root of a scope keeps one row per activity, in the order they completed: [stamp, task id, spec name, local
variables, inside]. `inside` is the snapshot of a sub-process or called process: [definition id, business key,
variables, local variables, rows, whether it completed as a whole]. Rows of an interrupted scope are forgotten with it:
what did not complete is not compensated.

Source:
    BPMN 2.0.2 §10.7 (Compensation), §13.5.5.
"""

from dataclasses import dataclass
from typing import Any

from engine.spiff.evaluation import Failure
from engine.spiff.instances import ElementInstance, InnerScope, Scope, age, tokens

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

    @property
    def is_whole(self) -> bool:
        """Whether it completed as a whole; else only parts of it did before it was cancelled."""
        return self.inside is None or bool(self.inside[-1])


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
    spec = scope.owner.task_spec
    if spec.undoing is not None and spec.undone_by is None:
        found = _snapshot(scope, is_over=True)
        if found is not None:
            scope.owner.facts["inside"] = found


def keep_unfinished(scope: Scope) -> None:
    """
    Before a scope is cancelled: completed parts of sub-processes and loops still active in it count as completed.

    Source:
        BPMN 2.0.2 §10.7: cancellation can result in compensation of completed portions of an active Sub-Process.
    """
    rows = [row for task in tokens(scope) for row in _unfinished(task)]
    if rows:
        scope.task_tree.facts.setdefault("kept", []).extend(rows)


def unfinished_instances(body: ElementInstance) -> list[Any]:
    """Take out what can be undone of a loop that is cancelled: completed instances, and parts of the others."""
    found = [row for task in (body, *body.children) for row in _unfinished(task)]
    body.facts.pop("kept", None)
    return found


def _unfinished(task: ElementInstance) -> list[Any]:
    top = task.workflow.top_workflow
    rows = [[top.sequence, *row[1:]] for row in task.facts.get("kept", ())]
    inner = top.subprocesses.get(task.id)
    if inner is not None and task.task_spec.undoing is not None:
        keep_unfinished(inner)
        found = _snapshot(inner, is_over=False)
        if found is not None:
            rows.append([top.sequence, task.id, task.task_spec.name, dict(task.local), found])
    return rows


def _snapshot(scope: InnerScope, *, is_over: bool) -> list[Any] | None:
    """An event sub-process for compensation undoes a completed scope even when nothing inside it can be undone."""
    rows = scope.task_tree.facts.get("kept", [])
    if not rows and not (is_over and scope.spec.undone_by is not None):
        return None
    definition_id = str(scope.executable.definition_id) if scope.is_process else None
    data = dict(scope.data)
    return [definition_id, scope.business_key, data, dict(scope.owner.local), list(rows), is_over]


def has_any(scope: Scope, activity: str | None) -> bool:
    """Whether `activity`, or any, has completed in the scope and was not compensated yet."""
    return _latest(scope.task_tree, activity, None) is not None


def take_latest(holder: ElementInstance, activity: str | None, *, before: int) -> Completed | None:
    """
    Take out the activity that completed last before the stamp `before`: each is compensated once.

    Args:
        holder: Who keeps the rows: the root of a scope, or a compensation of its own.
    """
    index = _latest(holder, activity, before)
    if index is None:
        return None
    rows = holder.facts["kept"]
    row = rows.pop(index)
    if not rows:
        del holder.facts["kept"]
    return Completed(*row)


def _latest(holder: ElementInstance, activity: str | None, before: int | None) -> int | None:
    rows, specs = holder.facts.get("kept", []), holder.workflow.spec.task_specs
    for index in reversed(range(len(rows))):
        stamp, _, name = rows[index][:3]
        if before is not None and stamp >= before:
            continue
        if activity is None or specs[name].bpmn_id == activity:
            return index
    return None
