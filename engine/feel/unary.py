"""Unary tests as closures, and `in` (DMN 1.5 §7.3.3, Table 55); what compares with a literal takes a short cut."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.compiler import COMPILERS, Closure, Compilation, compile_node
from engine.feel.operators import compare, equal, is_same, within
from engine.feel.scopes import Run, Scope
from engine.feel.syntax import Interval, Literal, Membership, Name, Negation, Node, Tests, UnaryComparison
from engine.feel.values import Range

# Whether a value passes, in a scope where it is known as `?`; None when it cannot be told.
Test = Callable[[object, Scope], bool | None]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}


def compile_tests(tests: Tests, compilation: Compilation) -> Test:
    """All tests of a cell as one."""
    if not tests.tests:
        return lambda _value, _scope: True
    parts = [_test(node, compilation) for node in tests.tests]
    positive = parts[0] if len(parts) == 1 else _any_of(parts)
    if not tests.negated:
        return positive

    def negative(value: object, scope: Scope) -> bool | None:
        passed = positive(value, scope)
        return None if passed is None else not passed

    return negative


def _any_of(parts: list[Test]) -> Test:
    def test(value: object, scope: Scope) -> bool | None:
        result: bool | None = False
        for part in parts:
            passed = part(value, scope)
            if passed:
                return True
            if passed is None:
                result = None
        return result

    return test


def _test(node: Node, compilation: Compilation) -> Test:
    constant = _constant(node)
    if constant is not None:
        compilation.nodes += 1
        return _equals(constant)
    if isinstance(node, UnaryComparison):
        return _comparison(node, compilation)
    if isinstance(node, Interval):
        bounds = _constant(node.low), _constant(node.high)
        if isinstance(bounds[0], Decimal) and isinstance(bounds[1], Decimal):
            return _in_numbers(Range(*bounds, node.low_closed, node.high_closed))
    return _general(node, compilation)


def _constant(node: Node) -> object:
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, str | Decimal | bool) else None
    if isinstance(node, Negation) and isinstance(node.operand, Literal) and isinstance(node.operand.value, Decimal):
        return node.operand.value.copy_negate()
    return None


def _equals(constant: object) -> Test:
    kind = type(constant)

    def test(value: object, _scope: Scope) -> bool | None:
        if type(value) is kind:
            return value == constant
        return _single(value, constant)

    return test


def _single(value: object, constant: object) -> bool | None:
    """A list of one stands for its item (§10.3.2.9.4)."""
    if type(value) is list and len(value) == 1:
        return equal(value[0], constant)
    return equal(value, constant)


def _comparison(node: UnaryComparison, compilation: Compilation) -> Test:
    operator, constant = node.operator, _constant(node.operand)
    order = _ORDER.get(operator)
    if order is None or not isinstance(constant, Decimal):
        operand = compile_node(node.operand, compilation)
        return lambda value, scope: _as_bool(compare(scope.run, operator, value, operand(scope)))
    compilation.nodes += 2

    def test(value: object, scope: Scope) -> bool | None:
        if type(value) is Decimal:
            return order(value, constant)
        return _as_bool(compare(scope.run, operator, value, constant))

    return test


def _in_numbers(interval: Range) -> Test:
    return lambda value, _scope: within(value, interval)


def _as_bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _general(node: Node, compilation: Compilation) -> Test:
    expression = compile_node(node, compilation)
    asks = has_question_mark(node)
    is_literal = isinstance(node, Literal)

    def test(value: object, scope: Scope) -> bool | None:
        inner = scope.inner({"?": value})
        result = expression(inner)
        if asks:
            return _as_bool(result)
        if isinstance(result, bool) and not isinstance(value, bool) and not is_literal:
            return result
        return _satisfied(scope.run, value, result)

    return test


def _satisfied(run: Run, value: object, result: object) -> bool | None:
    """The result is the value, a list with it, or a range around it."""
    if isinstance(result, Range) and not isinstance(value, Range):
        return within(value, result)
    if not isinstance(result, list):
        return _single(value, result)
    if isinstance(value, list) and is_same(run, value, result):
        return True
    run.spend(len(result))
    return any(
        within(value, item) if isinstance(item, Range) and not isinstance(value, Range) else is_same(run, value, item)
        for item in result
    )


def has_question_mark(node: object) -> bool:
    """Whether the input is spoken of anywhere in it."""
    if isinstance(node, Name):
        return node.name == "?"
    if isinstance(node, tuple):
        return any(has_question_mark(part) for part in node)
    fields = getattr(node, "__slots__", ())
    return any(has_question_mark(getattr(node, field)) for field in fields)


def _membership(node: Membership, compilation: Compilation) -> Closure:
    value = compile_node(node.value, compilation)
    test = _any_of([_test(part, compilation) for part in node.tests])
    return lambda scope: test(value(scope), scope)


_UNARY: dict[type, Callable[..., Closure]] = {Membership: _membership}
COMPILERS.update(_UNARY)
