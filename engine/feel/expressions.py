"""Texts made ready to evaluate, cached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.feel import calls, loops, syntax
from engine.feel.compiler import Closure, Compilation, compile_part
from engine.feel.errors import FeelEvaluationError, FeelSyntaxError
from engine.feel.functions import BUILTINS
from engine.feel.json_values import to_json
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.scopes import Run, Scope
from engine.feel.tokens import canonical_name
from engine.feel.unary import Test, compile_tests
from engine.feel.values import from_json

FAMILIES = (calls, loops)  # importing them declares how their nodes are compiled
_BUILTIN_NAMES = frozenset(BUILTINS)
_MAX_CACHED = 4_096  # characters; a longer text is compiled anew rather than kept
_NO_NAMES: frozenset[str] = frozenset()
_NEVER_CONTEXTS = (
    *(syntax.Comparison, syntax.Between, syntax.Membership, syntax.Junction, syntax.Negation, syntax.Operation),
    *(syntax.InstanceOf, syntax.Interval, syntax.UnaryComparison, syntax.Quantified, syntax.FunctionLiteral),
)
Functions = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """
    A FEEL expression.

    Attributes:
        references: Names it reads from outside.
        possible_references: Names inside of filters: entries of the item, or read from outside.
        calls: Functions it calls that are neither built in nor defined in it.
        may_be_context: Whether it could ever give a context; a comparison, a sum or a text cannot.
    """

    text: str
    references: frozenset[str]
    possible_references: frozenset[str]
    calls: frozenset[str]
    cost: int
    closure: Closure = field(repr=False)
    may_be_context: bool = True

    def evaluate(
        self,
        context: Mapping[str, object],
        *,
        now: datetime,
        functions: Functions | None = None,
        notes: list[str] | None = None,
    ) -> object:
        """
        The value, in FEEL's types; null on a type error, with the reason in `notes`.

        Args:
            context: JSON or FEEL values by name.
            now: Aware; what `now()` and `today()` say.
            functions: Registered functions; JSON values in and out.

        Raises:
            FeelEvaluationError: A bound was exceeded, or a registered function failed.
        """
        return self.evaluate_in(Scope(Run(now, functions, notes), {}, None, context))

    def evaluate_in(self, scope: Scope) -> object:
        """As `evaluate`, within an evaluation that is under way."""
        try:
            return self.closure(scope)
        except RecursionError as error:
            raise FeelEvaluationError("The expression is nested too deeply.", "表达式嵌套过深。") from error


@dataclass(frozen=True, slots=True, eq=False)
class UnaryTests:
    """The tests of a decision table's cell; attributes as of Expression."""

    text: str
    references: frozenset[str]
    possible_references: frozenset[str]
    calls: frozenset[str]
    test: Test = field(repr=False)

    def matches(
        self,
        value: object,
        context: Mapping[str, object],
        *,
        now: datetime,
        functions: Functions | None = None,
        notes: list[str] | None = None,
    ) -> bool:
        """Whether the value passes; raises FeelEvaluationError as `Expression.evaluate` does."""
        scope = Scope(Run(now, functions, notes), {}, None, context)
        return self.matches_in(from_json(value), scope)

    def matches_in(self, value: object, scope: Scope) -> bool:
        """As `matches`, of a FEEL value within an evaluation that is under way."""
        try:
            return self.test(value, scope) is True
        except RecursionError as error:
            raise FeelEvaluationError("The test is nested too deeply.", "测试嵌套过深。") from error


def compile_expression(text: str, *, names: frozenset[str] = _NO_NAMES) -> Expression:
    """
    Make an expression ready; cached.

    Args:
        names: Names in scope; needed for those of several words.

    Raises:
        FeelSyntaxError: With position and what was expected.
    """
    return _cached_expression(text, names) if len(text) <= _MAX_CACHED else _expression(text, names)


def _expression(text: str, names: frozenset[str]) -> Expression:
    compilation = Compilation(frozenset(canonical_name(name) for name in names))
    try:
        node = parse_expression(text, names | _BUILTIN_NAMES)
        closure, cost = compile_part(node, compilation)
    except RecursionError as error:
        raise FeelSyntaxError("The expression is nested too deeply.", "表达式嵌套过深。", 0) from error
    return Expression(
        text,
        *_named(compilation),
        cost,
        closure,
        _may_be_context(node),
    )


def _named(compilation: Compilation) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """What a text refers to, what it may refer to besides, and what it calls."""
    possible = compilation.possible_references - compilation.references
    return frozenset(compilation.references), frozenset(possible), frozenset(compilation.calls)


def _may_be_context(node: syntax.Node) -> bool:
    if isinstance(node, syntax.If):
        return _may_be_context(node.then) or _may_be_context(node.otherwise)
    if isinstance(node, syntax.Literal):
        return node.value is None
    return not isinstance(node, _NEVER_CONTEXTS)


def compile_unary_tests(text: str, *, names: frozenset[str] = _NO_NAMES) -> UnaryTests:
    """Make a cell's tests ready; cached. Arguments and errors as of `compile_expression`."""
    return _cached_unary_tests(text, names) if len(text) <= _MAX_CACHED else _unary_tests(text, names)


def _unary_tests(text: str, names: frozenset[str]) -> UnaryTests:
    compilation = Compilation(frozenset(canonical_name(name) for name in names))
    try:
        test = compile_tests(parse_unary_tests(text, names | _BUILTIN_NAMES), compilation)
    except RecursionError as error:
        raise FeelSyntaxError("The tests are nested too deeply.", "测试嵌套过深。", 0) from error
    return UnaryTests(
        text,
        *_named(compilation),
        test,
    )


_cached_expression = lru_cache(maxsize=8192)(_expression)
_cached_unary_tests = lru_cache(maxsize=16384)(_unary_tests)


def evaluate_json(
    text: str, context: Mapping[str, object], *, now: datetime, functions: Functions | None = None
) -> object:
    """Compile, evaluate, and give the value as JSON; names of several words are taken from the context."""
    names = frozenset(name for name in context if not name.isidentifier())
    return to_json(compile_expression(text, names=names).evaluate(context, now=now, functions=functions))
