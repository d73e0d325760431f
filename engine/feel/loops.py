"""Closures that run a part many times: `for`, `some`, `every` and filters (DMN 1.5 Tables 50, 53)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from engine.feel.compiler import COMPILERS, Closure, Compilation, compile_node, compile_part
from engine.feel.functions import BUILTINS
from engine.feel.scopes import MAX_LIST, Run, Scope
from engine.feel.syntax import Call, Filter, For, FunctionLiteral, Iteration, Name, Path, Quantified
from engine.feel.values import Range, type_name

Source = tuple[str, Closure, Closure | None]


def _for(node: For, compilation: Compilation) -> Closure:
    sources, names = _sources(node.iterations, compilation)
    with compilation.binding(*names, "partial"):
        result, cost = compile_part(node.result, compilation)
        is_kept = _keeps_partial(node.result, compilation)

    def run(scope: Scope) -> object:
        results: list[object] = []
        for inner in _each(sources, scope):
            scope.run.spend(cost)
            inner.names["partial"] = so_far(scope.run, results) if is_kept else results
            results.append(result(inner))
            if len(results) > MAX_LIST:
                scope.run.bounded_list(len(results))
        return results

    return _null_unless_iterable(run)


def so_far(run: Run, results: list[object]) -> list[object]:
    """What `partial` is in one turn; it never changes (§10.3.2.14), though the results go on growing."""
    run.spend(len(results))
    return list(results)


def _keeps_partial(node: object, compilation: Compilation) -> bool:
    """Whether `partial` may outlive its turn; in `partial[-1]` and `count(partial)` it is only looked at."""
    if isinstance(node, Name):
        return node.name == "partial"
    if isinstance(node, FunctionLiteral):
        return _has_partial(node)
    parts: tuple[object, ...] = (node,) if isinstance(node, tuple) else ()
    if isinstance(node, Filter) and _is_partial(node.source):
        parts = (node.condition,)
    elif isinstance(node, Path) and _is_partial(node.source):
        return False
    elif isinstance(node, Call) and _is_looked_at(node, compilation):
        parts = node.arguments[1:]
    elif not isinstance(node, tuple):
        parts = tuple(getattr(node, field) for field in getattr(node, "__slots__", ()))
    return any(
        _keeps_partial(inner, compilation) for part in parts for inner in (part if isinstance(part, tuple) else (part,))
    )


def _is_looked_at(node: Call, compilation: Compilation) -> bool:
    """Built-in functions copy what they keep of their first argument."""
    if not (isinstance(node.function, Name) and node.arguments and _is_partial(node.arguments[0])) or node.names:
        return False
    name = node.function.name
    return name in BUILTINS and name not in compilation.names and not compilation.is_bound(name)


def _is_partial(node: object) -> bool:
    return isinstance(node, Name) and node.name == "partial"


def _has_partial(node: object) -> bool:
    if isinstance(node, tuple):
        return any(_has_partial(part) for part in node)
    fields = getattr(node, "__slots__", ())
    return _is_partial(node) or any(_has_partial(getattr(node, field)) for field in fields)


def _quantified(node: Quantified, compilation: Compilation) -> Closure:
    """Kleene's logic again: one decisive answer decides, one that is no boolean makes the rest null."""
    sources, names = _sources(node.iterations, compilation)
    with compilation.binding(*names):
        condition, cost = compile_part(node.condition, compilation)
    decisive = node.quantifier == "some"

    def run(scope: Scope) -> object:
        result: object = not decisive
        for inner in _each(sources, scope):
            scope.run.spend(cost)
            value = condition(inner)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                result = None
        return result

    return _null_unless_iterable(run)


class _NotIterableError(Exception):
    """A source is neither a list nor a range that can be counted."""


def _null_unless_iterable(closure: Closure) -> Closure:
    def run(scope: Scope) -> object:
        try:
            return closure(scope)
        except _NotIterableError as error:
            return scope.run.null(str(error))

    return run


def _sources(iterations: tuple[Iteration, ...], compilation: Compilation) -> tuple[list[Source], list[str]]:
    sources: list[Source] = []
    names: list[str] = []
    for iteration in iterations:
        with compilation.binding(*names):
            start = compile_node(iteration.source, compilation)
            end = None if iteration.end is None else compile_node(iteration.end, compilation)
        sources.append((iteration.name, start, end))
        names.append(iteration.name)
    return sources, names


def _each(sources: list[Source], scope: Scope) -> Iterator[Scope]:
    """A scope for every combination; a later source sees the variables of the earlier ones."""
    (name, start, end), *others = sources
    for value in _values(scope.run, start(scope), None if end is None else (end(scope),)):
        scope.run.spend(1)
        inner = scope.inner({name: value})
        if others:
            yield from _each(others, inner)
        else:
            yield inner


def values_of(run: Run, source: object) -> list[object] | None:
    """The items of a list, the numbers or days of a range, or the one value; null, noted, when there are none."""
    try:
        values = list(islice(_values(run, source, None), MAX_LIST + 1))
    except _NotIterableError as error:
        run.null(str(error))
        return None
    run.bounded_list(len(values))
    return values


def _values(run: Run, start: object, end: tuple[object] | None) -> Iterator[object]:
    if end is not None:
        return _counted(start, end[0])
    if isinstance(start, list):
        return iter(start)
    if isinstance(start, Range):
        return _in_range(start)
    if start is None:
        raise _NotIterableError("There is nothing to go through: null.")
    return iter((start,))


def _in_range(interval: Range) -> Iterator[object]:
    values = _counted(interval.low, interval.high)
    return (
        value
        for value in values
        if (interval.low_closed or value != interval.low) and (interval.high_closed or value != interval.high)
    )


def _counted(start: object, end: object) -> Iterator[object]:
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if start == start.to_integral_value() and end == end.to_integral_value():
            first, last = int(start), int(end)
            step = 1 if first <= last else -1
            return (Decimal(number) for number in range(first, last + step, step))
    elif type(start) is date and type(end) is date:
        days = (end - start).days
        step = 1 if days >= 0 else -1
        return (start + timedelta(days=day) for day in range(0, days + step, step))
    raise _NotIterableError(f"There are no steps from {type_name(start)} to {type_name(end)}.")


def _filter(node: Filter, compilation: Compilation) -> Closure:
    source = compile_node(node.source, compilation)
    with compilation.filtering():
        condition, cost = compile_part(node.condition, compilation)

    def run(scope: Scope) -> object:
        value = source(scope)
        if value is None:
            return scope.run.null("There is nothing to filter: null.")
        items = value if isinstance(value, list) else [value]
        kept: list[object] = []
        for item in items:
            scope.run.spend(cost)
            answer = condition(_item_scope(scope, item))
            if type(answer) is Decimal:
                return _at(scope.run, items, answer)
            if answer is True:
                kept.append(item)
        return kept if items else _of_nothing(scope, condition)

    return run


def _item_scope(scope: Scope, item: object) -> Scope:
    outer = scope.inner({"item": item})
    return outer.inner(item) if isinstance(item, dict) else outer


def _of_nothing(scope: Scope, condition: Closure) -> object:
    if type(condition(scope.inner({"item": None}))) is Decimal:
        return scope.run.null("The list is empty.")
    return []


def _at(run: Run, items: list[object], index: Decimal) -> object:
    place = int(index) if index == index.to_integral_value() and abs(index) <= len(items) else 0
    if place == 0:
        return run.null(f"The list of {len(items)} has no item {index}.")
    return items[place - 1 if place > 0 else place]


_LOOPS: dict[type, Callable[..., Closure]] = {For: _for, Quantified: _quantified, Filter: _filter}
COMPILERS.update(_LOOPS)
