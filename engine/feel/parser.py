"""
Text to syntax (DMN 1.5 §10.3.1.2), by recursive descent.

A name may have several words and operators in it, so that what is a name depends on what is in scope: the built-in
names, the names the caller passes, and the keys, parameters and variables that the text itself defines.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.cursor import Cursor
from engine.feel.errors import FeelSyntaxError
from engine.feel.far_dates import parse_any_temporal
from engine.feel.syntax import (
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    FunctionLiteral,
    InstanceOf,
    Interval,
    Junction,
    ListLiteral,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
    Operation,
    Path,
    Tests,
    Type,
    UnaryComparison,
)
from engine.feel.textual import TEXTUAL
from engine.feel.tokens import Token
from engine.feel.type_syntax import parse_type
from engine.feel.values import DECIMAL128

PROPERTY_NAMES = frozenset({"time offset", "start included", "end included"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
KEYWORDS = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "or", "and", "between", "function"}
    | {"external", "instance", "of", "true", "false", "null"}
)
OR, AND, COMPARING, ADDING, MULTIPLYING, POWER = range(1, 7)
_LEVELS = (
    {("word", "or"): OR, ("word", "and"): AND, ("word", "between"): COMPARING, ("word", "in"): COMPARING}
    | {("symbol", operator): COMPARING for operator in COMPARISONS}
    | {("symbol", "+"): ADDING, ("symbol", "-"): ADDING}
    | {("symbol", "*"): MULTIPLYING, ("symbol", "/"): MULTIPLYING, ("symbol", "**"): POWER}
)


def parse_expression(text: str, names: frozenset[str]) -> Node:
    """The whole text as one expression; raises FeelSyntaxError."""
    parser = Parser(text, names)
    node = parser.expression()
    parser.expect_end()
    return node


def parse_unary_tests(text: str, names: frozenset[str]) -> Tests:
    """The whole text as unary tests (rule 17); raises FeelSyntaxError."""
    parser = Parser(text, names)
    tests = parser.unary_tests()
    parser.expect_end()
    return tests


class Parser:
    """One text; each method takes what it reads, and raises FeelSyntaxError for anything else."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.cursor = Cursor(text, PROPERTY_NAMES | names)
        self.in_endpoint = False  # a "[" after the upper end of a range closes the range

    def expect_end(self) -> None:
        """Nothing is left."""
        if self.cursor.token.kind != "end":
            raise self.cursor.unexpected("an operator or the end of the text")

    def unary_tests(self) -> Tests:
        """Rule 17; only a `not` around all of it negates."""
        cursor = self.cursor
        if cursor.is_symbol("-") and cursor.tokens[cursor.at + 1].kind == "end":
            cursor.at += 1
            return Tests((), negated=False)
        start = cursor.at
        if cursor.take_word("not") and cursor.take_symbol("("):
            tests = self._tests_until(")")
            if cursor.token.kind == "end":
                return Tests(tests, negated=True)
        cursor.at = start
        positive = [self._test()]
        while cursor.take_symbol(","):
            positive.append(self._test())
        return Tests(tuple(positive), negated=False)

    def _tests_until(self, end: str) -> tuple[Node, ...]:
        tests = [self._test()]
        while self.cursor.take_symbol(","):
            tests.append(self._test())
        self.cursor.expect_symbol(end)
        return tuple(tests)

    def _test(self) -> Node:
        return self._unary_comparison() or self.expression()

    def _unary_comparison(self) -> Node | None:
        token = self.cursor.token
        if token.kind != "symbol" or token.text not in COMPARISONS:
            return None
        self.cursor.at += 1
        return UnaryComparison(token.start, token.text, self._binary(ADDING))

    def expression(self) -> Node:
        """The loosest there is: everything up to what cannot belong to it."""
        with self.cursor.nested():
            return self._binary(OR)

    def _binary(self, floor: int) -> Node:
        left = self._unary()
        while True:
            token = self.cursor.token
            level = _LEVELS.get((token.kind, token.text), 0)
            if level < floor or level == 0:
                return left
            if level in {OR, AND}:
                left = Junction(token.start, token.text, (left, *self._operands(token.text, level)))
            elif level == COMPARING:
                left = self._comparison(left)
            else:
                left = self._operation(left, level)

    def _operands(self, operator: str, level: int) -> list[Node]:
        operands: list[Node] = []
        while self.cursor.take_word(operator):
            operands.append(self._binary(level + 1))
        return operands

    def _operation(self, first: Node, level: int) -> Node:
        position = self.cursor.token.start
        rest: list[tuple[str, Node]] = []
        while True:
            token = self.cursor.token
            if _LEVELS.get((token.kind, token.text)) != level:
                return Operation(position, first, tuple(rest))
            self.cursor.at += 1
            rest.append((token.text, self._binary(level + 1)))

    def _comparison(self, left: Node) -> Node:
        cursor = self.cursor
        token = cursor.token
        cursor.at += 1
        if token.text == "between":
            low = self._binary(ADDING)
            cursor.expect_word("and")
            return Between(token.start, left, low, self._binary(ADDING))
        if token.text == "in":
            return Membership(token.start, left, self._membership_tests())
        return Comparison(token.start, token.text, left, self._binary(ADDING))

    def _membership_tests(self) -> tuple[Node, ...]:
        if not self.cursor.is_symbol("("):
            return (self._unary_comparison() or self._binary(ADDING),)
        position = self.cursor.token.start
        self.cursor.at += 1
        with self.cursor.nested():
            first = self._test()
            if self.cursor.is_symbol(".."):
                return (self._interval(position, first, low_closed=False),)
            if self.cursor.take_symbol(","):
                return (first, *self._tests_until(")"))
            self.cursor.expect_symbol(")")
            return (first,)

    def _unary(self) -> Node:
        position = self.cursor.token.start
        if self.cursor.is_symbol("-"):
            self.cursor.at += 1
            with self.cursor.nested():
                return Negation(position, self._unary())
        return self._postfix(self._primary())

    def _postfix(self, node: Node) -> Node:
        cursor = self.cursor
        for _ in range(cursor.nesting, 100):
            position = cursor.token.start
            if cursor.take_symbol("."):
                node = Path(position, node, self._member_name())
            elif cursor.is_symbol("[") and not self.in_endpoint:
                cursor.at += 1
                node = Filter(position, node, self.enclosed(self.expression))
                cursor.expect_symbol("]")
            elif cursor.is_symbol("(") and isinstance(node, Name | Path | Call | Filter | FunctionLiteral):
                node = self._call(node)
            elif cursor.is_word("instance"):
                cursor.at += 1
                cursor.expect_word("of")
                node = InstanceOf(position, node, self.type())
            else:
                return node
        raise FeelSyntaxError(
            "A chain of paths, filters and calls is too long.", "路径、过滤与调用的链过长。", cursor.token.start
        )

    def enclosed(self, part: Callable[[], Node]) -> Node:
        """A part in brackets or between keywords, where `[` is a filter again."""
        before, self.in_endpoint = self.in_endpoint, False
        node = part()
        self.in_endpoint = before
        return node

    def type(self) -> Type:
        """A type, as after `instance of`."""
        return parse_type(self.cursor)

    def _member_name(self) -> str:
        name = self.cursor.long_name()
        if name is not None:
            return name
        token = self.cursor.token
        if token.kind != "word":
            raise self.cursor.unexpected("the name of a member")
        self.cursor.at += 1
        return token.text

    def _call(self, function: Node) -> Node:
        cursor = self.cursor
        position = cursor.token.start
        cursor.expect_symbol("(")
        before, self.in_endpoint = self.in_endpoint, False
        names: list[str] = []
        arguments: list[Node] = []
        while arguments or not cursor.is_symbol(")"):
            name = cursor.name_before(":")
            if (name is None) != (not names) and arguments:
                raise cursor.unexpected("all arguments with a name, or none")
            if name is not None:
                names.append(name)
                cursor.expect_symbol(":")
            arguments.append(self._test())
            if not cursor.take_symbol(","):
                break
        cursor.expect_symbol(")")
        self.in_endpoint = before
        return Call(position, function, tuple(arguments), tuple(names))

    def _primary(self) -> Node:
        cursor = self.cursor
        token = cursor.token
        name = cursor.long_name()
        if name is not None:
            return Name(token.start, name)
        if token.kind == "number":
            return self._number(token)
        if token.kind == "string":
            cursor.at += 1
            return Literal(token.start, token.text)
        if token.kind == "word":
            return self._word()
        return self._symbol()

    def _number(self, token: Token) -> Node:
        value = DECIMAL128.create_decimal(token.text)
        if not value.is_finite():
            raise FeelSyntaxError("The number is too large.", "数值过大。", token.start)
        self.cursor.at += 1
        return Literal(token.start, value)

    def _word(self) -> Node:
        cursor = self.cursor
        token = cursor.token
        textual = TEXTUAL.get(token.text)
        if textual is not None:
            return textual(self)
        if token.text in _CONSTANTS:
            cursor.at += 1
            return Literal(token.start, _CONSTANTS[token.text])
        if token.text in KEYWORDS:
            raise cursor.unexpected("an expression")
        cursor.at += 1
        return Name(token.start, token.text)

    def _symbol(self) -> Node:
        cursor = self.cursor
        token = cursor.token
        part = _ENCLOSED.get(token.text)
        if part is None or token.kind != "symbol":
            raise cursor.unexpected("an expression")
        cursor.at += 1
        return self.enclosed(lambda: part(self, token.start))

    def _temporal(self, position: int) -> Node:
        token = self.cursor.token
        if token.kind != "string":
            raise self.cursor.unexpected("a date, time or duration in quotation marks")
        value = parse_any_temporal(token.text)
        if value is None:
            raise FeelSyntaxError(
                f"“{token.text[:60]}” is no date, time or duration.",
                f"“{token.text[:60]}”不是日期、时间或时长。",
                token.start,
                "ISO 8601 text",
            )
        self.cursor.at += 1
        return Literal(position, value)

    def _parenthesised(self, position: int) -> Node:
        with self.cursor.nested():
            first = self._test()
            if self.cursor.is_symbol("..") and not isinstance(first, UnaryComparison):
                return self._interval(position, first, low_closed=False)
            self.cursor.expect_symbol(")")
            return first

    def _open_interval(self, position: int) -> Node:
        return self._interval(position, self._binary(ADDING), low_closed=False)

    def _interval(self, position: int, low: Node, *, low_closed: bool) -> Node:
        cursor = self.cursor
        cursor.expect_symbol("..")
        self.in_endpoint = True
        high = self._binary(ADDING)
        self.in_endpoint = False
        high_closed = cursor.is_symbol("]")
        if not (high_closed or cursor.is_symbol(")") or cursor.is_symbol("[")):
            raise cursor.unexpected("“]”, “)” or “[”")
        cursor.at += 1
        return Interval(position, low, high, low_closed=low_closed, high_closed=high_closed)

    def _list_or_interval(self, position: int) -> Node:
        cursor = self.cursor
        if cursor.take_symbol("]"):
            return ListLiteral(position, ())
        first = self._test()
        if cursor.is_symbol(".."):
            return self._interval(position, first, low_closed=True)
        items = [first]
        while cursor.take_symbol(","):
            items.append(self._test())
        cursor.expect_symbol("]")
        return ListLiteral(position, tuple(items))

    def _context(self, position: int) -> Node:
        cursor = self.cursor
        entries: list[tuple[str, Node]] = []
        while entries or not cursor.is_symbol("}"):
            entries.append((self._key({name for name, _ in entries}), self.expression()))
            if not cursor.take_symbol(","):
                break
        cursor.expect_symbol("}")
        return ContextLiteral(position, tuple(entries))

    def _key(self, taken: set[str]) -> str:
        cursor = self.cursor
        token = cursor.token
        if token.kind == "string":
            cursor.at += 1
            name: str | None = token.text
            cursor.learn(token.text)
        else:
            name = cursor.name_before(":")
        if name is None:
            raise cursor.unexpected("a key and “:”")
        if name in taken:
            raise FeelSyntaxError(f"The key “{name}” is there twice.", f"键“{name}”重复。", token.start)
        cursor.expect_symbol(":")
        return name


def _question_mark(_parser: Parser, position: int) -> Node:
    return Name(position, "?")


_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}
_ENCLOSED: dict[str, Callable[[Parser, int], Node]] = {
    "(": Parser._parenthesised,
    "[": Parser._list_or_interval,
    "]": Parser._open_interval,
    "{": Parser._context,
    "@": Parser._temporal,
    "?": _question_mark,
}
