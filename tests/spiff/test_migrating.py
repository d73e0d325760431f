"""A running instance goes on with another version; what stands in the way is named."""

from datetime import timedelta

import pytest

from engine.spiff.inputs import Migrate, UserTaskCompletion
from engine.spiff.obstacles import Impossible
from engine.spiff.runner import load_run
from tests.spiff.drawing import MESSAGE, SIGNAL, Drawing, compensate, inner, many, straight, timer
from tests.spiff.play import INSTANCE, Play, parsed

HOUR = timedelta(hours=1)


def move(play: Play, drawing: Drawing, *called: Drawing, updates_timers: bool = False, **mapping: str) -> list[str]:
    """Go on with `drawing`; the transitions."""
    source, target = play.executable, parsed(drawing.xml(*called), drawing.key)
    play.world.processes[str(len(play.history))] = source
    play.world.processes[drawing.key] = play.executable = target
    return play.apply(Migrate(source.definition_id, target.definition_id, mapping, updates_timers=updates_timers))


def refused(play: Play, drawing: Drawing, **mapping: str) -> list[tuple[str, str]]:
    """(code, element id) of what stands in the way."""
    target = parsed(drawing.xml(), drawing.key)
    play.world.processes["target"] = target
    run = load_run(play.executable, INSTANCE, play.run.dump(), play.world, case_number="C-1")
    with pytest.raises(Impossible) as caught:
        run.apply(Migrate(play.executable.definition_id, target.definition_id, mapping), now=play.now)
    return [(each.code, each.element_id) for each in caught.value.obstacles]


def replayed(play: Play, began_with: Drawing) -> None:
    now, play.executable = play.executable, parsed(began_with.xml(), began_with.key)
    play.replayed()
    play.executable = now


def test_an_open_task_goes_on_with_its_id_and_what_follows_is_drawn_by_the_new_version():
    old, new = straight("a", "b"), straight("a", "check", "b")
    play = Play(old, amount=7)
    task = play.task("a")

    moved = move(play, new)
    kept = play.task("a")
    done = play.complete("a")

    assert moved == []
    assert (kept.task_id, kept.definition_id) == (task.task_id, play.executable.definition_id)
    assert done == ["a:completed", "check:activated"]
    assert play.variables == {"amount": 7}
    replayed(play, old)


def test_a_mapping_gives_an_open_element_another_id():
    old, new = straight("a", "b"), straight("review", "b")
    play = Play(old)
    task_id = play.task("a").task_id

    moved = move(play, new, a="review")

    assert moved == ["review:migrated"]
    assert play.task("review").task_id == task_id
    assert play.complete("review") == ["review:completed", "b:activated"]
    replayed(play, old)


def test_every_open_element_without_a_counterpart_is_named():
    split = Drawing().start().gateway("parallel", "split").user("a").user("b").user("c").end().end("e2").end("e3")
    split.chain("start", "split", "a", "end").chain("split", "b", "e2").chain("split", "c", "e3")
    new = Drawing().start().gateway("parallel", "split").service("b").sub("s", inner("s", "c")).end().end("e2")
    new.chain("start", "split", "b", "end").chain("split", "s", "e2")
    play = Play(split)
    before = play.run.dump()

    found = refused(play, new)

    assert found == [("element-missing", "a"), ("type-changed", "b"), ("scope-changed", "c")]
    assert play.run.dump() == before


def test_a_waiting_timer_keeps_its_time_unless_it_is_asked_again():
    old = straight_with("wait", timer("timeDuration", "PT1H"))
    new = straight_with("wait", timer("timeDuration", "PT3H"))
    kept, asked = Play(old), Play(old)

    move(kept, new)
    told = move(asked, new, updates_timers=True)

    assert kept.due() == [("wait", HOUR)]
    assert asked.due() == [("wait", 3 * HOUR)]
    assert told == ["wait:rearmed"]
    replayed(asked, old)


def test_an_event_of_another_kind_is_refused_and_a_renamed_message_is_waited_for_by_its_new_name():
    old = straight_with("wait", MESSAGE)
    other = straight_with("wait", MESSAGE.replace("msg_a", "msg_b"))
    play = Play(old)

    found = refused(play, straight_with("wait", SIGNAL))
    move(play, other)

    assert found == [("event-changed", "wait")]
    assert [wait.name for wait in play.events()] == ["b"]
    assert play.message("b") == ["wait:completed", "z:activated"]


def straight_with(id: str, event: str) -> Drawing:
    return Drawing().start().catch(id, event).user("z").end().chain("start", id, "z", "end")


def test_boundary_events_come_and_go_with_the_version_and_those_in_both_keep_their_time():
    old = straight("a").boundary("late", "a", timer("timeDuration", "PT2H")).boundary("stop", "a", MESSAGE)
    old.end("e2").end("e3").chain("late", "e2").chain("stop", "e3")
    new = straight("a").boundary("late", "a", timer("timeDuration", "PT9H"))
    new.boundary("soon", "a", timer("timeDuration", "PT1H"), interrupting=False).user("hurry")
    new.end("e2").end("e3").chain("late", "e2").chain("soon", "hurry", "e3")
    play = Play(old)
    play.now += HOUR

    move(play, new)

    assert play.due() == [("late", 2 * HOUR), ("soon", 2 * HOUR)]
    assert play.events() == []
    assert "hurry:activated" in play.fire("soon")
    replayed(play, old)


def test_a_boundary_event_that_has_fired_does_not_wait_again():
    old = straight("a").boundary("late", "a", timer("timeDuration", "PT2H"), interrupting=False).user("hurry")
    old.end("e2").chain("late", "hurry", "e2")
    play = Play(old)
    play.fire("late")

    move(play, _commented(old))

    assert play.due() == []
    assert play.open() == ["a", "hurry"]


def _commented(drawing: Drawing) -> Drawing:
    again = Drawing(drawing.key)
    again.parts = [*drawing.parts, "<!-- another version -->"]
    return again


def test_event_sub_processes_of_the_target_listen_from_now_on():
    old = straight("a")
    body = Drawing("h").user("handle").end("h_out").chain("h_start", "handle", "h_out")
    new = straight("a").on_event("h", MESSAGE, body, interrupting=False)
    play = Play(old)

    move(play, new)
    told = play.message("a")

    assert "handle:activated" in told
    assert play.open() == ["a", "handle"]
    back = refused(play, old)
    assert back == [("element-missing", "h"), ("element-missing", "handle")]
    replayed(play, old)


def test_inside_sub_processes_and_loops_everything_open_goes_on():
    old = Drawing().start().sub("s", inner("s", "a", "b"), many(cardinality="2")).end().chain("start", "s", "end")
    new = Drawing().start().sub("s", inner("s", "a", "c"), many(cardinality="2")).end().chain("start", "s", "end")
    play = Play(old)
    play.complete("a")

    found = refused(play, new)
    move(play, new, b="c")
    play.complete("c")
    play.complete("a")
    play.complete("c")

    assert found == [("element-missing", "b")]
    assert play.is_completed
    replayed(play, old)


def test_a_loop_does_not_become_a_single_task_nor_a_sequential_one():
    old = Drawing().start().user("a", many(cardinality="2")).end().chain("start", "a", "end")
    sequential = Drawing().start().user("a", many(cardinality="2", sequential=True)).end().chain("start", "a", "end")
    play = Play(old)

    assert {code for code, _ in refused(play, straight("a"))} == {"type-changed"}
    assert refused(play, sequential) == [("type-changed", "a")]


def joined(*branches: str) -> Drawing:
    drawing = Drawing().start().gateway("parallel", "split").gateway("parallel", "join").user("z").end()
    drawing.flow("start", "split").chain("join", "z", "end")
    for each in branches:
        drawing.user(each).flow("split", each, id=f"to_{each}").flow(each, "join", id=f"from_{each}")
    return drawing


def test_tokens_at_a_join_need_their_flow_and_a_join_that_got_narrower_lets_them_pass():
    old, new = joined("a", "b", "c"), joined("a", "b", "d")
    play = Play(old)
    play.complete("a")
    play.complete("b")

    found = refused(play, joined("c", "b"))
    unmapped = refused(play, new)
    move(play, new, c="d", from_c="from_d")
    last = play.complete("d")

    assert found == [("flow-missing", "join")]
    assert unmapped == [("element-missing", "c")]
    assert last[-1] == "z:activated"
    replayed(play, old)


def test_a_join_with_fewer_flows_passes_at_once():
    old = joined("a", "b")
    old.user("c").end("apart").flow("split", "c").flow("c", "join", id="from_c")
    new = joined("a", "b").user("c").end("apart").flow("split", "c").chain("c", "apart")
    play = Play(old)
    play.complete("a")
    play.complete("b")

    told = move(play, new)

    assert told[-1] == "z:activated"
    assert sorted(play.open()) == ["c", "z"]
    replayed(play, old)


def test_what_has_completed_can_still_be_undone_or_the_migration_is_refused():
    old = Drawing().start().undoable("a").user("b").throw("t", compensate()).end().chain("start", "a", "b", "t", "end")
    new = Drawing().start().undoable("x").user("b").throw("t", compensate()).end().chain("start", "x", "b", "t", "end")
    play = Play(old)
    play.complete("a")

    found = refused(play, new)
    move(play, new, a="x")
    play.complete("b")

    assert found == [("compensation-missing", "a")]
    assert play.open() == ["undo_x"]
    replayed(play, old)


def test_an_incident_stays_one_and_is_retried_in_the_new_version():
    old = Drawing().start().script("s", "unknown()").end().chain("start", "s", "end")
    new = Drawing().start().script("s", "1 + 1", camunda__resultVariable="n").user("z").end()
    play = Play(old)
    incident = play.incident()

    move(play, new.chain("start", "s", "z", "end"))
    kept = play.incident()
    play.retry()

    assert kept.task_id == incident.task_id
    assert play.variables == {"n": 2}
    replayed(play, old)


def test_a_called_process_stays_what_it_is():
    sub, old, new = straight("inside", key="sub"), calling("c", "z"), calling("c", "y", "z")
    play = Play(old, sub)
    called = play.task("inside").definition_id

    move(play, new, sub)
    task = play.task("inside")
    done = play.apply(UserTaskCompletion(task.task_id, {}))

    assert task.definition_id == called
    assert done[-1] == "y:activated"


def calling(call: str, *ids: str) -> Drawing:
    drawing = Drawing().start().call(call, "sub")
    for each in ids:
        drawing.user(each)
    return drawing.end().chain("start", call, *ids, "end")


def test_behind_an_event_based_gateway_events_come_and_go():
    old, new = waiting("m", MESSAGE), waiting("n", timer("timeDuration", "PT1H"))
    play = Play(old)

    move(play, new)

    assert [wait.element_id for wait in play.events()] == ["also"]
    assert play.due() == [("n", HOUR)]
    play.fire()
    assert play.open() == ["z"]
    assert play.events() == []
    replayed(play, old)


def waiting(id: str, event: str) -> Drawing:
    drawing = Drawing().start().gateway("eventBased", "g").catch(id, event).user("z").end()
    drawing.catch("also", SIGNAL).end("e2").chain("g", "also", "e2")
    return drawing.chain("start", "g", id, "z", "end")
