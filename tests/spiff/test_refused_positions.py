"""What would be drawn and never happen is refused by name."""

import pytest

from tests.spiff.drawing import DEFINITIONS, MESSAGE, SIGNAL, Drawing, condition, straight, timer
from tests.spiff.play import errors_of


def choice(text: str, *, language: str = "") -> bytes:
    said = f' language="{language}"' if language else ""
    way = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"{said}>{text}</bpmn:conditionExpression>'
    drawing = Drawing().start().gateway("exclusive", "g", default="f").end().end("other").chain("start", "g")
    drawing.flow("g", "end", id="f").add(
        f'<bpmn:sequenceFlow id="x" sourceRef="g" targetRef="other">{way}</bpmn:sequenceFlow>'
    )
    return drawing.xml()


def of_file(xml: bytes, language: str) -> bytes:
    return xml.replace(b'id="definitions"', f'id="definitions" expressionLanguage="{language}"'.encode())


def test_an_event_on_the_edge_of_a_receive_task_behind_an_event_gateway_is_refused():
    drawing = Drawing().start().gateway("eventBased", "g").element("receiveTask", "r", messageRef="msg_a")
    drawing.boundary("b", "r", timer("timeDuration", "PT1H")).catch("c", SIGNAL).end().end("end2").end("end3")
    drawing.chain("start", "g", "r", "end").chain("g", "c", "end2").chain("b", "end3")

    assert errors_of(drawing.xml()) == [("event-gateway-target", "r")]


def test_an_event_sub_process_that_loops_is_refused():
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    inside = f"{loop}</bpmn:multiInstanceLoopCharacteristics>"
    start = f'<bpmn:startEvent id="on_start">{MESSAGE}</bpmn:startEvent>'
    drawing = straight("u").add(f'<bpmn:subProcess id="on" triggeredByEvent="true">{inside}{start}</bpmn:subProcess>')

    assert errors_of(drawing.xml()) == [("loop-unsupported", "on")]


def test_an_event_on_the_edge_of_an_event_sub_process_is_refused():
    body = Drawing("body").user("h").chain("on_start", "h")
    drawing = straight("u").on_event("on", MESSAGE, body, interrupting=True).boundary("b", "on", SIGNAL)

    assert errors_of(drawing.end("late").chain("b", "late").xml()) == [("boundary-host", "b")]


@pytest.mark.parametrize("language", ["javascript", "http://www.w3.org/1999/XPath", "groovy"])
def test_a_condition_in_another_language_is_refused(language: str):
    assert errors_of(choice("n = 1", language=language)) == [("script-language", "x")]


@pytest.mark.parametrize("language", ["", "feel", "juel", "https://www.omg.org/spec/DMN/20191111/FEEL/"])
def test_a_condition_in_our_languages_is_taken(language: str):
    assert errors_of(choice("${n == 1}" if language == "juel" else "n = 1", language=language)) == []


def test_the_language_of_the_file_is_that_of_conditions_which_say_nothing():
    assert errors_of(of_file(choice("n = 1"), "http://www.java.com/java")) == [("script-language", "x")]
    assert errors_of(of_file(choice("${n == 1}"), "http://www.java.com/java")) == []
    assert errors_of(of_file(choice("n = 1"), "http://www.w3.org/1999/XPath")) == []


def test_the_language_of_conditional_events_and_loops_is_looked_at_as_well():
    event = condition("n = 1").replace("<bpmn:condition ", '<bpmn:condition language="groovy" ')
    drawing = Drawing().start().catch("c", event).end().chain("start", "c", "end")

    assert errors_of(drawing.xml(definitions=DEFINITIONS)) == [("script-language", "c")]
