"""The clock jumps, forwards and backwards, while work waits for its time: nothing is lost, nothing comes twice."""

from datetime import timedelta

from sqlalchemy import text

from engine.persistence.transactions import transaction

INSTANCES = 20


def fired(installation):
    return installation.scalar("SELECT count(*) FROM journal WHERE type = 'due.reached'")


def test_timers_fire_once_each_and_with_their_own_due_time_wherever_the_clock_jumps(installation, client_of, prove):
    client = client_of(installation.node("web").start())
    workers = [installation.node("worker").start().wait_until_ready() for _ in range(2)]
    for _ in range(INSTANCES):
        client.start("timers")

    installation.pass_time(hours=1)
    installation.settle()
    after_an_hour = fired(installation)
    installation.pass_time(days=-30)
    for _ in range(INSTANCES):
        client.start("timers")
    installation.settle()
    after_the_jump_back = fired(installation)
    installation.pass_time(days=400)
    installation.settle()
    installation.pass_time(hours=2)
    prove()

    assert (after_an_hour, after_the_jump_back) == (INSTANCES, INSTANCES)
    assert fired(installation) == 4 * INSTANCES
    assert installation.scalar("SELECT count(*) FROM user_task WHERE state = 'active'") == 2 * INSTANCES
    with transaction() as tx:
        first_due = text(
            "SELECT DISTINCT min(CAST(j.payload->>'due_at' AS timestamptz)) - p.started_at "
            "FROM process_instance p JOIN journal j ON j.instance_id = p.id WHERE j.type = 'due.reached' GROUP BY p.id"
        )
        assert tx.scalars(first_due).all() == [timedelta(hours=1)]
    assert all(worker.is_alive for worker in workers)
