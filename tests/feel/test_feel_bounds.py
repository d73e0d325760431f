"""No expression hangs, eats the server, or escapes: it ends in a value or a FeelError."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.feel import (
    FeelError,
    FeelEvaluationError,
    FeelSyntaxError,
    compile_expression,
    compile_unary_tests,
    to_json,
)

from .conftest import NOW

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
WORDS = """
    1 0.5 -3 null true false "a" @"PT1H" @"2026-01-01" a b item partial ? [ ] ( ) { } , : . .. + - * / ** = != < <=
    > >= and or not if then else for in return some every satisfies between instance of function external list<number>
    count( sum( string( date( matches( sort( flatten( 金额 客户 // /* */ # ~ ' """
FRAGMENTS = [*WORDS.split(), "\\", '"', '"\\\\"']
# A value that shares its parts: 40 lists in memory, 2^40 numbers when it is unfolded.
UNFOLDING = (
    "{double: function(x) [x, x], r: "
    + "double(" * 20
    + "[1, 1]"
    + ")" * 20
    + ", s: "
    + "double(" * 20
    + "r"
    + ")" * 20
) + "}.s"


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "for i in 1..100000, j in 1..100000 return i * j",
        "some i in 1..10000000 satisfies false",
        "{f: function(n) f(n + 1), r: f(0)}.r",
        "{f: function(n) f(n + 1) + f(n), r: f(0)}.r",
        "{f: function(x) x + x, r: " + "f(" * 24 + '"aaaaaaaaaa"' + ")" * 24 + "}.r",
        "count(for i in 1..90000 return (for j in 1..90000 return 1))",
        'matches("' + "a" * 60 + '!", "^(a|aa)+$")',
        'replace("' + "a" * 60 + '!", "^(a|aa)+$", "x")',
        'count(for i in 1..1000 return matches("' + "a" * 25 + '!", "^(a|aa)+$"))',
        "sort((for i in 1..50000 return modulo(i * 7919, 50000)), "
        "function(x, y) count(for k in 1..50 return k) > 0 and x < y)",
        "flatten(for i in 1..1000 return (for j in 1..1000 return j))",
        "distinct values(for i in 1..50000 return i)",
        "string(for i in 1..1000 return {s: " + UNFOLDING + "})",
        UNFOLDING + " = " + UNFOLDING,
        UNFOLDING + " instance of " + "list<" * 41 + "number" + ">" * 41,
        f"list contains([{UNFOLDING}], {UNFOLDING})",
        f"{UNFOLDING} in ([[1]], {UNFOLDING})",
        f"index of([{UNFOLDING}], {UNFOLDING})",
    ],
)
def test_what_would_take_forever_ends_in_an_error(text):
    expression = compile_expression(text)

    with pytest.raises(FeelEvaluationError):
        expression.evaluate({}, now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        '"\\u0000"',
        '[{a: "x\\u0000"}]',
        '{"a\\u0000": 1}',
        "for i in 1..1000 return partial",
        "12345678901234567890",
        "[-(2 ** 63) - 1]",
        'for i in 1..1000 return "' + "x" * 50_000 + '"',
    ],
    ids=["nul", "nul inside", "nul in a name", "holds itself", "beyond 64 bits", "just beyond", "50 MB"],
)
def test_what_could_not_be_stored_cannot_become_json(text):
    value = compile_expression(text).evaluate({}, now=NOW)

    with pytest.raises(FeelEvaluationError):
        to_json(value)


def test_a_value_that_unfolds_without_end_cannot_become_json():
    value = compile_expression(UNFOLDING).evaluate({}, now=NOW)

    with pytest.raises(FeelEvaluationError):
        to_json(value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500,
        "[" * 500 + "]" * 500,
        "-" * 5000 + "1",
        "{a:" * 500 + "1" + "}" * 500,
        "if true then " * 500 + "1" + " else 2" * 500,
        "a" + ".b" * 5000,
        "a" + "[1]" * 5000,
        "f" + "(1)" * 5000,
        "x instance of " + "list<" * 500 + "number" + ">" * 500,
        "function(x) " * 500 + "1",
        "1" * 200_000,
        '"' + "a" * 200_000 + '"',
    ],
)
def test_what_is_nested_too_deeply_or_too_long_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


def test_a_long_chain_of_one_operator_is_no_nesting(feel):
    assert feel(" + ".join(["1"] * 3000)) == 3000
    assert feel(" and ".join(["true"] * 3000)) is True
    assert feel("[" + ", ".join(["1"] * 3000) + "]") == [1] * 3000


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").system("true")',
        "x.__class__.__mro__",
        'x.__init__.__globals__["os"]',
        "{}.keys()",
        '"".format(1)',
    ],
)
def test_python_cannot_be_reached(now, text):
    expression = compile_expression(text)

    value = expression.evaluate({"x": "text"}, now=now)

    assert value in (None, [])


def test_a_registered_function_gets_and_gives_json_values(now):
    received: list[object] = []

    def deadline(name: str, days: int) -> str:
        received.append((name, days))
        return "2026-11-22T00:00:00Z"

    value = compile_expression('date and time(deadline("reply", 1 + 1)) > now()').evaluate(
        {}, now=now, functions={"deadline": deadline}
    )

    assert value is True
    assert received == [("reply", 2)]
    assert type(received[0][1]) is int


def test_a_registered_function_that_fails_is_an_evaluation_error(now):
    def broken() -> object:
        raise ValueError("no such commitment")

    with pytest.raises(FeelEvaluationError, match="no such commitment"):
        compile_expression("broken()").evaluate({}, now=now, functions={"broken": broken})


def test_a_value_that_is_no_json_and_no_feel_is_an_evaluation_error(now):
    with pytest.raises(FeelEvaluationError):
        compile_expression("x").evaluate({"x": object()}, now=now)


@RELAXED
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map(" ".join) | st.text(max_size=60))
@example("\x00")
@example("a[" * 30)
@example("1..2..3")
@example("{:}")
@example("f(:)")
def test_any_text_ends_in_a_value_or_a_feel_error(text):
    for compiled in (compile_expression, compile_unary_tests):
        try:
            ready = compiled(text)
            context = {"a": [1, {"b": 2}], "b": "x", "金额": 3.5}
            if compiled is compile_expression:
                ready.evaluate(context, now=NOW)
            else:
                ready.matches(3, context, now=NOW)
        except FeelError as error:
            position = error.position or 0
            if not 0 <= position <= len(text):
                pytest.fail(f"position {position} is outside of the text")
