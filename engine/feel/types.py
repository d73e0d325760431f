"""Which values belong to which type (DMN 1.5 §10.3.2.9, Table 48 and `instance of`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

from engine.feel.syntax import ContextType, FunctionType, ListType, NamedType, RangeType, Type
from engine.feel.values import MAX_PARTS, DaysAndTime, FarDate, FarMoment, FeelFunction, Meter, Range, YearsAndMonths

_NAMED: dict[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, FarDate}),
    "time": frozenset({time}),
    "date and time": frozenset({datetime, FarMoment}),
    "dateTime": frozenset({datetime, FarMoment}),
    "days and time duration": frozenset({DaysAndTime}),
    "dayTimeDuration": frozenset({DaysAndTime}),
    "years and months duration": frozenset({YearsAndMonths}),
    "yearMonthDuration": frozenset({YearsAndMonths}),
    "duration": frozenset({DaysAndTime, YearsAndMonths}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "function": frozenset({FeelFunction}),
    "range": frozenset({Range}),
    "Null": frozenset({type(None)}),
    "null": frozenset({type(None)}),
}
_DATE_AND_TIME = (NamedType("date and time"), NamedType("dateTime"))


_WITH_PARAMETERS = frozenset({"list", "context", "function", "range"})
Named = Callable[[object, str], bool | None]


def is_whole_type(type_: Type) -> bool:
    """Whether `instance of` can ask for it: lists, contexts, functions and ranges need parameters (Table 61)."""
    if isinstance(type_, NamedType):
        return type_.name not in _WITH_PARAMETERS
    if isinstance(type_, ListType | RangeType):
        return is_whole_type(type_.item)
    return True


def is_known_type(name: str) -> bool:
    """Whether FEEL itself defines the type."""
    return name in _NAMED or name in {"Any", "any"}


def _nobody(_value: object, _name: str) -> bool | None:
    return None


def conforms(value: object, type_: Type, meter: Meter | None = None, named: Named = _nobody) -> bool | None:
    """
    Whether the value has the type; null has none but Null and Any. None if the type is unknown.

    Args:
        named: Answers for types that FEEL does not define itself.
    """
    if isinstance(type_, NamedType):
        if type_.name in {"Any", "any"}:
            return value is not None
        kinds = _NAMED.get(type_.name)
        return named(value, type_.name) if kinds is None else type(value) in kinds
    meter = meter or Meter(MAX_PARTS)
    if isinstance(type_, ListType):
        return isinstance(value, list) and all(_fits(item, type_.item, meter, named) for item in value)
    if isinstance(type_, RangeType):
        return isinstance(value, Range) and all(_fits(end, type_.item, meter, named) for end in (value.low, value.high))
    if isinstance(type_, ContextType):
        return isinstance(value, dict) and all(
            name in value and _fits(value[name], of, meter, named) for name, of in type_.entries
        )
    return isinstance(type_, FunctionType) and isinstance(value, FeelFunction) and _takes(value, type_.parameters)


def _takes(function: FeelFunction, wanted: tuple[Type, ...]) -> bool:
    """Whether it can be called with these types; what a built-in takes is not asked for."""
    types = function.types
    if types is None:
        return True
    return len(types) == len(wanted) and all(
        type_ is None or type_ == want or type_ == NamedType("Any") for type_, want in zip(types, wanted, strict=True)
    )


def _fits(value: object, type_: Type, meter: Meter, named: Named = _nobody) -> bool:
    meter.take()
    return value is None or bool(conforms(value, type_, meter, named))


def as_parameter(value: object, type_: Type | None, named: Named = _nobody) -> tuple[bool, object]:
    """Whether a value may be passed where a type is asked for, and as what (§10.3.2.9.4); `named` as of `conforms`."""
    if type_ is None or value is None:
        return True, value
    fits = conforms(value, type_, named=named)
    if fits or fits is None:
        return True, value
    if type(value) is date and type_ in _DATE_AND_TIME:
        return True, datetime.combine(value, time(), UTC)
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], type_, named=named):
        return True, value[0]
    if isinstance(type_, ListType) and _fits(value, type_.item, Meter(MAX_PARTS), named):
        return True, [value]
    return False, None
