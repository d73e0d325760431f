from datetime import timedelta

import pytest

from engine.spiff.inputs import UserTaskCompletion
from engine.spiff.outcomes import UserTaskWait
from engine.spiff.runner import TaskUnknown
from tests.spiff.drawing import Drawing, extensions, parameters, straight
from tests.spiff.play import BEGIN, Play, World


def test_an_instance_runs_from_task_to_task_to_its_end():
    play = Play(straight("a", "b"), n=1)

    assert play.began == ["start:activated", "start:completed", "a:activated"]
    assert play.complete("a", m=2) == ["a:completed", "b:activated"]
    assert play.complete("b") == ["b:completed", "end:activated", "end:completed"]
    assert play.is_completed
    assert play.variables == {"n": 1, "m": 2}
    play.replayed()


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("priority", "=10 ** 12"),
        ("priority", "=1.5"),
        ("assignee", '=string join(for i in 1..300 return "a")'),
        ("candidateGroups", '=[string join(for i in 1..300 return "a")]'),
        ("candidateGroups", "=for i in 1..1001 return string(i)"),
    ],
)
def test_what_no_list_of_tasks_could_hold_parks_before_the_task(attribute: str, text: str):
    drawing = Drawing().start().user("a", **{f"camunda__{attribute}": text}).end().chain("start", "a", "end")

    assert Play(drawing).incidents() == [("a", "expression")]


def test_a_transition_says_which_flow_was_taken():
    play = Play(straight("a"))

    assert [each.flow_id for each in play.transitions if each.element_id == "a"] == ["proc_1"]


def test_who_and_when_is_worked_out_once_when_the_task_opens():
    said = {
        "camunda__assignee": "=boss",
        "camunda__candidateGroups": "staff, ${extra}",
        "camunda__candidateUsers": '=["ann", "bob"]',
        "camunda__dueDate": '=duration("PT2H")',
        "camunda__followUpDate": "2026-03-03T08:00:00+08:00",
        "camunda__priority": "=10 * 7",
        "camunda__formRef": "form_a",
    }
    drawing = Drawing().start().user("a", "<bpmn:documentation>Do it.</bpmn:documentation>", **said).end()

    play = Play(drawing.chain("start", "a", "end"), boss="zoe", extra="night")

    task = play.task("a")
    assert isinstance(task, UserTaskWait)
    assert (task.assignee, task.candidate_groups, task.candidate_users) == ("zoe", ("staff", "night"), ("ann", "bob"))
    assert task.due_at == BEGIN + timedelta(hours=2)
    assert task.follow_up_at == BEGIN + timedelta(hours=23)
    assert (task.priority, task.form_ref, task.documentation) == (70, "form_a", "Do it.")


def test_the_lane_names_the_candidate_group_when_the_task_names_nobody():
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="客服 customer_service"><bpmn:flowNodeRef>a</bpmn:flowNodeRef>'
    )
    drawing = Drawing().add(lanes + "</bpmn:lane></bpmn:laneSet>").start()
    drawing.element("userTask", "a").end().chain("start", "a", "end")

    task = Play(drawing).task("a")

    assert (task.candidate_groups, task.lane) == (("customer_service",), "客服 customer_service")


def test_a_lane_property_names_the_candidate_group_of_tasks_in_sub_processes_too():
    group = extensions(
        '<camunda:properties><camunda:property name="candidate_group" value="desk"/></camunda:properties>'
    )
    lanes = (
        f'<bpmn:laneSet id="ls"><bpmn:lane id="l" name="前台">{group}<bpmn:flowNodeRef>s</bpmn:flowNodeRef></bpmn:lane>'
    )
    body = Drawing("body").start("in").element("userTask", "a").end("out").chain("in", "a", "out")
    drawing = Drawing().add(lanes + "</bpmn:laneSet>").start().sub("s", body).end().chain("start", "s", "end")

    assert Play(drawing).task("a").candidate_groups == ("desk",)


def test_input_parameters_are_seen_by_the_task_alone():
    inside = extensions(parameters({"title": '="Case " + no', "n": "=1 + 1"}))
    drawing = Drawing().start().user("a", inside).user("b").end().chain("start", "a", "b", "end")
    play = Play(drawing, no="7")

    seen = play.run.task_variables(play.task("a").task_id)
    play.complete("a", answer=1)

    assert seen == {"no": "7", "title": "Case 7", "n": 2}
    assert play.variables == {"no": "7", "answer": 1}


def test_output_parameters_decide_what_reaches_the_process():
    inside = extensions(parameters({}, {"total": "=x + y", "who": "${name}"}))
    drawing = Drawing().start().user("a", inside).end().chain("start", "a", "end")
    play = Play(drawing, y=2)

    play.complete("a", x=1, name="ann", other=0)

    assert play.variables == {"y": 2, "total": 3, "who": "ann"}


def test_a_failing_output_parameter_keeps_what_was_entered_for_the_retry():
    world = World(functions={"rate": lambda: 1})
    inside = extensions(parameters({}, {"total": "=if rate() = 1 then x + 1 else null"}))
    drawing = Drawing().start().user("a", inside).end().chain("start", "a", "end")
    play = Play(drawing, world=world)
    rates = world.functions

    def fails() -> object:
        from engine.handlers import HandlerFailed

        raise HandlerFailed("register closed")

    world.functions = {"rate": fails}
    done = play.complete("a", x=1)
    assert (done, play.incidents(), play.open()) == (["a:failed"], [("a", "expression")], [])

    world.functions = rates
    play.retry()

    assert play.is_completed
    assert play.variables == {"total": 2}


def test_an_assignee_that_is_no_text_parks_the_task():
    drawing = Drawing().start().user("a", camunda__assignee="=42").end().chain("start", "a", "end")

    play = Play(drawing)

    assert play.incidents() == [("a", "expression")]


def test_a_manual_task_waits_for_a_person_too():
    drawing = Drawing().start().element("manualTask", "a", camunda__candidateGroups="staff").end()
    play = Play(drawing.chain("start", "a", "end"))

    play.complete("a")

    assert play.is_completed


def test_completing_a_task_that_is_not_open_is_refused_and_changes_nothing():
    play = Play(straight("a", "b"))
    closed = play.task("a").task_id
    play.complete("a")
    before = play.run.dump()

    for unknown in (closed, "t999", ""):
        with pytest.raises(TaskUnknown):
            play.run.apply(UserTaskCompletion(unknown, {}), now=BEGIN)

    assert play.run.dump() == before


def test_the_initiator_variable_names_who_started():
    from engine.spiff.inputs import Start
    from engine.spiff.runner import new_run
    from tests.spiff.play import INSTANCE, parsed

    drawing = Drawing().start(camunda__initiator="who").user("a").end().chain("start", "a", "end")
    run = new_run(parsed(drawing.xml()), INSTANCE, World())

    run.apply(Start({}, initiator="ann"), now=BEGIN)

    assert run.variables == {"who": "ann"}


def test_a_rearm_moves_the_due_date_of_open_tasks():
    world = World(functions={"deadline": lambda: "2026-03-02T05:00:00Z"})
    drawing = Drawing().start().user("a", camunda__dueDate="=deadline()", camunda__followUpDate="PT1H").end()
    play = Play(drawing.chain("start", "a", "end"), world=world)
    world.functions["deadline"] = lambda: "2026-03-02T07:00:00Z"
    play.now += timedelta(minutes=30)

    done = play.rearm()

    assert done == ["a:rearmed"]
    assert dict(play.transitions[-1].detail) == {"dueDate": "2026-03-02T07:00:00+00:00"}
    assert play.task("a").due_at == BEGIN + timedelta(hours=6)
    assert play.task("a").follow_up_at == BEGIN + timedelta(hours=1)


def test_expressions_in_the_camunda_manner_know_the_execution():
    said = {"camunda__assignee": "${execution.processBusinessKey}", "camunda__candidateUsers": "${task.name}"}
    drawing = Drawing().start().user("a", **said).end().chain("start", "a", "end")

    task = Play(drawing, business_key="B-1").task("a")

    assert (task.assignee, task.candidate_users) == ("B-1", ("a",))


def test_an_incident_says_what_is_wrong_in_both_languages_and_quotes_no_value():
    play = Play(Drawing().start().user("a", camunda__assignee="=secret").end().chain("start", "a", "end"), secret=4711)

    message = play.incident().message

    assert message == "=secret:应为文本,而不是数字。 / =secret: this must be text, not a number."
