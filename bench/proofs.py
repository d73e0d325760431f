"""Proofs over the journal: what a leaf costs, what a proof reads, and that neither grows with the journal."""

import time
from collections.abc import Iterator

from sqlalchemy import text

from bench.measuring import Measurement, cpu_ms
from bench.serving import Bench, cpu_seconds, postmaster
from engine.actors import system
from engine.clock import now
from engine.commands.checkpoints import make_checkpoint
from engine.history.sequencer import BATCH, sequence_next
from engine.persistence.transactions import transaction
from engine.queries.journal import prove_event

EVENTS = 30_000
_WRITE = text(
    """
    INSERT INTO journal (instance_id, seq, type, element_id, task_id, at, actor, origin, payload, definition_hash)
    SELECT gen_random_uuid(), n, 'user_task.completed', 'ask', 't' || n, now(), 'person:bench', 'api',
           jsonb_build_object('amount', n * 1.1, 'note', '已处理', 'variables', jsonb_build_object('tags', ARRAY['a'])),
           repeat('ab', 32)
    FROM generate_series(1, :n) AS n
    """
)


def measure(bench: Bench) -> Iterator[Measurement]:
    """The rows of the report."""
    first = _sequenced(bench, 2_000)
    each = _sequenced(bench, EVENTS)
    yield Measurement("sequencer: an event, CPU with PostgreSQL", each * 1e6, "µs", 200, f"{1 / each:,.0f}/s per core")
    yield Measurement("sequencer: an event / one of the first 2,000", each / first, "×", 1.5)
    auditor = system("bench")
    with transaction() as tx:
        checkpoint = make_checkpoint(tx, actor=auditor, now=now())
    with transaction() as tx:
        cost = cpu_ms(lambda: prove_event(tx, 77, size=checkpoint.size, actor=auditor, now=now()), times=50)
    yield Measurement(f"inclusion proof in {checkpoint.size:,} events, CPU", cost, "ms", 5)


def _sequenced(bench: Bench, events: int) -> float:
    """CPU seconds per event of this process and PostgreSQL."""
    with transaction() as tx:
        tx.execute(_WRITE, {"n": events})
    server = postmaster(bench.var)
    before = time.process_time() + cpu_seconds(server)
    while True:
        with transaction() as tx:
            if sequence_next(tx) < BATCH:
                break
    return (time.process_time() + cpu_seconds(server) - before) / events
