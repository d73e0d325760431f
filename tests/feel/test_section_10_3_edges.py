"""DMN 1.5 §10.3, by clause: what the examples of the text do not show, at the edges of each rule."""

import pytest

from engine.feel import compile_expression

HOLDING = {
    "10.3.1.2 grammar": [
        "-5 ** 2 = 25",
        "2 ** 3 ** 2 = 64",
        "10 / 2 / 5 = 1",
        "1 - 2 - 3 = -4",
        "--5 = 5",
        "1 /* a comment */ + 1 = 2",
        "1 = 1.0",
        '"\\U01F40E" = "🐎"',
        '"\\q" = "\\\\q"',
        "5 > 3and 5 < 9",
        "1 in (<=1)",
        "5 in (> 3, < 1)",
        "{a+b: 3}.a+b = 3",
    ],
    "10.3.2.3 values": [
        'date("012-01-01") = null',
        'date("2012-1-1") = null',
        'time("24:00:00") = null',
        'time("10:30:00+25:00") = null',
        'duration("P") = null',
        'string(@"PT0.000000001S") = "PT0.000000001S"',
        'string(time("10:30:00.1234567")) = "10:30:00.123456"',
        '@"2020-01-01T10:00:00@Europe/Paris" = @"2020-01-01T09:00:00Z"',
        'date and time("2020-01-01T10:00:00@Nowhere/City") = null',
    ],
    "10.3.2.5 lists": [
        "[1, 2, 3][0] = null",
        "100[1] = 100",
        "100[2] = null",
        "[{x: 1}, {y: 2}].x = [1, null]",
        "[1, 2] in [[1, 2]]",
        "null in [null]",
        "1 in [[1..3], 5]",
    ],
    "10.3.2.7 ranges": [
        "[5..1] = null",
        "[1..5] = [1..5.0]",
        "(> 5).start = 5",
        "(< 5).start = null",
        'range("[1..") = null',
        'range("(1..5]").start included = false',
        "[1..3] instance of range<number>",
    ],
    "10.3.2.8 ternary logic": [
        "(true and null) = null",
        "(false and null) = false",
        "(true or null) = true",
        "(null and 1) = null",
        "not(null) = null",
        '(1 < "a") = null',
        "(null < 1) = null",
        "(1 between 2 and null) = null",
    ],
    "10.3.2.13 durations": [
        'duration("P1Y") / duration("P1M") = 12',
        '@"PT1H" / @"PT20M" = 3',
        '@"P1D" / 0 = null',
        '(@"P1Y" + @"P1D") = null',
        '(@"PT1H" > @"P1Y") = null',
        'date("2024-01-31") + duration("P1M") = date("2024-02-29")',
        'duration("P1Y") + date("2024-02-29") = date("2025-02-28")',
    ],
    "10.3.2.14 loops": [
        "(for x in 3..1 return x) = [3, 2, 1]",
        "(for a in [1, 2, 3], b in a..3 return b) = [1, 2, 3, 2, 3, 3]",
        "(for i in 5 return i) = [5]",
        "(for i in 1..null return i) = null",
        "(every x in [] satisfies x > 0)",
        "not(some x in [] satisfies x > 0)",
    ],
    "10.3.2.15 functions": [
        "(function(x, y) x - y)(y: 1, x: 3) = 2",
        '(function(a: number) a + 1)("x") = null',
        "{f: function(a) a * 2, r: f(4)}.r = 8",
    ],
}


@pytest.mark.parametrize(
    ("section", "text"), [(section, text) for section, texts in HOLDING.items() for text in texts], ids=str
)
def test_the_edges_of_a_clause_are_where_it_puts_them(now, section, text):
    notes: list[str] = []

    assert compile_expression(text).evaluate({}, now=now, notes=notes) is True, (section, notes)
