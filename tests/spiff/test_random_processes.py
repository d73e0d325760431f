"""
Random processes, played at random: kept in memory, reloaded after every step and replayed, all three the same.

`Play` compares kept and reloaded at each step; `replayed` compares the replay, bytes included.
"""

import random

import pytest

from engine.handlers import Registry
from engine.spiff.models import KnownNames
from tests.spiff.play import Play, errors_of
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
