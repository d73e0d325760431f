"""The subset of JUEL that models from Camunda 7 may use."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.juel import JuelError, JuelEvaluationError, JuelSyntaxError, compile_template

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
VARIABLES: dict[str, object] = {
    "amount": 5,
    "name": "Ann",
    "ok": True,
    "nothing": None,
    "items": [1, 2, 3],
    "order": {"lines": [{"price": 2.5}], "total amount": 9},
    "execution": {"businessKey": "C-1", "processInstanceId": "p1"},
    "task": {"name": "Approve"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${amount}", 5),
        ("#{amount + 1}", 6),
        ("${amount / 2}", 2.5),
        ("${amount % 2}", 1),
        ("${amount mod 2 == 1 and amount div 5 eq 1}", True),
        ("${-amount * 2 + 1}", -9),
        ("${amount > 3 && !(amount >= 9)}", True),
        ("${amount lt 3 or not ok}", False),
        ("${ok ? 'yes' : 'no'}", "yes"),
        ("${empty nothing}", True),
        ("${!empty items}", True),
        ("${items[1]}", 2),
        ("${order.lines[0].price}", 2.5),
        ("${order['total amount']}", 9),
        ("${nothing.anything}", None),
        ("${nothing == null}", True),
        ("${amount == '5'}", True),
        ("${name eq 'Ann'}", True),
        ("${name.equals('Ann')}", True),
        ("${name.toLowerCase()}", "ann"),
        ("${items.size() > 2}", True),
        ("${items.contains(3)}", True),
        ("${items.get(1)}", 2),
        ("${order.get('total amount')}", 9),
        ("${order.get('gone')}", None),
        ("${order.containsKey('total amount')}", True),
        ("${' Ann '.trim()}", "Ann"),
        ("${name.indexOf('n')}", 1),
        ("${name.indexOf('x')}", -1),
        ("${name.substring(1)}", "nn"),
        ("${name.substring(0, 1)}", "A"),
        ("${name.substring(3)}", ""),
        ("${name.replace('n', '.')}", "A.."),
        ("${execution.businessKey}", "C-1"),
        ("${execution.getBusinessKey()}", "C-1"),
        ("${execution.getVariable('amount')}", 5),
        ("${execution.getVariable('missing')}", None),
        ("${execution.hasVariable('missing')}", False),
        ("${task.name}", "Approve"),
        ("${task.getName()}", "Approve"),
        ("${now()}", NOW),
        ("${dateTime().plusDays(3).toDate()}", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("${dateTime().minusMonths(9)}", datetime(2026, 2, 21, 9, 30, tzinfo=UTC)),
        ("Hello ${name}, ${amount}!", "Hello Ann, 5!"),
        ("${ok}${nothing}", "true"),
        (r"\${amount} is ${amount}", "${amount} is 5"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_a_template_has_this_value(text, expected):
    value = compile_template(text).evaluate(VARIABLES, now=NOW)

    assert value == expected


@pytest.mark.parametrize(
    "text",
    [
        "${",
        "${}",
        "${a",
        "${a b}",
        "${a +}",
        "${a ? b}",
        "${(a}",
        "${a[1}",
        "${'text}",
        "${'it''s'}",
        "${a = 1}",
        "${a; b}",
        "${{'a': 1}}",
        "${x -> x}",
        "${execution.setVariable('a')}",
        "${execution.unknown}",
        "${execution.getUnknown()}",
        "${execution['businessKey']}",
        "${task.assignee}",
        "${task.complete()}",
        "${execution.getProcessEngineServices().getRuntimeService()}",
        "${''.getClass().forName('java.lang.Runtime')}",
        "${now().getClass()}",
        "${S(x).prop('a').getClass()}",
        "${" + "(" * 200 + "1" + ")" * 200 + "}",
        "${" + "!" * 200 + "a}",
        "${a" + ".b" * 200 + "}",
        "${" + "a" * 30_000 + "}",
    ],
)
def test_what_is_not_in_the_subset_is_refused_before_anything_runs(text):
    with pytest.raises(JuelSyntaxError):
        compile_template(text)


@pytest.mark.parametrize(
    "text",
    [
        "${missing}",
        "${amount / 0}",
        "${name + 1}",
        "${name > 1}",
        "${amount ? 1 : 2}",
        "${missing()}",
        "${bean.method(1)}",
        "${execution.setVariable('a', 1)}",
        "${amount.toLowerCase()}",
        "${items.get(3)}",
        "${items.get(-1)}",
        "${amount.get(0)}",
        "${name.containsKey('a')}",
        "${name.substring(4)}",
        "${name.substring(2, 1)}",
        "${name.substring(0.5)}",
        "${name.__class__}",
        "${items.plusDays(1)}",
        "${now().plusYears(100000)}",
        "${amount * 1e300 * 1e300}",
    ],
)
def test_what_cannot_be_evaluated_is_an_error_and_never_a_guess(text):
    template = compile_template(text)

    with pytest.raises(JuelEvaluationError):
        template.evaluate(VARIABLES, now=NOW)


def test_names_and_calls_are_known_before_anything_runs():
    template = compile_template("${invoice.check(a, b.c) && currentUser() == d[e]} and ${execution.id}")

    assert template.references == {"a", "b", "d", "e"}
    assert template.calls == {"invoice.check", "currentUser"}
    assert not template.is_single
    assert template.bean is None


def test_a_lone_name_is_a_bean():
    template = compile_template("${notifyCustomer}")

    assert template.bean == "notifyCustomer"
    assert template.is_single


def test_registered_functions_and_methods_of_beans_are_called():
    functions = {"currentUser": lambda: "ann", "invoice.total": lambda a, b: a + b}

    value = compile_template("${currentUser()}: ${invoice.total(amount, 2)}").evaluate(
        VARIABLES, now=NOW, functions=functions
    )

    assert value == "ann: 7"


@RELAXED
@given(
    st.lists(
        st.sampled_from(
            [
                "${",
                "}",
                "a",
                ".",
                "[",
                "]",
                "(",
                ")",
                "'x'",
                "1",
                "+",
                "==",
                "?",
                ":",
                "!",
                "empty ",
                " and ",
                "now",
                ",",
            ]
        ),
        max_size=20,
    ).map("".join)
    | st.text(max_size=40)
)
def test_any_text_ends_in_a_value_or_a_juel_error(text):
    try:
        compile_template(text).evaluate({"a": 1}, now=NOW)
    except JuelError as error:
        assert error.message  # noqa: PT017 - either outcome is right


def test_a_text_does_not_grow_beyond_what_is_kept():
    template = compile_template("${text.replace('a', by)}")

    with pytest.raises(JuelEvaluationError):
        template.evaluate({"text": "a" * 2_000, "by": "b" * 2_000}, now=NOW)
