"""kill -9 of workers in the middle of a bulk operation: what is done stays done, and each object is done once."""

from engine import clock
from engine.commands.bulk_runs import SHARE
from engine.commands.process_instances import start_process_instance
from engine.persistence.transactions import transaction
from tests.failures.installation import ACTOR
from tests.failures.nodes import until

POINTS = ("job.began", "bulk_item.committing", "command.journalled", "bulk_item.committed", "job.ended")
OBJECTS = SHARE + 20
"""More than one job does, so that the second is left to the next worker too."""
WITHOUT_RESULT = "SELECT count(*) FROM bulk_operation_item WHERE state = 'waiting'"


def waiting_instances():
    with transaction() as tx:
        starts = [
            start_process_instance(tx, definition_key="waiting", variables={}, actor=ACTOR, now=clock.now())
            for _ in range(OBJECTS)
        ]
    return [str(each.instance.id) for each in starts]


def test_a_bulk_operation_whose_workers_are_killed_keeps_what_is_done_and_does_each_object_once(
    installation, client_of, prove, ledger
):
    client = client_of(installation.node("web").start())
    ledger.started += waiting_instances()
    body = {"kind": "process_instance.cancel", "ids": ledger.started, "reason": "while they are killed"}
    asked = client.insist("/api/bulk-operations", body)
    left = []

    for point in POINTS:
        installation.faults.put(point, "kill")
        worker = installation.node("worker").start()
        installation.faults.wait_for(point, [worker]).kill()
        left.append(installation.scalar(WITHOUT_RESULT))
        installation.age_heartbeats()
    installation.node("worker").start()
    until(
        lambda: installation.scalar("SELECT count(*) FROM bulk_operation WHERE state = 'completed'"),
        lambda: f"{installation.scalar(WITHOUT_RESULT)} are left; {installation.nodes[-1].last_words()}",
    )

    prove()
    assert asked.status_code == 202
    assert left[:4] == [OBJECTS, OBJECTS, OBJECTS, OBJECTS - 1]
    assert left[4] <= OBJECTS - 1 - SHARE
    assert installation.scalar("SELECT count(*) FROM bulk_operation_item WHERE state = 'succeeded'") == OBJECTS
    assert installation.scalar("SELECT count(*) FROM process_instance WHERE state = 'cancelled'") == OBJECTS
    assert installation.scalar("SELECT count(*) FROM journal WHERE type = 'process_instance.cancelled'") == OBJECTS
    assert installation.scalar("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 0
