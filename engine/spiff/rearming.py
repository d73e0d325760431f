"""Deadlines can move: the rule of every waiting timer and of every open task's dates is asked again."""

from SpiffWorkflow.util.task import TaskState

from engine.spiff import timers
from engine.spiff.elements.catching import event_of, note_rearmed
from engine.spiff.elements.flowing import note
from engine.spiff.elements.user_tasks import redate
from engine.spiff.evaluation import Failure
from engine.spiff.instances import ElementInstance, TopScope, from_micros, live, to_micros


def rearm(top: TopScope) -> None:
    """Evaluate the rule of each waiting timer again, as of its activation."""
    for task in list(live(top)):
        if task._state == TaskState.WAITING and task.facts.get("kind") == "timer" and not task.is_parked:
            _rearm(task)
        elif "work" in task.facts and not task.is_parked:
            _redate(task)


def _redate(task: ElementInstance) -> None:
    try:
        moved = redate(task)
    except Failure:
        return
    if moved:
        note(task, "rearmed", **moved)


def _rearm(task: ElementInstance) -> None:
    facts = task.facts
    try:
        plan = timers.plan(task, event_of(task.task_spec).text, base=from_micros(facts["at"]))
    except Failure:
        return
    if plan.rule == facts["rule"]:
        return
    old = facts["due"]
    fired = facts.get("fired", 0)
    facts.update(plan.facts())
    if plan.every is not None and fired:
        facts["left"] = plan.left if plan.left == timers.ENDLESS else max(1, plan.left - fired)
        facts["due"] = max(old, to_micros(plan.due_at))
    if facts["due"] != old:
        note_rearmed(task, old, facts["due"])
