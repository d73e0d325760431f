"""Models with something broken in them: each is refused by name, or runs. None raises."""

import copy
import random
from uuid import uuid4

import pytest
from lxml import etree

from engine.handlers import Registry
from engine.spiff.executables import load_executable
from engine.spiff.inputs import DueStep, Start, UserTaskCompletion
from engine.spiff.models import KnownNames, ModelReading, read_model
from engine.spiff.outcomes import UserTaskWait
from engine.spiff.runner import load_run, new_run
from tests.spiff.play import BEGIN, INSTANCE, World
from tests.spiff.random_processes import Generator

SEEDS = 400
WITHOUT_ELEMENT = {"xml-refused", "not-bpmn", "no-executable-process", "missing-id"}
VALUES = ["", "x", "${", "=", "-1", "true", "false", "99999999999", "=1+", "start", "end", "External"]
TEXTS = ["", "x", "=", "${a", "=nope()", "PT", "R0/PT1H", "null", "-5", "[1.."]
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "messageRef", "default", "calledElement")


def mutated(source: bytes, choices: random.Random) -> bytes:
    root = etree.fromstring(source)
    for _ in range(choices.choice([1, 1, 2, 3])):
        elements = [each for each in root.iter() if isinstance(each.tag, str) and each is not root]
        mutate(choices.choice(elements), elements, choices)
    return etree.tostring(root)


def mutate(element: etree._Element, elements: list[etree._Element], choices: random.Random) -> None:
    other = choices.choice(elements)
    attributes = list(element.attrib)
    match choices.randrange(8):
        case 0 if element.getparent() is not None:
            element.getparent().remove(element)
        case 1 if attributes:
            del element.attrib[choices.choice(attributes)]
        case 2 if attributes:
            element.set(choices.choice(attributes), choices.choice(VALUES))
        case 3:
            element.addnext(copy.deepcopy(element))
        case 4:
            element.text = choices.choice(TEXTS)
        case 5 if element not in other.iter() and other not in element.iter():
            other.append(copy.deepcopy(element))
        case 6:
            element.tag = other.tag
        case _:
            ids = [each.get("id") for each in elements if each.get("id")]
            for name in REFERENCES:
                if element.get(name) is not None:
                    element.set(name, choices.choice(ids))


def play(reading: ModelReading, source: bytes, choices: random.Random) -> None:
    """A few random steps of the first process, reloaded after each."""
    world = World()
    for summary in reading.processes:
        world.processes[summary.key] = load_executable(uuid4(), source, summary.key)
    executable = world.processes[reading.processes[0].key]
    run = new_run(executable, INSTANCE, world)
    run.apply(Start({"odd": True, "n": 1}), now=BEGIN)
    for count in range(20):
        tasks = [wait for wait in run.waits() if isinstance(wait, UserTaskWait)]
        due = run.due()
        if tasks and choices.random() < 0.7:
            run.apply(UserTaskCompletion(choices.choice(tasks).task_id, {"shared": count}), now=BEGIN)
        elif due:
            first = choices.choice(due)
            run.apply(DueStep(first.task_id, first.due_at), now=BEGIN)
        else:
            return
        run = load_run(executable, INSTANCE, run.dump(), world)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_mutated_model_is_refused_with_an_element_or_runs(seed: int):
    choices = random.Random(seed)
    generator = Generator(seed)
    drawing = generator.process(depth=2)
    source = mutated(drawing.xml(*generator.called), choices)
    keys = frozenset(each.key for each in generator.called)

    reading = read_model("m.bpmn", source, KnownNames(Registry(), frozenset(), frozenset(), keys))

    errors = [each for each in reading.problems if each.severity == "error"]
    codes = {each.code for each in errors if each.element_id is None}
    assert codes <= WITHOUT_ELEMENT or "missing-id" in {each.code for each in errors}
    if not errors:
        play(reading, source, choices)
