"""
Ad-hoc sub-processes: activities that people do in what order and as often as they see fit.

Every activity nothing leads to begins once by itself, all at once or one after the other; whoever operates the case may
begin any of them again. With the property `ad_hoc_start` = `manual` nothing begins by itself. It is over when its
completion condition has become true; without one, when all that has begun is done.

Source:
    BPMN 2.0.2 §10.3.5 (Ad-Hoc Sub-Process), §13.3.5. The standard leaves to the performer which activity is done; that
    each begins once is our default, so that nothing waits for a choice nobody was asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.expressions import CompiledValue
from engine.spiff.diagrams import Node
from engine.spiff.elements.catching import holder_of
from engine.spiff.elements.flowing import Way, discard
from engine.spiff.evaluation import Failure, evaluate, unfit
from engine.spiff.instances import ElementInstance, InnerScope, Scope, spawn, tokens
from engine.spiff.outcomes import AdHocActivity
from engine.spiff.supported import ACTIVITIES
from engine.spiff.variables import view


@dataclass(frozen=True, slots=True)
class AdHoc:
    """How an ad-hoc sub-process is worked on. `is_manual`: nothing in it begins by itself."""

    condition: CompiledValue | None
    is_sequential: bool
    cancels_rest: bool
    is_manual: bool

    def begins(self, ways: tuple[Way, ...]) -> tuple[Way, ...]:
        """What begins by itself when the sub-process does."""
        if self.is_manual:
            return ()
        return ways[:1] if self.is_sequential else ways

    def judge(self, task: ElementInstance) -> None:
        """
        An element inside is about to complete: whether that is enough is decided before anything changes.

        Raises:
            Failure: The condition does not evaluate; the element parks.
        """
        facts = task.workflow.owner.facts
        if "over" not in facts and self.condition is not None and task.task_spec.node.kind in ACTIVITIES:
            value = evaluate(task, self.condition)
            if not isinstance(value, bool | None):
                raise unfit("expression", self.condition.text, "true or false", "布尔值", value)
            if value:
                task.facts["enough"] = 1
        if "over" in facts or "enough" in task.facts:
            task.chosen = ()

    def gather(self, task: ElementInstance) -> None:
        """An element inside has completed."""
        if "enough" in task.facts:
            conclude(task.workflow, but=task)

    def is_done(self, owner: ElementInstance) -> bool:
        """Whether the sub-process is over once nothing in it runs."""
        waits_for_people = self.condition is not None or self.is_manual or owner.facts.get("todo")
        return "over" in owner.facts or not waits_for_people


def conclude(scope: InnerScope, *, but: ElementInstance | None = None) -> None:
    """Nothing more begins in an ad-hoc sub-process; what runs is cancelled, or goes on to its end."""
    scope.owner.facts["over"] = 1
    scope.owner.facts.pop("todo", None)
    rest = [task for task in scope.task_tree.children if task is not but and not _listens(task)]
    if scope.spec.ad_hoc.cancels_rest:
        discard(*rest)
    else:
        discard(*(task for task in rest if "on" not in task.facts and "parked" not in task.facts), quietly=True)


def settle_ad_hoc(scopes: Iterable[Scope]) -> bool:
    """Let the next activity of a sequential one begin, and see whether data has made one complete; whether any did."""
    for scope in scopes:
        rules = scope.spec.ad_hoc
        if not isinstance(scope, InnerScope) or rules is None or "over" in scope.owner.facts or not is_idle(scope):
            continue
        owner = scope.owner
        todo = owner.facts.get("todo")
        if todo:
            begin_activity(scope, todo[0])
            return True
        if rules.condition is not None and "begun" in owner.facts and _holds(scope, rules.condition):
            owner.facts["over"] = 1
            return True
    return False


def _holds(scope: InnerScope, condition: CompiledValue) -> bool:
    """A condition that cannot be evaluated does not hold."""
    try:
        return evaluate(scope.owner, condition, context={**view(scope.owner), **scope.data}) is True
    except Failure:
        return False


def begin_activity(scope: InnerScope, element_id: str) -> None:
    """Put a token on an activity of an ad-hoc sub-process."""
    facts = scope.owner.facts
    way = next(way for way in scope.spec.beginning.ways if way.target.bpmn_id == element_id)
    if element_id in facts.get("todo", ()):
        facts["todo"].remove(element_id)
    facts["begun"] = 1
    token = spawn(scope.task_tree, way.target)
    token._ready()


def is_idle(scope: Scope) -> bool:
    """Whether nothing runs in the scope; event sub-processes that only listen do not count."""
    return all(_listens(task) for task in tokens(scope))


def _listens(task: ElementInstance) -> bool:
    return bool(holder_of(task).task_spec.listens)


def activities_of(scope: InnerScope) -> tuple[AdHocActivity, ...]:
    """What can be begun in an ad-hoc sub-process that runs."""
    owner, rules = scope.owner, scope.spec.ad_hoc
    is_open = "over" not in owner.facts and (not rules.is_sequential or is_idle(scope))
    running = [task.task_spec for task in scope.task_tree.children]
    return tuple(
        AdHocActivity(
            sub_process_task_id=owner.id,
            sub_process_id=owner.task_spec.bpmn_id,
            element_id=way.target.bpmn_id,
            element_name=way.target.bpmn_name,
            element_type=way.target.node.kind,
            is_enabled=is_open,
            active=running.count(way.target),
        )
        for way in scope.spec.beginning.ways
    )


def rules_of(node: Node, condition: CompiledValue | None) -> AdHoc:
    """How the sub-process `node` is worked on."""
    return AdHoc(
        condition,
        is_sequential=node.attributes.get("ordering", "Parallel") == "Sequential",
        cancels_rest=node.says("cancelRemainingInstances", default=True),
        is_manual=node.properties.get("ad_hoc_start") == "manual",
    )
