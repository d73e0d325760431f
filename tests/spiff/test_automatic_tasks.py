import pytest

from engine.handlers import BpmnError, HandlerFailed
from engine.spiff.environment import DecisionOutcome
from tests.spiff.drawing import ANY_ERROR, ERROR, MESSAGE, Drawing, extensions, parameters, timer
from tests.spiff.play import BEGIN, Play, World


def one(kind: str, inside: str = "", **attributes: str) -> Drawing:
    return Drawing().start().element(kind, "t", inside, **attributes).user("u").end().chain("start", "t", "u", "end")


def test_a_task_without_a_type_passes_through():
    assert Play(one("task")).open() == ["u"]


def test_a_script_without_result_variable_spreads_its_context():
    drawing = Drawing().start().script("t", "{n: x + 1, list: [n, 2]}").end().chain("start", "t", "end")

    assert Play(drawing, x=1).variables == {"x": 1, "n": 2, "list": [2, 2]}


def test_a_script_with_result_variable_sets_it():
    drawing = Drawing().start().script("t", "x + 1", camunda__resultVariable="n").end().chain("start", "t", "end")

    assert Play(drawing, x=1).variables == {"x": 1, "n": 2}


def test_a_script_whose_value_is_no_context_parks():
    drawing = Drawing().start().script("t", "x + 1").end().chain("start", "t", "end")

    assert Play(drawing, x=1).incidents() == [("t", "expression")]


def test_a_service_task_calls_its_handler_with_its_inputs_and_takes_its_outputs():
    world = World(handlers={"work": lambda a, b: {"sum": a + b}})
    inside = extensions(parameters({"a": "=x", "b": "=2"}))
    drawing = Drawing().start().service("t", "work", inside).end().chain("start", "t", "end")

    play = Play(drawing, world=world, x=1, business_key="B-1")

    assert world.asked == [("work", {"a": 1, "b": 2})]
    assert play.variables == {"x": 1, "sum": 3}
    site = world.sites[0]
    assert (site.element_id, site.definition_key, site.business_key, site.case_number) == ("t", "proc", "B-1", "C-1")
    assert (site.activated_at, site.triggered_at, site.now) == (BEGIN, None, BEGIN)


def test_inputs_may_be_lists_and_maps():
    world = World(handlers={"work": lambda a, b: {}})
    inside = extensions(
        '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:list><camunda:value>=x</camunda:value>'
        '<camunda:value>two</camunda:value></camunda:list></camunda:inputParameter><camunda:inputParameter name="b">'
        '<camunda:map><camunda:entry key="k">${x}</camunda:entry></camunda:map></camunda:inputParameter>'
        "</camunda:inputOutput>"
    )
    drawing = Drawing().start().service("t", "work", inside).end().chain("start", "t", "end")

    Play(drawing, world=world, x=1)

    assert world.asked == [("work", {"a": [1, "two"], "b": {"k": 1}})]


def test_a_result_variable_takes_the_whole_result():
    world = World(handlers={"work": lambda: {"a": 1}})
    drawing = Drawing().start().service("t", "work", camunda__resultVariable="r").end().chain("start", "t", "end")

    assert Play(drawing, world=world).variables == {"r": {"a": 1}}


def test_output_parameters_see_the_result_over_the_variables():
    world = World(handlers={"work": lambda: {"a": 1}})
    inside = extensions(parameters({}, {"r": "=a + x"}))
    drawing = Drawing().start().service("t", "work", inside).end().chain("start", "t", "end")

    assert Play(drawing, world=world, x=2).variables == {"x": 2, "r": 3}


def test_a_handler_may_be_named_by_class():
    world = World(handlers={"Work": lambda: {"a": 1}})
    drawing = Drawing().start().element("serviceTask", "t", camunda__class="com.example.Work").end()

    assert Play(drawing.chain("start", "t", "end"), world=world).variables == {"a": 1}


@pytest.mark.parametrize("expression", ["${x + 1}", "=x + 1"])
def test_a_service_task_may_evaluate_an_expression(expression: str):
    drawing = one("serviceTask", camunda__expression=expression, camunda__resultVariable="y")

    assert Play(drawing, x=1).variables == {"x": 1, "y": 2}


def test_a_failing_handler_parks_before_its_task_and_a_retry_resumes_there():
    def fails() -> dict[str, object]:
        raise HandlerFailed("printer on fire")

    world = World(handlers={"work": fails})
    drawing = Drawing().start().user("a").service("t").end().chain("start", "a", "t", "end")
    play = Play(drawing, world=world)

    done = play.complete("a", n=1)
    parked = play.incident()
    world.handlers["work"] = lambda: {"ok": True}
    resumed = play.retry()

    assert done == ["a:completed", "t:activated", "t:failed"]
    assert (parked.kind, parked.message, parked.retries_left) == ("handler", "printer on fire", 0)
    assert resumed == ["t:resumed", "t:completed", "end:activated", "end:completed"]
    assert play.variables == {"n": 1, "ok": True}


def test_a_retry_that_fails_again_stays_parked():
    def fails() -> dict[str, object]:
        raise HandlerFailed("no")

    drawing = Drawing().start().service("t").end().chain("start", "t", "end")
    play = Play(drawing, world=World(handlers={"work": fails}))

    assert play.retry() == ["t:resumed", "t:failed"]
    assert play.incidents() == [("t", "handler")]
    assert play.due() == []


def test_a_retry_cycle_tries_again_by_itself_until_it_is_used_up():
    def fails() -> dict[str, object]:
        raise HandlerFailed("no")

    inside = extensions("<camunda:failedJobRetryTimeCycle>R2/PT10M</camunda:failedJobRetryTimeCycle>")
    drawing = Drawing().start().service("t", "work", inside).end().chain("start", "t", "end")
    play = Play(drawing, world=World(handlers={"work": fails}))
    left = [play.incident().retries_left]

    while play.due():
        play.fire()
        left.append(play.incident().retries_left)

    assert left == [2, 1, 0]
    assert (play.now - BEGIN).total_seconds() == 20 * 60


def test_what_a_failed_element_wrote_is_taken_back():
    inside = extensions(parameters({}, {"a": "=1", "b": "=missing + 1", "c": "${missing.x}"}))
    drawing = Drawing().start().element("task", "t", inside).end().chain("start", "t", "end")

    play = Play(drawing, x=0)

    assert play.incidents() == [("t", "expression")]
    assert play.variables == {"x": 0}


def test_a_bpmn_error_of_a_handler_goes_to_its_boundary():
    def refuses() -> dict[str, object]:
        raise BpmnError("E", "not allowed", {"why": "law"})

    drawing = Drawing().start().service("t").boundary("b", "t", ERROR).user("u").end()
    drawing.chain("start", "t", "end").chain("b", "u", "end")

    play = Play(drawing, world=World(handlers={"work": refuses}))

    assert play.open() == ["u"]
    assert play.variables == {"why": "law"}
    assert play.began[2:] == ["t:activated", "t:cancelled", "b:activated", "b:completed", "u:activated"]


def test_a_bpmn_error_nobody_catches_is_an_incident():
    def refuses() -> dict[str, object]:
        raise BpmnError("Z")

    drawing = (
        Drawing().start().service("t").boundary("b", "t", ERROR).end().chain("start", "t", "end").chain("b", "end")
    )

    play = Play(drawing, world=World(handlers={"work": refuses}))

    assert play.incidents() == [("t", "error_uncaught")]


def test_a_handlers_failure_is_no_bpmn_error():
    def fails() -> dict[str, object]:
        raise HandlerFailed("no")

    drawing = Drawing().start().service("t").boundary("b", "t", ANY_ERROR).end().chain("start", "t", "end")

    assert Play(drawing.chain("b", "end"), world=World(handlers={"work": fails})).incidents() == [("t", "handler")]


@pytest.mark.parametrize(
    ("mapping", "rows", "expected"),
    [
        ("singleEntry", [{"p": "P1"}], "P1"),
        ("singleResult", [{"p": "P1", "q": 2}], {"p": "P1", "q": 2}),
        ("collectEntries", [{"p": 1}, {"p": 2}], [1, 2]),
        ("resultList", [{"p": 1}, {"p": 2}], [{"p": 1}, {"p": 2}]),
        (None, [{"p": 1}], [{"p": 1}]),
        ("singleEntry", [], None),
    ],
)
def test_a_decisions_result_is_mapped_as_the_model_says(
    mapping: str | None, rows: list[dict[str, object]], expected: object
):
    world = World(decisions={"d": DecisionOutcome(rows, tuple(rows))})
    said = {"camunda__decisionRef": "d", "camunda__resultVariable": "r"}
    if mapping is not None:
        said["camunda__mapDecisionResult"] = mapping

    play = Play(one("businessRuleTask", **said), world=world)

    assert play.variables == {"r": expected}


def test_a_single_result_of_two_rules_parks():
    rows = [{"p": 1}, {"p": 2}]
    world = World(decisions={"d": DecisionOutcome(rows, tuple(rows))})
    said = {"camunda__decisionRef": "d", "camunda__resultVariable": "r", "camunda__mapDecisionResult": "singleEntry"}

    assert Play(one("businessRuleTask", **said), world=world).incidents() == [("t", "decision")]


def test_a_decision_that_fails_parks():
    said = {"camunda__decisionRef": "gone", "camunda__resultVariable": "r"}

    assert Play(one("businessRuleTask", **said)).incidents() == [("t", "decision")]


def test_an_asynchronous_task_is_due_at_once_and_does_nothing_before():
    world = World(handlers={"work": lambda: {"ok": 1}})
    drawing = Drawing().start().service("t", camunda__asyncBefore="true").end().chain("start", "t", "end")
    play = Play(drawing, world=world)

    assert world.asked == []
    assert [(each.kind, each.due_at) for each in play.run.due()] == [("async", BEGIN)]
    play.fire()

    assert play.variables == {"ok": 1}
    assert play.is_completed


def test_async_after_stops_behind_the_task():
    drawing = Drawing().start().user("a", camunda__asyncAfter="true").user("b").end().chain("start", "a", "b", "end")
    play = Play(drawing)

    play.complete("a")
    waiting = (play.open(), [each.kind for each in play.run.due()])
    play.fire()

    assert waiting == ([], ["async"])
    assert play.open() == ["b"]


def test_a_token_on_hold_before_a_join_has_not_arrived_there():
    drawing = Drawing().start().gateway("parallel", "p").user("a", camunda__asyncAfter="true").user("b")
    drawing.gateway("parallel", "j").user("c").end().chain("start", "p", "a", "j", "c", "end").chain("p", "b", "j")
    play = Play(drawing)
    play.complete("a")
    play.complete("b")

    waiting = play.open()
    play.fire()

    assert (waiting, play.open()) == ([], ["c"])


def test_a_scope_whose_listener_cannot_be_armed_parks_at_its_start_and_resumes_there():
    def fails() -> object:
        raise HandlerFailed("no register")

    world = World(functions={"deadline": fails})
    body = Drawing("body").end("on_out").chain("on_start", "on_out")
    drawing = Drawing().start().user("u").end().chain("start", "u", "end")
    drawing.on_event("first", MESSAGE, Drawing("b1").end("o1").chain("first_start", "o1"), interrupting=False)
    play = Play(drawing.on_event("on", timer("timeDate", "=deadline()"), body, interrupting=False), world=world)

    parked = (play.incidents(), play.events(), play.open())
    world.functions["deadline"] = lambda: "2026-03-02T05:00:00Z"
    play.retry()

    assert parked == ([("start", "timer")], [], [])
    assert ([wait.element_id for wait in play.events()], play.open()) == (["first_start"], ["u"])
    assert [element for element, _ in play.due()] == ["on_start"]
