"""Range functions (DMN 1.5 §10.3.4.9, Table 78): points and ranges, after Allen's interval algebra."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.feel.far_dates import parse_any_temporal
from engine.feel.functions.registry import builtin
from engine.feel.operators import equal, ordered, within
from engine.feel.scopes import Run
from engine.feel.values import DECIMAL128, Range, type_name

_RANGE_TEXT = re.compile(r"\s*([\[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*", re.DOTALL)
_AT = re.compile(r'@?"(.*)"|(?:date|time|date and time|duration)\(\s*"([^"]*)"\s*\)', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")


def _less(left: object, right: object) -> bool:
    return bool(ordered("<", left, right))


def _at_most(left: object, right: object, *, strict: bool) -> bool:
    return bool(ordered("<" if strict else "<=", left, right))


def _same(left: object, right: object) -> bool:
    return left is not None and bool(equal(left, right))


def before(left: object, right: object) -> bool:
    """All of the one lies before all of the other."""
    end, end_closed = (left.high, left.high_closed) if isinstance(left, Range) else (left, True)
    start, start_closed = (right.low, right.low_closed) if isinstance(right, Range) else (right, True)
    return _less(end, start) or (_same(end, start) and not (end_closed and start_closed))


def after(left: object, right: object) -> bool:
    """All of the one lies after all of the other."""
    return before(right, left)


def meets(left: Range, right: Range) -> bool:
    """The one ends where the other starts, and both contain that point."""
    return left.high_closed and right.low_closed and _same(left.high, right.low)


def met_by(left: Range, right: Range) -> bool:
    """The other way round."""
    return meets(right, left)


def overlaps(left: Range, right: Range) -> bool:
    """They share a point."""
    return not before(left, right) and not after(left, right) and _comparable(left, right)


def _sample(value: object) -> object:
    """A point, or an end of a range: what says whether it can be compared with another."""
    if not isinstance(value, Range):
        return value
    return value.high if value.low is None else value.low


def _comparable(left: Range, right: Range) -> bool:
    one = left.low if left.low is not None else left.high
    other = right.low if right.low is not None else right.high
    return ordered("<", one, other) is not None


def overlaps_before(left: Range, right: Range) -> bool:
    """They share a point, and the one starts and ends first."""
    starts_first = _less(left.low, right.low) or (
        _same(left.low, right.low) and left.low_closed and not right.low_closed
    )
    ends_first = _less(left.high, right.high) or (
        _same(left.high, right.high) and (not left.high_closed or right.high_closed)
    )
    return starts_first and ends_first and overlaps(left, right)


def overlaps_after(left: Range, right: Range) -> bool:
    """They share a point, and the one starts and ends last."""
    starts_last = _less(right.low, left.low) or (
        _same(right.low, left.low) and (right.low_closed and not left.low_closed)
    )
    ends_last = _less(right.high, left.high) or (
        _same(right.high, left.high) and (left.high_closed or not right.high_closed)
    )
    return starts_last and ends_last and overlaps(left, right)


def finishes(left: object, right: Range) -> bool:
    """The one is, or is within and ends with, the end of the other."""
    if not isinstance(left, Range):
        return right.high_closed and _same(left, right.high)
    same_end = _same(left.high, right.high) and left.high_closed == right.high_closed
    return same_end and (_less(right.low, left.low) or _starts_within(left, right))


def finished_by(left: Range, right: object) -> bool:
    """The other way round."""
    return finishes(right, left)


def starts(left: object, right: Range) -> bool:
    """The one is, or is within and starts with, the start of the other."""
    if not isinstance(left, Range):
        return right.low_closed and _same(left, right.low)
    same_start = _same(left.low, right.low) and left.low_closed == right.low_closed
    return same_start and (_less(left.high, right.high) or _ends_within(left, right))


def started_by(left: Range, right: object) -> bool:
    """The other way round."""
    return starts(right, left)


def _starts_within(left: Range, right: Range) -> bool:
    return _same(left.low, right.low) and (right.low_closed or not left.low_closed)


def _ends_within(left: Range, right: Range) -> bool:
    return _same(left.high, right.high) and (right.high_closed or not left.high_closed)


def includes(left: Range, right: object) -> bool:
    """All of the other lies within the one."""
    if not isinstance(right, Range):
        return bool(within(right, left))
    low = left.low is None or _less(left.low, right.low) or _starts_within(right, left)
    return low and (left.high is None or _less(right.high, left.high) or _ends_within(right, left))


def during(left: object, right: Range) -> bool:
    """The other way round."""
    return includes(right, left)


def coincides(left: object, right: object) -> bool:
    """The same point, or the same range."""
    return bool(equal(left, right))


def _declare(name: str, *signatures: str, test: Callable[..., bool]) -> None:
    def implementation(run: Run, left: object, right: object) -> object:
        one, other = _sample(left), _sample(right)
        if one is None or other is None or (ordered("<", one, other) is None and equal(one, other) is None):
            return run.null(f"{type_name(one)} and {type_name(other)} have no order.")
        return test(left, right)

    for signature in signatures:
        builtin(f"{name}({signature})")(implementation)


_POINT_OR_RANGE = ("range1: range, range2: range", "point: any, range: range", "range: range, point: any")
_declare("before", *_POINT_OR_RANGE, "point1: any, point2: any", test=before)
_declare("after", *_POINT_OR_RANGE, "point1: any, point2: any", test=after)
_declare("coincides", "range1: range, range2: range", "point1: any, point2: any", test=coincides)
for _name, _test in (
    ("meets", meets),
    ("met by", met_by),
    ("overlaps", overlaps),
    ("overlaps before", overlaps_before),
    ("overlaps after", overlaps_after),
):
    _declare(_name, "range1: range, range2: range", test=_test)
for _name, _of_point in (("finishes", finishes), ("starts", starts), ("during", during)):
    _declare(_name, "range1: range, range2: range", "point: any, range: range", test=_of_point)
for _name, _of_range in (("finished by", finished_by), ("started by", started_by), ("includes", includes)):
    _declare(_name, "range1: range, range2: range", "range: range, point: any", test=_of_range)


@builtin("range(from: string)")
def range_from_text(run: Run, text: str) -> object:
    """`range("[1..5)")`, with literals of numbers, strings, dates, times and durations at its ends."""
    match = _RANGE_TEXT.fullmatch(text)
    if match is None:
        return run.null(f"“{text[:60]}” is no range.")
    opening, low_text, high_text, closing = match.groups()
    low, high = _end(low_text), _end(high_text)
    if (low is None and high is None) or (low_text and low is None) or (high_text and high is None):
        return run.null(f"“{text[:60]}” is no range.")
    if low is not None and high is not None and not ordered("<=", low, high):
        return run.null("The ends of the range are not in order.")
    return Range(low, high, opening == "[" and low is not None, closing == "]" and high is not None)


def _end(text: str) -> object:
    if _NUMBER.fullmatch(text):
        return DECIMAL128.create_decimal(text)
    match = _AT.fullmatch(text)
    if match is None:
        return None
    if text.startswith('"'):
        return match[1]
    return parse_any_temporal(match[1] if match[1] is not None else match[2])
