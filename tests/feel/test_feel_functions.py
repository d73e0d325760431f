"""The built-in functions, with the examples of DMN 1.5 §10.3.4."""

import pytest

from engine.feel.functions import BUILTINS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('number("1 000,0", " ", ",")', 1000),
        ('number("1,000.5", ",", ".")', 1000.5),
        ('number("abc")', None),
        ('number("1,5", ".", ".")', None),
        ("string(1.1)", "1.1"),
        ("string(null)", None),
        ('string([1, "a", null])', '[1, "a", null]'),
        ('string({a: "x", b: [true]})', '{a: "x", b: [true]}'),
        ("string([1..5))", "[1..5)"),
        ("string(10 ** 20)", "100000000000000000000"),
        ('string(date("2012-12-25"))', "2012-12-25"),
        ("not(true)", False),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
    ],
)
def test_conversion_functions(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 3)', "oba"),
        ('substring("foobar", -2, 1)', "a"),
        (r'substring("\U01F40Eab", 2)', "ab"),
        ('substring("foobar", 0)', None),
        ('string length("foo")', 3),
        (r'string length("\U01F40Eab")', 3),
        ('upper case("aBc4")', "ABC4"),
        ('lower case("aBc4")', "abc4"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "xyz")', ""),
        ('substring before("foobar", "")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('substring after("", "a")', ""),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("aXbx", "x", "-", "i")', "a-b-"),
        (r'replace("a.b", "\.", "\$")', "a$b"),
        ('replace("abc", ".*", "x")', None),
        ('contains("foobar", "of")', False),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('matches("foobar", "^fo*b")', True),
        ('matches("foobar", "^Fo*bar", "i")', True),
        (r'matches("x\ny", "x.y")', False),
        (r'matches("x\ny", "x.y", "s")', True),
        (r'matches("x\ny", "^y$")', False),
        (r'matches("x\ny", "^y$", "m")', True),
        ('matches("ab", "a b", "x")', True),
        ('matches("a.b", "a.b", "q")', True),
        ('matches("axb", "a.b", "q")', False),
        ('matches("a", "a", "z")', None),
        ('matches("a", "(a", "")', None),
        ('matches("a", "(?=a)")', None),
        (r'matches("é", "\p{Ll}")', True),
        (r'matches("x", "[a-z-[aeiou]]")', True),
        (r'matches("e", "[a-z-[aeiou]]")', False),
        (r'split("John Doe", "\s")', ["John", "Doe"]),
        ('split("a;b;c;;", ";")', ["a", "b", "c", "", ""]),
        ('string join(["a", "b", "c"], "_and_")', "a_and_b_and_c"),
        ('string join(["a", null, "c"])', "ac"),
        ("string join([])", ""),
        ('string join(["a", 1], ",")', None),
    ],
)
def test_string_functions(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list contains([1, 2, 3], 2)", True),
        ("list contains([1, null], null)", True),
        ("count([1, 2, 3])", 3),
        ("count([])", 0),
        ("min([1, 2, 3])", 1),
        ("min(1, 2, 3)", 1),
        ("max([1, 2, 3])", 3),
        ('max("a", "b")', "b"),
        ("min([])", None),
        ('max(1, "a")', None),
        ("sum([1, 2, 3])", 6),
        ("sum(1, 2, 3)", 6),
        ("sum([])", None),
        ('sum([@"PT1H", @"PT30M"])', "PT1H30M"),
        ("mean([1, 2, 3])", 2),
        ("mean(1)", 1),
        ("all([false, null, true])", False),
        ("all([])", True),
        ("all([true])", True),
        ("all(0)", None),
        ("any([false, null, true])", True),
        ("any([])", False),
        ("any(false, null)", None),
        ("sublist([4, 5, 6], 1, 2)", [4, 5]),
        ("sublist([4, 5, 6], -2)", [5, 6]),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("append([1], [2])", [1, [2]]),
        ("append([1], null)", [1, None]),
        ("concatenate([1, 2], [3])", [1, 2, 3]),
        ("insert before([1, 3], 1, 2)", [2, 1, 3]),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("remove([1, 2, 3], 4)", None),
        ("list replace([2, 4, 7, 8], 3, 6)", [2, 4, 6, 8]),
        ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", [5, 5, 7, 8]),
        ("reverse([1, 2, 3])", [3, 2, 1]),
        ("index of([1, 2, 3, 2], 2)", [2, 4]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 3, 2, 1])", [1, 2, 3]),
        ("distinct values([1, null, null])", [1, None]),
        ("flatten([[1, 2], [[3]], 4])", [1, 2, 3, 4]),
        ("product([2, 3, 4])", 24),
        ("median(8, 2, 5, 3, 4)", 4),
        ("median([6, 1, 2, 3])", 2.5),
        ("median([])", None),
        ("stddev([47])", None),
        ("stddev(2, 4, 7, 5)", 2.0816659994661326),
        ("mode([6, 3, 9, 6, 6])", [6]),
        ("mode([6, 1, 9, 6, 1])", [1, 6]),
        ("mode([])", []),
        ("sort([3, 1, 4, 5, 2], function(x, y) x < y)", [1, 2, 3, 4, 5]),
        ("sort(list: [3, 1], precedes: function(x, y) x > y)", [3, 1]),
        ('sort([{a: 2, b: "x"}, {a: 1, b: "y"}, {a: 1, b: "z"}], function(x, y) x.a < y.a).b', ["y", "z", "x"]),
    ],
)
def test_list_functions(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(1/3, 2)", 0.33),
        ("decimal(1.5, 0)", 2),
        ("decimal(2.5, 0)", 2),
        ("decimal(1, 7000)", None),
        ("floor(1.5)", 1),
        ("floor(-1.5)", -2),
        ("floor(-1.56, 1)", -1.6),
        ("ceiling(1.5)", 2),
        ("ceiling(-1.56, 1)", -1.5),
        ("round up(5.5, 0)", 6),
        ("round up(-5.5, 0)", -6),
        ("round up(1.121, 2)", 1.13),
        ("round down(-5.5, 0)", -5),
        ("round half up(5.5, 0)", 6),
        ("round half up(-5.5, 0)", -6),
        ("round half down(5.5, 0)", 5),
        ("round half down(1.126, 2)", 1.13),
        ("round up(1234, -2)", 1300),
        ("abs(-10)", 10),
        ('abs(@"-PT5H")', "PT5H"),
        ("modulo(12, 5)", 2),
        ("modulo(-12, 5)", 3),
        ("modulo(12, -5)", -3),
        ("modulo(10.1, -4.5)", -3.4),
        ("modulo(1, 0)", None),
        ("sqrt(16)", 4),
        ("sqrt(-3)", None),
        ("decimal(log(10), 8)", 2.30258509),
        ("log(0)", None),
        ("decimal(exp(5), 8)", 148.4131591),
        ("odd(5)", True),
        ("even(-2)", True),
        ("odd(1.5)", None),
    ],
)
def test_numeric_functions(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before(1, 10)", True),
        ("before(1, [1..10])", False),
        ("before(1, (1..10])", True),
        ("before([1..10), [10..20])", True),
        ("before([1..10], [10..20])", False),
        ("after(12, [1..10])", True),
        ("after([11..20], [1..11))", True),
        ("meets([1..5], [5..10])", True),
        ("meets([1..5), [5..10])", False),
        ("met by([5..10], [1..5])", True),
        ("overlaps([5..10], [1..6])", True),
        ("overlaps((5..8], [1..5])", False),
        ("overlaps before([1..5], [4..10])", True),
        ("overlaps before([1..5), (1..5])", True),
        ("overlaps after([4..10], [1..5])", True),
        ("overlaps after((1..5], [1..5))", True),
        ("finishes(10, [1..10])", True),
        ("finishes([5..10), [1..10))", True),
        ("finishes((1..10], [1..10])", True),
        ("finished by([1..10], 10)", True),
        ("includes([1..10], 5)", True),
        ("includes([1..10], (1..10))", True),
        ("includes([1..10), [1..10])", False),
        ("during(5, [1..10])", True),
        ("during([4..6], [1..10])", True),
        ("starts(1, [1..10])", True),
        ("starts([1..5), [1..5])", True),
        ("started by([1..10], [1..5])", True),
        ("coincides([1..5], [1..5])", True),
        ("coincides(3, 4)", False),
        ('range("[18..21)").end', 21),
        ('range("(..5]").end included', True),
        ('range("[date(\\"2026-01-01\\")..date(\\"2026-02-01\\"))").start', "2026-01-01"),
        ('range("[2..1]")', None),
    ],
)
def test_range_functions(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({key1: "value1"}, "key1")', "value1"),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ('get value({a: 1}, "b")', None),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context put({x: 1, y: 1}, "y", 2)', {"x": 1, "y": 2}),
        ('context put({x: {y: 1}}, ["x", "y"], 2)', {"x": {"y": 2}}),
        ('context put({}, ["x", "y"], 2)', {"x": {"y": 2}}),
        ("context merge([{x: 1}, {y: 2}, {x: 3}])", {"x": 3, "y": 2}),
    ],
)
def test_context_functions(feel, text, expected):
    assert feel(text) == expected


def test_a_list_of_one_stands_for_its_item_and_an_item_for_a_list_of_one(feel):
    assert feel('string length(["abc"])') == 3
    assert feel("count(1)") == 1
    assert feel("flatten(1)") == [1]


def test_a_built_in_is_a_value_that_can_be_handed_over(feel):
    assert feel("sort([[2, 1], [3]], before)") == [[2, 1], [3]]
    assert feel("{longest: max, r: longest([1, 2])}.r") == 2


def test_a_variable_hides_no_built_in_function_of_its_name(feel):
    assert feel("count(count)", {"count": [1, 2, 3]}) == 3


def test_every_function_of_the_specification_is_there():
    specified = """date|date and time|time|number|string|duration|years and months duration|not|substring|string length
        |upper case|lower case|substring before|substring after|replace|contains|starts with|ends with|matches|split
        |string join|list contains|list replace|count|min|max|sum|mean|all|any|sublist|append|concatenate|insert before
        |remove|reverse|index of|union|distinct values|flatten|product|median|stddev|mode|decimal|floor|ceiling
        |round up|round down|round half up|round half down|abs|modulo|sqrt|log|exp|odd|even|is|before|after|meets
        |met by|overlaps|overlaps before|overlaps after|finishes|finished by|includes|during|starts|started by
        |coincides|day of year|day of week|month of year|week of year|sort|get value|get entries|context|context put
        |context merge|now|today|range"""

    missing = {name.strip() for name in specified.split("|")} - set(BUILTINS)

    assert not missing
