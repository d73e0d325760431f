"""DMN 1.5 §10.3.2: equality, order, logic, arithmetic, and null where they are not defined."""

from decimal import Decimal

import pytest

from engine.feel import compile_expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        ("1.0 = 1.00", True),
        ("null = null", True),
        ("null = 1", False),
        ("1 != null", True),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("[1..2] = [1..2]", True),
        ("[1..2] = [1..2)", False),
        ('"a" < "b"', True),
        ('date("2026-01-01") < date("2026-01-02")', True),
        ('time("10:00:00+01:00") = time("09:00:00Z")', True),
        ('date and time("2026-01-01T10:00:00+08:00") < date and time("2026-01-01T03:00:00Z")', True),
        ('duration("P1Y") = duration("P12M")', True),
        ('date and time("2026-01-02T00:00:00Z") - date("2026-01-01") = duration("P1D")', True),
        ("(function(a: number) a) instance of function<number> -> number", True),
        ("(function(a: string) a) instance of function<number> -> number", False),
        ("(function(a, b) a) instance of function<number> -> number", False),
        ('(function(d: date and time) d)(date("2026-01-01")) = date and time("2026-01-01T00:00:00Z")', True),
        ('duration("PT24H") = duration("P1D")', True),
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ('true and "x"', None),
        ("not(null)", None),
        ("if null then 1 else 2", Decimal(2)),
        ('"a" + "b"', "ab"),
        ("10 / 4", Decimal("2.5")),
        ("some x in [null, true] satisfies x", True),
        ("some x in [null, false] satisfies x", None),
        ("every x in [] satisfies x", True),
        ("some x in [] satisfies x", False),
    ],
)
def test_an_operator_gives_what_its_table_says(now, text, expected):
    value = compile_expression(text).evaluate({}, now=now)

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        '1 = "a"',
        '1 < "a"',
        "1 / 0",
        '1 + "a"',
        "null + 1",
        "true < false",
        "-true",
        "10 ** 10000",
        'date("2026-02-30")',
        'date("2026-01-01") + 1',
        'duration("P1D") + duration("P1M")',
        "missing",
        "missing.part",
        "{a: 1}.b",
        "[1, 2][3]",
        "[1, 2][0]",
        "null[1]",
        "{f: 5}.f(1)",
        "unknown(1)",
        "substring(1, 2)",
        "(function(x) x)(1, 2)",
        '(function(x: number) x)("a")',
        "for x in null return x",
        'for x in 1.."a" return x',
        'substring(text: "a", start position: 1)',
        'date and time("2026-01-01T10:00:00") - date and time("2026-01-01T10:00:00Z")',
        'date("2026-01-01") = date and time("2026-01-01T00:00:00")',
        'date("2026-01-01") < date and time("2026-01-02T00:00:00Z")',
        'date("2026-01-02") - date and time("2026-01-01T00:00:00")',
        *("all()", "any()", "concatenate()", "union()", "max()", "mode()"),
    ],
)
def test_what_is_not_defined_is_null_and_the_reason_is_noted(now, text):
    notes: list[str] = []

    value = compile_expression(text).evaluate({}, now=now, notes=notes)

    assert value is None
    assert notes


def test_json_numbers_become_decimals_by_their_shortest_text(now):
    context = {"price": 0.1, "count": 3, "nested": [{"p": 0.2}]}

    value = compile_expression("price * count + nested[1].p").evaluate(context, now=now)

    assert value == Decimal("0.5")


def test_an_evaluation_never_changes_the_context(now):
    context = {"items": [{"a": 1}], "m": {"x": {"y": 1}}}

    compile_expression('[append(items, 2), context put(m, ["x", "y"], 9), items[a = 1], {items: 3}]').evaluate(
        context, now=now
    )

    assert context == {"items": [{"a": 1}], "m": {"x": {"y": 1}}}
