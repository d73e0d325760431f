"""The one rule: `=…` is FEEL, `${…}` is JUEL, anything else a literal; a condition needs no `=`."""

from datetime import UTC, datetime

import pytest

from engine.expressions import ExpressionError, compile_condition, compile_feel, compile_value

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("= amount + 1", "feel", 6),
        ("=[1, 2.5]", "feel", [1, 2.5]),
        ('=date("2026-01-01")', "feel", "2026-01-01"),
        ("${amount + 1}", "juel", 6),
        ("${now()}", "juel", "2026-11-21T09:30:00+00:00"),
        ("Case ${amount}", "juel", "Case 5"),
        ("amount + 1", "literal", "amount + 1"),
        ("customer_service", "literal", "customer_service"),
        ("PT1H", "literal", "PT1H"),
        ("", "literal", ""),
    ],
)
def test_the_first_characters_say_which_language_a_value_is_in(text, kind, expected):
    value = compile_value(text)

    assert value.kind == kind
    assert value.evaluate({"amount": 5}, now=NOW) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [("amount > 3", "feel"), ("= amount > 3", "feel"), ("${amount > 3}", "juel"), (" ${amount > 3}\n", "juel")],
)
def test_a_condition_needs_no_equals_sign(text, kind):
    condition = compile_condition(text)

    assert condition.kind == kind
    assert condition.references == {"amount"}
    assert condition.evaluate({"amount": 5}, now=NOW) is True


def test_a_formula_with_a_dollar_brace_in_a_string_is_still_feel():
    assert compile_value('="${" + x').evaluate({"x": "y"}, now=NOW) == "${y"
    assert compile_feel('"${" + x').evaluate({"x": "y"}, now=NOW) == "${y"


@pytest.mark.parametrize(("text", "position"), [("= 1 +", 5), ("  =a b", 5), ("${a +}", 5), ("= amount = $", 11)])
def test_an_error_has_the_position_in_the_text_as_it_was_written(text, position):
    with pytest.raises(ExpressionError) as refusal:
        compile_value(text)

    assert refusal.value.position == position
    assert refusal.value.text == text


def test_the_reason_for_a_null_is_not_lost():
    notes: list[str] = []

    value = compile_condition("amount > limit").evaluate({"amount": 5}, now=NOW, notes=notes)

    assert value is None
    assert notes == ["There is no “limit”.", "number > null is not defined."]


@pytest.mark.parametrize("text", ["${missing}", "= deadline()", "=[1..2]"])
def test_an_evaluation_that_fails_is_one_kind_of_error(text):
    def deadline() -> object:
        raise ValueError("no calendar")

    value = compile_value(text)

    with pytest.raises(ExpressionError):
        value.evaluate({}, now=NOW, functions={"deadline": deadline})
