import pytest

from engine.commands.process_instances import cancel_process_instance
from engine.handlers import Registry
from engine.spiff.elements.sub_processes import MOST_NESTED
from engine.spiff.models import KnownNames, read_model
from tests.bpmn.conftest import FOLDER
from tests.engine.conftest import ADMIN
from tests.spiff.drawing import Drawing, extensions, straight
from tests.spiff.play import Play, World, errors_of


def ordered(case, amount, kind="payment"):
    return case("calls/order", also=("calls/payment",), business_key="B-7", kind=kind, amount=amount)


def test_a_call_computes_its_process_takes_a_tagged_version_and_maps_both_ways(case):
    played = ordered(case, 5)

    assert played.entered == ["start", "call", "p_start", "p_gate", "p_pay", "p_end", "end"]
    assert played.variables == {"kind": "payment", "amount": 5, "paper": "B-7/5", "next": 6}


def test_an_error_of_the_called_process_goes_out_with_its_code(case):
    played = ordered(case, 2000)

    assert played.entered[-2:] == ["failed", "end_failed"]
    assert played.variables["code"] == "NO_MONEY"


def test_an_escalation_of_the_called_process_is_heard_outside_and_it_goes_on(case):
    played = ordered(case, 500)

    assert {"told", "end_told", "p_end", "end"} <= set(played.entered)
    assert played.variables["level"] == "BIG"


def test_a_process_without_the_version_tag_is_an_incident(case):
    played = ordered(case, 5, kind="order")

    assert played.incidents == [("call", "called_process")]


def mapping(*texts):
    return extensions(*(f"<camunda:{text}/>" for text in texts))


def test_local_mappings_take_the_elements_own_variables_only_and_give_to_its_outputs_only():
    called = straight("u", key="called")
    own = '<camunda:inputOutput><camunda:inputParameter name="x">inner</camunda:inputParameter>'
    own += '<camunda:outputParameter name="kept">=inside</camunda:outputParameter></camunda:inputOutput>'
    maps = '<camunda:in variables="all" local="true"/><camunda:out source="said" target="inside" local="true"/>'
    drawing = (
        Drawing().start().call("c", "called", extensions(own, maps)).user("b").end().chain("start", "c", "b", "end")
    )

    play = Play(drawing, called, x="outer", y="outer")
    seen = dict(play.run.task_variables(play.task("u").task_id))
    play.complete("u", said="yes")

    assert seen == {"x": "inner"}
    assert play.variables == {"x": "outer", "y": "outer", "kept": "yes"}


def test_a_signal_takes_variables_along():
    event = '<bpmn:signalEventDefinition signalRef="sig_s">'
    event += mapping('in source="x" target="y"', 'in sourceExpression="=x + 1" target="z"')
    drawing = Drawing().start().throw("t", event + "</bpmn:signalEventDefinition>").end().chain("start", "t", "end")

    play = Play(drawing, x=1)

    assert [dict(each.variables) for each in play.thrown] == [{"y": 1, "z": 2}]


def test_scripts_in_juel_set_variables_or_give_a_value():
    drawing = Drawing().start().script("a", "execution.setVariable('x', n + 1)", scriptFormat="juel")
    drawing.script("b", "${n * 2}", scriptFormat="juel", camunda__resultVariable="y")
    inside = '<camunda:inputOutput><camunda:inputParameter name="text"><camunda:script scriptFormat="juel">'
    inside += "n + 3</camunda:script></camunda:inputParameter></camunda:inputOutput>"
    drawing.service("c", "work", extensions(inside)).end().chain("start", "a", "b", "c", "end")

    play = Play(drawing, world=World(handlers={"work": lambda text: {"z": text}}), n=1)

    assert play.variables == {"n": 1, "x": 2, "y": 2, "z": 4}


def test_what_a_call_activity_cannot_honour_is_refused_by_name():
    known = KnownNames(Registry(), frozenset(), frozenset(), frozenset({"called"}))

    def refused(name, value="x"):
        drawing = Drawing().start().call("c", "called", **{f"camunda__{name}": value}).end().chain("start", "c", "end")
        return errors_of(drawing.xml(), known)

    for name in ("calledElementTenantId", "variableMappingClass", "variableMappingDelegateExpression", "caseRef"):
        assert refused(name) == [("attribute-unsupported", "c")]


def warned(xml):
    reading = read_model("x.bpmn", xml, KnownNames(Registry(), frozenset(), frozenset(), frozenset()))
    return [(each.element_id, each.message_en) for each in reading.problems if each.code == "extension-foreign"]


def test_what_other_tools_wrote_is_told_wherever_it_stands():
    spaces = b'xmlns:flowable="http://flowable.org/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    zeebe = "<bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements>"
    drawing = Drawing().start().user("a", zeebe, flowable__skipExpression="${x}").end().chain("start", "a", "end")

    told = warned(drawing.xml().replace(b'id="definitions"', spaces + b'id="definitions"'))

    assert sorted(told) == [
        ("a", "The extension flowable:skipExpression belongs to another tool and has no effect here."),
        ("a", "The extension zeebe:userTask belongs to another tool and has no effect here."),
    ]


def test_the_operaton_namespace_is_the_camunda_namespace():
    drawing = Drawing().start().user("a").end().chain("start", "a", "end")
    source = drawing.xml().replace(b"http://camunda.org/schema/1.0/bpmn", b"http://operaton.org/schema/1.0/bpmn")

    assert warned(source) == []
    assert errors_of(source) == []


def test_a_call_activity_calls_a_global_task_as_it_calls_a_process(case):
    played = case("calls/global_tasks", n=4)

    waiting = played.open
    played.complete("check")

    assert waiting == ["check"]
    assert played.left == ["start", "twice", "count", "check", "look", "nothing", "mark", "end"]
    assert played.variables == {"n": 4, "doubled": 8}
    assert played.is_completed


def test_a_global_script_in_another_language_is_refused():
    xml = (
        (FOLDER / "calls/global_tasks.bpmn").read_bytes().replace(b'scriptLanguage="feel"', b'scriptLanguage="groovy"')
    )

    assert ("script-language", "twice") in errors_of(
        xml, KnownNames(Registry(), *[frozenset({"twice", "check", "nothing"})] * 3)
    )


@pytest.mark.parametrize("version", ["x", "-1", "0", "99999999999999999999", "１"])
def test_a_version_that_an_expression_gives_and_that_is_none_is_an_incident(case, version):
    played = case("calls/version_asked", version=version)

    assert played.incidents == [("call", "called_process")]


def test_a_process_that_calls_itself_for_ever_parks_at_its_innermost_call_and_can_be_cancelled(service):
    deployed = service.deploy("calls/endless")

    played = service.start("endless")

    assert ("call-endless", "again") in {(each.code, each.element_id) for each in deployed.warnings}
    assert played.incidents == [("again", "called_process")]
    assert len(played.entered) == 2 * MOST_NESTED + 2
    cancel_process_instance(service.tx, played.id, actor=ADMIN, now=service.now)
    assert played.state == "cancelled"
