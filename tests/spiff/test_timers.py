from datetime import timedelta

import pytest

from engine import clock
from tests.spiff.drawing import Drawing, inner, straight, timer
from tests.spiff.play import BEGIN, Play, World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def waiting(rule: str, text: str) -> Drawing:
    return Drawing().start().catch("t", timer(rule, text)).user("u").end().chain("start", "t", "u", "end")


def guarded(rule: str, text: str, *, interrupting: bool) -> Drawing:
    drawing = Drawing().start().user("u").boundary("b", "u", timer(rule, text), interrupting=interrupting)
    return drawing.user("late").end().chain("start", "u", "end").chain("b", "late", "end")


@pytest.mark.parametrize(
    ("rule", "text", "after"),
    [
        ("timeDuration", "PT1H", HOUR),
        ("timeDuration", '=duration("P1DT1H")', DAY + HOUR),
        ("timeDuration", "${wait}", 2 * HOUR),
        ("timeDate", "2026-03-02T02:00:00Z", HOUR),
        ("timeDate", "2026-03-02T10:00:00", HOUR),
        ("timeDate", "=promise(1)", 3 * HOUR),
        ("timeDate", '=date and time("2026-03-02T10:00:00@Asia/Shanghai")', HOUR),
        ("timeCycle", "R3/PT1H", HOUR),
    ],
)
def test_a_timer_is_due_when_its_rule_says(rule: str, text: str, after: timedelta):
    world = World(functions={"promise": lambda n: "2026-03-02T04:00:00Z"})

    play = Play(waiting(rule, text), world=world, wait="PT2H")

    assert play.due() == [("t", after)]
    assert play.fire() == ["t:completed", "u:activated"]


@pytest.mark.parametrize("text", ["soon", "=null", "=missing", "=5", "R0/PT1H", "R/PT0S", "R/PT0.5S"])
def test_a_rule_that_gives_no_time_parks_the_token(text: str):
    assert Play(waiting("timeDuration", text)).incidents() == [("t", "timer")]


def test_a_past_time_fires_at_the_next_due_step_and_not_at_once():
    play = Play(waiting("timeDate", "2020-01-01T00:00:00Z"))

    assert play.open() == []
    play.fire()
    assert play.open() == ["u"]


def test_an_interrupting_timer_ends_its_task():
    play = Play(guarded("timeDuration", "PT1H", interrupting=True))

    assert play.fire() == ["u:cancelled", "b:activated", "b:completed", "late:activated"]
    assert (play.open(), play.due()) == (["late"], [])


def test_completing_the_task_disarms_its_timer():
    play = Play(guarded("timeDuration", "PT1H", interrupting=True))

    play.complete("u")

    assert play.is_completed


def test_a_non_interrupting_duration_fires_once_beside_the_task():
    play = Play(guarded("timeDuration", "PT1H", interrupting=False))

    play.fire()

    assert sorted(play.open()) == ["late", "u"]
    assert play.due() == []


def test_a_cycle_repeats_as_often_as_it_says_counted_from_its_own_times():
    play = Play(guarded("timeCycle", "R3/PT1H", interrupting=False))
    fired = []

    while play.due():
        fired.append(play.due()[0][1])
        play.fire(late=timedelta(minutes=5))

    assert fired == [HOUR, 2 * HOUR, 3 * HOUR]
    assert play.open().count("late") == 3


def test_an_endless_cycle_goes_on_until_its_task_is_done():
    play = Play(guarded("timeCycle", "R/PT24H", interrupting=False))

    for _ in range(5):
        play.fire()
    play.complete("u")

    assert play.open() == ["late"] * 5
    assert play.due() == []


def test_the_site_of_a_late_firing_tells_the_true_due_time():
    world = World(handlers={"breach": lambda: {}})
    drawing = Drawing().start().user("u").boundary("b", "u", timer("timeDuration", "PT1H"), interrupting=False)
    drawing.service("s", "breach").end().chain("start", "u", "end").chain("b", "s", "end")
    play = Play(drawing, world=world)

    play.fire(late=3 * HOUR)

    assert world.sites[0].triggered_at == BEGIN + HOUR
    assert world.sites[0].now == BEGIN + 4 * HOUR


def test_a_rearm_moves_the_timers_whose_rule_gives_another_time():
    times = {"a": "2026-03-02T02:00:00Z", "b": "2026-03-02T03:00:00Z"}
    world = World(functions={"deadline": lambda key: times[key]})
    drawing = Drawing().start().user("u")
    drawing.boundary("ta", "u", timer("timeDate", '=deadline("a")'))
    drawing.boundary("tb", "u", timer("timeDate", '=deadline("b")'))
    drawing.boundary("tc", "u", timer("timeDuration", "PT9H"))
    drawing.end().chain("start", "u", "end").chain("ta", "end").chain("tb", "end").chain("tc", "end")
    play = Play(drawing, world=world)
    times["a"] = "2026-03-02T05:00:00Z"
    play.now += timedelta(minutes=30)

    done = play.rearm()

    assert done == ["ta:rearmed"]
    assert dict(play.transitions[-1].detail) == {"old": "2026-03-02T02:00:00+00:00", "new": "2026-03-02T05:00:00+00:00"}
    assert play.due() == [("tb", 2 * HOUR), ("ta", 4 * HOUR), ("tc", 9 * HOUR)]
    assert {site.activated_at for site in world.sites} == {BEGIN}


def test_a_rearmed_duration_counts_from_the_activation():
    world = World(functions={"wait": lambda: "PT1H"})
    play = Play(guarded("timeDuration", "=wait()", interrupting=True), world=world)
    world.functions["wait"] = lambda: "PT3H"
    play.now += 2 * HOUR

    play.rearm()

    assert play.due() == [("b", 3 * HOUR)]


def test_now_in_a_rule_is_the_moment_of_activation_also_at_a_rearm():
    play = Play(guarded("timeDate", '=now() + duration("PT3H")', interrupting=True))
    play.now += 2 * HOUR

    assert play.rearm() == []
    assert play.due() == [("b", 3 * HOUR)]


def test_a_timer_whose_rule_fails_at_a_rearm_keeps_its_time():
    world = World(functions={"wait": lambda: "PT1H"})
    play = Play(guarded("timeDuration", "=wait()", interrupting=True), world=world)
    world.functions["wait"] = lambda: "nonsense"

    assert play.rearm() == []
    assert play.due() == [("b", HOUR)]


def test_a_timer_of_a_scope_interrupts_everything_inside_at_once():
    body = (
        Drawing("body").start("in").gateway("parallel", "p").user("x").sub("deep", inner("deep_body", "y")).end("out")
    )
    body.chain("in", "p", "x", "out").chain("p", "deep", "out")
    drawing = Drawing().start().sub("s", body).boundary("b", "s", timer("timeDuration", "PT1H")).user("late").end()
    play = Play(drawing.chain("start", "s", "end").chain("b", "late", "end"))

    done = play.fire()

    assert play.open() == ["late"]
    assert {each for each in done if each.endswith("cancelled")} == {
        "x:cancelled",
        "y:cancelled",
        "deep:cancelled",
        "s:cancelled",
    }


def test_due_work_is_sorted_by_time():
    drawing = Drawing().start().user("u")
    for hours in (3, 1, 2):
        drawing.boundary(f"b{hours}", "u", timer("timeDuration", f"PT{hours}H"), interrupting=False)
        drawing.chain(f"b{hours}", "end")
    drawing.end().chain("start", "u", "end")

    assert Play(drawing).due() == [("b1", HOUR), ("b2", 2 * HOUR), ("b3", 3 * HOUR)]


def test_a_task_without_timers_is_never_due():
    assert Play(straight("u")).due() == []


def test_a_time_without_an_offset_is_of_the_houses_own_zone(request: pytest.FixtureRequest):
    request.addfinalizer(lambda: clock.configure_zone("Asia/Shanghai"))
    clock.configure_zone("Europe/Berlin")

    play = Play(waiting("timeDate", "2026-03-02T10:00:00"))

    assert [due.due_at for due in play.run.due()] == [BEGIN + 8 * HOUR]
