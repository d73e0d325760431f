"""
The job that makes an export: one snapshot is read, and written away piece by piece, so that memory holds a megabyte.

A worker that dies leaves pieces behind; whoever takes the job up again throws them away and begins anew.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update

from engine import clock, jobs
from engine.access import AUDIT
from engine.actors import Actor
from engine.commands.proof_exports import note_journal_export
from engine.history import journal
from engine.history.checkpoints import SignedCheckpoint
from engine.history.proof_exports import export_journal
from engine.persistence.outages import will_pass
from engine.persistence.tables.process_definitions import deployment_file
from engine.persistence.transactions import Transaction, consistent_reading, transaction
from operations.event_logs import WRITERS, Period, count_cases
from operations.populations import Reconciliation, Sample, count_rows, reconcile, write_csv
from operations.tables.exports import export_part, export_run

logger = logging.getLogger(__name__)
JOB = "exports.make"
PART_BYTES = 1_000_000
_BROKEN = "Something went wrong on our side when this was exported."


@dataclass(frozen=True, slots=True)
class Source:
    """What is exported: its pieces, how many there are, and how a population reconciles."""

    pieces: Iterator[bytes]
    total: int
    reconciliation: Reconciliation | None = None


@dataclass(slots=True)
class Writing:
    """Pieces on their way into the table."""

    export_id: UUID
    done: int = 0
    size: int = 0
    position: int = 0
    digest: Any = field(default_factory=sha256)
    waiting: bytearray = field(default_factory=bytearray)


@jobs.job(JOB)
def make_export(arguments: Mapping[str, object]) -> None:
    """Make one export; what breaks it for good is said on it."""
    export_id = UUID(str(arguments["export_id"]))
    with transaction() as tx:
        query = select(export_run).where(export_run.c.id == export_id, export_run.c.state == "running")
        run = tx.execute(query.with_for_update()).one_or_none()
        if run is None:
            return
        tx.execute(delete(export_part).where(export_part.c.export_id == export_id))
        checkpoint = _checkpoint(tx, run)
    try:
        _make(run, checkpoint)
    except Exception as error:  # whatever breaks it for good is said on the export, which nobody would finish else
        if will_pass(error):
            raise
        logger.exception("export %s broke", export_id)
        with transaction() as tx:
            failed = {"state": "failed", "error": _BROKEN, "ended_at": clock.now()}
            tx.execute(update(export_run).where(export_run.c.id == export_id).values(failed))


def _make(run: Row[Any], checkpoint: SignedCheckpoint | None) -> None:
    with consistent_reading() as tx:
        source, writing = _source(tx, run, checkpoint), Writing(run.id)
        _note(run.id, total=source.total)
        for piece in source.pieces:
            writing.digest.update(piece)
            writing.waiting += piece
            writing.done += 1
            if len(writing.waiting) >= PART_BYTES:
                _write(writing)
        _write(writing)
    told = None if source.reconciliation is None else asdict(source.reconciliation)
    ended = {"state": "completed", "total": writing.done, "size": writing.size, "sha256": writing.digest.hexdigest()}
    with transaction() as tx:
        now = clock.now()
        values = ended | {"reconciliation": told, "ended_at": now}
        tx.execute(update(export_run).where(export_run.c.id == run.id).values(values))
        facts = {"export_id": str(run.id), "kind": run.kind, "sha256": ended["sha256"], "size": writing.size}
        journal.append(tx, "export.made", actor=_requester(run), now=now, payload=facts | {"reconciliation": told})


def _source(tx: Transaction, run: Row[Any], checkpoint: SignedCheckpoint | None) -> Source:
    if checkpoint is not None:
        files = tx.scalar(select(func.count(deployment_file.c.content_hash.distinct()))) or 0
        return Source(export_journal(tx, checkpoint), 1 + checkpoint.size + files)
    asked = run.parameters
    period = Period(*(datetime.fromisoformat(asked[name]) for name in ("received_from", "received_before")))
    if run.kind in WRITERS:
        cases = count_cases(tx, period)
        return Source(WRITERS[run.kind](tx, period), cases + 2 if run.kind == "xes" else 2 * cases + 3)
    sample = Sample(asked["sample"], asked["seed"]) if "sample" in asked else None
    found = reconcile(tx, run.kind, period)
    return Source(write_csv(tx, run.kind, period, sample), 1 + count_rows(found, sample), found)


def _checkpoint(tx: Transaction, run: Row[Any]) -> SignedCheckpoint | None:
    if run.kind != "journal":
        return None
    return note_journal_export(tx, actor=_requester(run), now=clock.now())


def _requester(run: Row[Any]) -> Actor:
    """Who asked, with what he was permitted when he did."""
    return Actor(run.requested_by, reason=run.purpose, origin="worker", permissions=frozenset({AUDIT}))


def _write(writing: Writing) -> None:
    """Store what has gathered, in a transaction of its own, and how far it is."""
    content = bytes(writing.waiting)
    row = {"export_id": writing.export_id, "position": writing.position, "content": content}
    with transaction() as tx:
        tx.execute(insert(export_part).values(row))
        tx.execute(update(export_run).where(export_run.c.id == writing.export_id).values(done=writing.done))
    writing.size += len(content)
    writing.position += 1
    writing.waiting.clear()


def _note(export_id: UUID, *, total: int) -> None:
    with transaction() as tx:
        tx.execute(update(export_run).where(export_run.c.id == export_id).values(total=total, done=0))
