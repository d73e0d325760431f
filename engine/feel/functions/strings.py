"""String functions (DMN 1.5 §10.3.4.3). A character is a Unicode code point."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.functions.patterns import PatternInvalid, pattern, replacement
from engine.feel.functions.patterns import matches as found_in
from engine.feel.functions.patterns import replaced as replaced_in
from engine.feel.functions.patterns import split as split_by
from engine.feel.functions.registry import builtin
from engine.feel.scopes import Run


@builtin("substring(string: string, start position: number, length?: number)")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> object:
    """From 1; a negative start counts from the end. Both are whole, and no longer than the text (footnote 1)."""
    if not 1 <= abs(start) <= len(text) or start != start.to_integral_value():
        return run.null(f"There is no position {start} in a string of {len(text)}.")
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    if length is None:
        return text[first:]
    if not 1 <= length <= len(text) - first or length != length.to_integral_value():
        return run.null(f"The length is from 1 to {len(text) - first}.")
    return text[first : first + int(length)]


@builtin("string length(string: string)")
def string_length(_run: Run, text: str) -> object:
    """How many characters."""
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(_run: Run, text: str) -> object:
    """In capitals."""
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(_run: Run, text: str) -> object:
    """In small letters."""
    return text.lower()


@builtin("substring before(string: string, match: string)")
def substring_before(_run: Run, text: str, match: str) -> object:
    """Empty when there is no match."""
    head, found, _ = text.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after(string: string, match: string)")
def substring_after(_run: Run, text: str, match: str) -> object:
    """Empty when there is no match."""
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(_run: Run, text: str, match: str) -> object:
    """Whether the match is somewhere in it."""
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(_run: Run, text: str, match: str) -> object:
    """Whether it begins so."""
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(_run: Run, text: str, match: str) -> object:
    """Whether it ends so."""
    return text.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string)")
def matches(run: Run, text: str, expression: str, flags: str | None = None) -> object:
    """XPath `fn:matches`: somewhere in the text, unless anchored."""
    try:
        return found_in(run, pattern(expression, flags or ""), text)
    except PatternInvalid as error:
        return run.null(str(error))


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string)")
def replace(run: Run, text: str, expression: str, by: str, flags: str | None = None) -> object:
    """XPath `fn:replace`: `$1` is the first group."""
    try:
        compiled = pattern(expression, flags or "")
        result = replaced_in(run, compiled, replacement(by, compiled, flags or ""), text)
    except PatternInvalid as error:
        return run.null(str(error))
    run.bounded_text(len(result))
    return result


@builtin("split(string: string, delimiter: string)")
def split(run: Run, text: str, delimiter: str) -> object:
    """By a pattern."""
    try:
        parts: list[object] = list(split_by(run, pattern(delimiter, ""), text))
    except PatternInvalid as error:
        return run.null(str(error))
    run.bounded_list(len(parts))
    return parts


@builtin("string join(list: list, delimiter?: string)")
def string_join(run: Run, items: list[object], delimiter: str | None = None) -> object:
    """Null items are left out."""
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) != sum(item is not None for item in items):
        return run.null("string join() takes a list of strings.")
    run.bounded_text(sum(len(text) for text in texts) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)


@builtin("string join(list: list, delimiter: string, prefix: string, suffix: string)")
def string_join_enclosed(run: Run, items: list[object], delimiter: str, prefix: str, suffix: str) -> object:
    """With something before and after."""
    joined = string_join(run, items, delimiter)
    return f"{prefix}{joined}{suffix}" if isinstance(joined, str) else joined
