"""List functions (DMN 1.5 §10.3.4.4) and `sort` (§10.3.4.7)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

from engine.feel.functions.registry import builtin
from engine.feel.operators import is_same, ordered
from engine.feel.scopes import Run
from engine.feel.values import FeelFunction, type_name


@builtin("list contains(list: list, element: any)")
def list_contains(run: Run, items: list[object], element: object) -> object:
    """By equality; null is found too."""
    return _has(run, items, element)


def _has(run: Run, items: list[object], element: object) -> bool:
    return any(is_same(run, item, element) for item in items)


@builtin("count(list: list)")
def count(_run: Run, items: list[object]) -> object:
    """How many items."""
    return Decimal(len(items))


def _extreme(run: Run, items: list[object], operator: str) -> object:
    run.bounded_list(len(items))
    if not items:
        return run.null("The list is empty.")
    best = items[0]
    for item in items:
        better = ordered(operator, item, best)
        if better is None:
            return run.null(f"{type_name(item)} and {type_name(best)} have no order.")
        best = item if better else best
    return best


@builtin("min(list: list)")
def minimum(run: Run, items: list[object]) -> object:
    """The least item of one kind."""
    return _extreme(run, items, "<")


@builtin("min(c...: any)")
def minimum_of(run: Run, items: list[object]) -> object:
    """`min(1, 2)`."""
    return _extreme(run, items, "<")


@builtin("max(list: list)")
def maximum(run: Run, items: list[object]) -> object:
    """The greatest item of one kind."""
    return _extreme(run, items, ">")


@builtin("max(c...: any)")
def maximum_of(run: Run, items: list[object]) -> object:
    """`max(1, 2)`."""
    return _extreme(run, items, ">")


@builtin("all(list: list)")
@builtin("all(b...: any)")
def all_(run: Run, items: list[object]) -> object:
    """False if any is false, else null if any is no boolean."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else run.null("An item is no boolean.")


@builtin("any(list: list)")
@builtin("any(b...: any)")
def any_(run: Run, items: list[object]) -> object:
    """True if any is true, else null if any is no boolean."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else run.null("An item is no boolean.")


@builtin("sublist(list: list, start position: number, length?: number)")
def sublist(run: Run, items: list[object], start: Decimal, length: Decimal | None = None) -> object:
    """From 1; a negative start counts from the end. Both are whole, and no longer than the list (footnotes 1, 2)."""
    if not 1 <= abs(start) <= len(items) or start != start.to_integral_value():
        return run.null(f"There is no position {start} in a list of {len(items)}.")
    first = int(start) - 1 if start > 0 else len(items) + int(start)
    if length is None:
        return items[first:]
    if not 1 <= length <= len(items) - first or length != length.to_integral_value():
        return run.null(f"The length is from 1 to {len(items) - first}.")
    return items[first : first + int(length)]


@builtin("append(list: list, item...: any)")
def append(run: Run, items: list[object], more: list[object]) -> object:
    """A new list with more at its end."""
    run.bounded_list(len(items) + len(more))
    return [*items, *more]


@builtin("concatenate(list...: any)")
def concatenate(run: Run, lists: list[object]) -> object:
    """All lists in one."""
    result: list[object] = []
    for part in lists:
        if part is None:
            return run.null("null cannot be concatenated.")
        result.extend(part if isinstance(part, list) else [part])
    run.bounded_list(len(result))
    return result


def _place(items: list[object], position: Decimal) -> int | None:
    if not 1 <= abs(position) <= len(items) or position != position.to_integral_value():
        return None
    return int(position) - 1 if position > 0 else len(items) + int(position)


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(run: Run, items: list[object], position: Decimal, new_item: object) -> object:
    """A new list; from 1, a negative position counts from the end."""
    place = _place(items, position)
    if place is None:
        return run.null(f"There is no position {position} in a list of {len(items)}.")
    run.bounded_list(len(items))
    return [*items[:place], new_item, *items[place:]]


@builtin("remove(list: list, position: number)")
def remove(run: Run, items: list[object], position: Decimal) -> object:
    """A new list without that item."""
    place = _place(items, position)
    if place is None:
        return run.null(f"There is no position {position} in a list of {len(items)}.")
    run.bounded_list(len(items))
    return [*items[:place], *items[place + 1 :]]


@builtin("list replace(list: list, position: number, newItem: any)")
def list_replace_at(run: Run, items: list[object], position: Decimal, new_item: object) -> object:
    """A new list with another item at that position."""
    place = _place(items, position)
    if place is None:
        return run.null(f"There is no position {position} in a list of {len(items)}.")
    run.bounded_list(len(items))
    return [*items[:place], new_item, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)")
def list_replace_where(run: Run, items: list[object], match: FeelFunction, new_item: object) -> object:
    """A new list with another item wherever `match(item, newItem)` is true."""
    run.bounded_list(len(items))
    answers = [match.call(run, [item, new_item]) for item in items]
    if any(not isinstance(answer, bool) for answer in answers):
        return run.null("The match function must give a boolean.")
    return [new_item if answer else item for item, answer in zip(items, answers, strict=True)]


@builtin("reverse(list: list)")
def reverse(run: Run, items: list[object]) -> object:
    """From the end."""
    run.bounded_list(len(items))
    return items[::-1]


@builtin("index of(list: list, match: any)")
def index_of(run: Run, items: list[object], match: object) -> object:
    """All positions of it, from 1."""
    run.bounded_list(len(items))
    return [Decimal(index) for index, item in enumerate(items, 1) if is_same(run, item, match)]


@builtin("distinct values(list: list)")
def distinct_values(run: Run, items: list[object]) -> object:
    """Each once, the first of its kind kept."""
    result: list[object] = []
    for item in items:
        run.spend(len(result) + 1)
        if not _has(run, result, item):
            result.append(item)
    return result


@builtin("union(list...: any)")
def union(run: Run, lists: list[object]) -> object:
    """All lists in one, each value once."""
    joined = concatenate(run, lists)
    return distinct_values(run, joined) if isinstance(joined, list) else None


@builtin("flatten(list: list)")
def flatten(run: Run, items: list[object]) -> object:
    """Lists within lists, to any depth, as one."""
    result: list[object] = []
    waiting: list[object] = items[::-1]
    while waiting:
        run.spend(1)
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item[::-1])
        else:
            result.append(item)
    run.bounded_list(len(result))
    return result


@builtin("sort(list: list, precedes: function)")
def sort(run: Run, items: list[object], precedes: FeelFunction) -> object:
    """Stable; `precedes(x, y)` says whether x comes first."""

    def order(left: object, right: object) -> int:
        run.spend(1)
        if precedes.call(run, [left, right]) is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    return sorted(items, key=cmp_to_key(order))


@builtin("sort(list: list)")
def sort_naturally(run: Run, items: list[object]) -> object:
    """Ascending, items of one kind."""
    run.bounded_list(len(items))
    if any(ordered("<", item, items[0]) is None for item in items):
        return run.null("The items have no order.")
    return sorted(items, key=cmp_to_key(lambda left, right: -1 if ordered("<", left, right) else 1))
