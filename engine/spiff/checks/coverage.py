"""
Whether the conditions out of an element leave nothing out: `n > 5` and `n <= 5` do not, two amounts of a status do.

Each variable is tried with every value that could matter: both booleans; around each number it is compared with; each
text it is compared with and one it is not. Only what that proves counts; null, which no condition answers, parks the
token in any case.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise, product

from engine.expressions import CompiledValue, ExpressionError, compile_condition

MOST_COMBINATIONS = 256
_PATH = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_LITERAL = r"\"[^\"\\]*\"|'[^'\\]*'|-?\d+(?:\.\d+)?|true\b|false\b"
_COMPARED = re.compile(rf"(?:==|!=|<=|>=|=|<|>|\b(?:eq|ne|lt|le|gt|ge)\b)\s*({_LITERAL})")
_REVERSED = re.compile(rf"({_LITERAL})\s*(?:==|!=|<=|>=|=|<|>|\b(?:eq|ne|lt|le|gt|ge)\b)\s*({_PATH})")
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_OTHER_TEXT = "\u2060"


@lru_cache(maxsize=2048)
def leave_nothing_out(texts: tuple[str, ...]) -> bool:
    """Whether one of the conditions holds whatever the variables are; false when that cannot be shown."""
    try:
        conditions = [compile_condition(text) for text in texts]
    except ExpressionError:
        return False
    if any(each.calls for each in conditions):
        return False
    domains = _domains(conditions)
    if domains is None:
        return False
    combinations = 1
    for values in domains.values():
        combinations *= len(values)
    if combinations > MOST_COMBINATIONS:
        return False
    return all(_some_holds(conditions, dict(zip(domains, each, strict=True))) for each in product(*domains.values()))


def _domains(conditions: list[CompiledValue]) -> Mapping[str, list[object]] | None:
    """Values to try by path; `None` when a variable is compared with values of several kinds."""
    heads = frozenset().union(*(each.references for each in conditions))
    literals: dict[str, set[str]] = {}
    for condition in conditions:
        bare = _STRING.sub(lambda found: " " * len(found.group()), condition.text)
        for found in re.finditer(_PATH, bare):
            if found.group().partition(".")[0] in heads:
                compared = _COMPARED.match(condition.text[found.end() :].lstrip())
                literals.setdefault(found.group(), set()).update([compared.group(1)] if compared else [])
        for turned in _REVERSED.finditer(condition.text):
            if turned.group(2) in literals:
                literals[turned.group(2)].add(turned.group(1))
    domains = {path: _values(said) for path, said in literals.items()}
    known = {path: values for path, values in domains.items() if values is not None}
    return known if len(known) == len(domains) and {path.partition(".")[0] for path in known} == heads else None


def _values(literals: set[str]) -> list[object] | None:
    texts = {each[1:-1] for each in literals if each[0] in "\"'"}
    numbers = {float(each) for each in literals if each.lstrip("-")[0].isdigit()}
    if not texts and not numbers:
        return [True, False]
    if len(texts) + len(numbers) < len(literals) or (texts and numbers):
        return None
    if texts:
        return [*sorted(texts), _OTHER_TEXT]
    ordered = sorted(numbers)
    between = [(low + high) / 2 for low, high in pairwise(ordered)]
    return [ordered[0] - 1, *ordered, *between, ordered[-1] + 1]


def _some_holds(conditions: list[CompiledValue], values: Mapping[str, object]) -> bool:
    context: dict[str, object] = {}
    for path, value in values.items():
        *parents, name = path.split(".")
        place = context
        for parent in parents:
            inner = place.setdefault(parent, {})
            if not isinstance(inner, dict):
                return False
            place = inner
        place[name] = value
    try:
        answers = [each.evaluate(context, now=_NEVER) for each in conditions]
    except ExpressionError:
        return False
    return any(answer is True for answer in answers) and all(isinstance(answer, bool) for answer in answers)
