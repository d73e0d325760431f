from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from engine.feel import compile_expression, to_json

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def feel() -> Callable[..., object]:
    """`feel("1 + n", n=1)`: the value as JSON."""

    def evaluate(text: str, context: dict[str, object] | None = None, **variables: object) -> object:
        scope = {**(context or {}), **variables}
        return to_json(compile_expression(text, names=frozenset(scope)).evaluate(scope, now=NOW))

    return evaluate
