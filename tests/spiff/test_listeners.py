from datetime import timedelta

import pytest

from engine.handlers import BpmnError, HandlerFailed, Registry
from engine.spiff.models import KnownNames
from tests.spiff.drawing import ERROR, MESSAGE, SIGNAL, Drawing, extensions, many, timer
from tests.spiff.play import Play, World, errors_of


def on(event, expression, kind="execution"):
    return f'<camunda:{kind}Listener event="{event}" expression="{expression}"/>'


def calls(event, name, kind="execution", inside=""):
    return f'<camunda:{kind}Listener event="{event}" delegateExpression="${{{name}}}">{inside}</camunda:{kind}Listener>'


def script(event, feel, kind="execution"):
    inside = f'<camunda:script scriptFormat="feel">{feel}</camunda:script>'
    return f'<camunda:{kind}Listener event="{event}">{inside}</camunda:{kind}Listener>'


def field(name, value):
    return f'<camunda:field name="{name}" stringValue="{value}"/>'


def hearing():
    """A world whose handler `hear` only remembers (the play asks twice, and forgets once)."""
    return World(handlers={"hear": lambda what: {}})


def heard(play):
    return [inputs["what"] for name, inputs in play.world.asked if name == "hear"]


def hear(event, what, kind="execution"):
    return calls(event, "hear", kind, field("what", what))


def test_listeners_of_an_element_are_called_at_its_start_and_end_in_the_order_drawn():
    inside = extensions(hear("start", "a1"), hear("start", "a2"), hear("end", "a3"))
    drawing = Drawing().start("start", extensions(hear("end", "s"))).user("a", inside).end()
    drawing.chain("start", "a", "end")

    play = Play(drawing, world=hearing())
    before = heard(play)
    play.complete("a")

    assert before == ["s", "a1", "a2"]
    assert heard(play) == ["s", "a1", "a2", "a3"]


def test_a_flow_tells_when_it_is_taken_and_another_does_not():
    drawing = Drawing().start().gateway("exclusive", "g", default="no").user("a").end().chain("start", "g")
    drawing.add(
        f'<bpmn:sequenceFlow id="yes" sourceRef="g" targetRef="a">{extensions(hear("take", "yes"))}'
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">x &gt; 1</bpmn:conditionExpression>'
        "</bpmn:sequenceFlow>"
        f'<bpmn:sequenceFlow id="no" sourceRef="g" targetRef="end">{extensions(hear("take", "no"))}</bpmn:sequenceFlow>'
    ).flow("a", "end")

    high, low = Play(drawing, world=hearing(), x=2), Play(drawing, world=hearing(), x=1)

    assert heard(high) == ["yes"]
    assert heard(low) == ["no"]


def process(drawing, *listeners):
    """The drawing with listeners of the process itself."""
    drawing.parts.insert(0, extensions(*listeners))
    return drawing


def test_a_process_tells_when_it_begins_and_when_its_last_token_ends():
    drawing = Drawing().start().gateway("parallel", "g").user("a").user("b").end().end("end2")
    drawing.chain("start", "g", "a", "end").chain("g", "b", "end2")
    process(drawing, script("start", "{kind: if amount > 5 then 1 else 2}"), hear("end", "over"))

    play = Play(drawing, world=hearing(), amount=7)
    kind = play.variables["kind"]
    play.complete("a")
    before = heard(play)
    play.complete("b")

    assert kind == 1
    assert before == []
    assert heard(play) == ["over"]
    assert play.is_completed


def test_an_expression_may_set_variables():
    inside = extensions(
        on("start", "${execution.setVariable('count', 3)}"), on("end", "${execution.setVariable('done', amount * 2)}")
    )
    drawing = Drawing().start().user("a", inside).user("b").end().chain("start", "a", "b", "end")

    play = Play(drawing, amount=4)
    play.complete("a")

    assert play.variables == {"amount": 4, "count": 3, "done": 8}
    play.replayed()


def test_task_listeners_hear_creation_assignment_and_completion():
    inside = extensions(*(hear(event, event, "task") for event in ("complete", "assignment", "create", "delete")))
    drawing = Drawing().start().user("a", inside, camunda__assignee="ann").user("b", inside).end()
    drawing.chain("start", "a", "b", "end")

    play = Play(drawing, world=hearing())
    first = heard(play)
    play.complete("a")

    assert first == ["create", "assignment"]
    assert heard(play) == ["create", "assignment", "complete", "create"]


def test_what_is_interrupted_hears_its_deletion_and_its_end():
    inside = extensions(hear("delete", "deleted", "task"), hear("complete", "completed", "task"), hear("end", "ended"))
    drawing = Drawing().start().user("a", inside).boundary("late", "a", timer("timeDuration", "PT1H")).end().end("x")
    drawing.chain("start", "a", "end").chain("late", "x")

    play = Play(drawing, world=hearing())
    play.fire("late")

    assert heard(play) == ["deleted", "ended"]
    assert play.is_completed


def test_a_listener_that_fails_at_a_cancellation_stops_nothing_and_is_told():
    def refuse(what):
        raise HandlerFailed("no")

    inside = extensions(hear("delete", "x", "task"))
    drawing = Drawing().start().user("a", inside).boundary("late", "a", timer("timeDuration", "PT1H")).end().end("x")
    drawing.chain("start", "a", "end").chain("late", "x")

    play = Play(drawing, world=World(handlers={"hear": refuse}))
    play.fire("late")

    assert play.is_completed
    assert [each.detail for each in play.transitions if each.state == "cancelled"] == [{"listener_failed": "no"}]


def timeout(rule):
    inside = f"<bpmn:timerEventDefinition>{rule}</bpmn:timerEventDefinition>{field('what', 'late')}"
    return calls("timeout", "hear", "task", inside)


def test_a_timeout_listener_is_called_when_its_time_is_up_and_leaves_the_task_open():
    drawing = Drawing().start().user("a", extensions(timeout("<bpmn:timeDuration>PT2H</bpmn:timeDuration>"))).end()
    drawing.chain("start", "a", "end")

    play = Play(drawing, world=hearing())
    due = play.due()
    done = play.fire()

    assert due == [("a", timedelta(hours=2))]
    assert done == []
    assert heard(play) == ["late"]
    assert play.open() == ["a"]
    assert play.due() == []


def test_a_timeout_listener_repeats_by_its_cycle_and_goes_with_the_task():
    rule = "<bpmn:timeCycle>R2/PT1H</bpmn:timeCycle>"
    drawing = Drawing().start().user("a", extensions(timeout(rule))).user("b").end().chain("start", "a", "b", "end")

    play = Play(drawing, world=hearing())
    play.fire()
    play.complete("a")

    assert heard(play) == ["late"]
    assert play.due() == []


def test_each_instance_of_a_multi_instance_is_heard_and_the_whole_is_not():
    inside = extensions(hear("start", "one"), hear("end", "done"), hear("create", "made", "task"))
    drawing = Drawing().start().user("a", inside + many(cardinality="2")).end().chain("start", "a", "end")

    play = Play(drawing, world=hearing())
    play.complete("a")
    play.complete("a")

    assert heard(play) == ["one", "made", "one", "made", "done", "done"]
    assert play.is_completed


@pytest.mark.parametrize("event", ["start", "end"])
def test_a_listener_that_fails_parks_the_token_and_a_retry_calls_it_again(event):
    broken = [True, True]

    def hear_or_fail(what):
        if broken:
            broken.pop()
            raise HandlerFailed("not now")
        return {"answer": what}

    drawing = Drawing().start().user("a", extensions(calls(event, "hear", inside=field("what", "x")))).user("b").end()
    drawing.boundary("late", "a", timer("timeDuration", "PT1H")).end("x")
    drawing.chain("start", "a", "b", "end").chain("late", "x")

    play = Play(drawing, world=World(handlers={"hear": hear_or_fail}))
    if event == "end":
        play.complete("a", given=1)
    parked = (play.incidents(), play.variables)
    play.retry()

    assert parked == ([("a", "handler")], {})
    assert play.variables == ({"answer": "x"} if event == "start" else {"answer": "x", "given": 1})
    assert play.open() == (["a"] if event == "start" else ["b"])
    assert [element for element, _ in play.due()] == (["late"] if event == "start" else [])


def test_a_join_with_a_listener_that_fails_keeps_what_arrived():
    broken = [True, True]

    def hear_or_fail(what):
        if broken:
            broken.pop()
            raise HandlerFailed("not now")
        return {}

    drawing = Drawing().start().gateway("parallel", "f").user("a").user("b").user("c").end()
    drawing.element("parallelGateway", "j", extensions(hear("start", "x")))
    drawing.chain("start", "f", "a", "j", "c", "end").chain("f", "b", "j")

    play = Play(drawing, world=World(handlers={"hear": hear_or_fail}))
    play.complete("a", x=1)
    play.complete("b", y=2)
    parked = play.incidents()
    play.retry()

    assert parked == [("j", "handler")]
    assert play.open() == ["c"]
    assert play.variables == {"x": 1, "y": 2}


def test_a_bpmn_error_of_a_listener_goes_to_the_boundary_of_its_element():
    def refuse(what):
        raise BpmnError("E")

    drawing = Drawing().start().user("a", extensions(hear("start", "x"))).boundary("catch", "a", ERROR).end().user("b")
    drawing.end("bad").chain("start", "a", "end").chain("catch", "b", "bad")

    play = Play(drawing, world=World(handlers={"hear": refuse}))

    assert play.open() == ["b"]


def test_the_fields_of_a_service_task_are_inputs_of_its_handler():
    computed = '<camunda:field name="number"><camunda:expression>${n + 1}</camunda:expression></camunda:field>'
    inside = extensions(field("text", "fixed"), computed)
    drawing = Drawing().start().service("s", "work", inside).user("b").end().chain("start", "s", "b", "end")

    play = Play(drawing, world=World(handlers={"work": lambda **given: {"given": given}}), n=2)

    assert play.variables["given"] == {"text": "fixed", "number": 3}


def test_listeners_of_a_sub_process_surround_it_and_those_of_an_event_sub_process_as_well():
    body = Drawing("s").start("s_in").user("a").end("s_out").chain("s_in", "a", "s_out")
    told = Drawing("e").end("e_end", extensions(hear("start", "e_end"))).chain("e_start", "e_end")
    drawing = Drawing().start().sub("s", body, extensions(hear("start", "in"), hear("end", "out"))).end()
    drawing.on_event("e", MESSAGE, told, interrupting=False).chain("start", "s", "end")

    play = Play(drawing, world=hearing())
    play.message("a")
    play.complete("a")

    assert heard(play) == ["in", "e_end", "out"]


def one(*inside, kind="userTask", **attributes):
    drawing = Drawing().start().element(kind, "t", extensions(*inside), **attributes).end()
    return drawing.chain("start", "t", "end").xml()


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (one(on("begin", "${x}")), "listener-event"),
        (one(on("take", "${x}")), "listener-event"),
        (one(on("start", "${x}", "task")), "listener-event"),
        (one('<camunda:executionListener event="start"/>'), "listener-empty"),
        (one(calls("start", "gone")), "handler-unknown"),
        (one('<camunda:executionListener event="start" class="com.example.Gone"/>'), "handler-unknown"),
        (one(calls("start", "hear")), "handler-input"),
        (one(on("start", "${1 +}")), "expression-invalid"),
        (one(on("start", "${gone.method(1)}")), "function-unknown"),
        (one(script("start", "1 +")), "expression-invalid"),
        (
            one(
                '<camunda:taskListener event="create"><camunda:script scriptFormat="groovy">x</camunda:script>'
                "</camunda:taskListener>"
            ),
            "script-language",
        ),
        (one(on("timeout", "${x}", "task")), "timer-empty"),
        (one(on("create", "${x}", "task"), kind="task"), "extension-unsupported"),
        (one(kind="task", camunda__assignee="${execution.setVariable('a', 1)}"), "attribute-unsupported"),
        (one(camunda__assignee="${execution.setVariable('a', 1)}"), "function-unknown"),
    ],
)
def test_listeners_that_could_not_work_are_refused_by_their_element(xml, code):
    registry = Registry()
    registry.handler("hear")(_hear)

    assert (code, "t") in errors_of(xml, KnownNames(registry, frozenset(), frozenset(), frozenset()))


def _hear(call, *, what: str) -> None:
    """Hear."""


def test_a_flow_behind_an_event_gateway_is_never_taken_so_it_has_no_listener():
    drawing = Drawing().start().gateway("eventBased", "g").catch("w", MESSAGE).catch("v", SIGNAL).end()
    drawing.chain("start", "g").flow("g", "v").chain("w", "end").chain("v", "end")
    told = extensions(on("take", "${1}"))
    drawing.add(f'<bpmn:sequenceFlow id="f" sourceRef="g" targetRef="w">{told}</bpmn:sequenceFlow>')

    assert errors_of(drawing.xml()) == [("extension-unsupported", "f")]
