"""Sub-processes, event sub-processes, called processes, and the events on their edges."""

from datetime import timedelta

import pytest

from engine.spiff.inputs import MessageDelivery
from engine.spiff.runner import TaskUnknown
from tests.spiff.drawing import (
    MESSAGE,
    SIGNAL,
    TERMINATE,
    Drawing,
    correlation,
    extensions,
    inner,
    parameters,
    straight,
    timer,
)
from tests.spiff.play import BEGIN, Play, World


def handling(event: str, *, interrupting: bool, extra: str = "") -> Drawing:
    """A process with task `u` and an event sub-process `on` with task `h`."""
    body = Drawing("body").user("h").end("on_out").chain("on_start", "h", "on_out")
    return straight("u").on_event("on", event, body, interrupting=interrupting, extra=extra)


def test_a_sub_process_shares_the_variables_around_it():
    drawing = Drawing().start().sub("s", inner("body", "x")).end().chain("start", "s", "end")
    play = Play(drawing, n=1)

    seen = play.run.task_variables(play.task("x").task_id)
    play.complete("x", m=2)

    assert seen == {"n": 1}
    assert play.variables == {"n": 1, "m": 2}
    assert play.is_completed


def test_transitions_inside_name_the_scope_they_are_in():
    drawing = Drawing().start().sub("s", inner("body", "x")).end().chain("start", "s", "end")

    play = Play(drawing)

    scope = next(each.task_id for each in play.transitions if each.element_id == "s")
    assert {each.scope_id for each in play.transitions if each.element_id in ("x", "body_in")} == {scope}


def test_sub_processes_nest_deeply():
    body = inner("deepest", "x")
    for depth in range(60):
        body = Drawing(f"b{depth}").start(f"i{depth}").sub(f"s{depth}", body).end(f"o{depth}")
        body.chain(f"i{depth}", f"s{depth}", f"o{depth}")
    drawing = Drawing().start().sub("s", body).end().chain("start", "s", "end")
    play = Play(drawing)

    play.complete("x", n=1)

    assert play.is_completed
    assert play.variables == {"n": 1}


def test_input_parameters_of_a_sub_process_are_local_to_it():
    inside = extensions(parameters({"n": "=outer + 1"}, {"result": "=n + m"}))
    drawing = Drawing().start().sub("s", inner("body", "x"), inside).end().chain("start", "s", "end")
    play = Play(drawing, outer=1)

    seen = play.run.task_variables(play.task("x").task_id)
    play.complete("x", n=10, m=5)

    assert seen == {"outer": 1, "n": 2}
    assert play.variables == {"outer": 1, "m": 5, "result": 15}


@pytest.mark.parametrize(
    ("event", "send"),
    [(MESSAGE, "message"), (SIGNAL, "signal"), (timer("timeCycle", "R/PT1H"), "fire")],
)
def test_a_non_interrupting_event_sub_process_runs_each_time_its_event_happens(event: str, send: str):
    play = Play(handling(event, interrupting=False))

    for _ in range(3):
        {"message": lambda: play.message("a"), "signal": lambda: play.signal("s"), "fire": play.fire}[send]()

    assert sorted(play.open()) == ["h", "h", "h", "u"]
    play.complete("u")
    assert not play.is_completed
    for _ in range(3):
        play.complete("h")
    assert play.is_completed


@pytest.mark.parametrize(
    ("event", "send"), [(MESSAGE, "message"), (SIGNAL, "signal"), (timer("timeDuration", "PT1H"), "fire")]
)
def test_an_interrupting_event_sub_process_ends_everything_around_it(event: str, send: str):
    play = Play(handling(event, interrupting=True))

    {"message": lambda: play.message("a"), "signal": lambda: play.signal("s"), "fire": play.fire}[send]()

    assert play.open() == ["h"]
    assert (play.events(), play.due()) == ([], [])
    play.complete("h")
    assert play.is_completed


def test_what_an_event_sub_process_was_brought_and_wrote_belongs_to_the_scope_around_it():
    play = Play(handling(MESSAGE, interrupting=False))
    play.message("a", brought=1)
    play.complete("h", wrote=2)

    seen = play.run.task_variables(play.task("u").task_id)

    assert seen == {"brought": 1, "wrote": 2}


def test_an_event_sub_process_works_inside_sub_processes_and_called_processes():
    body = Drawing("body").user("h").end("on_out").chain("on_start", "h", "on_out")
    called = straight("v", key="called")
    called.on_event("on", MESSAGE, body, interrupting=False)
    nested = Drawing("nested").start("in").call("c", "called").end("out").chain("in", "c", "out")
    drawing = Drawing().start().sub("s", nested).end().chain("start", "s", "end")
    play = Play(drawing, called)

    play.message("a")
    play.message("a")

    assert sorted(play.open()) == ["h", "h", "v"]
    play.complete("h")
    play.complete("v")
    assert play.open() == ["h"]
    play.complete("h")
    assert play.is_completed


def test_a_finished_scope_stops_listening():
    body = inner("body", "x")
    on = Drawing("on_body").user("h").end("on_out").chain("on_start", "h", "on_out")
    body.on_event("on", MESSAGE, on, interrupting=False)
    drawing = Drawing().start().sub("s", body).user("z").end().chain("start", "s", "z", "end")
    play = Play(drawing)
    listening = play.events()[0].task_id

    play.complete("x")

    assert play.events() == []
    with pytest.raises(TaskUnknown):
        play.run.apply(MessageDelivery(listening, "a", {}), now=BEGIN)


def test_a_guard_on_a_scope_ends_when_the_work_ends_in_a_terminate_end():
    ladder = straight("l1", key="ladder")
    guard = Drawing("guard").call("escalate", "ladder").end("on_out").chain("on_start", "escalate", "on_out")
    body = Drawing("body").start("in").user("x").end("out", TERMINATE).chain("in", "x", "out")
    body.on_event("on", timer("timeDuration", "PT1H"), guard, interrupting=False)
    drawing = Drawing().start().sub("s", body).user("z").end().chain("start", "s", "z", "end")
    play = Play(drawing, ladder)
    play.fire()
    assert sorted(play.open()) == ["l1", "x"]

    done = play.complete("x")

    assert play.open() == ["z"]
    assert "l1:cancelled" in done


def test_a_called_process_has_variables_of_its_own():
    called = straight("x", key="called")
    mappings = extensions(
        '<camunda:in source="n" target="m"/><camunda:in sourceExpression="=n + 1" target="p"/>',
        '<camunda:in businessKey="=key"/><camunda:out source="r" target="result"/>',
        '<camunda:out sourceExpression="${q}" target="q2"/>',
    )
    drawing = Drawing().start().call("c", "called", mappings).end().chain("start", "c", "end")
    play = Play(drawing, called, n=1, key="B-9")

    seen = play.run.task_variables(play.task("x").task_id)
    play.complete("x", r=5, q=6, secret=7)

    assert seen == {"m": 1, "p": 2}
    assert play.variables == {"n": 1, "key": "B-9", "result": 5, "q2": 6}


def test_without_mappings_nothing_goes_in_and_nothing_comes_out():
    play = Play(
        Drawing().start().call("c", "called").end().chain("start", "c", "end"), straight("x", key="called"), n=1
    )

    seen = play.run.task_variables(play.task("x").task_id)
    play.complete("x", r=5)

    assert (seen, play.variables) == ({}, {"n": 1})


def test_all_variables_can_be_mapped():
    mappings = extensions('<camunda:in variables="all"/><camunda:out variables="all"/>')
    drawing = Drawing().start().call("c", "called", mappings).end().chain("start", "c", "end")
    play = Play(drawing, straight("x", key="called"), n=1)

    play.complete("x", r=5)

    assert play.variables == {"n": 1, "r": 5}


def test_transitions_of_a_called_process_name_its_definition():
    called = straight("x", key="called")
    play = Play(Drawing().start().call("c", "called").end().chain("start", "c", "end"), called)

    assert play.task("x").definition_id == play.world.processes["called"].definition_id
    assert play.transitions[-1].definition_id == play.world.processes["called"].definition_id


def test_the_binding_of_a_call_is_handed_to_the_environment():
    said = {"camunda__calledElementBinding": "version", "camunda__calledElementVersion": "=1 + 1"}
    play = Play(
        Drawing().start().call("c", "called", **said).end().chain("start", "c", "end"), straight("x", key="called")
    )

    assert play.world.asked == [("called", ("version", "2"))]


def test_a_called_process_that_is_not_there_parks():
    play = Play(Drawing().start().call("c", "gone").end().chain("start", "c", "end"))

    assert play.incidents() == [("c", "called_process")]


@pytest.mark.parametrize("interrupting", [True, False])
def test_message_boundaries(interrupting: bool):
    drawing = Drawing().start().user("u").boundary("b", "u", MESSAGE, interrupting=interrupting).user("h").end()
    play = Play(drawing.chain("start", "u", "end").chain("b", "h", "end"))

    play.message("a", n=1)
    again = [wait.element_id for wait in play.events()]

    assert again == ([] if interrupting else ["b"])
    assert sorted(play.open()) == (["h"] if interrupting else ["h", "u"])
    assert play.variables == {"n": 1}


def test_a_message_waits_with_its_correlation_key():
    drawing = Drawing().start().catch("m", MESSAGE, extensions(correlation('="K-" + no'))).end()
    keyed = Play(drawing.chain("start", "m", "end"), no="1", business_key="B")
    plain = Play(Drawing().start().catch("m", MESSAGE).end().chain("start", "m", "end"), business_key="B")

    assert (keyed.events()[0].correlation_key, plain.events()[0].correlation_key) == ("K-1", "B")


def test_a_thrown_message_leaves_the_instance_and_is_not_caught_in_the_same_step():
    inside = extensions(correlation("=no"), parameters({"n": "=x + 1"}))
    drawing = Drawing().start().gateway("parallel", "p").catch("c", MESSAGE).user("u").throw("m", MESSAGE, inside).end()
    play = Play(drawing.chain("start", "p", "c", "end").chain("p", "u", "m", "end"), no="7", x=1)

    play.complete("u")

    thrown = play.thrown[0]
    assert (thrown.kind, thrown.name, thrown.correlation_key, dict(thrown.variables)) == ("message", "a", "7", {"n": 2})
    assert [wait.element_id for wait in play.events()] == ["c"]


def test_send_tasks_and_end_events_throw_too():
    drawing = (
        Drawing().start().element("sendTask", "t", messageRef="msg_b").end("end", SIGNAL).chain("start", "t", "end")
    )

    play = Play(drawing, business_key="B")

    assert [(each.kind, each.name, each.correlation_key) for each in play.thrown] == [
        ("message", "b", "B"),
        ("signal", "s", None),
    ]


def test_a_signal_reaches_everyone_who_waits_for_it():
    drawing = Drawing().start().gateway("parallel", "p").catch("c1", SIGNAL).catch("c2", SIGNAL).end()
    play = Play(drawing.chain("start", "p", "c1", "end").chain("p", "c2", "end"))

    play.signal("other")
    assert len(play.events()) == 2
    play.signal("s", n=1)

    assert play.is_completed
    assert play.variables == {"n": 1}


def test_a_process_may_begin_at_a_message_start_event():
    drawing = Drawing().start("by_hand").start("by_message", MESSAGE).user("a").user("b").end()
    drawing.chain("by_hand", "a", "end").chain("by_message", "b", "end")

    assert Play(drawing).open() == ["a"]
    assert Play(drawing, start_at="by_message").open() == ["b"]


def test_a_terminate_end_ends_its_own_scope_only():
    body = Drawing("body").start("in").gateway("parallel", "p2").user("x").user("y").end("out", TERMINATE).end("o2")
    body.chain("in", "p2", "x", "out").chain("p2", "y", "o2")
    drawing = Drawing().start().gateway("parallel", "p").sub("s", body).user("z").end()
    play = Play(drawing.chain("start", "p", "s", "end").chain("p", "z", "end"))

    done = play.complete("x")

    assert done[:5] == ["x:completed", "out:activated", "y:cancelled", "out:completed", "s:completed"]
    assert play.open() == ["z"]


def test_cancelling_ends_everything():
    drawing = Drawing().start().sub("s", inner("body", "x")).boundary("b", "s", timer("timeDuration", "PT1H")).end()
    play = Play(drawing.chain("start", "s", "end").chain("b", "end"))

    done = play.cancel()

    assert done == ["x:cancelled", "s:cancelled"]
    assert play.is_completed
    assert (play.run.waits(), play.due()) == ((), [])


def test_reentry_rearms_boundary_timers():
    drawing = Drawing().start().gateway("exclusive", "m").user("u").boundary("b", "u", timer("timeDuration", "PT1H"))
    drawing.gateway("exclusive", "x", default="done").end().chain("start", "m", "u", "x").chain("b", "end")
    drawing.flow("x", "m", "again").flow("x", "end", id="done")
    play = Play(drawing)
    play.now += timedelta(minutes=30)

    play.complete("u", again=True)

    assert play.due() == [("b", timedelta(minutes=90))]


def test_messages_in_two_called_processes_wait_side_by_side():
    called = (
        Drawing("called").start().catch("m", MESSAGE, extensions(correlation("=k"))).end().chain("start", "m", "end")
    )
    into = '<camunda:in source="{}" target="k"/>'
    drawing = Drawing().start().gateway("parallel", "p").end()
    drawing.call("c1", "called", extensions(into.format("k1"))).call("c2", "called", extensions(into.format("k2")))
    play = Play(drawing.chain("start", "p", "c1", "end").chain("p", "c2", "end"), called, k1="1", k2="2", world=World())

    assert [wait.correlation_key for wait in play.events()] == ["1", "2"]


def test_a_called_process_without_a_none_start_event_parks():
    called = Drawing("called").start("start", MESSAGE).end().chain("start", "end")
    play = Play(Drawing().start().call("c", "called").end().chain("start", "c", "end"), called)

    assert play.incidents() == [("c", "called_process")]
