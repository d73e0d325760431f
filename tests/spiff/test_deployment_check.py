from collections import defaultdict
from pathlib import Path

import pytest

from engine.handlers import Call, Registry
from engine.spiff.findings import SENTENCES
from engine.spiff.models import KnownNames, read_model
from engine.spiff.reference import bpmn_reference
from tests.spiff.drawing import (
    ANY_ERROR,
    ERROR,
    HEAD,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    Drawing,
    again,
    extensions,
    inner,
    many,
    parameters,
    straight,
    timer,
)
from tests.spiff.play import errors_of


def one(kind: str, inside: str = "", **attributes: str) -> Drawing:
    return Drawing().start().element(kind, "t", inside, **attributes).end().chain("start", "t", "end")


def known() -> KnownNames:
    registry = Registry()

    @registry.handler("work")
    def work(call: Call, *, text: str, number: int = 0) -> None:
        """Do it."""

    @registry.function("deadline")
    def deadline(call: Call, key: str) -> str:
        """Tell when."""
        return ""

    return KnownNames(registry, frozenset({"form_a"}), frozenset({"d"}), frozenset({"called"}))


def refused(drawing: Drawing) -> list[tuple[str, str | None]]:
    return errors_of(drawing.xml(), known())


def event(kind: str) -> str:
    return f"<bpmn:{kind}EventDefinition/>"


@pytest.mark.parametrize(
    ("drawing", "code"),
    [
        (one("complexGateway").flow("start", "t"), "activation-missing"),
        (one("adHocSubProcess"), "ad-hoc-empty"),
        (one("choreographyTask"), "element-unsupported"),
        (one("intermediateCatchEvent", event("cancel")), "event-unsupported"),
        (one("intermediateThrowEvent", event("cancel")), "event-unsupported"),
        (one("intermediateThrowEvent", ERROR), "event-unsupported"),
        (one("intermediateCatchEvent", MESSAGE + event("link")), "several-events"),
        (one("intermediateCatchEvent"), "event-missing"),
        (one("intermediateCatchEvent", event("message")), "message-missing"),
        (one("intermediateCatchEvent", event("signal")), "message-missing"),
        (one("receiveTask"), "message-missing"),
        (one("intermediateCatchEvent", event("timer")), "timer-empty"),
        (one("intermediateCatchEvent", timer("timeDuration", "")), "timer-empty"),
        (one("intermediateCatchEvent", timer("timeDuration", "soon")), "timer-invalid"),
        (one("intermediateCatchEvent", timer("timeDuration", "=1 +")), "expression-invalid"),
        (one("intermediateCatchEvent", timer("timeDate", '=due("x")')), "function-unknown"),
        (one("task", isForCompensation="true"), "compensation-handler-flow"),
        (one("task", startQuantity="0"), "quantity-invalid"),
        (one("task", completionQuantity="many"), "quantity-invalid"),
        (one("receiveTask", messageRef="msg_a", instantiate="true"), "instantiate-flow"),
        (one("eventBasedGateway", eventGatewayType="Parallel"), "event-gateway-type"),
        (one("callActivity", extensions('<camunda:in source="x"/>'), calledElement="called"), "parameter-invalid"),
        (
            one("intermediateThrowEvent", '<bpmn:messageEventDefinition messageRef="msg_a" camunda:class="x"/>'),
            "handler-unknown",
        ),
        (
            one("userTask", camunda__assignee="x", camunda__formRef="form_a", camunda__formRefBinding="y"),
            "binding-unknown",
        ),
        (one("task", camunda__assignee="x"), "attribute-unsupported"),
        (one("task", extensions("<camunda:taskListener/>")), "extension-unsupported"),
        (one("callActivity", calledElement="called", camunda__variableMappingClass="x"), "attribute-unsupported"),
        (one("serviceTask", camunda__type="external"), "external-topic-missing"),
        (one("serviceTask", extensions("<camunda:connector/>"), camunda__expression="=1"), "extension-unsupported"),
        (one("userTask", "<bpmn:multiInstanceLoopCharacteristics/>", camunda__assignee="x"), "loop-without-count"),
        (one("userTask", again(), camunda__assignee="x"), "loop-without-count"),
        (one("userTask", again(maximum=-1), camunda__assignee="x"), "loop-without-count"),
        (one("userTask", many(cardinality="=1 +"), camunda__assignee="x"), "expression-invalid"),
        (
            one(
                "userTask",
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
                '<bpmn:outputDataItem id="i"/></bpmn:multiInstanceLoopCharacteristics>',
                camunda__assignee="x",
            ),
            "loop-output-incomplete",
        ),
        (one("userTask", camunda__assignee="=1 +"), "expression-invalid"),
        (one("userTask", camunda__assignee="${a +}"), "expression-invalid"),
        (one("userTask", camunda__assignee="x", camunda__formRef="gone"), "form-unknown"),
        (one("userTask", camunda__assignee="x", camunda__formRef="form_a", camunda__formKey="k"), "form-twice"),
        (one("serviceTask"), "handler-missing"),
        (one("serviceTask", camunda__delegateExpression="${gone}"), "handler-unknown"),
        (one("serviceTask", camunda__class="com.example.Gone"), "handler-unknown"),
        (one("serviceTask", camunda__delegateExpression="${work}"), "handler-input"),
        (
            one("serviceTask", extensions(parameters({"text": "=x", "other": "=y"})), camunda__class="work"),
            "handler-input",
        ),
        (
            one("serviceTask", extensions(parameters({"text": "x", "number": "three"})), camunda__class="work"),
            "handler-input",
        ),
        (one("serviceTask", camunda__expression="=gone(1)"), "function-unknown"),
        (one("scriptTask", "<bpmn:script>print(1)</bpmn:script>", scriptFormat="python"), "script-language"),
        (one("scriptTask"), "script-missing"),
        (one("scriptTask", "<bpmn:script>1 +</bpmn:script>"), "expression-invalid"),
        (one("scriptTask", "<bpmn:script>undone(1)</bpmn:script>"), "function-unknown"),
        (one("businessRuleTask"), "decision-missing"),
        (one("businessRuleTask", camunda__decisionRef="gone"), "decision-unknown"),
        (one("businessRuleTask", camunda__decisionRef="d", camunda__mapDecisionResult="x"), "decision-mapping"),
        (one("businessRuleTask", camunda__decisionRef="d", camunda__decisionRefBinding="x"), "binding-unknown"),
        (one("callActivity"), "called-process-missing"),
        (one("callActivity", calledElement="gone"), "called-process-unknown"),
        (
            one("callActivity", calledElement="called", camunda__calledElementBinding="version"),
            "binding-without-version",
        ),
        (
            one("task", extensions("<camunda:failedJobRetryTimeCycle>often</camunda:failedJobRetryTimeCycle>")),
            "retry-cycle-invalid",
        ),
    ],
)
def test_what_does_not_run_is_refused_by_the_elements_name(drawing: Drawing, code: str):
    assert (code, "t") in refused(drawing)


def gateway(kind: str, **attributes: str) -> Drawing:
    return Drawing().start().gateway(kind, "g", **attributes).end("a").end("b").chain("start", "g")


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_a_gateway_whose_conditions_leave_nothing_out_needs_no_default_flow(kind: str):
    drawing = gateway(kind).flow("g", "a", "${amount > 1000}").flow("g", "b", "${amount <= 1000}")

    assert refused(drawing) == []


@pytest.mark.parametrize(
    ("drawing", "problem"),
    [
        (gateway("exclusive").flow("g", "a", "x").flow("g", "b", "y"), ("gateway-can-get-stuck", "g")),
        (gateway("inclusive").flow("g", "a", "x").flow("g", "b", "y"), ("gateway-can-get-stuck", "g")),
        (gateway("exclusive").flow("g", "a", "x", "f").flow("g", "b", None, "f2"), ("flow-needs-condition", "f2")),
        (gateway("exclusive", default="gone").flow("g", "a", "x"), ("dangling-default", "g")),
        (
            gateway("exclusive", default="d").flow("g", "a", "x >", "f").flow("g", "b", id="d"),
            ("expression-invalid", "f"),
        ),
        (gateway("eventBased").flow("g", "a").flow("g", "b"), ("event-gateway-target", "a")),
        (straight("u").flow("u", "gone", id="f"), ("dangling-flow", "f")),
        (straight("u").flow("u", "end", " ", id="f"), ("empty-condition", "f")),
        (straight("u").boundary("b", "gone", MESSAGE), ("dangling-boundary", "b")),
        (straight("u").boundary("b", "start", MESSAGE).chain("b", "end"), ("boundary-host", "b")),
        (straight("u").boundary("b", "u", ERROR, interrupting=False).chain("b", "end"), ("event-unsupported", "b")),
        (straight("u").boundary("b", "u", TERMINATE).chain("b", "end"), ("event-unsupported", "b")),
        (straight("u").user("u"), ("duplicate-id", "u")),
        (straight("u").user("lonely"), ("implicit-start", "lonely")),
        (straight("u").flow("u", "start"), ("flow-forbidden", "start")),
        (straight("u").flow("end", "u"), ("flow-forbidden", "end")),
        (
            Drawing().start().sub("s", inner("i", "u").start("second").chain("second", "u")).chain("start", "s"),
            ("start-several", "second"),
        ),
        (Drawing().user("u").user("v").chain("u", "v", "u"), ("start-missing", "proc")),
        (
            Drawing().start().sub("s", Drawing("b").user("u").user("v").chain("u", "v", "u")).chain("start", "s"),
            ("start-missing", "s"),
        ),
        (
            straight("u").on_event("on", TERMINATE, Drawing("b").end("o").chain("on_start", "o"), interrupting=True),
            ("event-unsupported", "on_start"),
        ),
        (
            straight("u").on_event("on", ANY_ERROR, Drawing("b").end("o").chain("on_start", "o"), interrupting=False),
            ("event-unsupported", "on_start"),
        ),
        (
            straight("u").on_event("on", "", Drawing("b").end("o").chain("on_start", "o"), interrupting=True),
            ("event-sub-process-start", "on"),
        ),
        (
            straight("u")
            .on_event("on", MESSAGE, Drawing("b").end("o").chain("on_start", "o"), interrupting=True)
            .flow("u", "on"),
            ("event-sub-process-flow", "on"),
        ),
        (
            Drawing().start().element("task", "a").element("task", "b").chain("start", "a", "b", "a"),
            ("cycle-without-exit", "a"),
        ),
        (
            Drawing().start().throw("to", '<bpmn:linkEventDefinition name="L"/>').chain("start", "to"),
            ("link-without-target", "to"),
        ),
    ],
)
def test_shapes_that_get_stuck_or_never_run_are_refused(drawing: Drawing, problem: tuple[str, str]):
    assert problem in refused(drawing)


@pytest.mark.parametrize(
    "drawing",
    [
        straight("u"),
        Drawing().start().sub("s", inner("b", "x")).end("end", TERMINATE).chain("start", "s", "end"),
        one("serviceTask", extensions(parameters({"text": "=x"})), camunda__delegateExpression="${work}"),
        one("intermediateCatchEvent", timer("timeDate", '=deadline("x")')),
        one("callActivity", calledElement="called"),
        one("businessRuleTask", camunda__decisionRef="d", camunda__mapDecisionResult="singleEntry"),
        one("userTask", camunda__assignee="x", camunda__formRef="form_a", camunda__asyncBefore="true"),
        one("task", extensions(parameters({"x": "=1"}, {"y": "=x"}))),
    ],
)
def test_what_runs_is_accepted(drawing: Drawing):
    assert refused(drawing) == []


def test_every_problem_is_told_at_once_with_its_line_in_two_languages():
    drawing = Drawing().start().element("choreographyTask", "g").element("serviceTask", "s").end()
    drawing.chain("start", "g", "s", "end")

    errors = [each for each in read_model("a.bpmn", drawing.xml(), known()).problems if each.severity == "error"]

    assert [(each.code, each.element_id, each.file) for each in errors] == [
        ("element-unsupported", "g", "a.bpmn"),
        ("handler-missing", "s", "a.bpmn"),
    ]
    lines = drawing.xml().decode().splitlines()
    for each in errors:
        assert each.line is not None
        assert f'id="{each.element_id}"' in lines[each.line - 1]
        assert each.message_en.isascii()
        assert not each.message_zh.isascii()


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "xml-refused"),
        (b"<a", "xml-refused"),
        (b"<a/>", "not-bpmn"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "xml-refused"),
        (b"\x00\x01", "xml-refused"),
        (f"{HEAD}</bpmn:definitions>".encode(), "no-executable-process"),
        (straight("u").xml().replace(b'isExecutable="true"', b""), "no-executable-process"),
    ],
)
def test_a_file_that_is_no_model_is_refused_and_never_raises(source: bytes, code: str):
    reading = read_model("a.bpmn", source, known())

    assert [each.code for each in reading.problems if each.severity == "error"] == [code]
    assert reading.processes == ()


def test_what_a_person_will_miss_is_a_warning():
    drawing = Drawing().start().add('<bpmn:userTask id="u"/>').end().chain("start", "u", "end")

    warnings = {(each.code, each.element_id) for each in read_model("a.bpmn", drawing.xml(), known()).problems}

    assert warnings == {
        ("name-missing", "u"),
        ("documentation-missing", "u"),
        ("user-task-nobody", "u"),
        ("deadline-missing", "u"),
        ("interchange-missing", None),
    }


def test_extensions_of_other_tools_are_told_to_have_no_effect():
    inside = '<bpmn:extensionElements><z:taskDefinition xmlns:z="http://zeebe" type="x"/></bpmn:extensionElements>'

    reading = read_model("a.bpmn", one("task", inside).xml(), known())

    assert ("warning", "extension-foreign", "t") in {(p.severity, p.code, p.element_id) for p in reading.problems}


def test_conditions_in_other_languages_are_refused():
    drawing = gateway("exclusive", default="d").flow("g", "a", "n == 1", "f").flow("g", "b", id="d")
    source = drawing.xml().replace(b"<bpmn:conditionExpression", b'<bpmn:conditionExpression language="javascript"')

    assert ("script-language", "f") in errors_of(source, known())


def test_a_message_name_that_is_an_expression_is_refused_in_a_start_event_and_nowhere_else():
    catching = one("intermediateCatchEvent", MESSAGE).xml().replace(b'name="a"', b'name="m-${no}"')
    drawing = Drawing().start("t", MESSAGE).end().chain("t", "end")
    starting = drawing.xml().replace(b'name="a"', b'name="m-${no}"')

    assert errors_of(catching, known()) == []
    assert errors_of(starting, known()) == [("event-name-expression", "t")]


def test_listeners_on_flows_and_processes_are_checked_too():
    listener = extensions('<camunda:executionListener class="x" event="take"/>')
    on_flow = (
        straight("u")
        .xml()
        .replace(
            b'id="proc_1" sourceRef="start" targetRef="u">',
            b'id="f" sourceRef="start" targetRef="u">' + listener.encode(),
        )
    )
    on_process = straight("u").add(listener).xml()

    assert errors_of(on_flow, known()) == [("handler-unknown", "f")]
    assert errors_of(on_process, known()) == [("handler-unknown", "proc"), ("listener-event", "proc")]


def test_the_summary_says_how_a_process_begins_and_what_it_uses():
    drawing = Drawing("order").start("hand", camunda__formRef="form_a").start("msg", MESSAGE).start("sig", SIGNAL)
    drawing.start("clock", timer("timeCycle", "R/P1D")).user("u", camunda__formRef="form_a").call("c", "called")
    drawing.element("businessRuleTask", "d", camunda__decisionRef="d").end()
    drawing.chain("hand", "u", "c", "d", "end").chain("msg", "u").chain("sig", "u").chain("clock", "u")
    source = drawing.xml().replace(
        b'isExecutable="true"',
        b'isExecutable="true" camunda:versionTag="1.2" camunda:historyTimeToLive="P180D" '
        b'camunda:candidateStarterGroups="desk, phone"',
    )

    (summary,) = read_model("a.bpmn", source, known()).processes

    assert (summary.key, summary.version_tag, summary.history_ttl_days) == ("order", "1.2", 180)
    assert [(each.element_id, each.kind, each.name) for each in summary.starts] == [
        ("hand", "none", None),
        ("msg", "message", "a"),
        ("sig", "signal", "s"),
        ("clock", "timer", "R/P1D"),
    ]
    assert (summary.called_keys, summary.form_refs, summary.decision_refs) == (("called",), ("form_a",), ("d",))
    assert summary.candidate_starter_groups == ("desk", "phone")


def test_the_reference_page_tells_what_the_check_knows():
    page = Path(__file__).parents[2] / "docs" / "reference" / "bpmn.md"

    assert page.read_text() == bpmn_reference()


def test_every_sentence_of_the_check_fills_its_places_in_both_languages():
    for code, (_, english, chinese) in SENTENCES.items():
        filled: defaultdict[str, str] = defaultdict(lambda: "X")
        assert english.format_map(filled).isascii(), code
        assert not chinese.format_map(filled).isascii(), code
