"""Decision tables in the manner of DMN 1.5 chapter 8: one for each hit policy, with what it is there to show."""

import pytest

from .conftest import decision, literal, table

RISK = table(
    ["Applicant Age", "Medical History"],
    ["Applicant Risk Rating"],
    [
        ("> 60", '"good"', '"Medium"'),
        ("> 60", '"bad"', '"High"'),
        ("[25..60]", "-", '"Medium"'),
        ("< 25", '"good"', '"Low"'),
        ("< 25", '"bad"', '"Medium"'),
    ],
)
PERSON_LOAN = table(
    ["Credit Rating", "Credit Card Balance", "Education Loan Balance"],
    ["Loan Compliance"],
    [
        ('"A"', "< 10000", "< 50000", '"Compliant"'),
        ('not("A")', "-", "-", '"Not Compliant"'),
        ("-", ">= 10000", "-", '"Not Compliant"'),
        ("-", "-", ">= 50000", '"Not Compliant"'),
    ],
    "ANY",
)
DISCOUNT = table(
    ["Type of Order", "Customer Location", "Type of Customer"],
    ["Special Discount"],
    [
        ('"Web"', '"US"', '"Wholesaler"', "10"),
        ('"Phone"', "-", "-", "0"),
        ("-", '"Non-US"', "-", "0"),
        ("-", "-", '"Retailer"', "5"),
    ],
    "FIRST",
)
HOLIDAYS = table(
    ["Age", "Years of Service"],
    ["Holidays"],
    [
        ("-", "-", "22"),
        (">= 60", "-", "3"),
        ("-", ">= 30", "3"),
        ("< 18", "-", "5"),
        (">= 60", "-", "5"),
        ("-", ">= 30", "5"),
        ("[18..60)", "[15..30)", "2"),
        ("[45..60)", "< 30", "2"),
    ],
    "COLLECT",
    "SUM",
)
PACKAGE = table(
    ["Student Average", "Student Sports", "Student Clubs"],
    ["Student Package"],
    [
        ("> 90", "-", '"President"', '"Full Scholarship"'),
        ("> 80", "-", "-", '"Partial Scholarship"'),
        ("-", '"Varsity"', '"Chess"', '"Sports Grant"'),
        ("> 90", "-", "-", '"Book Allowance"'),
    ],
    "OUTPUT ORDER",
    values='"Full Scholarship", "Partial Scholarship", "Sports Grant", "Book Allowance"',
)


@pytest.mark.parametrize(
    ("age", "history", "expected"),
    [(61, "good", "Medium"), (61, "bad", "High"), (60, "bad", "Medium"), (24, "good", "Low"), (24, "bad", "Medium")],
)
def test_one_row_of_a_unique_table_decides(evaluate, age, history, expected):
    evaluation = evaluate(named(RISK, "Applicant Age", "Medical History"), **{
        "Applicant Age": age, "Medical History": history,
    })  # fmt: skip

    assert (evaluation.result, evaluation.violations) == (expected, ())


@pytest.mark.parametrize(
    ("rating", "card", "loan", "expected"),
    [("A", 5_000, 40_000, "Compliant"), ("B", 20_000, 60_000, "Not Compliant"), ("A", 10_000, 0, "Not Compliant")],
)
def test_rows_of_an_any_table_decide_together(evaluate, rating, card, loan, expected):
    names = ("Credit Rating", "Credit Card Balance", "Education Loan Balance")

    evaluation = evaluate(named(PERSON_LOAN, *names), **dict(zip(names, (rating, card, loan), strict=True)))

    assert (evaluation.result, evaluation.violations) == (expected, ())


@pytest.mark.parametrize(
    ("order", "location", "customer", "expected"),
    [("Web", "US", "Wholesaler", 10), ("Phone", "US", "Retailer", 0), ("Web", "Non-US", "Retailer", 0),
     ("Web", "US", "Retailer", 5), ("Web", "US", "Other", None)],
)  # fmt: skip
def test_the_first_row_of_a_first_table_decides(evaluate, order, location, customer, expected):
    names = ("Type of Order", "Customer Location", "Type of Customer")

    evaluation = evaluate(named(DISCOUNT, *names), **dict(zip(names, (order, location, customer), strict=True)))

    assert evaluation.result == expected


@pytest.mark.parametrize(
    ("age", "service", "expected"), [(16, 1, 27), (25, 5, 22), (44, 20, 24), (50, 30, 30), (50, 20, 26), (60, 30, 38)]
)
def test_rows_of_a_collecting_table_add_up(evaluate, age, service, expected):
    body = named(HOLIDAYS, "Age", "Years of Service")

    assert evaluate(body, Age=age, **{"Years of Service": service}).result == expected


def test_outputs_come_in_the_order_of_their_values(evaluate):
    names = ("Student Average", "Student Sports", "Student Clubs")

    best = evaluate(named(PACKAGE, *names), **dict(zip(names, (95, "Varsity", "President"), strict=True)))
    sporty = evaluate(named(PACKAGE, *names), **dict(zip(names, (91, "Varsity", "Chess"), strict=True)))

    assert best.result == ["Full Scholarship", "Partial Scholarship", "Book Allowance"]
    assert sporty.result == ["Partial Scholarship", "Sports Grant", "Book Allowance"]


def test_a_boxed_invocation_passes_what_a_table_in_a_knowledge_model_asks_for(evaluate):
    body = (
        '<inputData id="i" name="Requested Amount"/><businessKnowledgeModel id="k" name="Fee"><encapsulatedLogic>'
        '<formalParameter name="amount" typeRef="number"/>'
        + table(["amount"], ["fee"], [("< 1000", "10"), (">= 1000", "amount * 0.01")])
        + "</encapsulatedLogic></businessKnowledgeModel>"
        + decision(
            f"<invocation>{literal('Fee')}<binding><parameter name='amount'/>"
            f"{literal('Requested Amount + 0')}</binding></invocation>",
            requires="input:i knowledge:k",
        )
    )

    assert evaluate(body, **{"Requested Amount": 5_000}).result == 50
    assert evaluate(body, **{"Requested Amount": 999}).result == 10
    assert evaluate(body).result is None


def named(logic: str, *inputs: str) -> str:
    """A decision with that logic, and its input data."""
    data = "".join(f'<inputData id="i{place}" name="{name}"/>' for place, name in enumerate(inputs))
    return data + decision(logic, requires=" ".join(f"input:i{place}" for place in range(len(inputs))))
