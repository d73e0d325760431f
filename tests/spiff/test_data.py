from datetime import timedelta

from tests.spiff.drawing import MESSAGE, Drawing, extensions, parameters, timer
from tests.spiff.play import Play, errors_of


def io(inputs=(), outputs=(), needed=None):
    names = "".join(f'<bpmn:dataInput id="{each}"/>' for each in inputs)
    names += "".join(f'<bpmn:dataOutput id="{each}"/>' for each in outputs)
    ins = "".join(f"<bpmn:dataInputRefs>{each}</bpmn:dataInputRefs>" for each in (inputs if needed is None else needed))
    outs = "".join(f"<bpmn:dataOutputRefs>{each}</bpmn:dataOutputRefs>" for each in outputs)
    sets = f"<bpmn:inputSet>{ins}</bpmn:inputSet><bpmn:outputSet>{outs}</bpmn:outputSet>"
    return f"<bpmn:ioSpecification>{names}{sets}</bpmn:ioSpecification>"


def into(source, target, rule=""):
    sources = "".join(f"<bpmn:sourceRef>{each}</bpmn:sourceRef>" for each in source.split())
    inside = f"{sources}<bpmn:targetRef>{target}</bpmn:targetRef>{rule}"
    return f"<bpmn:dataInputAssociation>{inside}</bpmn:dataInputAssociation>"


def out(source, target, rule=""):
    sources = "".join(f"<bpmn:sourceRef>{each}</bpmn:sourceRef>" for each in source.split())
    inside = f"{sources}<bpmn:targetRef>{target}</bpmn:targetRef>{rule}"
    return f"<bpmn:dataOutputAssociation>{inside}</bpmn:dataOutputAssociation>"


def transformation(text):
    return f"<bpmn:transformation>{text}</bpmn:transformation>"


def assign(source, target):
    return f"<bpmn:assignment><bpmn:from>{source}</bpmn:from><bpmn:to>{target}</bpmn:to></bpmn:assignment>"


def data(*ids):
    return "".join(
        f'<bpmn:dataObject id="{each}"/><bpmn:dataObjectReference id="{each}_ref" dataObjectRef="{each}"/>'
        for each in ids
    )


def working(inside, *objects):
    """start → user task `a` with this inside → user task `b` → end."""
    return Drawing().add(data(*objects)).start().user("a", inside).user("b").end().chain("start", "a", "b", "end")


def test_a_data_input_takes_the_value_of_a_data_object_and_only_its_element_sees_it():
    inside = io(["amount"]) + into("order_ref", "amount")

    play = Play(working(inside, "order"), order=7)
    seen = play.run.task_variables(play.task("a").task_id)
    play.complete("a")

    assert seen["amount"] == 7
    assert play.variables == {"order": 7}
    play.replayed()


def test_an_activity_without_a_required_input_waits_until_it_has_a_value():
    inside = io(["amount"]) + into("order_ref", "amount")
    drawing = Drawing().add(data("order")).start().gateway("parallel", "fork").user("a", inside).user("b")
    drawing.gateway("parallel", "join").end().chain("start", "fork", "a", "join", "end").chain("fork", "b", "join")

    play = Play(drawing)
    waiting = play.open()
    play.complete("b", order=3)

    assert waiting == ["b"]
    assert play.open() == ["a"]
    assert play.run.task_variables(play.task("a").task_id)["amount"] == 3


def test_an_activity_begins_when_its_input_comes_and_its_timer_counts_from_then():
    inside = io(["amount"]) + into("order_ref", "amount")
    drawing = Drawing().add(data("order")).start().user("a", inside).end().end("late")
    drawing.boundary("limit", "a", timer("timeDuration", "PT1H")).chain("start", "a", "end").chain("limit", "late")
    body = Drawing("c").user("ask").end("c_end").chain("c_start", "ask", "c_end")
    drawing.on_event("c", MESSAGE, body, interrupting=False)

    play = Play(drawing)
    before = play.due()
    play.now += timedelta(hours=5)
    play.message("a", order=1)

    assert before == []
    assert sorted(play.open()) == ["a", "ask"]
    assert play.due() == [("limit", timedelta(hours=6))]
    play.replayed()


def test_an_optional_input_is_not_waited_for():
    inside = io(["amount"], needed=[]) + into("order_ref", "amount")

    play = Play(working(inside, "order"))

    assert play.open() == ["a"]


def test_a_transformation_makes_one_value_of_several_sources():
    inside = io(["sum"]) + into("x_ref y_ref", "sum", transformation("x + y"))

    play = Play(working(inside, "x", "y"), x=2, y=3)

    assert play.run.task_variables(play.task("a").task_id)["sum"] == 5


def test_assignments_build_a_context_entry_by_entry():
    inside = io(["form"]) + (
        "<bpmn:dataInputAssociation><bpmn:targetRef>form</bpmn:targetRef>"
        + assign("=x * 2", "form.total")
        + assign("EUR", "form.currency")
        + "</bpmn:dataInputAssociation>"
    )

    play = Play(working(inside), x=4)

    assert play.run.task_variables(play.task("a").task_id)["form"] == {"total": 8, "currency": "EUR"}


def test_a_data_output_goes_to_the_data_object_and_what_is_no_output_does_not_leave():
    inside = io(outputs=["answer"]) + out("answer", "decision_ref")

    play = Play(working(inside, "decision"))
    play.complete("a", answer="yes", secret="x")

    assert play.variables == {"decision": "yes"}
    play.replayed()


def test_a_required_output_without_a_value_parks_the_task():
    inside = io(outputs=["answer"]) + out("answer", "decision_ref")

    play = Play(working(inside, "decision"))
    play.complete("a")

    assert play.incidents() == [("a", "expression")]
    assert play.variables == {}


def test_an_output_without_association_is_the_variable_of_its_name():
    play = Play(working(io(outputs=["answer"])))

    play.complete("a", answer=1, other=2)

    assert play.variables == {"answer": 1}


def test_an_output_is_transformed_on_its_way():
    inside = io(outputs=["answer"]) + out("answer", "decision_ref", transformation('upper case(answer) + "!"'))

    play = Play(working(inside, "decision"))
    play.complete("a", answer="yes")

    assert play.variables == {"decision": "YES!"}


def test_a_data_object_is_known_by_its_name_when_it_is_one_word():
    objects = '<bpmn:dataObject id="d1" name="order"/><bpmn:dataObjectReference id="r1" dataObjectRef="d1"/>'
    objects += '<bpmn:dataObject id="d2" name="Two words"/><bpmn:dataObjectReference id="r2" dataObjectRef="d2"/>'
    inside = io(["x", "y"]) + into("r1", "x") + into("r2", "y")

    play = Play(working(inside + "", "z").add(objects), order=1, d2=2)
    seen = play.run.task_variables(play.task("a").task_id)

    assert (seen["x"], seen["y"]) == (1, 2)


def test_a_data_object_of_a_sub_process_lives_and_ends_with_it():
    body = (
        Drawing("s").add(data("draft")).start("s_in").user("a").user("b").end("s_out").chain("s_in", "a", "b", "s_out")
    )
    drawing = Drawing().start().sub("s", body).user("c").end().chain("start", "s", "c", "end")

    play = Play(drawing, draft="outer")
    play.complete("a", draft="inner")
    inside = play.run.task_variables(play.task("b").task_id)["draft"]
    play.complete("b")

    assert inside == "inner"
    assert play.variables == {"draft": "outer"}
    play.replayed()


def test_a_property_of_a_sub_process_is_its_own_and_one_of_a_task_as_well():
    body = Drawing("s").start("s_in").user("a").user("b").end("s_out").chain("s_in", "a", "b", "s_out")
    own = '<bpmn:property id="count"/>'
    drawing = Drawing().start().sub("s", body, own).user("c", own).end().chain("start", "s", "c", "end")

    play = Play(drawing, count=1)
    play.complete("a", count=2)
    inside = play.run.task_variables(play.task("b").task_id)["count"]
    play.complete("b")
    play.complete("c", count=3)

    assert inside == 2
    assert play.variables == {"count": 1}


def test_a_message_is_taken_apart_by_the_data_outputs_of_its_event():
    inside = '<bpmn:dataOutput id="paid"/>' + out("paid", "sum_ref")
    drawing = Drawing().add(data("sum")).start().catch("w", MESSAGE, inside).user("b").end()
    drawing.chain("start", "w", "b", "end")

    play = Play(drawing)
    play.message("a", paid=9, noise=1)

    assert play.variables == {"sum": 9}


def test_the_single_output_of_an_event_is_the_whole_message_when_it_has_no_entry_of_that_name():
    inside = '<bpmn:dataOutput id="letter"/>' + out("letter", "kept_ref")
    drawing = Drawing().add(data("kept")).start().catch("w", MESSAGE, inside).user("b").end()
    drawing.chain("start", "w", "b", "end")

    play = Play(drawing)
    play.message("a", paid=9)

    assert play.variables == {"kept": {"paid": 9}}


def test_the_data_inputs_of_a_throw_event_are_what_its_message_carries():
    inside = '<bpmn:dataInput id="paid"/>' + into("sum_ref", "paid")
    drawing = Drawing().add(data("sum")).start().throw("t", MESSAGE, inside).end().chain("start", "t", "end")

    play = Play(drawing, sum=9)

    assert [dict(each.variables) for each in play.thrown] == [{"paid": 9}]


def test_the_data_inputs_of_an_error_end_come_with_the_error():
    fault = '<bpmn:dataInput id="why"/>' + into("reason_ref", "why") + '<bpmn:errorEventDefinition errorRef="err_e"/>'
    body = Drawing("s").start("s_in").end("s_bad", fault).chain("s_in", "s_bad")
    caught = '<bpmn:dataOutput id="why"/>' + out("why", "kept_ref")
    drawing = Drawing().add(data("reason", "kept")).start().sub("s", body).end().user("b").end("bad")
    drawing.boundary("catch", "s", '<bpmn:errorEventDefinition errorRef="err_e"/>', inside=caught)
    drawing.chain("start", "s", "end").chain("catch", "b", "bad")

    play = Play(drawing, reason="late")

    assert play.variables == {"reason": "late", "kept": "late"}
    assert play.open() == ["b"]


def test_a_multi_instance_runs_over_a_data_object_and_fills_another():
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>answers</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="item"/><bpmn:outputDataItem id="answer"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    inside = io(["items"], ["answers"]) + into("orders_ref", "items") + out("answers", "results_ref") + loop

    play = Play(working(inside, "orders", "results"), orders=["x", "y"])
    seen = [play.run.task_variables(play.task("a", nth).task_id)["item"] for nth in (0, 1)]
    play.complete("a", 1, answer=2)
    play.complete("a", answer=1)

    assert seen == ["x", "y"]
    assert play.variables == {"orders": ["x", "y"], "results": [1, 2]}
    play.replayed()


def test_a_call_activity_hands_its_data_inputs_in_and_takes_its_outputs_from_the_called_process():
    called = Drawing("called").start("c_start").script("c_work", "{result: amount * 2}").end("c_end")
    called.chain("c_start", "c_work", "c_end")
    inside = io(["amount"], ["result"]) + into("order_ref", "amount") + out("result", "total_ref")
    drawing = Drawing().add(data("order", "total")).start().call("c", "called", inside).user("b").end()
    drawing.chain("start", "c", "b", "end")

    play = Play(drawing, called, order=4)

    assert play.variables == {"order": 4, "total": 8}


def test_a_data_store_and_what_a_modeler_only_draws_change_nothing():
    drawn = '<bpmn:property id="p" name="__targetRef_placeholder"/>' + into("order_ref", "p")
    drawn += (
        into("store_ref", "p")
        + "<bpmn:dataOutputAssociation><bpmn:targetRef>order_ref</bpmn:targetRef></bpmn:dataOutputAssociation>"
    )
    drawing = working(drawn, "order").add('<bpmn:dataStoreReference id="store_ref"/>')

    play = Play(drawing)
    play.complete("a", x=1)

    assert errors_of(drawing.xml()) == []
    assert play.variables == {"x": 1}


def test_a_receive_task_has_boundary_events_and_outputs_like_every_activity():
    inside = extensions(parameters(outputs={"kept": "=paid"}))
    drawing = Drawing().start().element("receiveTask", "r", inside, messageRef="msg_a").user("b").end()
    drawing.boundary("late", "r", timer("timeDuration", "PT1H")).end("too_late")
    drawing.chain("start", "r", "b", "end").chain("late", "too_late")

    taken = Play(drawing)
    missed = Play(drawing)
    taken.message("a", paid=5)
    missed.fire("late")

    assert taken.variables == {"kept": 5}
    assert taken.open() == ["b"]
    assert missed.is_completed


def test_associations_that_cannot_run_are_refused_by_name():
    several = working(io(["x"]) + into("a_ref b_ref", "x"), "a", "b").xml()
    nowhere = working(io(["x"]) + into("missing", "x")).xml()
    wrong = working(io(["x"]) + into("a_ref", "x", transformation("a +")), "a").xml()

    assert ("data-association-invalid", "a") in errors_of(several)
    assert [code for code, _ in errors_of(nowhere)] == ["dangling-reference"]
    assert ("expression-invalid", "a") in errors_of(wrong)


def test_an_event_whose_input_is_missing_does_not_hear_yet():
    inside = (
        '<bpmn:dataOutput id="o"/><bpmn:dataInput id="i"/><bpmn:inputSet><bpmn:dataInputRefs>i</bpmn:dataInputRefs>'
    )
    inside += "</bpmn:inputSet>" + into("order_ref", "i")
    drawing = Drawing().add(data("order")).start().element("receiveTask", "w", inside, messageRef="msg_b").user("b")
    drawing.end().chain("start", "w", "b", "end")
    body = Drawing("c").end("c_end").chain("c_start", "c_end")
    drawing.on_event("c", MESSAGE, body, interrupting=False)

    play = Play(drawing)
    deaf = [wait.kind for wait in play.events() if wait.element_id == "w"]
    play.message("a", order=1)
    hearing = [wait.name for wait in play.events() if wait.element_id == "w"]

    assert deaf == ["conditional"]
    assert hearing == ["b"]
