"""What begins with a keyword: `if`, `for`, `some`, `every`, `function` (DMN 1.5 §10.3.1.2, rules 46–48, 57)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.feel.errors import FeelSyntaxError
from engine.feel.syntax import For, FunctionLiteral, If, Iteration, Node, Quantified, Type

if TYPE_CHECKING:
    from engine.feel.parser import Parser


def _if_then_else(parser: Parser) -> Node:
    cursor = parser.cursor
    position = cursor.token.start
    cursor.at += 1
    condition = parser.enclosed(parser.expression)
    cursor.expect_word("then")
    then = parser.enclosed(parser.expression)
    cursor.expect_word("else")
    return If(position, condition, then, parser.expression())


def _for_return(parser: Parser) -> Node:
    position = parser.cursor.token.start
    parser.cursor.at += 1
    iterations = _iterations(parser)
    parser.cursor.expect_word("return")
    return For(position, iterations, parser.expression())


def _quantified(parser: Parser) -> Node:
    token = parser.cursor.token
    parser.cursor.at += 1
    iterations = _iterations(parser)
    parser.cursor.expect_word("satisfies")
    return Quantified(token.start, token.text, iterations, parser.expression())


def _iterations(parser: Parser) -> tuple[Iteration, ...]:
    cursor = parser.cursor
    iterations: list[Iteration] = []
    while not iterations or cursor.take_symbol(","):
        name = cursor.name_up_to_word("in")
        if name is None:
            raise cursor.unexpected("a name and “in”")
        cursor.expect_word("in")
        source = parser.enclosed(parser.expression)
        end = parser.enclosed(parser.expression) if cursor.take_symbol("..") else None
        iterations.append(Iteration(name, source, end))
    return tuple(iterations)


def _function(parser: Parser) -> Node:
    cursor = parser.cursor
    position = cursor.token.start
    cursor.at += 1
    cursor.expect_symbol("(")
    parameters: list[tuple[str, Type | None]] = []
    while parameters or not cursor.is_symbol(")"):
        typed = cursor.name_before(":")
        name = typed or cursor.name_before(",") or cursor.name_before(")")
        if name is None:
            raise cursor.unexpected("the name of a parameter")
        parameters.append((name, parser.type() if typed and cursor.take_symbol(":") else None))
        if not cursor.take_symbol(","):
            break
    cursor.expect_symbol(")")
    if cursor.is_word("external"):
        raise FeelSyntaxError(
            "External functions (Java, PMML) are not supported.",
            "不支持外部函数（Java、PMML）。",
            cursor.token.start,
        )
    return FunctionLiteral(position, tuple(parameters), parser.expression())


TEXTUAL: dict[str, Callable[[Parser], Node]] = {
    "if": _if_then_else,
    "for": _for_return,
    "some": _quantified,
    "every": _quantified,
    "function": _function,
}
