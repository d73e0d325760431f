"""
Random processes, played at random: kept in memory, reloaded after every step and replayed, all three the same.

`Play` compares kept and reloaded at each step; `replayed` compares the replay, bytes included.
"""

import random
import re
from collections import Counter
from datetime import timedelta

import pytest

from engine.handlers import BpmnError, HandlerFailed, Registry, Site
from engine.spiff.models import KnownNames
from tests.spiff.play import Play, World, errors_of
from tests.spiff.random_processes import Generator

SEEDS = 300
MOST_STEPS = 60


def step(play: Play, choices: random.Random) -> bool:
    """One random input; whether there was anything to do."""
    tasks = play.open()
    events = [wait for wait in play.events() if wait.kind != "conditional"]
    due = play.run.due()
    kinds = (["task"] * 6 if tasks else []) + (["event"] if events else []) + (["due"] if due else [])
    if not kinds:
        return False
    kind = choices.choice([*kinds, "rearm"])
    if kind == "task":
        element = choices.choice(tasks)
        play.complete(element, **{element: len(play.history), f"{element}_one": 1, "shared": choices.randrange(9)})
    elif kind == "event":
        wait = choices.choice(events)
        if wait.kind == "signal":
            play.signal(wait.name, n=len(play.history))
        else:
            play.message(wait.name, wait.element_id, n=len(play.history))
    elif kind == "due":
        play.fire()
    else:
        play.rearm()
    return True


def troubles(site: Site) -> Exception | None:
    """Sometimes a failure, sometimes a BPMN error, by where and when: the same in every run of the same history."""
    chance = int(site.task_id[1:]) * 7 + site.now.minute
    if chance % 3 == 0:
        return HandlerFailed(f"not at {site.now.minute}")
    return BpmnError("E", variables={"shared": 1}) if chance % 11 == 0 else None


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_process_with_failures_and_retries_is_the_same_kept_reloaded_and_replayed(seed: int):
    generator = Generator(seed, fragile=True)
    drawing = generator.process(depth=3)
    choices = random.Random(seed)
    world = World(handlers={"work": lambda text: {"n": text}}, functions={"wait": lambda: "PT1H"}, troubles=troubles)
    play = Play(drawing, *generator.called, world=world, odd=seed % 2 == 1, n=seed)

    while len(play.history) < MOST_STEPS:
        play.now += timedelta(minutes=1)
        if play.incidents() and choices.random() < 0.5:
            play.retry()
        elif not step(play, choices) and not play.incidents():
            break

    play.replayed()


def opened(play: Play) -> list[str]:
    return sorted(each.task_id for each in play.transitions if each.state == "activated")


def closed(play: Play) -> list[str]:
    return sorted(each.task_id for each in play.transitions if each.state in ("completed", "cancelled"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_process_is_the_same_kept_reloaded_and_replayed(seed: int):
    generator = Generator(seed)
    drawing = generator.process(depth=3)
    choices = random.Random(seed)
    play = Play(drawing, *generator.called, odd=seed % 2 == 1, n=seed)

    while len(play.history) < MOST_STEPS and step(play, choices):
        pass

    assert play.incidents() == []
    if len(play.history) < MOST_STEPS:
        assert play.is_completed
        assert opened(play) == closed(play)
    play.replayed()


FLOW = re.compile(r'<bpmn:sequenceFlow id="([^"]+)" sourceRef="([^"]+)" targetRef="([^"]+)"')


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_token_is_doubled_and_none_is_lost(seed: int):
    generator = Generator(seed)
    drawing = generator.process(depth=3)
    choices = random.Random(seed)
    play = Play(drawing, *generator.called, odd=seed % 2 == 1, n=seed)
    while len(play.history) < MOST_STEPS and step(play, choices):
        pass
    xml = drawing.xml(*generator.called).decode()
    taken = Counter(each.flow_id for each in play.transitions if each.state == "activated")
    left = leavings(play)
    incoming = Counter(target for _, _, target in FLOW.findall(xml))
    interrupted = any(each.state == "cancelled" for each in play.transitions)

    for flow, source, target in FLOW.findall(xml):
        is_join = incoming[target] > 1 and target.startswith("j")
        is_choice = source.startswith(("g", "x", "eg")) and f'parallelGateway id="{source}"' not in xml
        assert taken[flow] <= left[source]
        if not (is_join or is_choice or interrupted or len(play.history) == MOST_STEPS):
            assert taken[flow] == left[source]


def leavings(play: Play) -> Counter[str]:
    """How often a token left each element; out of a loop its body does, not each instance."""
    done = [each.element_id for each in play.transitions if each.state == "completed"]
    looped = {each.element_id.partition("#")[0] for each in play.transitions if "#" in each.element_id}
    return Counter(each.partition("#")[0] for each in done if each not in looped)


@pytest.mark.parametrize("seed", range(0, SEEDS, 10))
def test_a_random_process_passes_the_deployment_check(seed: int):
    generator = Generator(seed)
    drawing = generator.process(depth=3)
    keys = frozenset(each.key for each in generator.called)

    problems = errors_of(drawing.xml(*generator.called), KnownNames(Registry(), frozenset(), frozenset(), keys))

    assert problems == []


@pytest.mark.parametrize("seed", range(0, SEEDS, 5))
def test_a_cancelled_process_leaves_nothing_behind(seed: int):
    generator = Generator(seed)
    choices = random.Random(seed)
    play = Play(generator.process(depth=3), *generator.called, odd=True, n=1)
    for _ in range(choices.randrange(12)):
        step(play, choices)

    play.cancel()

    assert play.is_completed
    assert (play.run.waits(), play.run.due()) == ((), ())
    assert opened(play) == closed(play)
