"""Which database errors are worth another try, told by errors that a real server gives."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.errors import InstanceLocked
from engine.persistence.outages import will_pass
from engine.persistence.transactions import transaction


def raised(statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught, transaction() as tx:
        tx.execute(text(statement))
    return caught.value


@pytest.mark.parametrize("state", ["40P01", "40001", "53100", "57P01", "25P03", "08006"])
def test_outages_deadlocks_and_full_disks_pass(database, state: str):
    assert will_pass(raised(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT 'x'::int", "SELECT gone FROM journal"])
def test_rows_and_statements_that_are_wrong_do_not_pass(database, statement: str):
    assert not will_pass(raised(statement))


def test_a_lock_that_somebody_holds_passes():
    assert will_pass(InstanceLocked("busy"))
    assert not will_pass(ValueError("a bug"))
