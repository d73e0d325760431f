"""
Complex gateways: an activation condition says when enough tokens have come; the rest is consumed at the reset.

Source:
    BPMN 2.0.2 §13.4.5, Table 13.5. Two points it leaves open: a flow without a condition gets its token at the start
    only, and a reset that finds no token to consume gives none.
"""

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.expressions import CompiledValue
from engine.spiff.elements.flowing import Flowing, Way, activate, conditional_ways, discard, holds
from engine.spiff.elements.gateways import absorb, has_arrived, is_awaited, oldest_of_each_flow
from engine.spiff.evaluation import Failure, evaluate, unfit
from engine.spiff.instances import ElementInstance, Scope, remove, spawn, tokens
from engine.spiff.variables import view


class ComplexGateway(Flowing):
    """
    Waits for its activation condition (start), then for what else can still come (reset).

    Between the two a token of its own, with the fact `reset`, remembers from which flows it has consumed.

    Attributes:
        activation: Sees `activationCount`, the tokens that wait here, and `activationCounts`, those of each flow by id.
        upstream: By incoming flow, the names of the specs from which it can be reached without passing this gateway.
    """

    def __init__(self, *args: Any, activation: CompiledValue | None, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, **kwargs)
        self.activation = activation
        self.upstream: dict[str, frozenset[str]] = {}

    def enter(self, my_task: ElementInstance) -> None:
        """Start when that is enough, else wait."""
        if "joined" not in my_task.facts and not self._starts(my_task):
            my_task._set_state(TaskState.WAITING)
            return
        my_task.local["waitingForStart"] = my_task.facts.get("joined") != "reset"
        activate(my_task)
        my_task.run()

    def _starts(self, task: ElementInstance) -> bool:
        if len(self.node.incoming) > 1:
            if self.resetting(task.workflow) is not None or not self.is_activated(task):
                return False
            absorb(task, oldest_of_each_flow(task))
        task.facts["joined"] = "start"
        return True

    def is_activated(self, task: ElementInstance) -> bool:
        """
        Whether the activation condition holds for the tokens that wait, `task` among them.

        Raises:
            Failure: It is neither true nor false.
        """
        if self.activation is None:
            return True
        counts = {flow.id: 0 for flow in self.node.incoming}
        for each in tokens(task.workflow):
            if each is task or (each.task_spec is self and has_arrived(each)):
                counts[each.facts["flow"]] += 1
        facts = {"activationCount": sum(counts.values()), "activationCounts": counts, "waitingForStart": True}
        value = evaluate(task, self.activation, context={**view(task), **facts})
        if not isinstance(value, bool):
            raise unfit("expression", self.activation.text, "true or false", "布尔值", value)
        return value

    def resetting(self, scope: Scope) -> ElementInstance | None:
        """The token that remembers a start whose reset has not come yet."""
        return next((each for each in tokens(scope) if each.task_spec is self and "reset" in each.facts), None)

    def choose(self, my_task: ElementInstance) -> tuple[Way, ...]:
        """The flows whose condition holds, else the default; at a reset there may be none."""
        if my_task.facts.get("joined") != "reset":
            return conditional_ways(my_task, self.ways)
        held = tuple(way for way in self.ways if way.condition is not None and holds(my_task, way.condition))
        return held or tuple(way for way in self.ways if way.is_default)

    def _on_complete_hook(self, my_task: ElementInstance) -> None:
        facts = my_task.facts
        consumed = {facts.get("flow", ""), *facts.get("flows", ())}
        if facts.get("joined") != "reset" and not consumed.issuperset(self.upstream):
            memory = spawn(my_task.parent, self)
            memory.facts["reset"] = sorted(consumed)
            memory._set_state(TaskState.WAITING)
        super()._on_complete_hook(my_task)


def settle_complex_gateways(scopes: Iterable[Scope]) -> bool:
    """Reset the gateways to which nothing more can come, and start those whose condition holds now; whether any did."""
    for scope in scopes:
        for task in tokens(scope) if scope.spec.has_joins else ():
            spec = task.task_spec
            if isinstance(spec, ComplexGateway) and (_resets(task, spec) or _starts_late(task, spec)):
                return True
    return False


def _resets(memory: ElementInstance, spec: ComplexGateway) -> bool:
    if "reset" not in memory.facts:
        return False
    scope, consumed = memory.workflow, set(memory.facts["reset"])
    arrived = [each for each in tokens(scope) if each.task_spec is spec and has_arrived(each)]
    late: dict[str, ElementInstance] = {}
    for each in arrived:
        if each.facts["flow"] not in consumed:
            late.setdefault(each.facts["flow"], each)
    if is_awaited(scope, spec, consumed | late.keys()):
        return False
    remove(memory)
    if late:
        first = min(late.values(), key=lambda each: int(each.id[1:]))
        absorb(first, late)
        if any(way.condition is not None or way.is_default for way in spec.ways):
            first.facts["joined"] = "reset"
            first._ready()
        else:
            discard(first, quietly=True)
    return True


def _starts_late(task: ElementInstance, spec: ComplexGateway) -> bool:
    """Data may have changed since the tokens came. A condition that cannot be evaluated does not hold."""
    if not has_arrived(task) or spec.resetting(task.workflow) is not None:
        return False
    try:
        is_activated = spec.is_activated(task)
    except Failure:
        return False
    if is_activated:
        absorb(task, oldest_of_each_flow(task))
        task.facts["joined"] = "start"
        task._ready()
    return is_activated
