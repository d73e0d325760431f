"""The database goes away under load, in every way it can: clients wait, workers come back, nothing is lost."""

import psycopg

from tests.failures.load import ROUNDS, under_load

CUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
)


def _start_everything(installation, client_of):
    webs = [installation.node("web").start().wait_until_ready() for _ in range(2)]
    workers = [installation.node("worker").start().wait_until_ready() for _ in range(2)]
    return workers, lambda: client_of(*webs)


def test_connections_cut_under_load_lose_nothing_and_do_nothing_twice(installation, client_of, prove, ledger):
    workers, make_client = _start_everything(installation, client_of)

    with under_load(make_client) as wait_for_more:
        wait_for_more(5)
        for _ in range(5 * ROUNDS):
            with psycopg.connect(installation.environ["DATABASE_URL"]) as connection:
                connection.execute(CUT)
            wait_for_more(5)

    installation.forget_connections()
    installation.pass_time(hours=1)
    prove()
    assert all(worker.is_alive for worker in workers)


def test_a_database_killed_stopped_and_restarted_under_load_loses_nothing_it_accepted(
    own_database, installation, client_of, prove
):
    workers, make_client = _start_everything(installation, client_of)

    with under_load(make_client) as wait_for_more:
        for end in (own_database.kill, own_database.stop, own_database.kill) * ROUNDS:
            wait_for_more(10)
            end()
            own_database.start()
        wait_for_more(10)

    installation.forget_connections()
    installation.pass_time(hours=1)
    prove()
    assert all(worker.is_alive for worker in workers)
