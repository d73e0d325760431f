"""Conditions that leave nothing out need no default flow; those that may are refused."""

import pytest

from engine.spiff.checks.coverage import leave_nothing_out

WHOLE = [
    ("approved", "not(approved)"),
    ("${approved}", "${!approved}"),
    ("${approved == true}", "${approved == false}"),
    ("approved = true", "approved = false"),
    ("n > 5", "n <= 5"),
    ("${n gt 5}", "${n le 5}"),
    ("5 < n", "n <= 5"),
    ("n < 0", "n = 0", "n > 0"),
    ("n < 1.5", "n >= 1.5 and n < 2.5", "n >= 2.5"),
    ('status = "open"', 'status != "open"'),
    ("${status == 'open'}", "${status != 'open'}"),
    ("order.total > 100", "order.total <= 100"),
    ("a and b", "not(a)", "not(b)"),
    ('ok and kind = "x"', 'not(ok) or kind != "x"'),
    ("n > 5", "n < 10"),
    ("list contains(items, 1)", "not(list contains(items, 1))"),
]
HOLED = [
    ("n > 5",),
    ("n > 5", "n < 5"),
    ("n > 5", "n < 4"),
    ("n > 1", "n > 10"),
    ('status = "open"', 'status = "closed"'),
    ("${status == 'a'}", "${status == 'b'}"),
    ("a", "b"),
    ("a > b", "a <= b"),
    ("f(n) > 1", "f(n) <= 1"),
    ("${execution.getVariable('x')}", "${!execution.getVariable('x')}"),
    ("n = 1", 'n = "one"'),
    ("n >", "n <= 5"),
]


@pytest.mark.parametrize("conditions", WHOLE)
def test_conditions_that_leave_nothing_out_are_known(conditions: tuple[str, ...]):
    assert leave_nothing_out(conditions)


@pytest.mark.parametrize("conditions", HOLED)
def test_conditions_that_may_leave_something_out_are_not_trusted(conditions: tuple[str, ...]):
    assert not leave_nothing_out(conditions)
