"""DMN 1.5 §10.3.2: types, ranges, filters, iteration and invocation, with what is outside of their domain."""

import pytest

from engine.feel import FeelEvaluationError, compile_expression, to_exact_json

HOLDING = {
    "10.3.2.3 literals": [
        "decimal(1, 2) = 1 and .25 + .2 = 0.45 and .10 * 30.00 = 3",
        "1 + 3/2*2 - 2**3 = -4",
        "1.01/2 = 0.505 and 1.0*10**3 = 1000",
        'duration("P0DT25H") = duration("P1DT1H") and duration("P0Y13M") = duration("P1Y1M")',
    ],
    "10.3.2.5 filters, Table 68": [
        "[{b: [1]}, {b: [2.1, 2.2]}].b = [[1], [2.1, 2.2]]",
        "[{item: 1}, {item: 2}][item = 1] = [{item: 1}]",
        "3[item > 2] = [3]",
        "3[item > 3] = []",
        "3[1] = 3",
        "3[2] = null",
        "null[1] = null",
        "null[item = 1] = null",
        "[1, null, 3][item > 2] = [3]",
    ],
    "10.3.2.7 ranges": [
        "[1..10].start included and [1..10].start = 1 and [1..10].end = 10 and [1..10].end included",
        "(<= 10).start included = false and (<= 10).start = null and (<= 10).end = 10 and (<= 10).end included",
        "(> 1).start included = false and (> 1).start = 1 and (> 1).end = null and (> 1).end included = false",
        "[10..1] = null",
        '[1.."a"] = null',
        "]1..5[ = (1..5)",
        '(@"2018-01-01"..@"2019-01-01").end = @"2019-01-01"',
    ],
    "10.3.2.9 types, Table 61": [
        '"abc" instance of string',
        "not(123 instance of string)",
        "(123 instance of list) = null",
        "([1] instance of list) = null",
        "({a: 1} instance of context) = null",
        "([1..2] instance of range) = null",
        "([[1]] instance of list<list>) = null",
        "null instance of Null",
        "not(null instance of Any)",
        "1 instance of Any",
        "[1, null] instance of list<number>",
        '[1, "a"] instance of list<Any>',
        "{a: 1, b: 2} instance of context<a: number>",
        "(1 instance of undefined) = null",
        'not(["a".."x"] instance of range<number>)',
    ],
    "10.3.2.9.4 conversions, Table 45": [
        'contains(["foobar"], "of") = false',
        "{f: function(x: number) x, r: f([1])}.r = 1",
        '{f: function(x: number) x, r: f("1")}.r = null',
    ],
    "10.3.2.13.5 positional and named": [
        "{f: function(a, b) a, r: f(1)}.r = null",
        "{f: function(a, b) a, r: f(1, 2, 3)}.r = null",
        "{f: function(a, b) [a, b], r: f(b: 2, a: 1)}.r = [1, 2]",
        "{f: function(a, b) [a, b], r: f(b: 2)}.r = [null, 2]",
        "{f: function(a) a, r: f(c: 2)}.r = null",
        "{isPositive: function(x) x > 0, isNotNegative: function(x) isPositive(x + 1), r: isNotNegative(0)}.r",
    ],
    "10.3.2.14 for": [
        "(for i in 1..3 return partial) = [[], [[]], [[], [[]]]]",
        "(for i in 1..3 return {before: partial}) [3].before[1] = {before: []}",
        "(for i in 1..3 return function() count(partial))[2]() = 1",
        "(for i in 1..4 return count(partial)) = [0, 1, 2, 3]",
        "(for i in [1, 2], j in [10, 20] return count(partial)) = [0, 1, 2, 3]",
        "(for i in [] return i) = []",
        "(for i in null return i) = null",
    ],
    "10.3.2.15 quantifiers, Table 49": [
        "(some x in [] satisfies x) = false",
        "every x in [] satisfies x",
        "(some x in [false, null] satisfies x) = null",
        "some x in [null, true] satisfies x",
        "(every x in [true, null] satisfies x) = null",
        "(every x in [false, null] satisfies x) = false",
    ],
    "10.3.2.15 comparison, Tables 53 and 54": [
        'time("10:00:00") < time("11:00:00Z")',
        'not(time("11:00:00+08:00") < time("10:00:00"))',
        'date and time("2012-12-25T00:00:00") < date and time("2012-12-25T01:00:00Z")',
        '(date and time("2012-12-25T00:00:00") = date and time("2012-12-25T00:00:00Z")) = null',
        '(time("10:00:00") <= time("10:00:00Z")) = null',
        '(date("2012-12-25") < date and time("2012-12-26T00:00:00")) = null',
        '"a" < "b" and "a" < "aa" and "" < "a"',
        "(true < false) = null",
        "{a: 1, b: 2} = {b: 2, a: 1}",
        "(if 1 then 2 else 3) = 3",
    ],
    "10.3.2.15 arithmetic, Table 57": [
        'date("2012-12-25") - date and time("2012-12-24T00:00:00Z") = duration("P1D")',
        '(date("2012-12-25") - date and time("2012-12-24T00:00:00")) = null',
        '(duration("P1D") - date("2012-12-25")) = null',
        '(date("2012-12-25") + date("2012-12-25")) = null',
        'date("2012-12-25") - duration("PT25H") = date("2012-12-23")',
        'time("00:30:00") - duration("PT1H") = time("23:30:00")',
        '(duration("P1Y") / duration("P1D")) = null',
        '(duration("P1D") / 0) = null',
    ],
}


@pytest.mark.parametrize(
    ("section", "text"), [(section, text) for section, texts in HOLDING.items() for text in texts], ids=str
)
def test_the_semantics_are_those_of_the_section(now, section, text):
    notes: list[str] = []

    assert compile_expression(text).evaluate({}, now=now, notes=notes) is True, (section, notes)


def test_a_loop_that_only_looks_at_its_partial_results_runs_long(feel):
    values = feel("for i in 1..5000 return if i = 1 then 1 else partial[-1] + i")

    assert values[-1] == 12_502_500


def test_a_loop_that_keeps_its_partial_results_is_bounded(now):
    with pytest.raises(FeelEvaluationError):
        compile_expression("for i in 1..10000 return partial").evaluate({}, now=now)


def test_a_value_nested_beyond_json_is_an_evaluation_error(now):
    deep = compile_expression("for i in 1..1500 return partial[-1]").evaluate({}, now=now)
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(FeelEvaluationError):
        to_exact_json(deep)
