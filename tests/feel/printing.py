"""Syntax back to text, with brackets around every part, for the property that nothing is lost on the way."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.functions.conversion import text_of
from engine.feel.syntax import (
    Between,
    Call,
    Comparison,
    ContextLiteral,
    ContextType,
    Filter,
    For,
    FunctionLiteral,
    FunctionType,
    If,
    InstanceOf,
    Interval,
    Iteration,
    Junction,
    ListLiteral,
    ListType,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
    Operation,
    Path,
    Quantified,
    RangeType,
    Tests,
    Type,
    UnaryComparison,
)

ATOMS = (Literal, Name, ListLiteral, ContextLiteral, Call)


def printed(node: Node) -> str:
    """FEEL that means the node."""
    return PRINTERS[type(node)](node)


def printed_tests(tests: Tests) -> str:
    """The text of a cell."""
    inner = ", ".join(printed(test) if isinstance(test, UnaryComparison) else part(test) for test in tests.tests)
    return f"not({inner})" if tests.negated else inner or "-"


def part(node: Node) -> str:
    """As a part of something else."""
    return printed(node) if isinstance(node, ATOMS) else f"({printed(node)})"


def parts(nodes: tuple[Node, ...], between: str = ", ") -> str:
    return between.join(part(node) for node in nodes)


def literal(node: Literal) -> str:
    is_plain = node.value is None or isinstance(node.value, str | bool | Decimal)
    return text_of(node.value) if is_plain else f'@"{text_of(node.value)}"'


def interval(node: Interval) -> str:
    return f"{'[' if node.low_closed else '('}{part(node.low)} .. {part(node.high)}{']' if node.high_closed else ')'}"


def call(node: Call) -> str:
    names = [f"{name}: " for name in node.names] or [""] * len(node.arguments)
    arguments = (name + part(argument) for name, argument in zip(names, node.arguments, strict=True))
    return f"{part(node.function)}({', '.join(arguments)})"


def iterations(many: tuple[Iteration, ...]) -> str:
    return ", ".join(
        f"{each.name} in {part(each.source)}" + ("" if each.end is None else f" .. {part(each.end)}") for each in many
    )


def function(node: FunctionLiteral) -> str:
    formal = (name if type_ is None else f"{name}: {type_text(type_)}" for name, type_ in node.parameters)
    return f"function({', '.join(formal)}) {part(node.body)}"


def type_text(type_: Type) -> str:
    match type_:
        case ListType(item):
            return f"list<{type_text(item)}>"
        case RangeType(item):
            return f"range<{type_text(item)}>"
        case ContextType(entries):
            return f"context<{', '.join(f'{name}: {type_text(of)}' for name, of in entries)}>"
        case FunctionType(parameters, result):
            return f"function<{', '.join(map(type_text, parameters))}> -> {type_text(result)}"
        case _:
            return type_.name


PRINTERS: dict[type, Callable[[Any], str]] = {
    Literal: literal,
    Name: lambda node: node.name,
    Path: lambda node: f"{part(node.source)}.{node.name}",
    Filter: lambda node: f"{part(node.source)}[{part(node.condition)}]",
    Call: call,
    Negation: lambda node: f"-{part(node.operand)}",
    Operation: lambda node: part(node.first) + "".join(f" {operator} {part(right)}" for operator, right in node.rest),
    Comparison: lambda node: f"{part(node.left)} {node.operator} {part(node.right)}",
    Between: lambda node: f"{part(node.value)} between {part(node.low)} and {part(node.high)}",
    Membership: lambda node: f"{part(node.value)} in ({parts(node.tests)})",
    Junction: lambda node: parts(node.operands, f" {node.operator} "),
    InstanceOf: lambda node: f"{part(node.value)} instance of {type_text(node.type)}",
    Interval: interval,
    UnaryComparison: lambda node: f"{node.operator} {part(node.operand)}",
    ListLiteral: lambda node: f"[{parts(node.items)}]",
    ContextLiteral: lambda node: "{" + ", ".join(f"{text_of(key)}: {part(entry)}" for key, entry in node.entries) + "}",
    FunctionLiteral: function,
    If: lambda node: f"if {part(node.condition)} then {part(node.then)} else {part(node.otherwise)}",
    For: lambda node: f"for {iterations(node.iterations)} return {part(node.result)}",
    Quantified: lambda node: f"{node.quantifier} {iterations(node.iterations)} satisfies {part(node.condition)}",
}
