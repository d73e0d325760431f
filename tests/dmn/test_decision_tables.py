"""DMN 1.5 chapter 8: hit policies, outputs, defaults, and what is told about them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.dmn import DmnInvalid, load_model

from .conftest import NOW, decision, definitions, literal, model_of, table

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
SCORES = [("> 10", '"low"'), ("> 20", '"high"'), ("> 30", '"high"')]


@pytest.mark.parametrize(
    ("hit_policy", "values", "score", "expected"),
    [
        ("UNIQUE", None, 15, "low"),
        ("FIRST", None, 35, "low"),
        ("PRIORITY", '"high", "low"', 35, "high"),
        ("OUTPUT ORDER", '"high", "low"', 35, ["high", "high", "low"]),
        ("RULE ORDER", None, 35, ["low", "high", "high"]),
        ("COLLECT", None, 35, ["low", "high", "high"]),
        ("UNIQUE", None, 1, None),
        ("FIRST", None, 1, None),
        ("COLLECT", None, 1, None),
        ("RULE ORDER", None, 1, None),
        ("OUTPUT ORDER", '"high", "low"', 1, None),
    ],
)
def test_a_hit_policy_chooses_among_the_rows_that_match(evaluate, hit_policy, values, score, expected):
    body = decision(table(["score"], ["grade"], SCORES, hit_policy, values=values))

    evaluation = evaluate(body, score=score)

    assert evaluation.result == expected
    assert evaluation.violations == ()


def test_any_takes_rows_that_agree(evaluate):
    rows = [("> 10", '"a"'), ("> 20", '"a"')]

    assert evaluate(decision(table(["x"], ["y"], rows, "ANY")), x=25).result == "a"


@pytest.mark.parametrize(("hit_policy", "code"), [("UNIQUE", "dmn_not_unique"), ("ANY", "dmn_any_differs")])
def test_rows_that_may_not_match_together_are_a_violation_and_null(evaluate, hit_policy, code):
    body = decision(table(["score"], ["grade"], SCORES, hit_policy))

    evaluation = evaluate(body, score=25)

    assert evaluation.result is None
    assert [violation.code for violation in evaluation.violations] == [code]
    assert "1, 2" in evaluation.violations[0].message_en
    assert "1, 2" in evaluation.violations[0].message_zh
    assert evaluation.rows == ()


@pytest.mark.parametrize(
    ("aggregation", "x", "expected"),
    [("SUM", 25, 7), ("MIN", 25, 3), ("MAX", 25, 4), ("COUNT", 25, 2), ("SUM", 1, None), ("COUNT", 1, None)],
)
def test_collect_aggregates_numbers(evaluate, aggregation, x, expected):
    body = decision(table(["x"], ["y"], [("> 10", "3"), ("> 20", "4")], "COLLECT", aggregation))

    assert evaluate(body, x=x).result == expected


def test_several_outputs_are_a_context_and_its_rows_are_kept_for_mapping(evaluate):
    rows = [('"fault"', '"P1"', "4"), ("-", '"P3"', "24")]
    body = decision(table(["kind"], ["priority", "hours"], rows, "FIRST"))

    evaluation = evaluate(body, kind="fault")

    assert evaluation.result == {"priority": "P1", "hours": 4}
    assert evaluation.rows == ({"priority": "P1", "hours": 4},)


def test_priority_compares_several_outputs_from_left_to_right(evaluate):
    outputs = """<output name="a"><outputValues><text>"x", "y"</text></outputValues></output>
        <output name="b"><outputValues><text>2, 1</text></outputValues></output>"""
    rules = "".join(
        f"<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>{a}</text></outputEntry>"
        f"<outputEntry><text>{b}</text></outputEntry></rule>"
        for a, b in (('"y"', 2), ('"x"', 1), ('"x"', 2))
    )
    logic = f"""<decisionTable hitPolicy="OUTPUT ORDER"><input><inputExpression><text>k</text></inputExpression></input>
        {outputs}{rules}</decisionTable>"""

    result = evaluate(decision(logic), k=1).result

    assert result == [{"a": "x", "b": 2}, {"a": "x", "b": 1}, {"a": "y", "b": 2}]


@pytest.mark.parametrize(("hit_policy", "values"), [("UNIQUE", None), ("FIRST", None), ("PRIORITY", '"b", "none"')])
def test_without_a_match_the_default_output_is_taken(evaluate, hit_policy, values):
    body = decision(table(["x"], ["y"], [("> 10", '"b"')], hit_policy, values=values, default='"none"'))

    evaluation = evaluate(body, x=1)

    assert evaluation.result == "none"
    assert evaluation.rows == ({"y": "none"},)
    assert [rule.is_matched for rule in evaluation.trace[0].rules] == [False]


def test_an_input_outside_of_its_values_is_a_violation(evaluate):
    logic = """<decisionTable><input><inputExpression><text>urgency</text></inputExpression>
        <inputValues><text>"high", "low"</text></inputValues></input><output name="y"/>
        <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>"""

    assert evaluate(decision(logic), urgency="low").result == 1
    outside = evaluate(decision(logic), urgency="medium")

    assert outside.result is None
    assert [violation.code for violation in outside.violations] == ["dmn_input_outside"]


def test_a_typed_column_reads_dates_from_text(evaluate):
    logic = """<decisionTable><input><inputExpression typeRef="date"><text>due</text></inputExpression></input>
        <output name="y"/><rule><inputEntry><text>&gt;= date("2026-11-01")</text></inputEntry>
        <outputEntry><text>due + duration("P1D")</text></outputEntry></rule></decisionTable>"""

    assert evaluate(decision(logic), due="2026-11-21").rows == ({"y": None},)
    body = '<inputData id="i" name="due"><variable name="due" typeRef="date"/></inputData>' + decision(
        logic, requires="input:i"
    )
    assert evaluate(body, due="2026-11-21").result == "2026-11-22"


def test_the_trace_says_of_every_row_which_cells_held_and_what_came_out(evaluate):
    rows = [('"a", "b"', "> 5", '"yes"'), ('"c"', "> 9", '"other"'), ("-", "-", '"no"'), ("-", "< 0", '"never"')]
    body = decision(table(["kind", "amount * 2"], ["y"], rows, "COLLECT"))

    evaluation = evaluate(body, kind="a", amount=3)

    assert evaluation.as_json()["trace"] == [
        {
            "decision_id": "d",
            "name": "d",
            "inputs": [{"expression": "kind", "value": "a"}, {"expression": "amount * 2", "value": 6}],
            "rules": [
                traced(1, ('"a", "b"', True), ("> 5", True), y="yes"),
                traced(2, ('"c"', False), ("> 9", None)),
                traced(3, ("-", True), ("-", True), y="no"),
                traced(4, ("-", True), ("< 0", False)),
            ],
            "rules_left_out": 0,
            "violations": [],
            "result": ["yes", "no"],
        }
    ]


def traced(index: int, *cells: tuple[str, bool | None], **outputs: object) -> dict[str, object]:
    """A rule of a trace as JSON."""
    shown = [{"text": text, "matched": answer} for text, answer in cells]
    rule = {"index": index, "id": f"row{index}", "matched": bool(outputs), "cells": shown}
    return {**rule, "outputs": outputs} if outputs else rule


def test_the_trace_of_a_table_that_takes_the_first_ends_with_it(evaluate):
    body = decision(table(["x"], ["y"], [("> 5", "1"), ("> 3", "2"), ("> 1", "3")], "FIRST"))

    trace = evaluate(body, x=4).trace[0]

    assert [(rule.index, rule.is_matched) for rule in trace.rules] == [(1, False), (2, True)]


def test_the_trace_of_a_large_table_keeps_the_rows_that_matched_and_counts_the_others(evaluate):
    body = decision(table(["x", "y"], ["z"], [(str(number), "-", "1") for number in range(1_500)]))

    trace = evaluate(body, x=7, y=0).trace[0].as_json()

    assert [rule["index"] for rule in trace["rules"]] == [8]
    assert trace["rules_left_out"] == 1_499


@pytest.mark.parametrize(
    ("output", "row", "expected"),
    [
        ('<output name="y" typeRef="number"/>', "1", 1),
        ('<output name="y" typeRef="number"/>', '"one"', None),
        ('<output name="y" typeRef="tGrade"/>', '"A"', "A"),
        ('<output name="y" typeRef="tGrade"/>', '"Z"', None),
    ],
)
def test_an_output_has_the_type_of_its_column_or_is_null_with_a_note(evaluate, output, row, expected):
    evaluation = evaluate(GRADES + decision(one_row(output, row)), x=1)

    assert evaluation.result == expected
    assert bool(evaluation.notes) is (expected is None)


def test_an_output_that_is_none_of_the_output_values_is_a_violation(evaluate):
    output = '<output name="y"><outputValues><text>"A", "B"</text></outputValues></output>'

    once = evaluate(decision(one_row(output, '"C"')), x=1)
    collected = evaluate(decision(one_row(output, '"C"', "COLLECT")), x=1)

    for evaluation in (once, collected):
        assert (evaluation.result, evaluation.rows) == (None, ())
        assert [violation.code for violation in evaluation.violations] == ["dmn_output_outside"]


def test_priority_takes_the_order_of_the_values_of_its_type(evaluate):
    logic = table(["x"], ["y"], [("-", '"B"'), ("-", '"A"')], "PRIORITY")
    typed = logic.replace('<output name="y">', '<output name="y" typeRef="tGrade">')

    assert evaluate(GRADES + decision(typed), x=1).result == "A"


GRADES = """<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues>
  </itemDefinition>"""


def one_row(output: str, cell: str, hit_policy: str = "UNIQUE") -> str:
    """A table with one column to the right and one row, which always matches."""
    return (
        f'<decisionTable hitPolicy="{hit_policy}"><input><inputExpression><text>x</text></inputExpression></input>'
        f"{output}<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>{cell}</text></outputEntry></rule></decisionTable>"
    )


def test_all_problems_of_a_table_are_told_at_once_with_element_and_line():
    source = definitions(
        "\n" + decision(table(["x +"], ["y"], [("> ", '"a"'), ("-",), ("foo bar", "1 1")], "PRIORITY"))
    )

    with pytest.raises(DmnInvalid) as refusal:
        load_model(source)

    found = [(problem.element_id, problem.code) for problem in refusal.value.problems]
    assert found == [
        ("d", "dmn_expression"),
        ("d", "dmn_no_order"),
        ("row1", "dmn_expression"),
        ("row2", "dmn_row"),
        ("row3", "dmn_expression"),
        ("row3", "dmn_expression"),
    ]
    assert {problem.line for problem in refusal.value.problems} == {2}
    assert all(problem.message_en and problem.message_zh for problem in refusal.value.problems)


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        (table(["x"], ["y"], [], "SOMETIMES"), "dmn_hit_policy"),
        (table(["x"], ["y"], [], "COLLECT", "MEDIAN"), "dmn_hit_policy"),
        (table(["x"], ["y", "z"], [], "COLLECT", "SUM"), "dmn_aggregation"),
        (table(["x"], [], []), "dmn_no_output"),
        (table([""], ["y"], []), "dmn_no_input"),
        ('<decisionTable><output name="y" typeRef="colour"/></decisionTable>', "dmn_type"),
        (
            '<decisionTable><input><inputExpression expressionLanguage="groovy"><text>x</text></inputExpression>'
            '</input><output name="y"/></decisionTable>',
            "dmn_language",
        ),
    ],
)
def test_a_table_that_cannot_be_honoured_is_refused(logic, code):
    with pytest.raises(DmnInvalid) as refusal:
        model_of(decision(logic))

    assert [problem.code for problem in refusal.value.problems] == [code]


cells = st.one_of(
    st.just("-"),
    st.integers(-5, 5).map(str),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.integers(-5, 5)).map(lambda pair: f"{pair[0]} {pair[1]}"),
    st.tuples(st.integers(-5, 0), st.integers(0, 5)).map(lambda pair: f"[{pair[0]}..{pair[1]})"),
    st.lists(st.integers(-5, 5), min_size=2, max_size=3).map(lambda many: ", ".join(map(str, many))),
)


def naively(cell: str, value: int) -> bool:
    """The same cell, decided in Python."""
    if cell == "-":
        return True
    if cell.startswith("["):
        low, high = cell[1:-1].split("..")
        return int(low) <= value < int(high)
    operator, _, number = cell.partition(" ")
    if operator in {"<", "<=", ">", ">="}:
        tests = {"<": value < int(number), "<=": value <= int(number), ">": value > int(number)}
        return tests.get(operator, value >= int(number))
    return value in [int(part) for part in cell.split(",")]


@RELAXED
@given(st.lists(st.tuples(cells, cells), max_size=8), st.integers(-6, 6), st.integers(-6, 6))
def test_a_table_agrees_with_a_naive_reading_of_its_rows(rows, x, y):
    body = decision(table(["x", "y"], ["z"], [(*row, str(index)) for index, row in enumerate(rows)], "COLLECT"))

    result = model_of(body).evaluate("d", {"x": x, "y": y}, now=NOW).result

    expected = [index for index, (left, right) in enumerate(rows) if naively(left, x) and naively(right, y)]
    assert result == (expected or None)


def test_the_trace_of_many_tables_is_bounded():
    knowledge = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n"/>'
        + table(["n"], ["y"], [(f"< {number}", "1") for number in range(-98, 1)] + [("-", "n")], "FIRST")
        + "</encapsulatedLogic></businessKnowledgeModel>"
    )
    body = knowledge + decision(literal("sum(for i in 1..3000 return f(i))"), requires="knowledge:f")

    evaluation = model_of(body).evaluate("d", {}, now=NOW)

    assert evaluation.result == 4_501_500
    assert len(evaluation.trace) == 1_001
    assert sum(len(trace.rules) for trace in evaluation.trace) < 22_000
    assert evaluation.trace[999].as_json()["rules_left_out"] == 99
    assert evaluation.notes == ("Only the first 1000 tables are in the trace.",)
