"""References by id that lead nowhere, or to something else."""

import pytest

from engine.handlers import Registry
from engine.spiff.models import KnownNames, read_model
from tests.spiff.drawing import HEAD, straight

KNOWN = KnownNames(Registry(), frozenset(), frozenset(), frozenset())
PLAIN = straight("a").xml().decode()


def beside(xml: str) -> str:
    """Put something in front of the process."""
    return PLAIN.replace("<bpmn:process", xml + "<bpmn:process", 1)


def inside(xml: str) -> str:
    """Put something at the end of the process."""
    return PLAIN.replace("</bpmn:process>", xml + "</bpmn:process>", 1)


def lane(reference: str) -> str:
    xml = f'<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>{reference}</bpmn:flowNodeRef></bpmn:lane>'
    return PLAIN.replace("<bpmn:startEvent", xml + "</bpmn:laneSet><bpmn:startEvent", 1)


def pool(reference: str, flow: str = "") -> str:
    return beside(
        f'<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="{reference}"/>'
        f'<bpmn:participant id="they" name="客户"/>{flow}</bpmn:collaboration>'
    )


def found(source: str) -> set[tuple[str, str, str | None]]:
    problems = read_model("a.bpmn", source.encode(), KNOWN).problems
    return {(each.severity, each.code, each.element_id) for each in problems}


@pytest.mark.parametrize(
    ("source", "element_id"),
    [
        (pool("gone"), "us"),
        (pool("msg_a"), "us"),
        (pool("proc", '<bpmn:messageFlow id="mf" sourceRef="they" targetRef="gone"/>'), "mf"),
        (lane("gone"), "l"),
        (inside('<bpmn:association id="as" sourceRef="a" targetRef="gone"/>'), "as"),
        (inside('<bpmn:dataObjectReference id="dr" dataObjectRef="gone"/>'), "dr"),
        (inside('<bpmn:dataObjectReference id="dr" dataObjectRef="a"/>'), "dr"),
        (inside('<bpmn:dataObject id="do" itemSubjectRef="gone"/>'), "do"),
        (inside('<bpmn:dataStoreReference id="ds" dataStoreRef="gone"/>'), "ds"),
    ],
)
def test_what_leads_nowhere_is_refused_with_its_element(source: str, element_id: str):
    assert ("error", "dangling-reference", element_id) in found(source)


@pytest.mark.parametrize(
    "source",
    [
        pool("proc", '<bpmn:messageFlow id="mf" sourceRef="they" targetRef="a"/>'),
        lane("a"),
        inside('<bpmn:textAnnotation id="n"/><bpmn:association id="as" sourceRef="a" targetRef="n"/>'),
        inside('<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dr" dataObjectRef="do"/>'),
        pool("t:proc").replace('targetNamespace="test"', 'targetNamespace="test" xmlns:t="test"'),
        beside('<bpmn:itemDefinition id="i" xmlns:xs="urn:xs" structureRef="xs:string"/>'),
        inside('<bpmn:dataObject id="do" xmlns:other="urn:other" itemSubjectRef="other:thing"/>'),
    ],
)
def test_what_leads_somewhere_or_into_another_file_is_no_matter(source: str):
    assert not {each for each in found(source) if each[0] == "error" or each[1].startswith("dangling")}


@pytest.mark.parametrize(
    ("source", "code", "element_id"),
    [
        (inside('<bpmn:group id="g" categoryValueRef="gone"/>'), "dangling-drawing", "g"),
        (
            beside('<bpmn:collaboration id="c"><bpmn:conversation id="v"><bpmn:participantRef>x</bpmn:participantRef>'
                   "</bpmn:conversation></bpmn:collaboration>"),
            "dangling-drawing",
            "v",
        ),
        (
            PLAIN.replace('name="a"', 'name="a"', 1).replace(
                "></bpmn:userTask>", "><bpmn:incoming>gone</bpmn:incoming></bpmn:userTask>"
            ),
            "flow-listing",
            "a",
        ),
        (
            PLAIN.replace(
                "</bpmn:definitions>",
                '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="d"><di:BPMNPlane id="pl" '
                'bpmnElement="gone"/></di:BPMNDiagram></bpmn:definitions>',
            ),
            "interchange-dangling",
            "pl",
        ),
    ],
)  # fmt: skip
def test_what_is_only_drawn_may_lead_nowhere(source: str, code: str, element_id: str):
    assert ("warning", code, element_id) in found(source)


def test_one_id_in_two_processes_is_told_with_both_places():
    source = HEAD + '<bpmn:process id="p"/>\n<bpmn:process id="p" isExecutable="true"/></bpmn:definitions>'

    (twice,) = [each for each in read_model("a.bpmn", source.encode(), KNOWN).problems if each.code == "duplicate-id"]

    assert (twice.element_id, twice.line) == ("p", 6)
    assert "line 5" in twice.message_en
