"""
Data of an element: inputs taken when it begins, outputs passed on when it is done.

Source:
    BPMN 2.0.2 §10.4.2 (Execution Semantics for Data), §13.3.2. Upstream ignores `sourceRef`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.expressions import CompiledValue, compile_condition, compile_feel, compile_value
from engine.spiff.attached import Assignment, DataAssociation
from engine.spiff.evaluation import Failure, evaluate
from engine.spiff.instances import ElementInstance, Scope, to_micros, tokens
from engine.spiff.variables import view


class Awaiting(Exception):
    """No input set is complete: the element waits until one is."""


def transformation_of(association: DataAssociation) -> CompiledValue:
    """The compiled `transformation`: FEEL needs no `=`, for a literal has no meaning there. Raises ExpressionError."""
    text = association.transformation or ""
    return compile_feel(text) if _is_feel(association.language) else compile_condition(text)


def source_of(assignment: Assignment) -> CompiledValue:
    """The compiled `from`, by the one rule unless it says its language. Raises ExpressionError."""
    text = assignment.source
    return compile_feel(text) if _is_feel(assignment.language) else compile_value(text)


def _is_feel(language: str | None) -> bool:
    return "feel" in (language or "").lower()


def taken(task: ElementInstance) -> dict[str, Any]:
    """
    What the data input associations bring, and the element's properties, still empty.

    Raises:
        Awaiting: A required input has no value yet (BPMN 2.0.2 §10.4.2: the activity waits).
        Failure: An expression does not evaluate.
    """
    data = task.task_spec.node.data
    values: dict[str, Any] = dict.fromkeys(data.properties)
    seen = view(task)
    for association in data.incoming:
        _move(task, association, {**seen, **values}, values)
    fed = _fed(data.incoming)
    sets = [needed & fed for needed in data.input_sets]
    if sets and not any(_has_all(values, needed) for needed in sets):
        raise Awaiting
    return values


def missing_inputs(task: ElementInstance) -> tuple[str, ...]:
    """Names of required inputs, for whoever looks at an element that waits for them."""
    needed: set[str] = set()
    for each in task.task_spec.node.data.input_sets:
        needed |= each & _fed(task.task_spec.node.data.incoming)
    return tuple(sorted(needed))


def passed_on(task: ElementInstance, result: Mapping[str, Any]) -> dict[str, Any]:
    """
    What leaves an element: its result, through its data outputs when it has any.

    An output that no association takes on is the variable of its name; of a result that is not declared as an output
    nothing leaves.

    Raises:
        Failure: A required output has no value, or an expression does not evaluate.
    """
    data = task.task_spec.node.data
    outputs = dict(result)
    seen = {**view(task), **result}
    if data.outputs:
        outputs = {name: _output(name, result, seen, len(data.outputs)) for name in data.outputs}
        _require(task, outputs)
        seen.update(outputs)
    values: dict[str, Any] = {}
    for association in data.outgoing:
        _move(task, association, seen, values)
    used = {source for association in data.outgoing for source in association.sources}
    if data.outputs and not used:  # assignments alone: they name what they need in their expressions
        used = set(outputs) if data.outgoing else set()
    return {**{name: value for name, value in outputs.items() if name not in used}, **values}


def _output(name: str, result: Mapping[str, Any], seen: Mapping[str, Any], count: int) -> object:
    if name in result:
        return result[name]
    if name in seen:
        return seen[name]
    return dict(result) if count == 1 and result else None


def _require(task: ElementInstance, outputs: Mapping[str, Any]) -> None:
    sets = task.task_spec.node.data.output_sets
    if sets and not any(_has_all(outputs, needed) for needed in sets):
        missing = ", ".join(sorted(name for name in sets[0] if outputs.get(name) is None))
        raise Failure("expression", f"The data output {missing} has no value.", f"数据输出 {missing} 没有值。")


def _has_all(values: Mapping[str, Any], needed: Iterable[str]) -> bool:
    return all(values.get(name) is not None for name in needed)


def _fed(associations: Iterable[DataAssociation]) -> frozenset[str]:
    """The names that associations give a value."""
    named = {association.target for association in associations if association.target}
    assigned = {each.target.partition(".")[0] for association in associations for each in association.assignments}
    return frozenset(named | assigned)


def _move(task: ElementInstance, association: DataAssociation, seen: Mapping[str, Any], into: dict[str, Any]) -> None:
    """Copy, transform or assign; a source without a value gives none."""
    if association.assignments:
        for assignment in association.assignments:
            value = evaluate(task, source_of(assignment), context={**seen, **into})
            _put(into, assignment.target.split("."), value, seen)
        return
    if association.target is None:
        return
    is_there = _has_all(seen, association.sources)
    if not is_there:
        into[association.target] = None
    elif association.transformation is not None:
        into[association.target] = evaluate(task, transformation_of(association), context=seen)
    else:
        into[association.target] = seen[association.sources[0]]


def _put(into: dict[str, Any], path: list[str], value: object, seen: Mapping[str, Any]) -> None:
    name, *rest = path
    if not rest:
        into[name] = value
        return
    known = into.get(name, seen.get(name))
    inner: dict[str, Any] = dict(known) if isinstance(known, Mapping) else {}
    into[name] = inner
    for key in rest[:-1]:
        deeper = inner.get(key)
        inner[key] = dict(deeper) if isinstance(deeper, Mapping) else {}
        inner = inner[key]
    inner[rest[-1]] = value


def settle_inputs(scopes: Iterable[Scope]) -> bool:
    """Let the first element begin whose inputs have come; whether there was one."""
    for scope in scopes:
        if not scope.spec.has_inputs:
            continue
        for task in list(tokens(scope)):
            if "awaits" in task.facts and task._state == TaskState.WAITING and _has_come(task):
                del task.facts["awaits"]
                task.facts["at"] = to_micros(task.step.now)  # its timers and dates count from now on
                task._ready()
                return True
    return False


def _has_come(task: ElementInstance) -> bool:
    """A failure counts as well: it is told when the element begins."""
    try:
        taken(task)
    except Awaiting:
        return False
    except Failure:
        return True
    return True
