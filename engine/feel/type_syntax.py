"""Types as they are written after `instance of` and in function parameters (DMN 1.5 §10.3.1.2, rules 53–60)."""

from engine.feel.cursor import Cursor
from engine.feel.syntax import ContextType, FunctionType, ListType, NamedType, RangeType, Type

_LONG_TYPES = ("date and time", "days and time duration", "years and months duration")


def parse_type(cursor: Cursor) -> Type:
    """The type that starts here, taken; raises FeelSyntaxError."""
    with cursor.nested():
        for name in _LONG_TYPES:
            cursor.learn(name)
        name = _qualified_name(cursor)
        if name not in {"list", "range", "context", "function"} or not cursor.take_symbol("<"):
            return NamedType(name)
        if name == "context":
            return _context_type(cursor)
        if name == "function":
            return _function_type(cursor)
        item = parse_type(cursor)
        cursor.expect_symbol(">")
        return ListType(item) if name == "list" else RangeType(item)


def _qualified_name(cursor: Cursor) -> str:
    parts: list[str] = []
    while not parts or cursor.take_symbol("."):
        name = cursor.long_name()
        if name is None:
            if cursor.token.kind != "word":
                raise cursor.unexpected("a type")
            name = cursor.token.text
            cursor.at += 1
        parts.append(name)
    return ".".join(parts)


def _context_type(cursor: Cursor) -> Type:
    entries: list[tuple[str, Type]] = []
    while not entries or cursor.take_symbol(","):
        name = cursor.name_before(":")
        if name is None:
            raise cursor.unexpected("a name and “:”")
        cursor.expect_symbol(":")
        entries.append((name, parse_type(cursor)))
    cursor.expect_symbol(">")
    return ContextType(tuple(entries))


def _function_type(cursor: Cursor) -> Type:
    parameters: list[Type] = []
    if not cursor.take_symbol(">"):
        while not parameters or cursor.take_symbol(","):
            parameters.append(parse_type(cursor))
        cursor.expect_symbol(">")
    cursor.expect_symbol("->")
    return FunctionType(tuple(parameters), parse_type(cursor))
