"""DMN files against the structure that the specification gives them (its tables in chapters 6 to 8 and 10)."""

from pathlib import Path

import pytest

from engine.dmn import advise, check_structure, load_model

from .conftest import decision, definitions, literal, table
from .test_mutated_models import BODY

PLAIN = decision(table(["x"], ["y"], [("1", "2")]))
OWN = sorted((Path(__file__).resolve().parents[2] / "processes").rglob("*.dmn"))
ALL = Path(__file__).with_name("everything.dmn").read_bytes()


def errors(body: str) -> list[tuple[str, str | None]]:
    return [(each.code, each.element_id) for each in check_structure(definitions(body)).errors]


def warnings(body: str) -> list[tuple[str, str | None]]:
    return [(each.code, each.element_id) for each in check_structure(definitions(body)).warnings]


def test_everything_the_specification_knows_may_stand_where_it_says():
    checked = check_structure(ALL)

    assert checked.errors == ()
    assert checked.warnings == ()


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_own_decisions_are_as_the_specification_says(path: Path):
    checked = check_structure(path.read_bytes())

    assert (checked.errors, checked.warnings) == ((), ())


def test_the_models_of_other_tests_are_as_the_specification_says():
    assert errors(BODY) == warnings(BODY) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (PLAIN.replace("decisionTable", "decisiontable"), ("dmn_element", "d")),
        (PLAIN.replace("inputEntry>", "entry>"), ("dmn_element", "row1")),
        (table(["x"], ["y"], [("1", "2")]), ("dmn_element", "model")),
        (decision(literal("1") + literal("2")), ("dmn_twice", "d")),
        (decision(literal("1") + table(["x"], ["y"], [("1", "2")])), ("dmn_twice", "d")),
        (PLAIN.replace("</inputExpression>", "</inputExpression><inputExpression/>"), ("dmn_twice", "d")),
        (PLAIN.replace("hitPolicy", "hitpolicy"), ("dmn_attribute_name", "d")),
        (
            decision(table(["x"], ["y", "z"], [("1", "2", "3")]).replace(' name="z"', "")),
            ("dmn_attribute_missing", "d"),
        ),
        (decision(literal("1"), requires="input:i").replace('href="#i"', ""), ("dmn_attribute_missing", "d")),
        ('<itemDefinition id="t"><typeRef>string</typeRef></itemDefinition>' + PLAIN, ("dmn_attribute_missing", "t")),
        ('<itemDefinition id="t" name="t" isCollection="yes"/>' + PLAIN, ("dmn_value", "t")),
    ],
)
def test_what_would_be_passed_over_in_silence_is_an_error_with_its_element(body: str, problem: tuple[str, str]):
    assert errors(body)[:1] == [problem]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (decision("<question>why</question>" + literal("1")), ("dmn_order", "d")),
        (PLAIN.replace(' name="d"', ""), ("dmn_name_missing", "d")),
        (PLAIN.replace("<decisionTable", '<decisionTable colour="red"'), ("dmn_attribute", "d")),
        (decision("<literalExpression>1 + 1</literalExpression>"), ("dmn_text", "d")),
    ],
)
def test_what_leaves_the_meaning_clear_is_a_warning(body: str, problem: tuple[str, str]):
    assert errors(body) == []
    assert problem in warnings(body)


def test_a_file_in_another_expression_language_is_refused():
    source = definitions(PLAIN).replace(b'id="model"', b'id="model" expressionLanguage="http://www.java.com/"')

    assert [each.code for each in check_structure(source).errors] == ["dmn_language"]


def test_extensions_and_attributes_of_tools_are_left_alone():
    inside = '<extensionElements><k:x xmlns:k="urn:k" a="1">t</k:x></extensionElements>'
    body = PLAIN.replace("<decisionTable", inside + '<decisionTable k:a="1" xmlns:k="urn:k"')

    assert errors(body) == []
    assert warnings(body) == []


def test_a_flood_of_problems_is_cut_off():
    assert len(errors("<x/>" * 10_000)) == len(errors(PLAIN.replace("<inputEntry", "<x/><inputEntry") * 500)) == 200


def test_rows_of_a_table_that_belongs_to_no_decision_are_not_counted_on():
    loose = table(["x", "1"], ["y"], [("-", "2")]).replace("<inputEntry><text>-</text></inputEntry>", "")
    source = definitions(f"<organizationUnit id='o' name='o'>{loose}</organizationUnit>" + PLAIN)

    load_model(source)

    assert isinstance(advise(source), tuple)
    assert ("dmn_element", "o") in [(each.code, each.element_id) for each in check_structure(source).errors]
