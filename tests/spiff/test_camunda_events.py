import pytest

from engine.handlers import BpmnError, Registry
from engine.spiff.models import KnownNames
from tests.spiff.drawing import DEFINITIONS, ERROR, MESSAGE, SIGNAL, Drawing, extensions, parameters
from tests.spiff.play import Play, World, errors_of

NAMED = DEFINITIONS.replace('name="a"', 'name="order-${no}"').replace('name="s"', 'name="=region"')


class Named(Drawing):
    """A drawing whose message and signal have computed names."""

    def xml(self, *others, definitions=NAMED):
        return super().xml(*others, definitions=definitions)


def test_a_message_name_is_computed_when_the_wait_is_armed_and_stays():
    drawing = Named().start().user("a").catch("w", MESSAGE).user("b").end().chain("start", "a", "w", "b", "end")

    play = Play(drawing, no=7)
    play.complete("a", no=8)
    waits = [(wait.kind, wait.name) for wait in play.events()]
    play.message("order-8", paid=1)

    assert waits == [("message", "order-8")]
    assert play.open() == ["b"]
    play.replayed()


def test_boundary_events_and_event_gateways_compute_their_names_too():
    drawing = Named().start().gateway("eventBased", "g").catch("w", MESSAGE).catch("v", SIGNAL).user("a").user("b")
    drawing.boundary("x", "a", SIGNAL).end().end("x_end")
    drawing.chain("start", "g", "w", "a", "end").chain("g", "v", "b", "end").chain("x", "x_end")

    first = Play(drawing, no=1, region="north")
    first.message("order-1")
    first.signal("south")
    still = first.open()
    first.signal("north")
    second = Play(drawing, no=1, region="north")
    second.signal("north")

    assert still == ["a"]
    assert first.is_completed
    assert second.open() == ["b"]


def test_a_thrown_message_and_signal_have_the_name_of_the_moment():
    drawing = Named().start().throw("t", MESSAGE).throw("u", SIGNAL).end().chain("start", "t", "u", "end")

    play = Play(drawing, no=1, region="north")

    assert [(each.kind, each.name) for each in play.thrown] == [("message", "order-1"), ("signal", "north")]


def test_a_name_that_cannot_be_computed_parks_the_token():
    drawing = Named().start().catch("v", SIGNAL).end().chain("start", "v", "end")

    play = Play(drawing, region=3)

    assert play.incidents() == [("v", "expression")]


def test_the_message_of_an_error_is_the_models_and_its_variables_are_named_by_the_catcher():
    told = DEFINITIONS.replace('errorCode="E"', 'errorCode="E" camunda:errorMessage="too much: ${amount}"')
    body = Drawing("s").start("s_in").end("s_bad", ERROR).chain("s_in", "s_bad")
    caught = ERROR.replace("/>", ' camunda:errorCodeVariable="code" camunda:errorMessageVariable="why"/>')
    drawing = Drawing().start().sub("s", body).boundary("catch", "s", caught).user("b").end().end("bad")
    drawing.chain("start", "s", "end").chain("catch", "b", "bad")
    plain_xml = drawing.xml
    drawing.xml = lambda *others: plain_xml(*others, definitions=told)

    play = Play(drawing, amount=9)

    assert play.variables == {"amount": 9, "code": "E", "why": "too much: 9"}


def watching(names="", events=""):
    said = (f' camunda:variableName="{names}"' if names else "") + (
        f' camunda:variableEvents="{events}"' if events else ""
    )
    inside = '<bpmn:condition xsi:type="bpmn:tFormalExpression">x &gt; 5 and y = 1</bpmn:condition>'
    return f"<bpmn:conditionalEventDefinition{said}>{inside}</bpmn:conditionalEventDefinition>"


def waiting(event):
    """One branch waits for the condition, the other can change variables as often as it likes."""
    body = Drawing("c").user("ask").end("c_end").chain("c_start", "ask", "c_end")
    drawing = Drawing().start().catch("w", event).user("after").end().chain("start", "w", "after", "end")
    return drawing.on_event("c", MESSAGE, body, interrupting=False)


def test_a_condition_that_watches_a_variable_is_asked_only_when_that_one_changes():
    watched, unwatched = Play(waiting(watching("x")), x=7, y=0), Play(waiting(watching()), x=7, y=0)

    for play in (watched, unwatched):
        play.message("a", y=1)
    before = (watched.open(), unwatched.open())
    watched.message("a", x=8)

    assert before == (["ask"], ["after", "ask"])
    assert sorted(watched.open()) == ["after", "ask", "ask"]
    watched.replayed()


def test_a_condition_may_wait_for_a_variable_to_be_created():
    created, updated = Play(waiting(watching("x", "create")), y=1), Play(waiting(watching("x", "update")), y=1)

    for play in (created, updated):
        play.message("a", x=8)
    before = (sorted(created.open()), updated.open())
    updated.message("a", x=9)

    assert before == (["after", "ask"], ["ask"])
    assert "after" in updated.open()


def handled(said):
    return MESSAGE.replace("/>", f" {said}/>")


def test_a_handler_sends_the_message_of_a_throw_and_of_an_end_event():
    sending = handled('camunda:delegateExpression="${send}"')
    inside = extensions(parameters({"text": "=name"}))
    drawing = Drawing().start().throw("t", sending, inside).user("a").end("end", inside + sending)
    drawing.chain("start", "t", "a", "end")

    play = Play(drawing, world=World(handlers={"send": lambda text: {"sent": text}}), name="x")
    sent = play.variables["sent"]
    play.complete("a")

    assert sent == "x"
    assert play.world.asked == [("send", {"text": "x"}), ("send", {"text": "x"})]
    assert play.thrown == ()


def test_an_expression_may_stand_for_sending_and_an_error_of_a_handler_is_caught_outside():
    computing = handled('camunda:expression="${n + 1}" camunda:resultVariable="m"')
    refusing = handled('camunda:delegateExpression="${refuse}"')
    body = Drawing("s").start("s_in").throw("t", computing).end("s_out", refusing).chain("s_in", "t", "s_out")
    drawing = Drawing().start().sub("s", body).boundary("catch", "s", ERROR).user("b").end().end("bad")
    drawing.chain("start", "s", "end").chain("catch", "b", "bad")

    def refuse():
        raise BpmnError("E")

    play = Play(drawing, world=World(handlers={"refuse": refuse}), n=1)

    assert play.variables == {"n": 1, "m": 2}
    assert play.open() == ["b"]


def test_catch_events_have_input_and_output_parameters():
    inside = extensions(parameters({"no": "=order.no"}, {"kept": "=paid + no"}))
    drawing = Drawing().start().catch("w", MESSAGE, inside).user("b").end().chain("start", "w", "b", "end")

    play = Play(drawing, order={"no": 2})
    play.message("a", paid=5)

    assert play.variables == {"order": {"no": 2}, "kept": 7}


def owner(kind, text):
    inside = f"<bpmn:formalExpression>{text}</bpmn:formalExpression>"
    inside = f"<bpmn:resourceAssignmentExpression>{inside}</bpmn:resourceAssignmentExpression>"
    return f"<bpmn:{kind}>{inside}</bpmn:{kind}>"


def test_performers_of_the_standard_are_assignee_and_candidates():
    people = owner("potentialOwner", "user(ann), group(${team}), others") + owner("potentialOwner", "=more")
    drawing = (
        Drawing().start().element("userTask", "a", people).element("userTask", "b", owner("humanPerformer", "${boss}"))
    )
    drawing.end().chain("start", "a", "b", "end")

    play = Play(drawing, team="sales", more=["x", "y"], boss="bob")
    task = play.task("a")
    play.complete("a")

    assert (task.candidate_users, task.candidate_groups) == (("ann",), ("sales", "others", "x", "y"))
    assert play.task("b").assignee == "bob"


def test_a_resource_is_a_group_by_its_name():
    people = "<bpmn:potentialOwner><bpmn:resourceRef>r</bpmn:resourceRef></bpmn:potentialOwner>"
    drawing = Drawing().start().element("userTask", "a", people).end().chain("start", "a", "end")
    plain_xml = drawing.xml
    drawing.xml = lambda *others: plain_xml(*others, definitions='<bpmn:resource id="r" name="客服 service"/>')

    play = Play(drawing)

    assert play.task("a").candidate_groups == ("service",)


def one(kind, inside, **attributes):
    return Drawing().start().element(kind, "t", inside, **attributes).end().chain("start", "t", "end").xml()


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (one("intermediateCatchEvent", handled('camunda:delegateExpression="${send}"')), "attribute-unsupported"),
        (one("intermediateThrowEvent", handled('camunda:delegateExpression="${gone}"')), "handler-unknown"),
        (one("intermediateThrowEvent", handled('camunda:expression="${1 +}"')), "expression-invalid"),
        (one("intermediateCatchEvent", watching("x", "moved")), "variable-event"),
        (one("exclusiveGateway", extensions(parameters({"x": "1"}))), "extension-unsupported"),
        (
            one(
                "userTask",
                "<bpmn:potentialOwner><bpmn:resourceRef>r</bpmn:resourceRef><bpmn:resourceParameterBinding/>"
                "</bpmn:potentialOwner>",
            ),
            "performer-parameters",
        ),
        (one("userTask", owner("potentialOwner", "user(${1 +})")), "expression-invalid"),
    ],
)
def test_what_could_not_be_honoured_is_refused_by_its_element(xml, code):
    assert (code, "t") in errors_of(xml, KnownNames(Registry(), frozenset(), frozenset(), frozenset()))
