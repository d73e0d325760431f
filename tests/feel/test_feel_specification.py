"""The examples of DMN 1.5 chapter 10, by section; each is an equation that holds, unless it says what it comes to."""

import pytest

from engine.feel import compile_expression

HOLDING = {
    "10.3.2.2 equality, Table 42": [
        "[1, 2, 3] = [1, 2, 3]",
        "not([1, 2] = [2, 1])",
        "{a: 1} = {a: 1}",
        '(1 = "1") = null',
        "not(1 = null)",
        "null = null",
        '@"2012-12-25T00:00:00Z" = @"2012-12-25T01:00:00+01:00"',
    ],
    "10.3.2.3.3 strings": [r'"\u0041" = "A"', r'string length("\U01F40E") = 1', r'"a\"b" = "a" + "\"" + "b"'],
    "10.3.2.7 ranges": [
        "5 in [1..5]",
        "not(5 in [1..5))",
        "5 in (<= 5)",
        "5 in ((1..5])",
        "not(5 in ((5..10]))",
        "5 in ([5..10])",
        "5 in (4, 5, 6)",
        "not(5 in (< 5, > 5))",
        '@"2012-12-31" in ((@"2012-12-25"..@"2013-02-14"))',
        "[1..10).start included",
        "not([1..10).end included)",
    ],
    "10.3.2.13 arithmetic, Tables 55 to 58": [
        'date and time("2012-12-24T23:59:00") + duration("PT1M") = date and time("2012-12-25T00:00:00")',
        'time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")',
        'date("2012-12-25") - date("2012-12-24") = duration("P1D")',
        'duration("P1Y") / duration("P1M") = 12',
        'duration("P1D") * 2.5 = duration("P2DT12H")',
        "-5 ** 2 = 25",
        "2 ** 3 ** 2 = 64",
        "1 - 2 - 3 = -4",
    ],
    "10.3.2.14 iteration, Table 50": [
        "(for i in 0..4 return if i = 0 then 1 else i * partial[-1]) = [1, 1, 2, 6, 24]",
        "(for i in [1, 2, 3], j in [10, 20] return i * j) = [10, 20, 20, 40, 30, 60]",
        "(for i in 4..2 return i) = [4, 3, 2]",
        '(for d in @"1980-01-01"..@"1980-01-03" return d.day) = [1, 2, 3]',
    ],
    "10.3.2.5 lists and filters, Table 53": [
        "[1, 2, 3, 4][item > 2] = [3, 4]",
        "[1, 2, 3, 4][2] = 2",
        "[1, 2, 3, 4][-1] = 4",
        "[1, 2, 3, 4][-4] = 1",
        "[1, 2, 3, 4][-5] = null",
        "[{x: 1, y: 2}, {x: 2, y: 3}][x = 1] = [{x: 1, y: 2}]",
        "[{x: 1, y: 2}, {x: null, y: 3}][x < 2] = [{x: 1, y: 2}]",
        "[{x: 1}, {x: 2}].x = [1, 2]",
    ],
    "10.3.2.9 types": [
        "[123] instance of list<number>",
        'not([123, "a"] instance of list<number>)',
        '{name: "Peter", age: 30} instance of context<name: string, age: number>',
        "not({a: 1} instance of context<a: number, b: string>)",
        "not(null instance of number)",
        "[1..3] instance of range<number>",
        '@"P1Y" instance of years and months duration',
    ],
    "10.3.4.1 conversion": [
        'date("2012-12-25") - date("2012-12-24") = duration("P1D")',
        'date(date and time("2012-12-25T11:00:00Z")) = date("2012-12-25")',
        'date(2012, 12, 25) = date("2012-12-25")',
        'date and time(date("2012-12-24"), time("23:59:00")) = date and time("2012-12-24T23:59:00")',
        'time(date and time("2012-12-25T11:00:00Z")) = time("11:00:00Z")',
        'time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")',
        'number("1 000,0", " ", ",") = number("1,000.0", ",", ".")',
        'string(1.1) = "1.1"',
        "string(null) = null",
        'date and time("2012-12-24T23:59:00") - date and time("2012-12-22T03:45:00") = duration("P2DT20H14M")',
        'duration("P2Y2M") = duration("P26M")',
        'years and months duration(date("2011-12-22"), date("2013-08-24")) = duration("P1Y8M")',
    ],
    "10.3.4.8 dates": [
        'not(is(date("2012-12-25"), time("23:00:50")))',
        'is(date("2012-12-25"), date("2012-12-25"))',
        'not(is(time("23:00:50z"), time("23:00:50")))',
        "day of year(date(2019, 9, 17)) = 260",
        'day of week(date(2019, 9, 17)) = "Tuesday"',
        'month of year(date(2019, 9, 17)) = "September"',
        "week of year(date(2019, 9, 17)) = 38",
        "week of year(date(2003, 12, 29)) = 1",
        "week of year(date(2004, 1, 4)) = 1",
        "week of year(date(2005, 1, 1)) = 53",
        "week of year(date(2005, 1, 3)) = 1",
    ],
    "10.3.4.9 ranges": [
        "before(1, 10) and not(before(10, 1))",
        "not(before(1, [1..10])) and before(1, (1..10]) and before(1, [5..10])",
        "before([1..10), 10) and not(before([1..10], 10))",
        "after([11..20], [1..10]) and not(after([1..10], [11..20]))",
        "meets([1..5], [5..10]) and not(meets([1..5), [5..10]))",
        "met by([5..10], [1..5]) and not(met by([5..10], [1..5)))",
        "overlaps([1..5], [3..8]) and overlaps([3..8], [1..5]) and not(overlaps([1..5], [6..8]))",
        "overlaps([1..5], [5..8]) and not(overlaps([1..5], (5..8])) and not(overlaps([1..5), [5..8]))",
        "overlaps before([1..5], [3..8]) and not(overlaps before([1..5], [6..8]))",
        "overlaps after([3..8], [1..5]) and not(overlaps after([2..8], [3..10]))",
        "finishes(10, [1..10]) and not(finishes(10, [1..10))) and finishes([5..10], [1..10])",
        "finished by([1..10], 10) and finished by([1..10], [5..10])",
        "includes([1..10], 5) and not(includes([1..10], 12)) and includes([1..10], [4..6])",
        "during(5, [1..10]) and not(during(12, [1..10])) and during([4..6], [1..10])",
        "starts(1, [1..10]) and not(starts(1, (1..10])) and starts([1..5], [1..10])",
        "started by([1..10], 1) and started by([1..10], [1..5])",
        "coincides(5, 5) and not(coincides(3, 4)) and coincides([1..5], [1..5]) and not(coincides((1..5), [1..5]))",
    ],
    "10.3.4.10 contexts": [
        'get value({key1: "value1"}, "key1") = "value1"',
        'get entries({key1: "value1", key2: "value2"})[key = "key2"].value = ["value2"]',
        'context([{key: "a", value: 1}, {key: "b", value: 2}]) = {a: 1, b: 2}',
        'context put({x: 1}, "y", 2) = {x: 1, y: 2}',
        'context put({x: 1, y: {a: 0}}, ["y", "a"], 2) = {x: 1, y: {a: 2}}',
        "context put({x: 1, y: {a: 0}}, [], 2) = null",
        "context merge([{x: 1}, {y: 2}]) = {x: 1, y: 2}",
    ],
}


@pytest.mark.parametrize(
    ("section", "text"), [(section, text) for section, texts in HOLDING.items() for text in texts], ids=str
)
def test_an_example_of_the_specification_holds(now, section, text):
    notes: list[str] = []

    assert compile_expression(text).evaluate({}, now=now, notes=notes) is True, (section, notes)
