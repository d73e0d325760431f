"""Syntax to closures: what can be decided once is decided here. Python never evaluates a model's text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from engine.feel.functions import BUILTINS, builtin_value
from engine.feel.operators import ARITHMETIC, compare, negate, ordered
from engine.feel.paths import member
from engine.feel.scopes import MISSING, Run, Scope
from engine.feel.syntax import (
    Between,
    Comparison,
    ContextLiteral,
    FunctionLiteral,
    If,
    InstanceOf,
    Interval,
    Junction,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Operation,
    Path,
    UnaryComparison,
)
from engine.feel.types import conforms, is_whole_type
from engine.feel.values import Range, type_name

Closure = Callable[[Scope], object]
_SHORT = 1_000  # longer texts cost steps
_SELF_CHECKED = frozenset({type(None), bool})


class Compilation:
    """What is learnt about one text while it is compiled."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names  # in scope by the caller's word; they hide built-ins of the same name
        self.references: set[str] = set()
        self.possible_references: set[str] = set()
        self.calls: set[str] = set()
        self.nodes = 0
        self._bound: list[frozenset[str]] = []
        self._filters = 0

    @contextmanager
    def binding(self, *names: str) -> Iterator[None]:
        """Names that the text itself defines."""
        self._bound.append(frozenset(names))
        yield
        self._bound.pop()

    @contextmanager
    def filtering(self) -> Iterator[None]:
        """Any name may be an entry of the item that is filtered."""
        self._filters += 1
        with self.binding("item"):
            yield
        self._filters -= 1

    def is_bound(self, name: str) -> bool:
        """Whether the text itself defines the name here."""
        return any(name in names for names in self._bound)

    def refer(self, name: str) -> None:
        """A name is read; unless the text defines it, it comes from outside."""
        if name != "?" and not self.is_bound(name) and (name not in BUILTINS or name in self.names):
            (self.possible_references if self._filters else self.references).add(name)


def compile_node(node: Node, compilation: Compilation) -> Closure:
    """The closure of a node; raises FeelSyntaxError for what can be seen to be wrong."""
    compilation.nodes += 1
    return COMPILERS[type(node)](node, compilation)


def compile_part(node: Node, compilation: Compilation) -> tuple[Closure, int]:
    """The closure of a part that will run many times, and what one run of it costs in steps."""
    before = compilation.nodes
    closure = compile_node(node, compilation)
    return closure, compilation.nodes - before + 1


def _literal(node: Literal, _compilation: Compilation) -> Closure:
    value = node.value
    return lambda _scope: value


def _name(node: Name, compilation: Compilation) -> Closure:
    name = node.name
    compilation.refer(name)

    def read(scope: Scope) -> object:
        names = scope.names
        if name in names:
            return names[name]
        value = scope.lookup(name)
        return value if value is not MISSING else _unknown(scope.run, name)

    return read


def _unknown(run: Run, name: str) -> object:
    return builtin_value(name) or run.null(f"There is no “{name}”.")


def _path(node: Path, compilation: Compilation) -> Closure:
    source, name = compile_node(node.source, compilation), node.name

    def read(scope: Scope) -> object:
        value = source(scope)
        if type(value) is dict and name in value:
            found: object = value[name]
            return found
        return member(scope.run, value, name)

    return read


def _negation(node: Negation, compilation: Compilation) -> Closure:
    operand = compile_node(node.operand, compilation)
    if isinstance(node.operand, Literal) and isinstance(node.operand.value, Decimal):
        constant = node.operand.value.copy_negate()
        return lambda _scope: constant
    return lambda scope: negate(scope.run, operand(scope))


def _operation(node: Operation, compilation: Compilation) -> Closure:
    first = compile_node(node.first, compilation)
    rest = [(ARITHMETIC[operator], compile_node(operand, compilation)) for operator, operand in node.rest]
    if len(rest) == 1:
        ((operate, second),) = rest
        return lambda scope: operate(scope.run, first(scope), second(scope))

    def run_all(scope: Scope) -> object:
        value = first(scope)
        for operate, operand in rest:
            value = operate(scope.run, value, operand(scope))
        return value

    return run_all


def _comparison(node: Comparison, compilation: Compilation) -> Closure:
    left, right = compile_node(node.left, compilation), compile_node(node.right, compilation)
    operator = node.operator
    if operator in {"=", "!="}:
        return _equality(left, right, operator)
    fast = _FAST_ORDER[operator]

    def run(scope: Scope) -> object:
        one, other = left(scope), right(scope)
        if type(one) is Decimal and type(other) is Decimal:
            return fast(one, other)
        return compare(scope.run, operator, one, other)

    return run


_FAST_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


def _equality(left: Closure, right: Closure, operator: str) -> Closure:
    wanted = operator == "="

    def run(scope: Scope) -> object:
        one, other = left(scope), right(scope)
        if type(one) is Decimal and type(other) is Decimal:
            return (one == other) is wanted
        if type(one) is str and type(other) is str and len(one) < _SHORT:
            return (one == other) is wanted
        return compare(scope.run, operator, one, other)

    return run


def _between(node: Between, compilation: Compilation) -> Closure:
    value, low, high = (compile_node(part, compilation) for part in (node.value, node.low, node.high))

    def run(scope: Scope) -> object:
        middle = value(scope)
        above, below = ordered(">=", middle, low(scope)), ordered("<=", middle, high(scope))
        if above is None or below is None:
            return scope.run.null(f"A {type_name(middle)} cannot be between these.")
        return above and below

    return run


def _junction(node: Junction, compilation: Compilation) -> Closure:
    """Table 49, Kleene's logic: what is no boolean counts as null."""
    operands = [compile_node(operand, compilation) for operand in node.operands]
    decisive = node.operator == "or"

    def run(scope: Scope) -> object:
        result: object = not decisive
        for operand in operands:
            value = operand(scope)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                result = None
        return result

    return run


def _instance_of(node: InstanceOf, compilation: Compilation) -> Closure:
    value, type_ = compile_node(node.value, compilation), node.type

    if not is_whole_type(type_):
        return lambda scope: scope.run.null("This type needs parameters, as in list<Any>.")

    def run(scope: Scope) -> object:
        result = conforms(value(scope), type_, named=scope.run.is_of_type)
        return scope.run.null("The type is not known.") if result is None else result

    return run


def _interval(node: Interval, compilation: Compilation) -> Closure:
    low, high = compile_node(node.low, compilation), compile_node(node.high, compilation)
    low_closed, high_closed = node.low_closed, node.high_closed

    def run(scope: Scope) -> object:
        start, end = low(scope), high(scope)
        if start is not None and end is not None and ordered("<=", start, end) is not True:
            return _no_range(scope.run, start, end)
        if start is None and end is None:
            return scope.run.null("A range needs an end.")
        return Range(start, end, low_closed and start is not None, high_closed and end is not None)

    return run


def _no_range(run: Run, start: object, end: object) -> object:
    """§10.3.2.7: the ends are of one type, and the start is not after the end."""
    if ordered("<=", start, end) is False:
        return run.null("The ends of the range are not in order.")
    return run.null(f"There is no range from {type_name(start)} to {type_name(end)}.")


def _unary_comparison(node: UnaryComparison, compilation: Compilation) -> Closure:
    """`(< 5)` as a value is a range; `(!= 5)` is none, and so compares the input `?`."""
    operand = compile_node(node.operand, compilation)
    operator = node.operator
    if operator == "!=":
        return lambda scope: compare(scope.run, "!=", scope.lookup("?"), operand(scope))
    if operator == "=":
        return lambda scope: _point(operand(scope))
    closed, is_low = operator in {"<=", ">="}, operator in {">", ">="}

    def run(scope: Scope) -> object:
        value = operand(scope)
        if value is None:
            return scope.run.null("A range needs an end.")
        return Range(value, None, closed, False) if is_low else Range(None, value, False, closed)

    return run


def _point(value: object) -> Range:
    return Range(value, value, low_closed=True, high_closed=True)


def _list(node: ListLiteral, compilation: Compilation) -> Closure:
    items = [compile_node(item, compilation) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _context(node: ContextLiteral, compilation: Compilation) -> Closure:
    """Each entry sees those before it, and a function also itself (rule 57; DMN 1.5 §10.3.2.6)."""
    entries: list[tuple[str, Closure]] = []
    for index, (name, entry) in enumerate(node.entries):
        visible = [earlier for earlier, _ in node.entries[:index]]
        if isinstance(entry, FunctionLiteral):
            visible = [other for other, _ in node.entries]
        with compilation.binding(*visible):
            entries.append((name, compile_node(entry, compilation)))

    def run(scope: Scope) -> object:
        values: dict[str, object] = {}
        inner = scope.inner(values)
        for name, entry in entries:
            values[name] = entry(inner)
        return values

    return run


def _if(node: If, compilation: Compilation) -> Closure:
    condition, then, otherwise = (
        compile_node(part, compilation) for part in (node.condition, node.then, node.otherwise)
    )

    def run(scope: Scope) -> object:
        value = condition(scope)
        if type(value) not in _SELF_CHECKED:
            scope.run.null(f"A condition is a {type_name(value)}, not a boolean.")
        return then(scope) if value is True else otherwise(scope)

    return run


# Each compiler takes its own kind of node, which a dict cannot say.
COMPILERS: dict[type, Callable[[Any, Compilation], Closure]] = {
    Literal: _literal,
    Name: _name,
    Path: _path,
    Negation: _negation,
    Operation: _operation,
    Comparison: _comparison,
    Between: _between,
    Junction: _junction,
    InstanceOf: _instance_of,
    Interval: _interval,
    UnaryComparison: _unary_comparison,
    ListLiteral: _list,
    ContextLiteral: _context,
    If: _if,
}
