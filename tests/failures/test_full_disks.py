"""The disk of the journal is full: nothing is accepted that cannot be written down."""

from tests.failures.load import under_load
from tests.failures.nodes import until


def test_a_full_disk_under_the_journal_refuses_what_it_cannot_write_and_loses_nothing(
    own_database, installation, client_of, prove, ledger
):
    disk = own_database.give_journal_a_disk(megabytes=8)
    web, worker = installation.node("web").start(), installation.node("worker").start()
    web.wait_until_ready()

    with under_load(lambda: client_of(web)) as wait_for_more:
        wait_for_more(10)
        disk.fill()
        until(lambda: ledger.answers["503"] >= 20, lambda: "requests are accepted though the disk is full")
        installation.pass_time(hours=1)
        until(lambda: "DiskFull" in worker.log.read_text(), lambda: "the worker has not noticed")
        disk.free()
        wait_for_more(10)

    installation.pass_time(hours=1)
    prove()
    assert worker.is_alive
    assert installation.scalar("SELECT count(*) FROM incident") == 0
