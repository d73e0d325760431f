"""
Generated processes, deployed, played over the commands and replayed from what the journal says of them.

OPSFLOW_FUZZ_EXAMPLES gives more of them; with OPSFLOW_RECORD_JOURNALS those of the first seeds are kept as recordings.
"""

import random
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from engine import handlers
from engine.commands import due_work
from engine.commands.deployments import deploy
from engine.commands.incidents import retry_incident
from engine.commands.messages import correlate_message
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.errors import EngineError
from engine.handlers import Call, HandlerFailed, Registry
from engine.persistence.process_instances import claim_due_instance
from engine.persistence.transactions import transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.queries.incidents import list_incidents
from engine.replay.instances import verify_instance
from tests.conftest import FUZZ_EXAMPLES
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.replay.recordings import record_if_asked
from tests.spiff.random_processes import Generator

SEEDS = max(16, FUZZ_EXAMPLES // 5)
MOST_STEPS = 25
WORTH_KEEPING = 8


@pytest.fixture(autouse=True)
def _registry():
    before = handlers.installed()
    registry = Registry()

    @registry.handler("work")
    def work(call: Call, *, text: str) -> dict[str, object]:
        if (call.site.now.minute + len(call.site.task_id)) % 4 == 0:
            raise HandlerFailed("not now")
        return {"n": text}

    @registry.function("wait")
    def wait(call: Call) -> str:
        return "PT1H"

    handlers.install(registry)
    yield
    handlers.install(before)


def step(instance_id, choices: random.Random, now) -> bool:
    """One random thing that may happen, in a transaction of its own; whether anything did."""
    with transaction() as tx:
        tasks = open_tasks_of(tx, instance_id)
        query = text("SELECT kind, name FROM event_subscription WHERE instance_id = :i AND kind = 'message'")
        messages = tx.execute(query, {"i": instance_id}).all()
        incidents = list_incidents(tx, instance_id=instance_id, actor=ADMIN).items
        due = claim_due_instance(tx, now=now)
        if due is not None:
            due_work.advance_due_instance(tx, due, now=now)
        elif incidents:
            retry_incident(tx, incidents[0].id, actor=ADMIN, now=now)
        elif tasks and (not messages or choices.random() < 0.8):
            task = choices.choice(tasks)
            values = {task.element_id: now.minute, f"{task.element_id}_one": 1, "shared": choices.randrange(9)}
            complete_user_task(tx, task.id, values, actor=STAFF, now=now)
        elif messages:
            correlate_message(tx, messages[0].name, variables={"n": now.minute}, actor=ADMIN, now=now)
        else:
            return False
    return True


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_generated_process_is_replayed_from_its_journal_after_it_was_played(
    database: Engine, owner_engine: Engine, seed: int
):
    generator = Generator(seed, fragile=True)
    xml = generator.process(depth=3).xml(*generator.called)
    choices, now = random.Random(seed), NOW
    with transaction() as tx:
        deploy(tx, {"generated.bpmn": xml}, registry=handlers.installed(), actor=ADMIN, now=now)
        begun = start_process_instance(tx, definition_key="proc", variables={"n": seed}, actor=ADMIN, now=now)

    for _ in range(MOST_STEPS):
        now += timedelta(minutes=choices.choice([1, 7, 61]))
        try:
            if not step(begun.instance.id, choices, now):
                break
        except EngineError:
            continue  # refused, so nothing was written

    with transaction() as tx:
        verdict = verify_instance(tx, begun.instance.id)
    assert verdict.is_identical, verdict.detail
    if verdict.inputs >= WORTH_KEEPING:
        record_if_asked(owner_engine.url, str(begun.instance.id))
