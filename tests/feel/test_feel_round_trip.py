"""Whatever can be written can be read: print and parse undo each other, and no small damage does harm."""

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import FeelError, compile_expression, compile_unary_tests
from engine.feel.functions import BUILTINS
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.syntax import (
    Between,
    Call,
    Comparison,
    ContextLiteral,
    ContextType,
    Filter,
    For,
    FunctionLiteral,
    FunctionType,
    If,
    InstanceOf,
    Interval,
    Iteration,
    Junction,
    ListLiteral,
    ListType,
    Literal,
    Membership,
    Name,
    NamedType,
    Negation,
    Operation,
    Path,
    Quantified,
    RangeType,
    UnaryComparison,
)
from engine.feel.syntax import Tests as Cells
from engine.feel.temporal_text import parse_temporal

from .conftest import NOW
from .printing import part, printed_tests

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")  # only for its report
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
LONG_NAMES = ("due date", "p+q", "客户 等级")
KNOWN = frozenset(LONG_NAMES) | frozenset(BUILTINS)
TEMPORAL = ("2026-11-21", "10:30:00Z", "2026-11-21T10:30:00@Asia/Shanghai", "P1DT2H", "-P1Y2M")

names = st.sampled_from(["a", "b", "金额", "item", *LONG_NAMES])
words = st.sampled_from(["a", "b", "金额", "x1"])
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
literals = st.builds(
    Literal,
    st.just(0),
    st.none()
    | st.booleans()
    | texts
    | st.decimals(0, 10**12, places=3).map(Decimal.normalize)
    | st.sampled_from(TEMPORAL).map(parse_temporal),
)
types = st.recursive(
    st.sampled_from(["number", "string", "date and time", "tOrder"]).map(NamedType),
    lambda inner: (
        st.builds(ListType, inner)
        | st.builds(RangeType, inner)
        | st.builds(ContextType, st.tuples(st.tuples(words, inner)))
        | st.builds(FunctionType, st.lists(inner, max_size=2).map(tuple), inner)
    ),
    max_leaves=3,
)


def several(inner: st.SearchStrategy[Any], least: int = 1, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(inner, min_size=least, max_size=most).map(tuple)


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    at = st.just(0)
    comparisons = st.builds(UnaryComparison, at, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner)
    ends = inner.filter(lambda node: not isinstance(node, UnaryComparison))  # which is a range itself
    intervals = st.builds(Interval, at, ends, ends, low_closed=st.booleans(), high_closed=st.booleans())
    iteration = several(st.builds(Iteration, words, inner, st.none() | inner), most=2)
    entries = st.dictionaries(words | texts.filter(str.strip), inner, max_size=3).map(
        lambda found: tuple(found.items())
    )
    formal = st.dictionaries(words, st.none() | types, max_size=2).map(lambda found: tuple(found.items()))
    named = st.dictionaries(words, inner, min_size=1, max_size=2)
    functions = st.builds(Name, at, names)
    return st.one_of(
        st.builds(Path, at, inner, words),
        st.builds(Filter, at, inner, inner),
        st.builds(Call, at, functions, several(inner, 0), st.just(())),
        st.builds(lambda f, given: Call(0, f, tuple(given.values()), tuple(given)), functions, named),
        st.builds(Negation, at, inner),
        st.builds(Operation, at, inner, several(st.tuples(st.sampled_from(["+", "-"]), inner))),
        st.builds(Operation, at, inner, several(st.tuples(st.sampled_from(["*", "/"]), inner))),
        st.builds(Operation, at, inner, several(st.tuples(st.just("**"), inner))),
        st.builds(Comparison, at, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(Between, at, inner, inner, inner),
        st.builds(Membership, at, inner, several(inner | comparisons | intervals)),
        st.builds(Junction, at, st.sampled_from(["and", "or"]), several(inner, 2)),
        st.builds(InstanceOf, at, inner, types),
        st.builds(ListLiteral, at, several(inner | comparisons, 0)),
        st.builds(ContextLiteral, at, entries),
        st.builds(FunctionLiteral, at, formal, inner),
        st.builds(If, at, inner, inner, inner),
        st.builds(For, at, iteration, inner),
        st.builds(Quantified, at, st.sampled_from(["some", "every"]), iteration, inner),
        comparisons,
        intervals,
    )


nodes = st.recursive(literals | st.builds(Name, st.just(0), names), composed, max_leaves=8)
tests = st.builds(Cells, several(nodes), negated=st.booleans()) | st.just(Cells((), negated=False))


def without_places(node: Any) -> Any:
    """The same syntax as if all of it stood at the start of the text."""
    if isinstance(node, tuple):
        return tuple(without_places(each) for each in node)
    if not is_dataclass(node) or not type(node).__module__.endswith("syntax"):
        return node
    inner = {each.name: without_places(getattr(node, each.name)) for each in fields(node)}
    return replace(node, **{name: 0 if name == "position" else value for name, value in inner.items()})


@RELAXED
@given(nodes)
def test_what_is_printed_is_parsed_to_the_same_syntax(node):
    text = part(node)

    assert without_places(parse_expression(text, KNOWN)) == node


@RELAXED
@given(tests)
def test_a_cell_that_is_printed_is_parsed_to_the_same_tests(cell):
    text = printed_tests(cell)

    assert without_places(parse_unary_tests(text, KNOWN)) == cell


@RELAXED
@given(nodes, st.data())
def test_a_damaged_expression_ends_in_a_value_or_a_feel_error_that_says_where(node, data):
    text = part(node)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 4)))
        text = (
            text[:start] + data.draw(st.sampled_from(["", "(", "]", '"', " ", "..", "in", "-", "@", "。"])) + text[end:]
        )

    for compiled in (compile_expression, compile_unary_tests):
        try:
            ready = compiled(text, names=frozenset(LONG_NAMES))
            if compiled is compile_expression:
                ready.evaluate({"a": [1, 2], "b": "x", "due date": 3}, now=NOW)
        except FeelError as error:
            if not (error.message and error.message_zh and 0 <= (error.position or 0) <= len(text)):
                pytest.fail(f"{error!r} of {text!r}")


@RELAXED
@given(st.binary(max_size=80))
def test_random_bytes_end_in_a_value_or_a_feel_error(noise):
    text = noise.decode("latin-1")

    try:
        compile_expression(text).evaluate({}, now=NOW)
    except FeelError as error:
        assert error.message_zh  # noqa: PT017 - either outcome is right
