"""What other tools write within the standard, or right beside it, is read for what it means."""

import pytest

from engine.handlers import Registry
from engine.spiff.models import KnownNames, read_model
from tests.spiff.drawing import MESSAGE, SIGNAL, Drawing, condition, straight, timer
from tests.spiff.play import Play, World, parsed

KNOWN = KnownNames(Registry(), frozenset(), frozenset(), frozenset())
PLAIN = straight("a").xml().decode()
NOTES = "<bpmn:documentation>why</bpmn:documentation><bpmn:extensionElements/>"


def found(source: str) -> list[tuple[str, str, str | None]]:
    problems = read_model("a.bpmn", source.encode(), KNOWN).problems
    quiet = ("name-", "documentation-", "deadline-", "interchange-", "user-task-nobody")
    return [(each.severity, each.code, each.element_id) for each in problems if not each.code.startswith(quiet)]


def choice(text: str, said: str = "") -> str:
    way = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"{said}>{text}</bpmn:conditionExpression>'
    drawing = Drawing().start().gateway("exclusive", "g", default="f").user("yes").user("no").end()
    drawing.chain("start", "g").flow("g", "no", id="f").chain("no", "end").chain("yes", "end")
    return (
        drawing.add(f'<bpmn:sequenceFlow id="x" sourceRef="g" targetRef="yes">{way}</bpmn:sequenceFlow>').xml().decode()
    )


def opened(source: str, **variables: object) -> list[str]:
    assert [each for each in found(source) if each[0] == "error"] == []
    return Play(source.encode(), **variables).open()


def test_what_documents_a_condition_is_no_part_of_it():
    assert opened(choice(f"{NOTES}n = 1"), n=1) == ["yes"]


def test_what_documents_a_timer_or_a_condition_that_is_waited_for_is_no_part_of_it():
    drawing = Drawing().start().catch("c", timer("timeDate", "2020-01-01T00:00:00Z")).catch("d", condition("n = 1"))
    source = drawing.user("u").end().chain("start", "c", "d", "u", "end").xml().decode()
    source = source.replace("<bpmn:timeDate>", f"<bpmn:timeDate>{NOTES}").replace(">n = 1", f">{NOTES}n = 1")

    play = Play(source.encode(), n=1)
    play.fire("c")

    assert play.open() == ["u"]


@pytest.mark.parametrize("text", ["${n == 1}", "=n = 1"])
def test_an_expression_that_marks_itself_is_read_so_where_a_tool_wrote_the_schemas_default_beside_it(text: str):
    assert opened(choice(text, ' language="http://www.w3.org/1999/XPath"'), n=1) == ["yes"]


def test_a_plain_time_is_a_time_whatever_language_stands_beside_it():
    drawing = Drawing().start().catch("c", timer("timeDuration", "PT1H")).end().chain("start", "c", "end")

    source = (
        drawing.xml()
        .decode()
        .replace("<bpmn:timeDuration>", '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression" language="java">')
    )

    assert found(source) == []


def test_references_may_carry_the_prefix_of_their_file():
    drawing = Drawing().start().user("u").user("late").end()
    drawing.boundary("b", "tns:u", "<bpmn:eventDefinitionRef>tns:shared</bpmn:eventDefinitionRef>")
    shared = '<bpmn:signalEventDefinition id="shared" signalRef="tns:sig_s"/>'
    source = drawing.chain("start", "u", "end").chain("b", "late", "end").xml().decode()
    source = source.replace("<bpmn:process", shared + "<bpmn:process", 1)

    play = Play(source.replace('id="definitions"', 'xmlns:tns="test" id="definitions"').encode())
    play.signal("s")

    assert play.open() == ["late"]


def test_interfaces_that_a_process_supports_are_documentation():
    beside = '<bpmn:message id="m" name="m"/><bpmn:interface id="i" name="i"><bpmn:operation id="o" name="o">'
    beside += "<bpmn:inMessageRef>m</bpmn:inMessageRef></bpmn:operation></bpmn:interface>"
    source = PLAIN.replace("<bpmn:process", beside + "<bpmn:process", 1)

    supported = source.replace(
        "<bpmn:startEvent", "<bpmn:supportedInterfaceRef>i</bpmn:supportedInterfaceRef><bpmn:startEvent", 1
    )

    assert found(supported) == []


def test_extension_elements_of_the_whole_file_are_passed_over_with_a_warning():
    noted = '<bpmn:extensionElements><y:page xmlns:y="urn:y"/></bpmn:extensionElements>'

    told = found(PLAIN.replace("<bpmn:process", noted + "<bpmn:process", 1))

    assert ("warning", "foreign-outside", "definitions") in told
    assert [each for each in told if each[0] == "error"] == []


@pytest.mark.parametrize(
    "source",
    [
        PLAIN.replace(' isExecutable="true"', ' isExecutable="true" processType="none"'),
        PLAIN.replace(
            "<bpmn:process", '<bpmn:itemDefinition id="d" structureRef="List&lt;String&gt;"/><bpmn:process', 1
        ),
        choice("n = 1").replace("<bpmn:exclusiveGateway", '<bpmn:exclusiveGateway gatewayDirection="diverging"'),
    ],
)
def test_odd_values_of_what_is_only_said_are_warnings(source: str):
    assert [(severity, code) for severity, code, _ in found(source)] == [("warning", "schema-elsewhere")]


@pytest.mark.parametrize(
    "said", ["FEEL", "text/x-feel", "application/feel", "https://www.omg.org/spec/DMN/20191111/FEEL/"]
)
def test_feel_goes_by_many_names_in_a_script(said: str):
    drawing = Drawing().start().script("s", "{a: 1}", scriptFormat=said).end().chain("start", "s", "end")

    assert found(drawing.xml().decode()) == []


@pytest.mark.parametrize("script", ["x = 1", "1 + 1", '"text"', "if x then 1 else x > 2", "not_yet and true"])
def test_a_script_that_can_never_name_what_it_gives_is_refused(script: str):
    drawing = Drawing().start().script("s", script).end().chain("start", "s", "end")

    assert ("error", "script-without-names", "s") in found(drawing.xml().decode())


@pytest.mark.parametrize("script", ["x", "{a: 1}", "null", "if x then null else 1", "f[1]", 'context put({}, "a", 1)'])
def test_a_script_that_may_name_what_it_gives_is_deployed(script: str):
    drawing = Drawing().start().script("s", script).end().chain("start", "s", "end")

    assert found(drawing.xml().decode()) == []


def test_a_script_with_a_result_variable_may_give_anything():
    drawing = Drawing().start().script("s", "1 + 1", camunda__resultVariable="n").end().chain("start", "s", "end")

    assert found(drawing.xml().decode()) == []


def test_what_is_not_executable_is_told_by_the_first_process():
    assert ("error", "no-executable-process", "proc") in found(
        PLAIN.replace('isExecutable="true"', 'isExecutable="false"')
    )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("timeDate", "PT5M"),
        ("timeDate", "R3/PT5M"),
        ("timeDuration", "R3/PT5M"),
        ("timeDuration", "2030-01-01T00:00:00Z"),
    ],
)
def test_a_timer_that_holds_another_kind_of_time_than_it_says_is_refused(rule: str, text: str):
    drawing = Drawing().start().catch("c", timer(rule, text)).end().chain("start", "c", "end")

    assert found(drawing.xml().decode()) == [("error", "timer-kind", "c")]


@pytest.mark.parametrize("targets", [(), ("a",)])
def test_an_event_gateway_that_has_nothing_to_choose_from_is_refused(targets: tuple[str, ...]):
    drawing = Drawing().start().gateway("eventBased", "g").end().chain("start", "g")
    for each in targets:
        drawing.catch(each, MESSAGE).chain("g", each, "end")

    assert ("error", "event-gateway-ways", "g") in found(drawing.xml().decode())


def test_message_events_and_receive_tasks_behind_one_event_gateway_are_refused():
    drawing = Drawing().start().gateway("eventBased", "g").catch("a", MESSAGE).catch("s", SIGNAL).end()
    drawing.element("receiveTask", "r", messageRef="msg_b").chain("start", "g", "a", "end").chain("g", "r", "end")

    assert found(drawing.chain("g", "s", "end").xml().decode()) == [("error", "event-gateway-mixed", "g")]


def test_a_link_that_nothing_leads_to_is_unreachable():
    drawing = straight("a").catch("l", '<bpmn:linkEventDefinition name="L"/>').end("other").chain("l", "other")

    assert ("error", "unreachable", "l") in found(drawing.xml().decode())


def test_two_beginnings_by_one_message_are_refused():
    drawing = Drawing().start("one", MESSAGE).start("two", MESSAGE).end().chain("one", "end").chain("two", "end")

    assert found(drawing.xml().decode()) == [("error", "start-message-twice", "two")]


@pytest.mark.parametrize("text", ["-1", "=-1", "1.5", "nan"])
def test_a_number_of_instances_that_is_none_is_refused(text: str):
    loop = f"<bpmn:loopCardinality>{text}</bpmn:loopCardinality>"
    inside = f"<bpmn:multiInstanceLoopCharacteristics>{loop}</bpmn:multiInstanceLoopCharacteristics>"
    drawing = Drawing().start().element("task", "t", inside).end().chain("start", "t", "end")

    assert ("error", "loop-count-invalid", "t") in found(drawing.xml().decode())


ALIASED = 'xmlns:flowable="http://flowable.org/bpmn" xmlns:activiti="http://activiti.org/bpmn" id="definitions"'


def aliased(drawing: Drawing) -> str:
    return drawing.xml().decode().replace('id="definitions"', ALIASED)


def test_people_and_dates_of_activiti_and_flowable_are_those_of_camunda():
    said = {"activiti__candidateGroups": "boss", "flowable__dueDate": "=due", "flowable__formKey": "f"}
    drawing = Drawing().start("start", activiti__initiator="who").element("userTask", "u", **said)
    source = aliased(drawing.end().chain("start", "u", "end"))

    task = Play(source.encode(), due="2026-03-03T09:00:00Z").task("u")

    assert {each[1] for each in found(source)} == {"extension-alias"}
    assert (task.candidate_groups, task.due_at and task.due_at.day) == (("boss",), 3)


def test_what_camunda_says_itself_comes_before_what_its_cousin_says():
    drawing = Drawing().start().user("u", camunda__candidateGroups="ours", flowable__candidateGroups="theirs")
    source = aliased(drawing.end().chain("start", "u", "end"))

    assert Play(source.encode()).task("u").candidate_groups == ("ours",)


def test_an_expression_and_a_collection_of_activiti_run():
    each = 'isSequential="true" activiti:collection="xs" activiti:elementVariable="x"'
    loop = f"<bpmn:multiInstanceLoopCharacteristics {each}/>"
    said = {"activiti__expression": "${x * 2}", "activiti__resultVariableName": "last"}
    drawing = Drawing().start().element("serviceTask", "t", loop, **said).end().chain("start", "t", "end")

    play = Play(aliased(drawing).encode(), xs=[1, 2, 3])

    assert (play.is_completed, play.variables["last"]) == (True, 6)


def test_what_a_call_of_flowable_hands_in_and_out_goes_in_and_out():
    mapped = '<flowable:in source="n" target="m"/><flowable:out sourceExpression="${m + 1}" target="r"/>'
    inside = f"<bpmn:extensionElements>{mapped}</bpmn:extensionElements>"
    drawing = Drawing().start().call("c", "proc2", inside).end().chain("start", "c", "end")
    called = "<bpmn:process id='proc2' isExecutable='true'><bpmn:task id='inner'/></bpmn:process></bpmn:definitions>"
    source = aliased(drawing).replace("</bpmn:definitions>", called).encode()

    play = Play(source, world=World(processes={"proc2": parsed(source, "proc2")}), n=1)

    assert play.variables == {"n": 1, "r": 2}


def test_a_class_of_activiti_is_not_taken_for_a_handler():
    drawing = Drawing().start().element("serviceTask", "t", activiti__class="org.acme.Pay").end()

    told = found(aliased(drawing.chain("start", "t", "end")))

    assert ("error", "handler-missing", "t") in told
    assert ("warning", "extension-foreign", "t") in told
