"""What changes from one diagram to another, as somebody who approves it reads it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.differences.comparing import ElementChange, compare
from engine.differences.wording import property_name
from engine.xml import XmlRefused
from tests.engine.diagrams import chain, diagram, end, service, start, user

DRAWN = Path("processes/complaint_handling/complaint_handling.bpmn").read_bytes()


def timer(duration: str) -> tuple[str, str]:
    inside = f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"
    return "wait", f'<intermediateCatchEvent id="wait" name="等待">{inside}</intermediateCatchEvent>'


def told(old: bytes, new: bytes) -> Mapping[str, ElementChange]:
    return {each.element_id: each for each in compare(old, new).elements}


def values(change: ElementChange) -> Mapping[str, tuple[str | None, str | None]]:
    return {each.name_en: (each.old, each.new) for each in change.properties}


def test_a_file_does_not_differ_from_itself_however_it_is_formatted() -> None:
    spaced = DRAWN.replace(b"><", b">\n  <").replace(b"<bpmn:process", b"<!-- a note --><bpmn:process")

    found = compare(DRAWN, spaced)

    assert (found.elements, found.moved, found.is_whole) == ((), (), True)


def test_elements_added_and_removed_are_told_with_what_they_say() -> None:
    old = diagram(chain(start(), user("first"), end()))
    new = diagram(chain(start(), user("second", "others"), end()))

    found = told(old, new)

    assert (found["first"].change, found["second"].change) == ("removed", "added")
    assert found["second"].scope_id == "test"
    assert values(found["second"])["Candidate groups"] == (None, "others")
    assert values(found["first"])["Candidate groups"] == ("staff", None)
    assert values(found["f0"]) == {"To": ("first [first]", "second [second]")}


def test_a_timer_an_assignment_a_form_and_documentation_are_told_old_to_new() -> None:
    before = user("check", "staff", "<documentation>Look.</documentation>", 'camunda:formRef="small"')
    after = user("check", "leads", "<documentation>Look twice.</documentation>", 'camunda:formRef="large"')

    found = told(
        diagram(chain(start(), timer("PT1H"), before, end())), diagram(chain(start(), timer("PT2H"), after, end()))
    )

    assert values(found["wait"]) == {"Timer: after": ("PT1H", "PT2H")}
    assert values(found["check"]) == {
        "Candidate groups": ("staff", "leads"),
        "Form": ("small", "large"),
        "Documentation": ("Look.", "Look twice."),
    }
    assert [each.name_zh for each in found["wait"].properties] == ["计时：时长"]


def test_inputs_are_told_apart_by_their_names_not_by_their_places() -> None:
    one, two = ('<camunda:inputParameter name="{}">{}</camunda:inputParameter>'.format(*each) for each in ("a1", "b2"))
    three = '<camunda:inputParameter name="b">3</camunda:inputParameter>'

    found = told(
        diagram(chain(start(), service("call", "h", one + two), end())),
        diagram(chain(start(), service("call", "h", three + one), end())),
    )

    assert list(found) == ["call"]
    assert values(found["call"]) == {"Input “b”": ("2", "3")}


def test_a_condition_a_default_flow_and_a_message_renamed_are_told() -> None:
    def drawn(condition: str, default: str, message: str) -> bytes:
        receive = '<receiveTask id="hear" messageRef="m"/>'
        gateway = f'<exclusiveGateway id="which" default="{default}"/>'
        flows = (
            '<sequenceFlow id="a" sourceRef="start" targetRef="which"/>'
            f'<sequenceFlow id="b" name="是" sourceRef="which" targetRef="hear"><conditionExpression>{condition}'
            '</conditionExpression></sequenceFlow><sequenceFlow id="c" sourceRef="which" targetRef="end"/>'
            '<sequenceFlow id="d" sourceRef="hear" targetRef="end"/>'
        )
        body = start()[1] + gateway + receive + end()[1] + flows
        return diagram(body, outside=f'<message id="m" name="{message}"/>')

    found = told(drawn("=x &gt; 1", "c", "paid"), drawn("=x &gt; 2", "b", "settled"))

    assert values(found["b"]) == {"Condition": ("=x > 1", "=x > 2")}
    assert values(found["which"]) == {"Default flow": ("c", "是 [b]")}
    assert values(found["hear"]) == {"Message": ("paid", "settled")}


def test_what_is_only_drawn_elsewhere_has_moved_and_says_nothing_new() -> None:
    assert b'<dc:Bounds x="' in DRAWN

    found = compare(DRAWN, DRAWN.replace(b'<dc:Bounds x="', b'<dc:Bounds x="1', 1))

    assert found.elements == ()
    assert len(found.moved) == 1


def test_an_element_that_became_another_kind_is_told_with_its_type() -> None:
    found = told(
        diagram(chain(start(), ("x", '<userTask id="x"/>'), end())),
        diagram(chain(start(), ("x", '<manualTask id="x"/>'), end())),
    )

    assert values(found["x"]) == {"Type": ("userTask", "manualTask")}


def test_more_changes_than_anybody_reads_are_cut_and_said_to_be() -> None:
    many = "".join(f'<task id="t{n}"/>' for n in range(2_100))

    found = compare(diagram(""), diagram(many))

    assert (len(found.elements), found.is_whole) == (2_000, False)


def test_entities_are_refused_before_anything_is_compared() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    with pytest.raises(XmlRefused):
        compare(DRAWN, bomb)


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("name", "Name", "名称"),
        ("camunda:inputOutput/camunda:inputParameter[to/cc]", "Input “to/cc”", "输入参数「to/cc」"),
        ("camunda:in[case]/sourceExpression", "Passed in “case”", "传入「case」"),
        ("house:colour", "house:colour", "house:colour"),
        ("camunda:formData", "camunda:formData", "camunda:formData"),
    ],
)
def test_a_property_is_called_what_people_call_it(path: str, english: str, chinese: str) -> None:
    assert property_name(path) == (english, chinese)
