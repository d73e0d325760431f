"""
Gateways.

Source:
    BPMN 2.0.2 §13.4 (Gateways), Table 13.1–13.4.
"""

from collections.abc import Iterable, Set
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway as SpiffExclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway as SpiffInclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway as SpiffParallelGateway
from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements.catching import listen, occur
from engine.spiff.elements.flowing import Flowing, Way, activate, conditional_ways, holds, no_way_out
from engine.spiff.instances import ElementInstance, Scope, remove, tokens


class ExclusiveGateway(Flowing, SpiffExclusiveGateway):
    """One way: the first whose condition holds, in document order, else the default. A merge passes every token."""

    def choose(self, my_task: ElementInstance) -> tuple[Way, ...]:
        """The one flow to take."""
        if len(self.ways) == 1 and self.ways[0].condition is None:
            return self.ways
        for way in self.ways:
            if not way.is_default and (way.condition is None or holds(my_task, way.condition)):
                return (way,)
        default = tuple(way for way in self.ways if way.is_default)
        if not default and self.ways:
            raise no_way_out(my_task)
        return default


class ParallelGateway(Flowing, SpiffParallelGateway):
    """
    Takes one token from each incoming flow and puts one on each outgoing flow; excess tokens wait for the next round.

    Upstream: a join counts finished tasks of earlier rounds and fires early inside a loop.
    """

    def enter(self, my_task: ElementInstance) -> None:
        """Wait until every incoming flow has a token."""
        if "joined" in my_task.facts:
            activate(my_task)
            my_task.run()
            return
        partners = oldest_of_each_flow(my_task)
        if len(partners) < len(self.node.incoming):
            my_task._set_state(TaskState.WAITING)
            return
        absorb(my_task, partners)
        if self.node.listeners:  # they may fail, and what was absorbed does not come back
            my_task.facts["joined"] = 1
            my_task._ready()
            return
        activate(my_task)
        my_task.run()

    def choose(self, my_task: ElementInstance) -> tuple[Way, ...]:
        """All of them; conditions have no meaning here."""
        return self.ways


class InclusiveGateway(Flowing, SpiffInclusiveGateway):
    """
    Waits for every token that can still arrive, then takes each flow whose condition holds, else the default.

    Upstream: a join inside a loop fires early, and tokens are looked up through a tree that no longer exists.

    Attributes:
        upstream: By incoming flow, the names of the specs from which it can be reached without passing this gateway.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, **kwargs)
        self.upstream: dict[str, frozenset[str]] = {}

    def enter(self, my_task: ElementInstance) -> None:
        """A split runs at once; a join waits until nothing else in the instance moves (`settle_joins`)."""
        if len(self.node.incoming) < 2 or my_task.facts.get("joined"):  # noqa: PLR2004 - one incoming flow is no join
            activate(my_task)
            my_task.run()
        else:
            my_task._set_state(TaskState.WAITING)

    def choose(self, my_task: ElementInstance) -> tuple[Way, ...]:
        """Each flow whose condition holds, else the default."""
        return conditional_ways(my_task, self.ways)

    def may_fire(self, scope: Scope) -> bool:
        """Whether no token elsewhere can still reach an incoming flow that has none."""
        arrived = {task.facts.get("flow", "") for task in tokens(scope) if task.task_spec is self and has_arrived(task)}
        return not is_awaited(scope, self, arrived)


def is_awaited(scope: Scope, spec: Any, covered: Set[str]) -> bool:  # noqa: ANN401 - as above
    """
    Whether a token elsewhere can still reach an incoming flow of the gateway `spec` that is not covered.

    Source:
        BPMN 2.0.2 §13.4.3: a token that can also reach a flow that has one already does not hold the gateway up.
    """
    if covered >= spec.upstream.keys():
        return False
    for task in tokens(scope):
        if task.task_spec is spec and _is_held(task) and task.facts.get("flow") not in covered:
            return True
        if task.task_spec is spec or task.parent is not scope.task_tree:
            continue
        name = task.task_spec.name
        reached = [flow for flow, names in spec.upstream.items() if name in names]
        if reached and not any(flow in covered for flow in reached):
            return True
    return False


class EventBasedGateway(Flowing):
    """The first of the events behind it decides; the others are forgotten."""

    def enter(self, my_task: ElementInstance) -> None:
        """Wait for all the events behind it."""
        activate(my_task)
        for way in self.ways:
            child = listen(my_task, way.target)
            child.facts["flow"] = way.flow_id
        my_task._set_state(TaskState.STARTED)
        decided = my_task.facts.pop("decided", None)
        if decided is not None:
            event = next(child for child in my_task.children if child.task_spec.bpmn_id == decided)
            occur(event, my_task.facts.pop("brought", {}))

    def choose(self, my_task: ElementInstance) -> tuple[Way, ...]:
        """None: the event that happened already is the token."""
        return ()


def settle_joins(scopes: Iterable[Scope]) -> bool:
    """Fire the inclusive joins for which nobody has to be waited for; whether there was one."""
    for scope in scopes:
        for task in tokens(scope):
            spec = task.task_spec
            if isinstance(spec, InclusiveGateway) and has_arrived(task) and spec.may_fire(scope):
                absorb(task, oldest_of_each_flow(task))
                task.facts["joined"] = 1
                task._ready()
                return True
    return False


def oldest_of_each_flow(my_task: ElementInstance) -> dict[str, ElementInstance]:
    """By flow, the token that has waited longest at the gateway of `my_task`, itself included."""
    found: dict[str, ElementInstance] = {}
    for task in tokens(my_task.workflow):
        if task is my_task or (task.task_spec is my_task.task_spec and has_arrived(task)):
            found.setdefault(task.facts.get("flow", ""), task)
    return found


def _is_held(task: ElementInstance) -> bool:
    """Whether a token stands right before its gateway: it has not arrived, but it will."""
    return "due" in task.facts or "parked" in task.facts


_ELSEWHERE = ("due", "parked", "joined", "reset")


def has_arrived(task: ElementInstance) -> bool:
    """Whether a token waits at its join: not on its way there, not on hold before it, not parked, not past it."""
    return task._state == TaskState.WAITING and not any(fact in task.facts for fact in _ELSEWHERE)


def absorb(my_task: ElementInstance, partners: dict[str, ElementInstance]) -> None:
    """Consume the tokens that came with this one, oldest first."""
    taken = list(partners.values())
    flows = sorted({task.facts.get("flow", "") for task in taken} - {my_task.facts.get("flow", "")})
    for task in taken:
        if task is not my_task:
            remove(task)
    if flows:
        my_task.facts["flows"] = flows
