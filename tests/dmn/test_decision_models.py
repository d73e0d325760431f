"""DMN 1.5 chapters 6, 7 and 10: requirements, types and boxed expressions."""

from decimal import Decimal

import pytest

from engine.dmn import DmnInvalid, load_model
from engine.feel import FeelEvaluationError

from .conftest import NAMESPACE, NOW, decision, definitions, literal, model_of, table


def test_a_decision_evaluates_what_it_requires_first_and_once(evaluate):
    body = (
        decision(literal("base * 2"), "a", "double base")
        + decision(literal("double base + 1"), "b", requires="decision:a")
        + decision(literal("double base + b"), requires="decision:a decision:b")
    )

    evaluation = evaluate(body, base=5)

    assert evaluation.result == 21
    assert [trace.decision_id for trace in evaluation.trace] == ["a", "b", "d"]
    assert [trace.result for trace in evaluation.trace] == [10, 11, 21]
    assert evaluation.rows == ({"d": 21},)


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_the_files_of_every_version_are_read(namespace):
    model = load_model(definitions(decision(literal("1 + 1")), namespace))

    assert model.evaluate("d", {}, now=NOW).result == 2


def test_what_a_model_offers_can_be_read_before_it_runs():
    model = model_of(decision(table(["x", "y"], ["p", "q"], []), name="分级") + decision(literal("deadline(1)"), "e"))

    assert [(one.id, one.name, one.inputs, one.outputs) for one in model.decisions] == [
        ("d", "分级", ("x", "y"), ("p", "q")),
        ("e", "e", (), ()),
    ]
    assert model.calls == {"deadline"}
    assert (model.definitions_id, model.name) == ("model", "Model")


def test_names_of_several_words_come_from_the_model(evaluate):
    body = '<inputData id="i" name="Applicant Age"/>' + decision(literal("Applicant Age + 1"), requires="input:i")

    assert evaluate(body, **{"Applicant Age": 30}).result == 31
    assert evaluate(body, **{"Applicant  Age ": 30}).result == 31


TYPES = """<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues>
  </itemDefinition><itemDefinition name="tDates" isCollection="true"><typeRef>date</typeRef></itemDefinition>
  <itemDefinition name="tPerson"><itemComponent name="full name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="born"><typeRef>date</typeRef></itemComponent></itemDefinition>"""


@pytest.mark.parametrize(
    ("type_ref", "text", "value", "expected"),
    [
        ("tGrade", "x", "A", "A"),
        ("tGrade", "x", "C", None),
        ("tDates", "x[1].year", ["2026-01-01"], 2026),
        ("tDates", "x", "2026-01-01", ["2026-01-01"]),
        ("tDates", "x", ["soon"], None),
        ("tPerson", "x.full name + string(x.born.month)", {"full name": "Li", "born": "2000-02-03"}, "Li2"),
        ("tPerson", "x", {"full name": 1}, None),
        ("number", "x", "1", None),
        ("number", "x", [1], 1),
        ("date and time", "x.hour", "2026-01-01T10:00:00Z", 10),
        ("days and time duration", "x.hours", "PT5H", 5),
        ("string", "x", "2026-01-01", "2026-01-01"),
        ("feel:number", "x + 1", 1, 2),
        ("integer", "x + 1", 1, 2),
        ("Any", "x", {"a": 1}, {"a": 1}),
    ],
)
def test_inputs_are_brought_into_their_type_or_become_null(evaluate, type_ref, text, value, expected):
    body = f'{TYPES}<inputData id="i" name="x"><variable name="x" typeRef="{type_ref}"/></inputData>'

    result = evaluate(body + decision(literal(text), requires="input:i"), x=value).result

    assert result == expected


@pytest.mark.parametrize(
    ("type_ref", "text", "expected"),
    [
        ("number", '"a"', None),
        ("number", "[5]", 5),
        ("tDates", 'date("2026-01-01")', ["2026-01-01"]),
        ("tGrade", '"Z"', None),
    ],
)
def test_a_result_is_brought_into_its_type_or_is_null_with_a_note(evaluate, type_ref, text, expected):
    evaluation = evaluate(TYPES + decision(literal(text), type_ref=type_ref))

    assert evaluation.result == expected
    assert bool(evaluation.notes) is (expected is None)


KNOWLEDGE = """<businessKnowledgeModel id="bkm" name="add tax"><variable name="add tax"/><encapsulatedLogic>
  <formalParameter name="amount" typeRef="number"/><formalParameter name="rate"/>
  <literalExpression><text>amount * (1 + rate)</text></literalExpression></encapsulatedLogic>
  </businessKnowledgeModel>"""


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (literal("add tax(100, 0.06)"), 106),
        (literal("add tax(rate: 0.5, amount: 100)"), 150),
        (literal('add tax("a", 1)'), None),
        (literal("add tax(1, null)"), None),
        (
            "<invocation>" + literal("add tax") + '<binding><parameter name="amount"/>' + literal("x") + "</binding>"
            '<binding><parameter name="rate"/>' + literal("1") + "</binding></invocation>",
            20,
        ),
    ],
)
def test_a_knowledge_model_is_a_function_of_those_that_require_it(evaluate, logic, expected):
    assert evaluate(KNOWLEDGE + decision(logic, requires="knowledge:bkm"), x=10).result == expected


def test_a_decision_service_is_evaluated_and_called(evaluate):
    body = (
        '<inputData id="i" name="x"/>'
        + decision(literal("x * 2"), "inner", requires="input:i")
        + decision(literal("inner + 1"), "outer", requires="decision:inner")
        + """<decisionService id="s" name="service"><variable name="service"/><outputDecision href="#outer"/>
        <encapsulatedDecision href="#inner"/><inputData href="#i"/></decisionService>"""
        + decision(literal("service(10) + service(20)"), requires="knowledge:s")
    )

    assert evaluate(body, "s", x=3).result == 7
    assert evaluate(body, x=3).result == 62


def entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        ("<context>" + entry("a", literal("x")) + entry("b c", literal("a + 1")) + "</context>", {"a": 3, "b c": 4}),
        ("<context>" + entry("a", literal("x")) + entry("", literal("a * 10")) + "</context>", 30),
        ("<list>" + literal("x") + literal("x + 1") + "</list>", [3, 4]),
        (
            '<relation><column name="p"/><column name="q r"/><row>' + literal("1") + literal("2") + "</row></relation>",
            [{"p": 1, "q r": 2}],
        ),
        (
            "<conditional><if>"
            + literal("x > 2")
            + "</if><then>"
            + literal('"yes"')
            + "</then><else>"
            + literal('"no"')
            + "</else></conditional>",
            "yes",
        ),
        ("<filter><in>" + literal("[1, x, 5]") + "</in><match>" + literal("item > 2") + "</match></filter>", [3, 5]),
        (
            '<for iteratorVariable="i"><in>'
            + literal("[1, 2]")
            + "</in><return>"
            + literal("i * x")
            + "</return></for>",
            [3, 6],
        ),
        (
            '<for iteratorVariable="i"><in>'
            + literal("[1..x]")
            + "</in><return>"
            + literal("i * i")
            + "</return></for>",
            [1, 4, 9],
        ),
        (
            '<some iteratorVariable="i"><in>'
            + literal("[1, 9]")
            + "</in><satisfies>"
            + literal("i > x")
            + "</satisfies></some>",
            True,
        ),
        (
            '<every iteratorVariable="i"><in>'
            + literal("[1, 9]")
            + "</in><satisfies>"
            + literal("i > x")
            + "</satisfies></every>",
            False,
        ),
        (
            "<context>"
            + entry("f", '<functionDefinition><formalParameter name="n"/>' + literal("n + x") + "</functionDefinition>")
            + entry("", literal("f(4)"))
            + "</context>",
            7,
        ),
    ],
)
def test_boxed_expressions(evaluate, logic, expected):
    assert evaluate(decision(logic), x=3).result == expected


def test_a_table_within_a_context_is_traced_too(evaluate):
    inner = table(["x"], ["y"], [("> 1", '"big"'), ("<= 1", '"small"')])
    logic = "<context>" + entry("size", inner) + entry("", literal('size + "!"')) + "</context>"

    evaluation = evaluate(decision(logic), x=3)

    assert evaluation.result == "big!"
    assert [rule.index for rule in evaluation.trace[0].rules if rule.is_matched] == [1]
    assert evaluation.rows == ({"d": "big!"},)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (decision(literal("1"), requires="decision:missing"), "dmn_requirement"),
        (decision(literal("d"), requires="decision:d"), "dmn_cycle"),
        (
            decision(literal("b"), "a", requires="decision:b") + decision(literal("a"), "b", requires="decision:a"),
            "dmn_cycle",
        ),
        (decision(literal("1")) + decision(literal("2")), "dmn_id"),
        (decision(""), "dmn_no_logic"),
        (decision(literal("1"), type_ref="tMissing"), "dmn_type"),
        ('<import namespace="urn:x" name="x" importType="xsd"/>' + decision(literal("1")), "dmn_import_type"),
        (f'<import namespace="urn:x" name="x" importType="{NAMESPACE}"/>' + decision(literal("1")), "dmn_import"),
        ('<itemDefinition name="t"><typeRef>tNone</typeRef></itemDefinition>' + decision(literal("1")), "dmn_type"),
        ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>' + decision(literal("1")), "dmn_type_cycle"),
        (
            '<businessKnowledgeModel id="b" name="b"><encapsulatedLogic kind="Java">'
            + literal("1")
            + "</encapsulatedLogic></businessKnowledgeModel>",
            "dmn_external",
        ),
        (
            decision("<conditional><if>" + literal("true") + "</if><then>" + literal("1") + "</then></conditional>"),
            "dmn_incomplete",
        ),
        (
            '<itemDefinition name="t"><typeRef>string</typeRef><allowedValues><text>"a" "b"</text></allowedValues>'
            "</itemDefinition>" + decision(literal("1")),
            "dmn_expression",
        ),
    ],
)
def test_a_model_that_cannot_be_honoured_is_refused_with_its_element(body, code):
    with pytest.raises(DmnInvalid) as refusal:
        model_of(body)

    assert {problem.code for problem in refusal.value.problems} == {code}


@pytest.mark.parametrize(
    "source", [b"", b"<a/>", b"<definitions/>", b"<!DOCTYPE a><definitions/>", b'<definitions xmlns="urn:other"/>']
)
def test_what_is_no_dmn_is_refused(source):
    with pytest.raises(DmnInvalid) as refusal:
        load_model(source)

    assert len(refusal.value.problems) == 1


def test_an_unknown_decision_is_a_key_error():
    with pytest.raises(KeyError):
        model_of(decision(literal("1"))).evaluate("e", {}, now=NOW)


def test_a_decision_is_bounded_as_its_expressions_are(evaluate):
    knowledge = """<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n"/>
      <literalExpression><text>f(n + 1)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"""

    with pytest.raises(FeelEvaluationError):
        evaluate(knowledge + decision(literal("f(1)"), requires="knowledge:f"))


def test_a_registered_function_is_called_from_a_cell():
    model = model_of(decision(table(["x"], ["y"], [("> limit()", '"over"')])))

    evaluation = model.evaluate("d", {"x": 11}, now=NOW, functions={"limit": lambda: 10})

    assert evaluation.result == "over"


def test_a_decision_or_service_is_found_by_id_and_by_name():
    model = model_of(
        decision(literal("1"), "d1", "First  Decision")
        + decision(literal("2"), "d2", "d1")
        + '<decisionService id="s" name="Both"><outputDecision href="#d1"/></decisionService>'
    )

    found = [model.find(name) for name in ("d1", "First Decision", "Both", "s", "nobody")]

    assert found == ["d1", "d1", "s", "s", None]


def test_a_service_takes_decisions_that_are_its_input_from_the_variables(evaluate):
    body = (
        decision(literal("1"), "given")
        + decision(literal("given * 2"), "out", requires="decision:given")
        + """<decisionService id="s" name="service"><variable name="service"/><outputDecision href="#out"/>
        <inputDecision href="#given"/></decisionService>"""
    )

    assert evaluate(body, "s", given=21).result == 42
    assert evaluate(body, "s").result is None
    assert evaluate(body, "out", given=21).result == 2


def test_a_draft_is_evaluated_as_far_as_it_is_sound_and_says_what_is_broken():
    body = decision(literal("1 +"), "broken") + decision(literal("[broken, 2]"), requires="decision:broken decision:no")
    body += decision(table(["x"], ["y"], [("> ", '"a"'), ("-", '"b"')]), "rows")

    model = load_model(definitions(body), is_draft=True)
    evaluation = model.evaluate("d", {}, now=NOW)

    assert evaluation.result == [None, 2]
    assert [note for note in evaluation.notes if "1 +" in note]
    assert [problem.code for problem in model.problems] == ["dmn_expression", "dmn_expression", "dmn_requirement"]
    assert model.evaluate("rows", {"x": 1}, now=NOW).result == "b"


def test_a_draft_whose_parts_do_not_fit_together_is_still_refused():
    with pytest.raises(DmnInvalid):
        load_model(definitions(decision(literal("d"), requires="decision:d")), is_draft=True)


def test_an_evaluation_keeps_every_digit_and_the_result_of_each_decision():
    body = decision(literal("1 / 3"), "third") + decision(literal("third + 10 ** 30"), requires="decision:third")

    evaluation = model_of(body).evaluate("d", {}, now=NOW)

    assert evaluation.as_json()["results"] == {
        "third": Decimal("0.3333333333333333333333333333333333"),
        "d": Decimal("1000000000000000000000000000000.333"),
    }
    assert evaluation.result == 1e30


def test_a_range_can_be_tried_but_not_kept():
    model = model_of(decision(literal("[1..5)")))

    assert model.evaluate("d", {}, now=NOW, is_trial=True).as_json()["result"] == "[1..5)"
    with pytest.raises(FeelEvaluationError):
        model.evaluate("d", {}, now=NOW)


@pytest.mark.parametrize(("type_ref", "expected"), [("number", 6), ("string", None), ("tCalculation", 6)])
def test_a_knowledge_model_gives_what_its_variable_says(evaluate, type_ref, expected):
    body = f"""<itemDefinition name="tCalculation"><functionItem outputTypeRef="number"/></itemDefinition>
      <businessKnowledgeModel id="f" name="f"><variable name="f" typeRef="{type_ref}"/><encapsulatedLogic>
      <formalParameter name="a"/>{literal("a + 1")}</encapsulatedLogic></businessKnowledgeModel>"""

    assert evaluate(body + decision(literal("f(5)"), requires="knowledge:f")).result == expected


def test_a_service_takes_its_input_data_first_and_then_its_input_decisions(evaluate):
    body = (
        '<inputData id="i" name="base"/>'
        + decision(literal("0"), "exponent")
        + decision(literal("base ** exponent"), "power", requires="input:i decision:exponent")
        + """<decisionService id="s" name="service"><outputDecision href="#power"/><inputDecision href="#exponent"/>
        <inputData href="#i"/></decisionService>"""
        + decision(literal("[service(2, 3), service(exponent: 2, base: 3)]"), requires="knowledge:s")
    )

    assert evaluate(body).result == [8, 9]
