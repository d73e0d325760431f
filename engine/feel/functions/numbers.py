"""Numeric functions (DMN 1.5 §10.3.4.5)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from engine.feel.functions.registry import builtin
from engine.feel.operators import number
from engine.feel.scopes import Run
from engine.feel.values import DECIMAL128, DaysAndTime, YearsAndMonths

_MIN_SCALE, _MAX_SCALE = -6111, 6176  # §10.3.4.5: the exponents of decimal128
_WIDE = Context(prec=12_400, Emin=-6_200, Emax=6_200, traps=[])


def rounded(run: Run, value: Decimal, scale: Decimal, mode: str) -> object:
    """To `scale` digits after the point, before it when negative."""
    if not _MIN_SCALE <= scale <= _MAX_SCALE:
        return run.null(f"The scale is from {_MIN_SCALE} to {_MAX_SCALE}.")
    places = int(scale)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return value
    result = value.quantize(Decimal((0, (1,), -places)), rounding=mode, context=_WIDE)
    return number(run, DECIMAL128.create_decimal(result))


@builtin("decimal(n: number, scale: number)")
def decimal(run: Run, value: Decimal, scale: Decimal) -> object:
    """Half to even."""
    return rounded(run, value, scale, ROUND_HALF_EVEN)


def _declare_rounding(name: str, mode: str, parameters: str) -> None:
    def implementation(run: Run, value: Decimal, scale: Decimal | None = None) -> object:
        return rounded(run, value, Decimal(0) if scale is None else scale, mode)

    builtin(f"{name}({parameters})")(implementation)


for _name, _mode, _scale in (
    ("floor", ROUND_FLOOR, "scale?"),
    ("ceiling", ROUND_CEILING, "scale?"),
    ("round up", ROUND_UP, "scale"),
    ("round down", ROUND_DOWN, "scale"),
    ("round half up", ROUND_HALF_UP, "scale"),
    ("round half down", ROUND_HALF_DOWN, "scale"),
):
    _declare_rounding(_name, _mode, f"n: number, {_scale}: number")


@builtin("abs(n: number)")
def absolute(_run: Run, value: Decimal) -> object:
    """Without its sign."""
    return DECIMAL128.abs(value)


@builtin("abs(n: days and time duration)")
def absolute_days_and_time(_run: Run, value: DaysAndTime) -> object:
    """Without its sign."""
    return DaysAndTime(abs(value.nanoseconds))


@builtin("abs(n: years and months duration)")
def absolute_years_and_months(_run: Run, value: YearsAndMonths) -> object:
    """Without its sign."""
    return YearsAndMonths(abs(value.months))


@builtin("modulo(dividend: number, divisor: number)")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> object:
    """`dividend - divisor * floor(dividend / divisor)`: the sign of the divisor."""
    if not divisor:
        return run.null("Division by zero.")
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return number(run, DECIMAL128.plus(rest))


def _function_of_one(calculate: Callable[[Decimal], Decimal]) -> Callable[[Run, Decimal], object]:
    def implementation(run: Run, value: Decimal) -> object:
        return number(run, calculate(value))

    return implementation


builtin("sqrt(number: number)")(_function_of_one(DECIMAL128.sqrt))
builtin("log(number: number)")(_function_of_one(DECIMAL128.ln))
builtin("exp(number: number)")(_function_of_one(DECIMAL128.exp))


@builtin("odd(number: number)")
def odd(run: Run, value: Decimal) -> object:
    """Whole numbers only."""
    return _parity(run, value, 1)


@builtin("even(number: number)")
def even(run: Run, value: Decimal) -> object:
    """Whole numbers only."""
    return _parity(run, value, 0)


def _parity(run: Run, value: Decimal, wanted: int) -> object:
    if value != value.to_integral_value():
        return run.null("A number with a fraction is neither odd nor even.")
    return abs(_WIDE.remainder(value, Decimal(2))) == wanted
