"""Allowances of addresses, as several nodes over one database count them."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

from api.app import create_app
from engine.handlers import Registry
from engine.persistence import allowances
from engine.settings import Settings


def test_an_address_has_one_allowance_however_many_nodes_it_asks(
    database: Engine, settings: Settings, registry: Registry
) -> None:
    first, second = (create_app(settings, registry).test_client() for _ in range(2))
    before = first.post("/api/sessions", json={})
    with database.begin() as tx:  # used up, and not filled again while the test runs
        tx.execute(text("UPDATE allowance SET remaining = 0.5, at = at + interval '1 day'"))

    beyond = second.post("/api/sessions", json={})
    with database.begin() as tx:
        tx.execute(text("UPDATE allowance SET at = now() - interval '1 minute'"))
    after = second.post("/api/sessions", json={})

    assert (before.status_code, beyond.status_code, after.status_code) == (422, 429, 422)
    assert int(beyond.headers["Retry-After"]) >= 1


def test_an_allowance_is_given_out_once_to_those_who_ask_at_the_same_time(database: Engine) -> None:
    def ask(_number: int) -> bool:
        with database.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            return allowances.take(connection, "view 192.0.2.1", burst=5, per_minute=0.001) == 0

    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(ask, range(40)))

    assert granted.count(True) == 5


def test_an_allowance_fills_with_time_up_to_its_burst_and_is_forgotten_when_it_is_full(database: Engine) -> None:
    with database.begin() as tx:
        for _ in range(3):
            waits = [allowances.take(tx, "view 192.0.2.1", burst=2, per_minute=1) for _ in range(3)]
            tx.execute(text("UPDATE allowance SET at = at - interval '10 minutes'"))
            assert waits[:2] == [0, 0]
            assert 0 < waits[2] <= 60
        tx.execute(text("UPDATE allowance SET at = at - interval '2 hours'"))
        while tx.scalar(text("SELECT count(*) FROM allowance WHERE at < now() - interval '1 hour'")):
            allowances.take(tx, "view 192.0.2.2", burst=10**6, per_minute=1)
        left = tx.scalar(text("SELECT count(*) FROM allowance"))

    assert left == 1


def test_the_table_of_allowances_names_no_address(database: Engine) -> None:
    with database.begin() as tx:
        allowances.take(tx, "view 192.0.2.1", burst=2, per_minute=1)

        (row,) = tx.execute(text("SELECT encode(key, 'escape') AS key FROM allowance")).all()

    assert "192.0.2.1" not in row.key
