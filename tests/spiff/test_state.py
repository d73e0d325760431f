"""State: bounded by what is alive, the same bytes for the same history, safe to share between threads."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from engine.spiff import advance, state_codec
from engine.spiff.inputs import Start, UserTaskCompletion
from engine.spiff.outcomes import UserTaskWait
from engine.spiff.runner import load_run, new_run
from engine.spiff.state_codec import StateUnreadable
from tests.spiff.drawing import Drawing, inner, many, straight, timer
from tests.spiff.play import BEGIN, INSTANCE, Play, World, errors_of, parsed


def rounds() -> Drawing:
    drawing = Drawing().start().gateway("exclusive", "m").user("u").script("s", "{n: n + 1}")
    drawing.boundary("b", "u", timer("timeDuration", "PT1H")).gateway("exclusive", "x", default="on").end()
    drawing.chain("start", "m", "u", "s", "x").chain("b", "end")
    return drawing.flow("x", "end", "n >= 1000").flow("x", "m", id="on")


def test_the_state_does_not_grow_with_history():
    play = Play(rounds(), n=0)
    play.complete("u")
    early = len(play.run.dump())

    for _ in range(300):
        play.complete("u")

    assert len(play.run.dump()) <= early + 20


def test_a_chain_of_two_thousand_automatic_tasks_runs_through():
    names = [f"t{number}" for number in range(2000)]
    drawing = Drawing().start()
    for name in names:
        drawing.element("task", name)
    drawing.end().chain("start", *names, "end")

    assert errors_of(drawing.xml()) == []
    assert Play(drawing).is_completed


@pytest.fixture
def small_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound of 1,000 shows the same as that of 10,000, ten times as fast."""
    monkeypatch.setattr(advance, "MOST_ACTIVATIONS", 1_000)


@pytest.mark.usefixtures("small_bound")
def test_an_endless_run_parks_instead_of_hanging():
    drawing = (
        Drawing().start().gateway("exclusive", "m").script("s", "{n: n + 1}").gateway("exclusive", "x", default="on")
    )
    drawing.end().chain("start", "m", "s", "x").flow("x", "end", "n < 0").flow("x", "m", id="on")
    play = Play(drawing, n=0)

    (incident,) = play.incidents()
    resumed = play.retry()

    assert incident[1] == "expression"
    assert "1000" in play.incident().message
    assert resumed[0].endswith(":resumed")


@pytest.mark.usefixtures("small_bound")
def test_loops_that_multiply_park_instead_of_hanging():
    nested = Drawing("c").start("ci").element("task", "t", many(cardinality="100")).end("co").chain("ci", "t", "co")
    for name, inside in (("b", "c"), ("a", "b")):
        outer = Drawing(name).start(f"{name}i").sub(f"s{inside}", nested, many(cardinality="100")).end(f"{name}o")
        nested = outer.chain(f"{name}i", f"s{inside}", f"{name}o")
    play = Play(Drawing().start().sub("sa", nested).end().chain("start", "sa", "end"))

    assert 0 < len(play.incidents()) <= 10_000
    assert {kind for _, kind in play.incidents()} == {"expression"}


def test_two_hundred_nested_sub_processes_run_and_end():
    body = inner("deepest", "x")
    for depth in range(200):
        body = Drawing(f"b{depth}").start(f"i{depth}").sub(f"s{depth}", body).end(f"o{depth}")
        body.chain(f"i{depth}", f"s{depth}", f"o{depth}")
    play = Play(Drawing().start().sub("s", body).end().chain("start", "s", "end"))

    assert len(play.cancel()) == 202


def test_the_same_definition_runs_in_several_threads_at_once():
    body = Drawing("on_body").user("h").end("on_out").chain("on_start", "h", "on_out")
    drawing = rounds().on_event("on", timer("timeCycle", "R/PT1H"), body, interrupting=False)
    executable = parsed(drawing.xml())

    def run(number: int) -> bytes:
        world = World()
        instance = new_run(executable, UUID(int=number), world)
        instance.apply(Start({"n": 0}), now=BEGIN)
        for _ in range(50):
            (task,) = (wait for wait in instance.waits() if isinstance(wait, UserTaskWait))
            instance.apply(UserTaskCompletion(task.task_id, {}), now=BEGIN)
            instance = load_run(executable, UUID(int=number), instance.dump(), world)
        return instance.dump()

    with ThreadPoolExecutor(8) as pool:
        states = set(pool.map(run, range(16)))

    assert len(states) == 1


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"[99,0,0,[],[]]", b"\xff", b"[1,2,0,[null],[]]"])
def test_bytes_that_are_no_state_are_refused(state: bytes):
    with pytest.raises(StateUnreadable):
        load_run(parsed(straight("u").xml()), INSTANCE, state, World())


def test_a_state_of_another_definition_is_refused():
    state = Play(straight("u")).run.dump()

    with pytest.raises(StateUnreadable):
        load_run(parsed(straight("other").xml()), INSTANCE, state, World())


def test_the_codec_has_a_version():
    assert Play(straight("u")).run.dump().startswith(b"[%d," % state_codec.CODEC_VERSION)
