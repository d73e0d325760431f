"""DMN 1.5 §10.3.1: what the text may look like."""

import pytest

from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("10 - 2 - 3", 5),
        ("1.5e3", 1500),
        (".5 + .25", 0.75),
        ("true or false and false", True),
        ("1 < 2 and 2 < 3", True),
        ("5 between 1 and 10 and true", True),
        ("if 1 > 2 then 3 else 4 + 5", 9),
        ("1 + if true then 1 else 2", 2),
        ('"a" + "b" /* comment */ // and to the end', "ab"),
        (r'"tab\tquote\" \u4e2d \U01F600 \\"', 'tab\tquote" 中 😀 \\'),
        ('"😀"', "😀"),
        ("[1, 2, 3][2]", 2),
        ("[1, 2, 3][-1]", 3),
        ("[[1], [2, 3]][2][1]", 2),
        ("{a: 1, b: a + 1}.b", 2),
        ('{"a b": 1}.a b', 1),
        ("{first name: 1, total: first name + 1}.total", 2),
        ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..3) return i", [1, 2]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [1, 2], y in [3] satisfies x < y", True),
        ("(function(a, b: number) a + b)(1, 2)", 3),
        ("{twice: function(x) x * 2, r: twice(4)}.r", 8),
        ("{fact: function(n) if n <= 1 then 1 else n * fact(n - 1), r: fact(10)}.r", 3628800),
        ('substring(start position: 2, string: "abc")', "bc"),
        ("[1..5].end", 5),
        ("5 in [1..5]", True),
        ("5 in [1..5)", False),
        ("5 in [1..5[", False),
        ("1 in ]1..5]", False),
        ("5 in (< 3, > 4)", True),
        ("5 in (> 4)", True),
        ("5 in != 4", True),
        ("5 in [[1..2], [4..6]]", True),
        ('"b" in ("a", "b")', True),
        ("[1, 2, 3][item >= 2]", [2, 3]),
        ("[{p: 1}, {p: 2}][p = 2].p", [2]),
        ("[{p: 1}, {p: 2}].p", [1, 2]),
        ('@"2026-11-21".month', 11),
        ('@"PT1H" + @"PT30M"', "PT1H30M"),
        ("1 instance of number", True),
        ('"a" instance of string', True),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("[1..2] instance of range<number>", True),
        ("null instance of number", False),
        ('@"P1D" instance of days and time duration', True),
        ("(function(x) x) instance of function<Any> -> Any", True),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_an_expression_has_the_value_that_the_grammar_gives_it(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("first name + last name", {"first name": "a", "last name": "b"}, "ab"),
        ("a-b", {"a-b": 7}, 7),
        ("a-b", {"a": 7, "b": 2}, 5),
        ("profit / loss ratio * 2", {"profit / loss ratio": 3}, 6),
        ("客户 等级", {"客户 等级": "金"}, "金"),
        ("金额 > 限额", {"金额": 3.5, "限额": 3}, True),
        ("date", {"date": 5}, 5),
        ("count(list)", {"list": [1, 2]}, 2),
        ("applicant's age", {"applicant's age": 30}, 30),
        ("order.delivery address.city", {"order": {"delivery address": {"city": "x"}}, "delivery address": None}, "x"),
        ("rate of return", {"rate of return": 4}, 4),
        ("🐎 + 1", {"🐎": 1}, 2),
    ],
)
def test_names_of_several_words_are_recognised_by_the_scope(feel, text, context, expected):
    assert feel(text, context) == expected


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("1 +", 3),
        ("1 + * 2", 4),
        ("a b", 2),
        ("a == b", 2),
        ("(1", 2),
        ("[1, 2", 5),
        ("{a 1}", 1),
        ("{a: 1, a: 2}", 7),
        ("if a then b", 11),
        ("for x in y", 10),
        ('"abc', 0),
        ("1 /* no end", 2),
        ('@"tomorrow"', 1),
        ("f(1, x: 2)", 6),
        ("a.", 2),
        ("[1, ]", 5),
        ("{a: 1, }", 7),
        ("f(1, )", 5),
        ("function(a, ) a", 12),
        ("1 between 2", 11),
        ("function(x) external {}", 12),
        ("and", 0),
        ("（1 + 2）", 0),
    ],
)
def test_a_text_that_is_no_feel_is_refused_with_its_position(text, position):
    with pytest.raises(FeelSyntaxError) as refusal:
        compile_expression(text)

    assert refusal.value.position == position


def test_a_refusal_says_what_was_expected():
    with pytest.raises(FeelSyntaxError) as refusal:
        compile_expression("if a then b")

    assert refusal.value.expected == "“else”"
    assert refusal.value.message == "Expected “else”, found the end of the text."


def test_free_names_and_unknown_functions_are_known_before_anything_runs():
    text = 'sum(orders[amount > limit].amount) > budget and deadline("x") > now() and (for i in items return i.x) = [z]'

    expression = compile_expression(text)

    assert expression.references == {"orders", "budget", "items", "z"}
    assert expression.possible_references == {"amount", "limit"}
    assert expression.calls == {"deadline"}


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", 1, True),
        ("5", 5, True),
        ("5", 6, False),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "c", True),
        ('not("a", "b")', "a", False),
        ("< 5", 4, True),
        (">= 5", 4, False),
        ("[1..5)", 5, False),
        ("(1..5]", 5, True),
        ("< 3, > 8", 9, True),
        ("-5", -5, True),
        ("null", None, True),
        ("null", 1, False),
        ("true", False, False),
        ("false", False, True),
        ("? > limit", 6, True),
        ("? in [1, 6]", 6, True),
        ("limit", 5, True),
        ("limit + 1", 6, True),
        ("> limit", 6, True),
        ("[1, 6]", 6, True),
        ('contains(?, "b")', "abc", True),
        ("even(?)", 3, False),
        ('date("2026-01-01")', "2026-01-01", False),
        ("not(null)", None, False),
        ("{a: 1}", {"a": 1}, True),
        ("5", [5], True),
    ],
)
def test_unary_tests_match_the_input(now, text, value, expected):
    tests = compile_unary_tests(text)

    assert tests.matches(value, {"limit": 5}, now=now) is expected


def test_a_name_that_cannot_be_written_hides_no_other(feel):
    assert feel("amount + 1", {'"': 0, "/*": 0, "amount": 1}) == 2
    assert feel('get value({"\\"": 7}, "\\"")') == 7
