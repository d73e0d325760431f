"""`currentUser()` and `currentUserGroups()`, as models from Camunda 7 ask for them."""

from collections.abc import Iterator

import pytest

from engine import handlers
from engine.actors import Actor
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.replay.instances import verify_instance
from operations.registry import build_registry
from tests.engine.conftest import ADMIN, NOW
from tests.engine.diagrams import chain, diagram, end, start, user

ANN = Actor("person:ann", groups=frozenset({"staff", "auditors"}), permissions=frozenset({"start"}))


@pytest.fixture
def of_the_house() -> Iterator[None]:
    before = handlers.installed()
    handlers.install(build_registry())
    yield
    handlers.install(before)


@pytest.mark.parametrize("mark", ["${{{}}}", "={}"])
def test_a_task_is_given_to_whoever_started_and_a_replay_gives_it_to_him_again(tx, of_the_house, mark):
    own, groups = mark.format("currentUser()"), mark.format("currentUserGroups()")
    said = f'camunda:assignee="{own}" camunda:candidateUsers="{groups}"'
    files = {"test.bpmn": diagram(chain(start(), user("own", attributes=said), end()))}
    deploy(tx, files, actor=ADMIN, now=NOW)

    started = start_process_instance(tx, definition_key="test", variables={}, actor=ANN, now=NOW)

    assert started.user_tasks[0].assignee == "person:ann"
    assert {"staff", "auditors"} <= set(started.user_tasks[0].candidate_users)
    assert verify_instance(tx, started.instance.id).is_identical
