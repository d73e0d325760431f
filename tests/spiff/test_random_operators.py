"""Random processes, migrated and modified at random moments: nothing is lost, and everything replays."""

import random
from datetime import timedelta
from uuid import uuid5

import pytest

from engine.spiff.executables import load_executable
from engine.spiff.inputs import Instruction, Migrate, Modify
from engine.spiff.instances import live
from engine.spiff.obstacles import Impossible
from engine.spiff.runner import load_run
from tests.spiff.play import _NAMES, INSTANCE, Play, World
from tests.spiff.random_processes import Generator
from tests.spiff.test_random_processes import step, troubles

SEEDS = 60
MOST_STEPS = 40


def begun(seed: int) -> tuple[Play, Generator, bytes]:
    generator = Generator(seed, fragile=True)
    drawing = generator.process(depth=3)
    world = World(handlers={"work": lambda text: {"n": text}}, functions={"wait": lambda: "PT1H"}, troubles=troubles)
    play = Play(drawing, *generator.called, world=world, odd=seed % 2 == 1, n=seed)
    return play, generator, drawing.xml(*generator.called)


def go_on(play: Play, choices: random.Random) -> bool:
    """One minute and one input later; whether there was anything to do."""
    play.now += timedelta(minutes=1)
    if play.incidents() and choices.random() < 0.5:
        play.retry()
        return True
    return step(play, choices) or bool(play.incidents())


@pytest.mark.parametrize("seed", range(SEEDS))
def test_migrating_to_a_version_that_means_the_same_changes_nothing(seed: int):
    play, _, xml = begun(seed)
    choices = random.Random(seed)
    first = play.executable

    for number in range(MOST_STEPS):
        if play.is_completed or not go_on(play, choices):
            break
        if number % 3 == 0 and not play.is_completed:
            source, again = play.executable, xml + b"<!-- %d -->" % number
            target = load_executable(uuid5(_NAMES, str((seed, number))), again, source.key)
            play.world.processes[f"v{number}"] = target
            before, due = play.run.dump(), play.run.due()
            play.executable = target

            done = play.apply(Migrate(source.definition_id, target.definition_id, {}))

            assert done == []
            assert (play.run.dump(), play.run.due()) == (before, due)

    play.executable = first
    play.replayed()


def any_step(play: Play, choices: random.Random) -> Instruction:
    """Something an operator might try, sensible or not."""
    top = play.run._top
    specs = [
        spec for scope in (top.executable.root, *top.executable.scopes.values()) for spec in scope.task_specs.values()
    ]
    elements = sorted({spec.bpmn_id for spec in specs if spec.name.startswith("e.")})
    flows = sorted({way.flow_id for spec in specs if spec.name.startswith("e.") for way in spec.ways if way.flow_id})
    tasks = [task.id for task in live(top)]
    match choices.randrange(6):
        case 0 | 1:
            return Instruction("cancel", None, choices.choice(tasks))
        case 2:
            return Instruction("cancel", choices.choice(elements))
        case 3:
            return Instruction("start_before", choices.choice(elements), choices.choice([None, None, *tasks]))
        case 4:
            return Instruction("start_after", choices.choice(elements))
        case _:
            return Instruction("start_flow", choices.choice(flows))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_modification_is_refused_whole_or_replays(seed: int):
    play, _, _ = begun(seed)
    choices = random.Random(seed)

    for _ in range(MOST_STEPS):
        if play.is_completed or not go_on(play, choices) or play.is_completed:
            break
        given = Modify(tuple(any_step(play, choices) for _ in range(choices.randrange(1, 4))), {"n": 5})
        probe = load_run(play.executable, INSTANCE, play.run.dump(), play.world, case_number="C-1")
        try:
            probe.rehearse(given, now=play.now)
        except Impossible:
            continue
        play.apply(given)

    play.replayed()
