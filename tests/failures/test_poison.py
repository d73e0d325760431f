"""One instance and a few jobs among thousands that nobody can do: the others are done meanwhile."""

from datetime import timedelta

from sqlalchemy import text

from engine import clock, jobs
from engine.commands.process_instances import start_process_instance
from engine.persistence.transactions import transaction
from operations.mail import POST_JOB
from operations.notifications import Message, notify_staff
from tests.failures.installation import ACTOR
from tests.failures.nodes import until

MANY = 1_000
JOBS = 300


def test_an_instance_that_breaks_the_engine_delays_nobody_and_goes_on_when_it_is_mended(installation, prove, ledger):
    with transaction() as tx:
        starts = [
            start_process_instance(tx, definition_key="timers", variables={}, actor=ACTOR, now=clock.now())
            for _ in range(MANY)
        ]
        ledger.started += [str(each.instance.id) for each in starts]
        poisoned = starts[0].instance.id
        blob = tx.scalar(text("SELECT blob FROM process_instance WHERE id = :id"), {"id": poisoned})
        tx.execute(text("UPDATE process_instance SET blob = 'broken' WHERE id = :id"), {"id": poisoned})
    for _ in range(2):
        installation.node("worker").start()

    installation.pass_time(hours=1)
    installation.settle()
    fired = installation.scalar("SELECT count(*) FROM journal WHERE type = 'due.reached'")
    told = installation.scalar("SELECT count(*) FROM incident WHERE kind = 'engine' AND instance_id = :id", id=poisoned)
    with transaction() as tx:
        tx.execute(text("UPDATE process_instance SET blob = :blob WHERE id = :id"), {"blob": blob, "id": poisoned})
    installation.pass_time(minutes=6)

    prove()
    assert (fired, told) == (MANY - 1, 1)
    assert installation.scalar("SELECT count(*) FROM journal WHERE type = 'due.reached'") == MANY
    assert installation.scalar("SELECT count(*) FROM incident WHERE resolved_at IS NULL") == 0


def test_jobs_that_nobody_can_do_delay_nobody_and_are_done_when_they_can_be(installation, prove):
    with transaction() as tx:
        for _ in range(JOBS):
            message = Message("urge", {})
            notify_staff(tx, "customer_service", message, actor=ACTOR, now=clock.now())
        poison = notify_staff(tx, "customer_service", Message("urge", {}), actor=ACTOR, now=clock.now())
        jobs.defer(tx, POST_JOB, {"notification_id": "nonsense"}, queue="mail")
    installation.received.refuses = str(poison)
    installation.faults.put("notification.leaving", "kill")
    dead = installation.node("worker").start()
    installation.faults.wait_for("notification.leaving", [dead])
    dead.kill()
    installation.age_heartbeats()
    workers = [installation.node("worker").start() for _ in range(2)]

    sent = "SELECT count(*) FROM notification WHERE state = 'sent'"
    until(lambda: installation.scalar(sent) == JOBS, lambda: f"sent: {installation.scalar(sent)}")
    installation.received.refuses = None
    with transaction() as tx:
        tx.execute(text("DELETE FROM procrastinate_jobs WHERE args->'arguments'->>'notification_id' = 'nonsense'"))
        later = timedelta(hours=1)
        tx.execute(text("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - :later"), {"later": later})

    prove()
    assert all(worker.is_alive for worker in workers)
