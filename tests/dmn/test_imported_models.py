"""DMN 1.5 §6.3.3: a model in several files."""

import pytest

from engine.dmn import DmnInvalid, load_model

from .conftest import NAMESPACE, NOW, decision, literal, table


def file(namespace: str, body: str, imports: str = "") -> bytes:
    head = f'<definitions xmlns="{NAMESPACE}" id="m" name="m" namespace="{namespace}">'
    return f"{head}{imports}{body}</definitions>".encode()


def imports(namespace: str, name: str) -> str:
    return f'<import namespace="{namespace}" name="{name}" importType="{NAMESPACE}"/>'


COMMON = file(
    "urn:common",
    """<itemDefinition name="tMoney"><typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues>
    </itemDefinition><itemDefinition name="tOrder"><itemComponent name="net price"><typeRef>tMoney</typeRef>
    </itemComponent></itemDefinition><inputData id="rate" name="tax rate"/>
    <businessKnowledgeModel id="f" name="add tax"><encapsulatedLogic><formalParameter name="net" typeRef="tMoney"/>
    <literalExpression><text>net * 1.5</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"""
    + decision(
        table(["tax rate"], ["kind"], [("> 0", '"taxed"'), ("-", '"free"')], "FIRST"), "kind", requires="input:rate"
    ),
)


def test_decisions_functions_and_types_of_another_file_are_seen_under_its_name():
    main = file(
        "urn:main",
        '<inputData id="o" name="order"><variable name="order" typeRef="common.tOrder"/></inputData>'
        + decision(
            literal('common.kind + " " + string(common.add tax(order.net price))'),
            requires="input:o decision:urn:common#kind knowledge:urn:common#f",
        ),
        imports("urn:common", "common"),
    )

    model = load_model(main, imported=(COMMON,))
    evaluation = model.evaluate("d", {"order": {"net price": 10}, "tax rate": 1}, now=NOW)

    assert evaluation.result == "taxed 15"
    assert [trace.decision_id for trace in evaluation.trace] == ["urn:common#kind", "d"]
    assert [known.id for known in model.decisions] == ["d"]
    assert model.calls == frozenset()
    assert model.evaluate("d", {"order": {"net price": -10}, "tax rate": 1}, now=NOW).result is None


def test_an_import_reaches_through_to_what_is_imported_there():
    middle = file(
        "urn:middle",
        decision(literal("c.kind"), "m", requires="decision:urn:common#kind"),
        imports("urn:common", "c"),
    )
    main = file(
        "urn:main",
        decision(literal("upper case(mid.m)"), requires="decision:urn:middle#m"),
        imports("urn:middle", "mid"),
    )

    model = load_model(main, imported=(COMMON, middle))

    assert model.evaluate("d", {"tax rate": 0}, now=NOW).result == "FREE"


def test_files_that_import_each_other_are_refused():
    one = file("urn:one", decision(literal("1")), imports("urn:two", "two"))
    two = file("urn:two", "", imports("urn:one", "one"))

    with pytest.raises(DmnInvalid) as refusal:
        load_model(one, imported=(one, two))

    assert [problem.code for problem in refusal.value.problems] == ["dmn_import_cycle"]


def test_a_requirement_that_the_imported_file_does_not_have_is_refused():
    main = file("urn:main", decision(literal("1"), requires="decision:urn:common#none"), imports("urn:common", "c"))

    with pytest.raises(DmnInvalid) as refusal:
        load_model(main, imported=(COMMON,))

    assert [(problem.element_id, problem.code) for problem in refusal.value.problems] == [("d", "dmn_requirement")]


@pytest.mark.parametrize(
    "variables",
    [{"tax rate": 1}, {"common.tax rate": 1}, {"common": {"tax rate": 1}}],
)
def test_imported_input_is_given_by_its_own_or_its_imported_name(variables):
    main = file(
        "urn:main",
        decision(literal("common.kind"), requires="decision:urn:common#kind"),
        imports("urn:common", "common"),
    )

    assert load_model(main, imported=(COMMON,)).evaluate("d", variables, now=NOW).result == "taxed"


def test_a_file_that_cannot_be_read_matters_only_to_those_that_import_it():
    main = file("urn:main", decision(literal("1 + 1")))

    assert load_model(main, imported=(b"no xml",)).evaluate("d", {}, now=NOW).result == 2
