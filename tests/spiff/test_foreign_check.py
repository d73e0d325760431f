"""What other tools and other files have to say: refused where it would change what runs, told where it would not."""

import pytest

from engine.handlers import Registry
from engine.spiff.models import KnownNames, read_model
from tests.spiff.drawing import Drawing, extensions, straight

KNOWN = KnownNames(Registry(), frozenset(), frozenset(), frozenset({"called"}))
ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:x="urn:x" '
PLAIN = straight("a").xml().decode()


def found(source: str) -> list[tuple[str, str, str | None]]:
    problems = read_model("a.bpmn", source.replace('id="definitions"', ZEEBE + 'id="definitions"').encode(), KNOWN)
    codes = ("extension-", "import-", "missing-id", "called-")
    return [(p.severity, p.code, p.element_id) for p in problems.problems if p.code.startswith(codes)]


def beside(xml: str) -> str:
    return PLAIN.replace("<bpmn:process", xml + "<bpmn:process", 1)


@pytest.mark.parametrize("said", ["true", "1"])
@pytest.mark.parametrize("definition", ["x:Signing", "Signing", ""])
def test_an_extension_that_must_be_understood_and_is_not_known_refuses_the_file(definition: str, said: str):
    told = found(beside(f'<bpmn:extension mustUnderstand="{said}" definition="{definition}"/>'))

    assert told == [("error", "extension-not-understood", "definitions")]


@pytest.mark.parametrize(
    "extension",
    [
        'definition="x:Signing"',
        'mustUnderstand="false" definition="x:S"',
        'mustUnderstand="true" definition="camunda:in"',
    ],
)
def test_an_extension_that_is_ours_or_need_not_be_understood_refuses_nothing(extension: str):
    assert found(beside(f"<bpmn:extension {extension}/>")) == []


@pytest.mark.parametrize(
    "kind", ["http://www.omg.org/spec/BPMN/20100524/MODEL", "https://www.omg.org/spec/DMN/20191111/MODEL/"]
)
def test_an_import_of_another_model_is_told_not_to_be_followed(kind: str):
    told = found(beside(f'<bpmn:import importType="{kind}" location="other.bpmn" namespace="urn:x"/>'))

    assert told == [("warning", "import-not-followed", "definitions")]


def test_an_import_of_data_types_changes_nothing_and_is_not_spoken_of():
    kind = "http://www.w3.org/2001/XMLSchema"

    told = found(beside(f'<bpmn:import importType="{kind}" location="types.xsd" namespace="urn:x"/>'))

    assert told == []


def test_an_executable_process_without_an_id_is_refused():
    assert found(PLAIN.replace('<bpmn:process id="proc"', "<bpmn:process")) == [("error", "missing-id", "definitions")]


def test_an_element_without_an_id_is_told_by_the_process_it_stands_in():
    assert ("error", "missing-id", "proc") in found(PLAIN.replace('<bpmn:userTask id="a"', "<bpmn:userTask"))


@pytest.mark.parametrize("called", ["x:called", "called", "nowhere:called"])
def test_the_prefix_of_a_called_process_says_its_file_and_is_no_part_of_its_id(called: str):
    drawing = Drawing().start().call("c", called).end().chain("start", "c", "end")

    reading = read_model("a.bpmn", drawing.xml().replace(b'id="defin', ZEEBE.encode() + b'id="defin'), KNOWN)

    assert reading.processes[0].called_keys == ("called",)
    assert found(drawing.xml().decode()) == []


@pytest.mark.parametrize(
    "inside",
    [
        '<zeebe:taskDefinition type="charge"/>',
        '<zeebe:ioMapping><zeebe:input source="=a" target="b"/></zeebe:ioMapping>',
        '<zeebe:assignmentDefinition candidateGroups="sales"/>',
        '<zeebe:taskSchedule dueDate="=now()"/>',
    ],
)
def test_what_camunda_8_attaches_and_would_change_what_runs_is_refused_with_the_way_out(inside: str):
    drawing = Drawing().start().user("a", extensions(inside)).end().chain("start", "a", "end")

    assert found(drawing.xml().decode()) == [("error", "extension-zeebe", "a")]


def test_the_correlation_of_a_camunda_8_message_is_refused_at_the_message():
    subscription = extensions('<zeebe:subscription correlationKey="=order"/>')

    told = found(beside(f'<bpmn:message id="m8" name="paid">{subscription}</bpmn:message>'))

    assert told == [("error", "extension-zeebe", "m8")]


def test_what_camunda_8_attaches_to_what_is_only_drawn_is_a_warning():
    inside = extensions('<zeebe:taskDefinition type="charge"/>')
    drawn = f'<bpmn:process id="drawn" isExecutable="false"><bpmn:task id="t">{inside}</bpmn:task></bpmn:process>'

    assert found(beside(drawn)) == [("warning", "extension-foreign", "t")]
