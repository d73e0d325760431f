"""Whatever a file says, it is loaded or refused; what is loaded ends in a result or a FEEL error."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.dmn import DmnInvalid, advise, load_model
from engine.feel import FeelError

from .conftest import NOW, decision, definitions, literal, table

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
BODY = (
    """<itemDefinition name="tGrade" isCollection="false"><typeRef>string</typeRef><allowedValues><text>"A"</text>
    </allowedValues></itemDefinition><itemDefinition name="tList" isCollection="true"><typeRef>tGrade</typeRef>
    </itemDefinition><inputData id="i" name="x"><variable name="x" typeRef="tList"/></inputData>"""
    + """<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="a" typeRef="number"/>
    <literalExpression><text>a + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"""
    + decision(table(["x", "1"], ["y"], [("-", "< 5", '"A"'), ('"A"', "-", "f(1)")], "COLLECT"), "e",
        requires="input:i")
    + decision(
        "<context><contextEntry><variable name='v'/>" + literal("e") + "</contextEntry><contextEntry><conditional><if>"
        + literal("count(v) > 0") + "</if><then><invocation>" + literal("f") + "<binding><parameter name='a'/>"
        + literal("2") + "</binding></invocation></then><else><list>" + literal("v") + "</list></else></conditional>"
        "</contextEntry></context>",
        requires="decision:e knowledge:f",
    )
)  # fmt: skip
WORDS = [
    "",
    "-",
    "1 +",
    "x",
    "e",
    "#e",
    "#d",
    "f",
    "tGrade",
    "tList",
    "true",
    "Java",
    "null",
    "urn:x#i",
    "COUNT",
    "FIRST",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    root = etree.fromstring(definitions(BODY))
    for _ in range(draw(st.integers(1, 4))):
        elements = list(root.iter())
        element = elements[draw(st.integers(0, len(elements) - 1))]
        parent = element.getparent()
        change = draw(st.sampled_from(["remove", "text", "attribute", "duplicate", "rename", "move"]))
        if change == "text":
            element.text = draw(st.sampled_from(WORDS))
        elif change == "attribute" and element.attrib:
            element.set(draw(st.sampled_from(sorted(element.attrib))), draw(st.sampled_from(WORDS)))
        elif change == "rename":
            element.tag = elements[draw(st.integers(0, len(elements) - 1))].tag
        elif parent is not None and change == "remove":
            parent.remove(element)
        elif parent is not None and change == "duplicate":
            parent.append(etree.fromstring(etree.tostring(element)))
        elif parent is not None and change == "move":
            root.append(element)
    return etree.tostring(root)


@RELAXED
@given(mutated(), st.booleans())
def test_a_mutated_model_is_refused_with_reasons_or_evaluates_within_bounds(source, is_draft):
    try:
        model = load_model(source, is_draft=is_draft)
    except DmnInvalid as refusal:
        assert all(problem.message_en and problem.message_zh and problem.code for problem in refusal.problems)  # noqa: PT017
        return
    if not is_draft:
        assert all(warning.message_en and warning.message_zh for warning in advise(source))
    for known in model.decisions:
        try:
            model.evaluate(known.id, {"x": ["A"]}, now=NOW, is_trial=is_draft).as_json()
        except FeelError as error:
            assert error.message_zh  # noqa: PT017 - either outcome is right


@RELAXED
@given(st.binary(max_size=200), st.integers(0, 2000))
def test_bytes_in_the_middle_of_a_model_do_no_harm(noise, place):
    source = definitions(BODY)

    try:
        load_model(source[:place] + noise + source[place:])
    except DmnInvalid as refusal:
        assert refusal.problems  # noqa: PT017 - either outcome is right
