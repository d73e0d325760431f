"""What one completion costs PostgreSQL, and what it leaves there: the figures behind `docs/explanation/scaling.md`."""

from collections.abc import Iterator

import psutil
import psycopg

import safekeeping
from bench import serving
from bench.measuring import Measurement
from bench.serving import Bench
from engine import clock
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.persistence.transactions import transaction

INSTANCES, STEPS = 100, 10
OLD_EVENTS = 1_000_000

_FILL = """
    INSERT INTO journal (instance_id, seq, type, element_id, at, actor, origin, payload)
    SELECT uuidv7(n * interval '-1 second'), 1, 'user_task.completed', 'step', now() - n * interval '1 second',
           'system:bench', 'bench', jsonb_build_object('variables', jsonb_build_object('note', repeat('x', 200)))
    FROM generate_series(1, %s) n
"""


def measure(bench: Bench) -> Iterator[Measurement]:
    """A thousand completions in a new database, then again over a journal of a million events."""
    _complete(bench)  # warm: connections, plans, caches
    yield from _rows(bench, "")
    with psycopg.connect(bench.service.databases.migration_url, autocommit=True) as connection:
        connection.execute(_FILL, [OLD_EVENTS])
        connection.execute("VACUUM ANALYZE journal")
    _complete(bench)  # the pages that a checkpoint has just written are logged whole once
    yield from _rows(bench, f", {OLD_EVENTS:,} older events")
    yield from _backup(bench)


def _rows(bench: Bench, where: str) -> Iterator[Measurement]:
    server = serving.postmaster(bench.var)
    with psycopg.connect(bench.service.databases.migration_url, autocommit=True) as connection:
        before, cpu = _sizes(connection), serving.cpu_seconds(server)
        _complete(bench)
        count = INSTANCES * STEPS
        spent = (serving.cpu_seconds(server) - cpu) * 1_000 / count
        after = _sizes(connection)
    yield Measurement(f"completion, PostgreSQL's part{where}", spent, "ms CPU", None, f"{count} completions")
    for name, unit in (("wal", "KB WAL"), ("journal", "KB"), ("all", "KB")):
        kept = (after[name] - before[name]) / 1_024 / count
        what = {"wal": "written ahead", "journal": "kept in the journal", "all": "kept in all tables"}[name]
        yield Measurement(f"completion, {what}{where}", kept, unit)


def _backup(bench: Bench) -> Iterator[Measurement]:
    file = bench.var / "backup"
    roots = (psutil.Process(), serving.postmaster(bench.var))
    began = serving.cpu_seconds(*roots)
    made = safekeeping.back_up(bench.service, file, with_attachments=True, actor=serving.ACTOR)
    per_million = 1_000_000 / made.rows
    spent = (serving.cpu_seconds(*roots) - began) * per_million
    yield Measurement("backup of a million rows", spent, "s CPU", None, "Python + PostgreSQL")
    yield Measurement("backup of a million rows, its file", file.stat().st_size / 1_048_576 * per_million, "MB")
    began = serving.cpu_seconds(*roots)
    safekeeping.examine_backup(file)
    yield Measurement("verifying it", (serving.cpu_seconds(*roots) - began) * per_million, "s CPU")


def _complete(bench: Bench) -> None:
    now = clock.now()
    for _ in range(INSTANCES):
        with transaction() as tx:
            made = start_process_instance(
                tx, definition_key="bench_sequential_10", variables={}, actor=bench.person, now=now
            )
        task = made.user_tasks[0].id
        for step in range(STEPS):
            with transaction() as tx:
                done = complete_user_task(tx, task, {"comment": f"step {step} done"}, actor=bench.person, now=now)
            if done.user_tasks:
                task = done.user_tasks[0].id


def _sizes(connection: psycopg.Connection[tuple[int, ...]]) -> dict[str, int]:
    row = connection.execute(
        """
        SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, pg_total_relation_size('journal'),
               (SELECT sum(pg_total_relation_size(oid)) FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)::bigint
        """
    ).fetchone()
    return dict(zip(("wal", "journal", "all"), row or (0, 0, 0), strict=True))
