"""What the BPMN schema refuses, and what it only dislikes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.handlers import Registry
from engine.spiff.checks import schema
from engine.spiff.models import KnownNames, read_model
from tests.spiff.drawing import HEAD, Drawing, straight

KNOWN = KnownNames(Registry(), frozenset(), frozenset(), frozenset())
PLAIN = straight("a").xml().decode()
INTERCHANGE = (
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d">'
    '<bpmndi:BPMNPlane id="pl" bpmnElement="proc">{}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
)


def found(source: str, severity: str) -> set[tuple[str, str | None]]:
    problems = read_model("a.bpmn", source.encode(), KNOWN).problems
    return {(each.code, each.element_id) for each in problems if each.severity == severity}


def task(attributes: str = "", inside: str = "") -> str:
    xml = f'<bpmn:task id="t" name="t"{attributes}>{inside}</bpmn:task>'
    return Drawing().start().add(xml).end().chain("start", "t", "end").xml().decode()


def test_a_plain_model_has_nothing_against_it():
    assert {code for code, _ in found(PLAIN, "error")} == set()
    assert not [code for code, _ in found(PLAIN, "warning") if code.startswith("schema")]


@pytest.mark.parametrize(
    ("source", "code", "element_id"),
    [
        (task(' foo="1"'), "schema-attribute", "t"),
        (task(' isForCompensation="perhaps"'), "schema-value", "t"),
        (task(inside="hello"), "schema-text", "t"),
        (task(inside='<bpmn:frob id="x"/>'), "schema-element", "x"),
        (task(inside="<bpmn:script>1</bpmn:script>"), "schema-element", "t"),
        (task(inside="<bpmn:extensionElements/><bpmn:extensionElements/>"), "schema-element", "t"),
        (task(inside="<camunda:inputOutput/>"), "extension-outside", "t"),
        (PLAIN.replace('id="a"', 'id="a#1"').replace('"a"', '"a#1"'), "schema-value", "a#1"),
        (PLAIN.replace('id="a"', 'id="x:a:b"').replace('"a"', '"x:a:b"'), "schema-value", "x:a:b"),
        (PLAIN.replace(' isExecutable="true"', ' isExecutable="true" processType="Odd"'), "schema-value", "proc"),
        (PLAIN.replace(' targetRef="end"', "", 1), "dangling-flow", "proc_2"),
        (PLAIN.replace("</bpmn:process>", "</bpmn:process>Hello"), "schema-text", "definitions"),
        (PLAIN.replace("</bpmn:process>", "</bpmn:process><bpmn:userTask id='lost'/>"), "schema-element", "lost"),
    ],
)
def test_what_is_against_the_schema_is_refused_with_its_element(source: str, code: str, element_id: str):
    assert (code, element_id) in found(source, "error")


@pytest.mark.parametrize(
    ("source", "code", "element_id"),
    [
        (task(inside="<bpmn:incoming>proc_1</bpmn:incoming><bpmn:documentation>x</bpmn:documentation>"),
         "schema-order", "t"),
        (PLAIN.replace("</bpmn:process>", '</bpmn:process><bpmn:import namespace="x" location="y" importType="z"/>'),
         "schema-order", "definitions"),
        (PLAIN.replace(' targetNamespace="test"', ""), "schema-namespace-missing", "definitions"),
        (PLAIN.replace('id="a"', 'id="1a"').replace('"a"', '"1a"'), "schema-id", "1a"),
        (PLAIN.replace('id="a"', 'id="to do"').replace('"a"', '"to do"'), "schema-id", "to do"),
        (task(inside='<x:note xmlns:x="http://elsewhere"/>'), "foreign-outside", "t"),
        (Drawing().start().gateway("exclusive", "g", default="proc_3").end()
         .add('<bpmn:sequenceFlow id="f" sourceRef="g" targetRef="end"><bpmn:conditionExpression language="feel">'
              "x</bpmn:conditionExpression></bpmn:sequenceFlow>")
         .flow("start", "g").flow("g", "end", "y").flow("g", "end").xml().decode(), "schema-type", "f"),
        (PLAIN.replace("<bpmn:process", "<bpmn:process><bpmn:task id='z' odd='1'/></bpmn:process><bpmn:process"),
         "schema-elsewhere", "z"),
        (PLAIN.replace("</bpmn:definitions>", INTERCHANGE.format("<bpmndi:BPMNShape/>") + "</bpmn:definitions>"),
         "schema-interchange", "pl"),
        (PLAIN.replace("</bpmn:definitions>", INTERCHANGE.format("<odd/>") + "</bpmn:definitions>"),
         "foreign-outside", "pl"),
    ],
)  # fmt: skip
def test_what_leaves_the_meaning_clear_is_a_warning(source: str, code: str, element_id: str):
    assert (code, element_id) in found(source, "warning")
    assert found(source, "error") == set()


def test_diagram_interchange_before_the_process_is_only_an_odd_order():
    picture = INTERCHANGE.format("")

    source = PLAIN.replace("<bpmn:process", picture + "<bpmn:process", 1)

    assert ("schema-order", "definitions") in found(source, "warning")
    assert found(source, "error") == set()


def test_a_prefix_nobody_declared_is_passed_over_when_the_name_is_clear():
    source = Drawing().start().add('<bpmn:receiveTask id="r" name="r" messageRef="tns:msg_a"/>').end()

    text = source.chain("start", "r", "end").xml().decode()

    assert ("schema-prefix", "r") in found(text, "warning")
    assert found(text, "error") == set()


def test_several_violations_are_all_told_and_none_hides_another():
    source = task(' foo="1"', '<bpmn:frob id="x"/><bpmn:outgoing>proc_2</bpmn:outgoing><bpmn:documentation/>')

    assert {("schema-attribute", "t"), ("schema-element", "x")} <= found(source, "error")
    assert ("schema-order", "t") in found(source, "warning")


def test_an_expression_may_name_what_is_called():
    called = '<bpmn:callActivity id="c" name="c" calledElement="{}"/>'
    drawing = Drawing().start().add(called.format("=next")).add(called.format("${next}").replace('"c"', '"d"'))

    errors = found(drawing.end().chain("start", "c", "d", "end").xml().decode(), "error")

    assert errors == set()


def test_hundreds_of_violations_are_all_told():
    tasks = "".join(f'<bpmn:task id="t{n}" odd="1">x<bpmn:frob/></bpmn:task>' for n in range(200))

    source = HEAD + f'<bpmn:process id="p" isExecutable="true">{tasks}</bpmn:process></bpmn:definitions>'

    assert {code for code, _ in found(source, "error")} >= {"schema-attribute", "schema-element", "schema-text"}


def test_files_are_held_against_the_schema_by_several_threads_at_once_without_mixing_them_up():
    sources = [task(f' odd{n}="1"') for n in range(40)]

    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(lambda source: read_model("a.bpmn", source.encode(), KNOWN), sources))

    for number, reading in enumerate(readings):
        told = [each.message_en for each in reading.problems if each.severity == "error"]
        assert len(told) == 1, told
        assert f"'odd{number}'" in told[0]


def test_of_thousands_of_findings_a_thousand_are_told_the_errors_first():
    tasks = "".join(f'<bpmn:task id="t{n}" odd="1"/>' for n in range(1_500))
    source = HEAD + f'<bpmn:process id="p" isExecutable="true">{tasks}</bpmn:process></bpmn:definitions>'

    problems = read_model("a.bpmn", source.encode(), KNOWN).problems

    assert len(problems) == 1_001
    assert [each.code for each in problems if each.severity == "warning"] == ["more-found"]


@pytest.mark.parametrize("odd", ['<bpmn:task id="t{}" foo="1"/>', '<bpmn:task id="t{}"><bpmn:foo/></bpmn:task>'])
def test_a_file_far_from_the_schema_is_refused_without_looking_at_all_of_it(monkeypatch: pytest.MonkeyPatch, odd: str):
    monkeypatch.setattr(schema, "_MOST_VIOLATIONS", 50)
    monkeypatch.setattr(schema, "_MOST_TOLD", 10)
    inside = "".join(odd.format(number) for number in range(60))

    told = found(PLAIN.replace("</bpmn:process>", inside + "</bpmn:process>"), "error")

    assert ("schema-far", "definitions") in told
    assert len([code for code, _ in told if code in ("schema-attribute", "schema-element")]) == 10


def test_hundreds_of_violations_are_each_told_where_they_stand():
    inside = "".join(f'<bpmn:task id="t{number}" foo="1"/>' for number in range(300))

    told = found(PLAIN.replace("</bpmn:process>", inside + "</bpmn:process>"), "error")

    assert {each for code, each in told if code == "schema-attribute"} == {f"t{number}" for number in range(300)}
