"""marshmallow fields with form-js's own idea of right and wrong; the browser's answer is never trusted."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import marshmallow

from forms.components import MANY_CHOICE, TEXT, Component, feel_text
from forms.patterns import MAX_TEXT, compile_pattern
from forms.texts import TEXTS

MAX_CHARACTERS = 20_000
MAX_OPTIONS_CHOSEN = 200
YEARS = range(1900, 2200)  # further away, a change of zone or an added period leaves the calendar
EMAIL = re.compile(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-zA-Z0-9-]{1,63}\.){1,8}[a-zA-Z]{2,63}", re.ASCII)
PHONE = re.compile(r"(?:\+|00)[1-9][0-9]{6,18}", re.ASCII)
_NO_SECONDS = re.compile(r"((?:^|T)[0-9]{2}:[0-9]{2})(?=$|[Z+-])")
_ZONE, _CLOCK, _DAY = (
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?",
    r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?",
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
)
_WRITTEN = {  # Python reads more notations of ISO 8601 than FEEL and the viewer do
    "date": re.compile(_DAY),
    "time": re.compile(_CLOCK + _ZONE),
    "datetime": re.compile(f"{_DAY}T{_CLOCK}{_ZONE}"),
}
_LONE_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")

Evaluate = Callable[[str, Mapping[str, object]], object]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What expressions of the form may see while one submission is checked: variables, the values, `this`, `parent`."""

    context: Mapping[str, object]
    evaluate: Evaluate

    def resolve(self, value: object) -> object:
        """Evaluate `=…`; anything else is itself."""
        text = feel_text(value)
        return value if text is None else self.evaluate(text, self.context)


surroundings: ContextVar[Surroundings] = ContextVar("surroundings")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one value; marshmallow carries it where it usually carries a sentence."""

    code: str
    message_en: str
    message_zh: str


def fault(code: str, **facts: object) -> Fault:
    """Build a fault from its code's texts."""
    en, zh = TEXTS[code]
    return Fault(code, en.format(**facts), zh.format(**facts))


class InputField(marshmallow.fields.Field[Any]):
    """The value of one input component, in exactly the JSON type that the form-js viewer submits."""

    def __init__(self, component: Component) -> None:
        super().__init__(allow_none=True)
        self.component = component

    def deserialize(
        self,
        value: Any,  # noqa: ANN401 - whatever a stranger sent
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> object:
        """Check also what is missing, so that `required` and a missing value are one case."""
        value = normalised(self.component, left_out(self.component) if value is marshmallow.missing else value)
        faults = list(check(self.component, value))
        if faults:
            raise marshmallow.ValidationError(faults)
        return with_seconds(value) if self.component.type == "datetime" and isinstance(value, str) else value


def left_out(component: Component) -> object:
    """Return what a client means that does not mention a field: nothing, or a box as the form draws it."""
    return component.spec.get("defaultValue") is True if component.type == "checkbox" else None


def with_seconds(text: str) -> str:
    """form-js leaves the seconds out (`2026-11-21T10:00+08:00`); XML Schema, and with it FEEL, wants them."""
    return _NO_SECONDS.sub(r"\1:00", text)


def normalised(component: Component, value: object) -> object:
    """Return what form-js means by nothing: null, or false of a checkbox, or no entries of a list."""
    if value is None or value == "":
        if component.type == "checkbox":
            return False
        return [] if component.type in MANY_CHOICE else None
    return value


def check(component: Component, value: object) -> Iterator[Fault]:
    """Yield every fault of one value."""
    required = surroundings.get().resolve(component.section("validate").get("required"))
    if required is True and (value is None or value is False or value == []):
        yield fault("required")
    if value is None:
        return
    kind = component.type
    if kind in TEXT:
        yield from _check_text(component, value)
    elif kind == "number":
        yield from _check_number(component, value)
    elif kind == "checkbox":
        if not isinstance(value, bool):
            yield fault("type")
    elif kind == "datetime":
        yield from _check_datetime(component, value)
    else:
        yield from _check_choice(component, value)


def _check_text(component: Component, value: object) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield fault("type")
        return
    rules, resolve = component.section("validate"), surroundings.get().resolve
    # JavaScript counts UTF-16 units of the trimmed text
    length = len(value.strip().encode("utf-16-le", "surrogatepass")) // 2
    shortest, longest = resolve(rules.get("minLength")), resolve(rules.get("maxLength"))
    if _is_limit(shortest) and length < Decimal(str(shortest)):
        yield fault("min_length", limit=shortest)
    limit = min(Decimal(str(longest)) if _is_limit(longest) else MAX_CHARACTERS, MAX_CHARACTERS)
    if length > limit or len(value) > MAX_CHARACTERS:
        yield fault("max_length", limit=limit)
        return
    if _LONE_CONTROL.search(value):
        yield fault("control")
    yield from _check_shape(rules, value)


def _check_shape(rules: Mapping[str, object], value: str) -> Iterator[Fault]:
    pattern = rules.get("pattern")
    if pattern and (len(value) > MAX_TEXT or not compile_pattern(str(pattern)).search(value)):
        own = rules.get("patternErrorMessage")
        yield Fault("pattern", str(own), str(own)) if own else fault("pattern")
    if rules.get("validationType") == "email" and not EMAIL.fullmatch(value):
        yield fault("email")
    if rules.get("validationType") == "phone" and not PHONE.fullmatch(value):
        yield fault("phone")


def _check_number(component: Component, value: object) -> Iterator[Fault]:
    kinds = (int, float, str) if component.spec.get("serializeToString") else (int, float)
    number = _decimal(value) if isinstance(value, kinds) and not isinstance(value, bool) else None
    if number is None:
        yield fault("type")
        return
    places = component.spec.get("decimalDigits")
    exponent = number.normalize().as_tuple().exponent
    if isinstance(places, int) and isinstance(exponent, int) and -exponent > places:
        yield fault("digits", limit=places)
    step = _decimal(component.spec.get("increment"))
    if step and number % step != 0:
        yield fault("step", limit=step)
    rules, resolve = component.section("validate"), surroundings.get().resolve
    lowest, highest = resolve(rules.get("min")), resolve(rules.get("max"))
    if _is_limit(lowest) and number < Decimal(str(lowest)):
        yield fault("min", limit=lowest)
    if _is_limit(highest) and number > Decimal(str(highest)):
        yield fault("max", limit=highest)


def _decimal(value: object) -> Decimal | None:
    """Return a finite number of sane size (`%` on 1E+400 would need 400 digits)."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 20 else None  # noqa: PLR2004 - 20 digits


def _is_limit(value: object) -> bool:
    return value is not None and value != "" and _decimal(value) is not None


def _check_datetime(component: Component, value: object) -> Iterator[Fault]:
    subtype = str(component.spec.get("subtype") or "datetime")
    if not isinstance(value, str):
        yield fault("type")
        return
    moment = _moment(subtype, value)
    is_local = component.spec.get("timeSerializingFormat") == "no_timezone"
    if moment is None or (isinstance(moment, datetime) and moment.tzinfo is None and not is_local):
        yield fault(subtype if subtype in _WRITTEN else "datetime")


def _moment(subtype: str, text: str) -> date | time | None:
    if not _WRITTEN.get(subtype, _WRITTEN["datetime"]).fullmatch(text):
        return None
    read: dict[str, Callable[[str], date | time]] = {"date": date.fromisoformat, "time": time.fromisoformat}
    try:
        moment = read.get(subtype, datetime.fromisoformat)(text)
    except ValueError:
        return None
    return moment if isinstance(moment, time) or moment.year in YEARS else None


def _check_choice(component: Component, value: object) -> Iterator[Fault]:
    is_many = component.type in MANY_CHOICE
    if isinstance(value, list) != is_many or isinstance(value, dict):
        yield fault("type")
        return
    chosen = value if isinstance(value, list) else [value]
    if len(chosen) > MAX_OPTIONS_CHOSEN:
        yield fault("max_rows", limit=MAX_OPTIONS_CHOSEN)
        return
    options = offered(component)
    if any(not any(_same(item, option) for option in options) for item in chosen) or len(
        {repr(item) for item in chosen}
    ) != len(chosen):
        yield fault("option")


def offered(component: Component) -> list[object]:
    """Return what may be chosen now: written in the form, a variable's or an expression's values; else nothing."""
    around = surroundings.get()
    raw = component.spec.get("values")
    if component.spec.get("valuesKey"):
        raw = around.context.get(str(component.spec["valuesKey"]))
    if component.spec.get("valuesExpression"):
        raw = around.resolve(component.spec["valuesExpression"])
    items = raw if isinstance(raw, list) else []
    return [item.get("value") if isinstance(item, dict) else item for item in items]


def _same(left: object, right: object) -> bool:
    """JSON equality: `true` is not 1."""
    return type(left) is type(right) and left == right
