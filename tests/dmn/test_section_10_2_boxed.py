"""DMN 1.5 §7.3.2, §10.2.1 and §10.4: boxed expressions, types, invocations and services, with what is not defined."""

import pytest

from engine.dmn import load_model

from .conftest import NAMESPACE, NOW, decision, definitions, literal, model_of

AGE = (
    '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
    "</itemDefinition>"
)
LIST = '<itemDefinition name="tList" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
FEW = LIST.replace("</typeRef>", "</typeRef><typeConstraint><text>count(?) &lt; 3</text></typeConstraint>")
PERSON = (
    '<itemDefinition name="tPerson"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
    "</itemDefinition>"
)


def invocation(function: str, **arguments: str) -> str:
    bindings = "".join(
        f'<binding><parameter name="{name}"/>{literal(value)}</binding>' for name, value in arguments.items()
    )
    return f"<invocation>{literal(function)}{bindings}</invocation>"


def knowledge(name: str, text: str, *parameters: str, kind: str = "FEEL") -> str:
    formal = "".join(f'<formalParameter name="{parameter}"/>' for parameter in parameters)
    logic = f'<encapsulatedLogic kind="{kind}">{formal}{literal(text)}</encapsulatedLogic>'
    return f'<businessKnowledgeModel id="{name}" name="{name}">{logic}</businessKnowledgeModel>'


def boxed(tag: str, first: str, *parts: tuple[str, str]) -> str:
    inner = "".join(f"<{part}>{literal(text)}</{part}>" for part, text in parts)
    return f"<{tag}{first}>{inner}</{tag}>"


def loop(tag: str, source: str, part: str, text: str) -> str:
    return boxed(tag, ' iteratorVariable="x"', ("in", source), (part, text))


@pytest.mark.parametrize(
    ("types", "type_ref", "text", "expected"),
    [
        (AGE, "tAge", "15", 15),
        (AGE, "tAge", "151", None),
        (AGE, "tAge", "[15]", 15),
        (LIST, "tList", "5", [5]),
        (LIST, "tList", '["a"]', None),
        (FEW, "tList", "[1, 2]", [1, 2]),
        (FEW, "tList", "[1, 2, 3]", None),
        (PERSON, "tPerson", "{age: 5, name: 1}", {"age": 5, "name": 1}),
        (PERSON, "tPerson", "{name: 1}", None),
        ("", "date and time", 'date("2020-01-01")', "2020-01-01T00:00:00Z"),
        ("", "number", '"123"', None),
        ("", "Any", "[1]", [1]),
    ],
)
def test_a_result_conforms_to_its_type_or_is_null(types, type_ref, text, expected):
    body = types + decision(literal(text), type_ref=type_ref)

    evaluation = load_model(definitions(body)).evaluate("d", {}, now=NOW)

    assert evaluation.result == expected
    assert bool(evaluation.notes) is (expected is None)


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (boxed("conditional", "", ("if", "1 > 0"), ("then", '"y"'), ("else", '"n"')), "y"),
        (boxed("conditional", "", ("if", '"text"'), ("then", '"y"'), ("else", '"n"')), "n"),
        (boxed("filter", "", ("in", "[1, 2, 3]"), ("match", "item > 1")), [2, 3]),
        (boxed("filter", "", ("in", "5"), ("match", "item > 1")), [5]),
        (boxed("filter", "", ("in", "null"), ("match", "item > 1")), None),
        (boxed("filter", "", ("in", "[{a: 1}, {a: 2}]"), ("match", "a = 2")), [{"a": 2}]),
        (boxed("filter", "", ("in", "[1, 2]"), ("match", "1")), None),
        (loop("for", "[1, 2]", "return", "x * 2"), [2, 4]),
        (loop("for", "[1..3]", "return", "count(partial)"), [0, 1, 2]),
        (loop("for", "[1..3]", "return", "partial"), [[], [[]], [[], [[]]]]),
        (loop("for", "null", "return", "x"), None),
        (loop("some", "[1, 2]", "satisfies", "x > 1"), True),
        (loop("some", "[]", "satisfies", "x > 1"), False),
        (loop("every", "[1, 2]", "satisfies", "x > 1"), False),
        (loop("every", "[]", "satisfies", "x > 1"), True),
        (loop("every", "[1, null]", "satisfies", "x > 0"), None),
        (invocation("sum", list="[1, 2]"), 3),
        (invocation("nobody", x="1"), None),
    ],
)
def test_a_boxed_expression_means_what_its_text_would(logic, expected):
    assert load_model(definitions(decision(logic))).evaluate("d", {}, now=NOW).result == expected


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (literal("f(1, 2)"), [1, 2]),
        (literal("f(y: 2, x: 1)"), [1, 2]),
        (literal("f(1)"), None),
        (invocation("f", y="2", x="1"), [1, 2]),
        (invocation("f", x="1"), [1, None]),
        (invocation("f", z="1"), None),
    ],
)
def test_a_knowledge_model_takes_all_arguments_by_position_and_by_name_null_for_those_left_out(logic, expected):
    body = knowledge("f", "[x, y]", "x", "y") + decision(logic, requires="knowledge:f")

    assert load_model(definitions(body)).evaluate("d", {}, now=NOW).result == expected


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_an_external_function_is_null_when_tried_and_says_so(kind):
    body = knowledge("f", "1", "x", kind=kind) + decision(literal("f(1)"), requires="knowledge:f")

    model = load_model(definitions(body), is_draft=True)
    evaluation = model.evaluate("d", {}, now=NOW)

    assert evaluation.result is None
    assert evaluation.notes == ("The function f is external (Java, PMML).",)
    assert [problem.code for problem in model.problems] == ["dmn_external"]


def test_a_service_hides_its_encapsulated_decisions_and_gives_a_context_of_several_outputs():
    body = (
        '<inputData id="i" name="i"><variable name="i" typeRef="number"/></inputData>'
        + decision(literal("i * 2"), "a", requires="input:i")
        + decision(literal("a + 1"), "b", requires="decision:a")
        + decision(literal("a + 100"), "c", requires="decision:a")
        + '<decisionService id="s" name="s"><outputDecision href="#b"/><outputDecision href="#c"/>'
        '<encapsulatedDecision href="#a"/><inputData href="#i"/></decisionService>'
        + decision(literal("[s(5), s(i: 1).b, s()]"), requires="knowledge:s")
    )

    model = load_model(definitions(body))

    assert model.evaluate("s", {"i": 5}, now=NOW).result == {"b": 11, "c": 110}
    assert model.evaluate("d", {}, now=NOW).result == [{"b": 11, "c": 110}, 3, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[{age: 1}] instance of list<tPerson>", True),
        ('[{age: "x"}] instance of list<tPerson>', False),
        ("{p: {age: 1}} instance of context<p: tPerson>", True),
        ("{f: function(p: tPerson) p.age, r: f({age: 3})}.r", 3),
        ('{f: function(p: tPerson) p.age, r: f({age: "x"})}.r', None),
        ("{f: function(p: list<tPerson>) p.age, r: f({age: 3})}.r", [3]),
    ],
)
def test_an_item_definition_is_a_type_wherever_one_is_written(text, expected):
    assert model_of(PERSON + decision(literal(text))).evaluate("d", {}, now=NOW).result == expected


@pytest.mark.parametrize(
    ("import_type", "code"), [(NAMESPACE, "dmn_import"), ("http://www.w3.org/2001/XMLSchema", "dmn_import_type")]
)
def test_a_draft_without_one_of_its_imports_is_tried_as_far_as_it_goes(import_type, code):
    body = (
        f'<import id="i" namespace="urn:gone" name="gone" importType="{import_type}"/>'
        + decision(literal("1 + 1"))
        + decision(literal("gone.x + 1"), "other", requires="decision:urn:gone#x")
        + decision(literal("5"), "typed", type_ref="gone.tFive")
    )

    model = load_model(definitions(body), is_draft=True)

    assert [model.evaluate(each, {}, now=NOW).result for each in ("d", "other", "typed")] == [2, None, 5]
    assert [problem.code for problem in model.problems] == [code, "dmn_type", "dmn_requirement"]
