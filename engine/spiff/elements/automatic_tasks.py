"""
Tasks the engine does itself: none, script, service and business rule tasks.

Source:
    BPMN 2.0.2 §10.3.3, §13.3.3; the `camunda:` attributes as Camunda 7 reads them.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ScriptTask as SpiffScriptTask
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask as SpiffServiceTask

from engine.expressions import CompiledValue
from engine.handlers import HandlerFailed
from engine.spiff.elements.activities import begin
from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.listening import call_handler
from engine.spiff.elements.parameters import deliver
from engine.spiff.environment import DecisionOutcome
from engine.spiff.evaluation import Failure, evaluate, parameter_values, site_of, unfit
from engine.spiff.instances import ElementInstance
from engine.spiff.variables import view


class NoneTask(Flowing):
    """A task without a type does nothing. Upstream waits for a person."""

    def enter(self, my_task: ElementInstance) -> None:
        """Pass through, inputs and outputs evaluated."""
        begin(my_task)
        my_task.run()

    def perform(self, my_task: ElementInstance) -> None:
        """Evaluate its output parameters."""
        deliver(my_task, {})


class ScriptTask(Flowing, SpiffScriptTask):
    """
    A script in FEEL or JUEL. Upstream executes Python.

    Attributes:
        program: The compiled script.
        result_variable: Receives its value; without it, the value is a context whose entries become variables.
    """

    def __init__(self, *args: Any, program: CompiledValue, result_variable: str | None, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, script=program.text, **kwargs)
        self.program = program
        self.result_variable = result_variable

    def enter(self, my_task: ElementInstance) -> None:
        """Run it."""
        begin(my_task)
        my_task.run()

    def perform(self, my_task: ElementInstance) -> None:
        """Evaluate the script and take its result over."""
        value = evaluate(my_task, self.program)
        if self.program.kind == "juel" and self.result_variable is None and not isinstance(value, dict):
            value = None  # as in Camunda 7, where a script without a variable for its result is there for what it does
        deliver(my_task, named(value, self.result_variable, "script"))


class ServiceTask(Flowing, SpiffServiceTask):
    """
    A registered handler, or an expression.

    Attributes:
        handler: Name in the registry.
        expression: `camunda:expression`, when there is no handler.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Spiff has no types
        handler: str | None,
        expression: CompiledValue | None,
        result_variable: str | None,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        self.handler = handler
        self.expression = expression
        self.result_variable = result_variable

    def enter(self, my_task: ElementInstance) -> None:
        """Call it."""
        begin(my_task)
        my_task.run()

    def perform(self, my_task: ElementInstance) -> None:
        """
        Call the handler with the input parameters and take its result over.

        Raises:
            BpmnError: The handler says so.
        """
        if self.handler is None:
            self._evaluate(my_task)
            return
        inputs = {name: my_task.local[name] for name in (p.name for p in self.node.inputs)}
        inputs |= {name: my_task.local[name] for name in self.node.data.inputs if name in my_task.local}
        result = call_handler(my_task, self.handler, inputs | parameter_values(my_task, self.node.fields))
        if self.result_variable is not None:
            result = {**(result if self.node.outputs else {}), self.result_variable: result}
        deliver(my_task, result)

    def _evaluate(self, task: ElementInstance) -> None:
        if self.expression is None:
            return
        value = evaluate(task, self.expression)
        if self.result_variable is not None:
            deliver(task, {self.result_variable: value})
        else:
            deliver(task, value if isinstance(value, dict) and self.node.outputs else {})


class BusinessRuleTask(Flowing):
    """
    A deployed decision. Upstream evaluates two of seven hit policies, as Python.

    Attributes:
        mapping: `singleEntry`, `singleResult`, `collectEntries`, `resultList` of `camunda:mapDecisionResult`.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Spiff has no types
        decision: CompiledValue,
        binding: str,
        version: CompiledValue | None,
        mapping: str,
        result_variable: str | None,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        self.decision, self.binding, self.version = decision, binding, version
        self.mapping, self.result_variable = mapping, result_variable

    def enter(self, my_task: ElementInstance) -> None:
        """Decide."""
        begin(my_task)
        my_task.run()

    def perform(self, my_task: ElementInstance) -> None:
        """Ask for the decision and take its result over."""
        environment = my_task.workflow.top_workflow.world.environment
        key = str(evaluate(my_task, self.decision, kind="decision"))
        version = None if self.version is None else str(evaluate(my_task, self.version, kind="decision"))
        try:
            outcome = environment.decide(key, self.binding, version, dict(view(my_task)), site_of(my_task))
        except HandlerFailed as error:
            raise Failure("decision", str(error)) from error
        value = map_decision(outcome, self.mapping)
        deliver(my_task, named(value, self.result_variable, f"decision {key}"))


def map_decision(outcome: DecisionOutcome, mapping: str) -> object:
    """
    A decision's result in the shape the model asks for, as Camunda 7's `mapDecisionResult`.

    Raises:
        Failure: More rules or outputs matched than the shape holds.
    """
    rows = outcome.rows
    if not rows and not isinstance(outcome.result, list):
        return outcome.result
    if mapping == "resultList":
        return [dict(row) for row in rows]
    if mapping == "collectEntries":
        return [_only(row) for row in rows]
    if len(rows) > 1:
        raise Failure(
            "decision",
            f"{len(rows)} rules matched, but {mapping} holds one.",
            f"有 {len(rows)} 条规则匹配,但 {mapping} 只允许一条。",
        )
    if mapping == "singleResult":
        return dict(rows[0]) if rows else None
    return _only(rows[0]) if rows else None


def _only(row: Mapping[str, object]) -> object:
    if len(row) > 1:
        raise Failure(
            "decision",
            f"The rule has {len(row)} outputs, but the mapping holds one.",
            f"规则有 {len(row)} 个输出,但映射只允许一个。",
        )
    return next(iter(row.values()), None)


def named(value: object, name: str | None, what: str) -> Mapping[str, object]:
    """
    A result under its variable's name, or the entries of a context.

    Raises:
        Failure: Neither.
    """
    if name is not None:
        return {name: value}
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0]
    raise unfit(
        "expression", what, "a context, for there is no resultVariable", "上下文(没有设置 resultVariable)", value
    )
