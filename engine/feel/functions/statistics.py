"""Sums, means and their kin over lists of numbers (DMN 1.5 §10.3.4.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from engine.feel.functions.registry import builtin
from engine.feel.operators import add, number
from engine.feel.scopes import Run
from engine.feel.values import DECIMAL128, DaysAndTime, YearsAndMonths

_Statistic = Callable[[Run, list[Decimal]], object]


def _numbers(run: Run, items: list[object]) -> list[Decimal] | None:
    run.bounded_list(len(items))
    numbers = [item for item in items if isinstance(item, Decimal)]
    return numbers if len(numbers) == len(items) else None


def _over_numbers(name: str) -> Callable[[_Statistic], _Statistic]:
    """Declare a function of a list of numbers, in both of its forms; null for an empty list or another item."""

    def declare(calculate: _Statistic) -> _Statistic:
        def implementation(run: Run, items: list[object]) -> object:
            numbers = _numbers(run, items)
            if not numbers:
                return run.null(f"{name}() takes numbers, one at least.")
            return calculate(run, numbers)

        builtin(f"{name}(list: list)")(implementation)
        builtin(f"{name}(n...: any)")(implementation)
        return calculate

    return declare


@builtin("sum(list: list)")
@builtin("sum(n...: any)")
def sum_(run: Run, items: list[object]) -> object:
    """Of numbers, or of durations of one kind."""
    run.bounded_list(len(items))
    if not items or not isinstance(items[0], Decimal | DaysAndTime | YearsAndMonths):
        return run.null("sum() takes numbers, one at least.")
    total: object = items[0]
    for item in items[1:]:
        if type(item) is not type(total):
            return run.null("sum() takes values of one kind.")
        total = add(run, total, item)
    return total


def _total(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in numbers:
        total = DECIMAL128.add(total, value)
    return total


def _mean(numbers: list[Decimal]) -> Decimal:
    return DECIMAL128.divide(_total(numbers), Decimal(len(numbers)))


@_over_numbers("mean")
def mean(run: Run, numbers: list[Decimal]) -> object:
    """The arithmetic mean."""
    return number(run, _mean(numbers))


@_over_numbers("product")
def product(run: Run, numbers: list[Decimal]) -> object:
    """All multiplied."""
    result = Decimal(1)
    for value in numbers:
        result = DECIMAL128.multiply(result, value)
    return number(run, result)


@_over_numbers("median")
def median(run: Run, numbers: list[Decimal]) -> object:
    """The middle, or the mean of the two in the middle."""
    numbers = sorted(numbers)
    middle = len(numbers) // 2
    return number(run, numbers[middle] if len(numbers) % 2 else _mean(numbers[middle - 1 : middle + 1]))


@_over_numbers("stddev")
def stddev(run: Run, numbers: list[Decimal]) -> object:
    """Of a sample; of one number there is none."""
    if len(numbers) == 1:
        return run.null("One number has no deviation.")
    middle = _mean(numbers)
    squares = [DECIMAL128.power(DECIMAL128.subtract(value, middle), 2) for value in numbers]
    return number(run, DECIMAL128.sqrt(DECIMAL128.divide(_total(squares), Decimal(len(numbers) - 1))))


@builtin("mode(list: list)")
@builtin("mode(n...: any)")
def mode(run: Run, items: list[object]) -> object:
    """The most frequent, ascending; of nothing, nothing."""
    numbers = _numbers(run, items)
    if numbers is None:
        return run.null("mode() takes numbers.")
    counts = Counter(numbers)
    most = max(counts.values(), default=0)
    return sorted(value for value, times in counts.items() if times == most)
