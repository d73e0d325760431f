"""The bytes of a journal row are defined, and never change for a row that is sealed."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from engine.history.encoding import COLUMNS, encoded, encoded_facts
from engine.persistence.tables.journal import journal

ROW: dict[str, object] = {
    "id": 42,
    "instance_id": UUID("01910000-0000-7000-8000-000000000001"),
    "seq": 7,
    "type": "user_task.completed",
    "element_id": "ask",
    "task_id": "t1",
    "case_number": None,
    "at": datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=8))),
    "actor": "person:1",
    "on_behalf_of": None,
    "origin": "api",
    "reason": '引号"\\\n\x01\x7f/',
    "payload": '{"z": 1.10, "a": [12345678901234567890123, 1E400, -0.0, true, null, "\\u00e9"], "é": {}, "Z": ""}',
    "definition_hash": "ab" * 32,
}


def test_the_bytes_of_version_1_are_these():
    assert encoded_facts(ROW).decode() == (
        '{"actor":"person:1","at":"2026-11-23T01:00:00.000005Z","case_number":null,"definition_hash":"'
        + "ab" * 32
        + '","element_id":"ask","id":42,"instance_id":"01910000-0000-7000-8000-000000000001","on_behalf_of":null,'
        '"origin":"api","payload":{"Z":"","a":[12345678901234567890123,1E400,-0.0,true,null,"é"],"z":1.10,"é":{}},'
        '"reason":"引号\\"\\\\\\n\\u0001\x7f/","seq":7,"task_id":"t1","type":"user_task.completed","v":1}'
    )


def test_every_column_of_the_journal_is_in_them():
    assert set(json.loads(encoded_facts(ROW))) == {column.name for column in journal.c} | {"v"}, (
        "a new column needs a new version of the encoding, or the rows that are sealed would hash differently"
    )


@pytest.mark.parametrize("column", [column.name for column in journal.c])
def test_another_value_in_any_column_gives_other_bytes(column: str):
    other: dict[str, object] = {
        "id": 43,
        "instance_id": None,
        "seq": 8,
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "payload": "{}",
    }

    assert encoded_facts(ROW | {column: other.get(column, "other")}) != encoded_facts(ROW)


@pytest.mark.parametrize(
    "number", ["1.10", "1.1", "1", "0.10000000000000000000000001", "98765432109876543210987654321"]
)
def test_numbers_are_written_as_postgresql_keeps_them(tx: Connection, number: str):
    tx.execute(
        text(
            "INSERT INTO journal (type, at, actor, origin, payload) "
            f"VALUES ('t', '2026-11-23', 'a', 'o', CAST('{{\"n\": {number}}}' AS jsonb))"
        )
    )

    row = tx.execute(journal.select().with_only_columns(*COLUMNS)).one()

    assert f'"payload":{{"n":{number}}}' in encoded(row).decode()
