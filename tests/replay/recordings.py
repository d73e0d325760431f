"""
Journals kept as test data, so that later versions of the engine and of SpiffWorkflow replay them.

A recording is one process instance as it lay in a database: its definitions, its row with the stored state, its
events, each as PostgreSQL writes it in JSON, one to a line, compressed. `docs/how-to/prove-the-engine.md` says when to
record anew.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import sqlalchemy
import zstandard
from sqlalchemy import URL, Connection, text

FOLDER = Path(__file__).with_name("recorded")
RECORD_INTO = "OPSFLOW_RECORD_JOURNALS"
"""A folder: acceptance stories leave recordings of their instances there."""

_DEFINITIONS = """
    SELECT d.id FROM process_definition d WHERE d.id = (SELECT definition_id FROM process_instance WHERE id = %(id)s)
    OR EXISTS (SELECT FROM journal j WHERE j.instance_id = %(id)s AND j.payload::text LIKE '%%' || d.id::text || '%%')
"""
_TABLES = {
    "deployment": f"id IN (SELECT deployment_id FROM process_definition WHERE id IN ({_DEFINITIONS}))",
    "process_definition": f"id IN ({_DEFINITIONS})",
    "process_instance": "id = %(id)s",
    "journal": "instance_id = %(id)s",
}


def record(database: str | URL, instance_id: str, file: Path) -> None:
    """Write one instance down."""
    url = sqlalchemy.make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        lines = [
            f'{{"table": "{table}", "row": {row}}}'
            for table, which in _TABLES.items()
            for (row,) in connection.execute(
                f"SELECT to_jsonb(t)::text FROM {table} t WHERE {which} ORDER BY id".encode(), {"id": instance_id}
            )
        ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(zstandard.compress("\n".join(lines).encode(), level=19))


def record_if_asked(database: str | URL, instance_id: str) -> None:
    """Write one instance of a story down, named by the story and by how many it has."""
    if RECORD_INTO not in os.environ:
        return
    folder = Path(os.environ[RECORD_INTO])
    story = os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].split(" ")[0].removeprefix("test_").replace("[", "-")
    number = len(list(folder.glob(f"{story[:48]}-*.jsonl.zst"))) + 1
    record(database, instance_id, folder / f"{story[:48]}-{number}.jsonl.zst")


def load(connection: Connection, file: Path) -> UUID:
    """Put a recording into an empty database; the instance. Columns that came later have their defaults."""
    instance = ""
    for line in read_lines(file):
        said = json.loads(line)
        columns = ", ".join(f'"{name}"' for name in said["row"])
        identity = "OVERRIDING SYSTEM VALUE" if said["table"] == "journal" else ""
        connection.execute(
            text(
                f"INSERT INTO {said['table']} ({columns}) {identity} SELECT {columns} "
                f"FROM jsonb_populate_record(NULL::{said['table']}, CAST(:line AS jsonb) -> 'row')"
            ),
            {"line": line},
        )
        instance = said["row"]["id"] if said["table"] == "process_instance" else instance
    return UUID(instance)


def read_lines(file: Path) -> Iterator[str]:
    """Each row as PostgreSQL wrote it: numbers keep their digits."""
    content = zstandard.ZstdDecompressor().decompressobj().decompress(file.read_bytes())
    yield from content.decode().split("\n")
