"""Exports made in the background: asked for with a purpose, written piece by piece, read while they are kept."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update

from engine import clock, jobs
from engine.access import AUDIT, require, require_reason
from engine.actors import Actor
from engine.history import journal
from engine.history.checkpoints import signer
from engine.persistence.ids import uuid7
from engine.persistence.transactions import Transaction, reading, transaction
from engine.queries.pages import Page, limited, page_of
from operations.errors import ExportNotFound, ExportNotReady
from operations.event_logs import FORMATS, Period
from operations.export_runs import JOB
from operations.populations import KINDS as POPULATIONS
from operations.populations import Sample
from operations.tables.exports import export_part, export_run

Kind = Literal["xes", "ocel", "cases", "tasks", "changes", "deployments", "journal"]
KINDS: tuple[Kind, ...] = (*FORMATS, *POPULATIONS, "journal")
STATES = ("running", "completed", "failed", "expired")
FORGET_JOB = "exports.forget"
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Export:
    """
    One export.

    Attributes:
        done: Pieces written, of `total`; `total` is unknown until it has begun.
        reconciliation: How a population stands against the journal, once it is known.
        expires_at: Its content is gone then; who took it and its SHA-256 stay in the journal.
    """

    id: UUID
    kind: Kind
    parameters: Mapping[str, object]
    purpose: str
    state: str
    done: int
    total: int | None
    requested_by: str
    requested_at: datetime
    ended_at: datetime | None
    expires_at: datetime
    size: int | None
    sha256: str | None
    reconciliation: Mapping[str, object] | None
    error: str | None


def request_export(
    tx: Transaction, kind: Kind, period: Period | None, sample: Sample | None = None, *, actor: Actor, now: datetime
) -> UUID:
    """
    Have an export made by a job.

    Args:
        period: Of the cases, tasks, changes or deployments; the whole journal has none.

    Raises:
        NotPermitted: The actor does not audit.
        ReasonRequired: Say what it is for.
        CheckpointsNotSigned: The journal cannot be proven: this service has no key.
    """
    require(actor, AUDIT)
    require_reason(actor)
    if kind == "journal":
        signer()
    forget_expired(tx, now=now)
    chosen = {} if period is None else {name: at.isoformat() for name, at in asdict(period).items()}
    drawn = {} if sample is None else {"sample": sample.size, "seed": sample.seed}
    export_id, parameters = uuid7(now), {**chosen, **drawn}
    row = {"id": export_id, "kind": kind, "parameters": parameters, "purpose": actor.reason, "state": "running"}
    times = {"requested_by": actor.subject, "requested_at": now, "expires_at": now + KEPT_FOR}
    tx.execute(insert(export_run).values(row | times))
    jobs.defer(tx, JOB, {"export_id": str(export_id)}, lock=f"export:{export_id}")
    jobs.defer(tx, FORGET_JOB, {}, not_before=now + KEPT_FOR)
    payload = {"export_id": str(export_id), "kind": kind, **parameters}
    journal.append(tx, "export.requested", actor=actor, now=now, payload=payload)
    return export_id


def find_export(tx: Transaction, export_id: UUID, *, actor: Actor) -> Export:
    """
    Read how far an export is.

    Raises:
        NotPermitted: The actor does not audit.
        ExportNotFound: There is none.
    """
    require(actor, AUDIT)
    row = tx.execute(select(*_COLUMNS).where(export_run.c.id == export_id)).one_or_none()
    if row is None:
        message = f"There is no export {export_id}."
        raise ExportNotFound(message, export_id=str(export_id))
    return _export(row)


def list_exports(
    tx: Transaction, *, actor: Actor, after: tuple[str, ...] | None = None, limit: int | None = None
) -> Page[Export]:
    """List exports, newest first: who audits sees what others took, too."""
    require(actor, AUDIT)
    query = select(*_COLUMNS).order_by(export_run.c.id.desc())
    if after is not None:
        query = query.where(export_run.c.id < UUID(after[0]))
    size = limited(limit)
    items = [_export(row) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.id),))


def open_export(tx: Transaction, export_id: UUID, *, actor: Actor, now: datetime) -> Export:
    """
    Note that somebody takes an export's content, which `read_pieces` then reads.

    Raises:
        NotPermitted, ExportNotFound: As for reading how far it is.
        ExportNotReady: It is not made yet, failed, or is kept no longer.
    """
    found = find_export(tx, export_id, actor=actor)
    if found.state != "completed" or found.expires_at <= now:
        message = f"Export {export_id} has no content to take."
        raise ExportNotReady(message, export_id=str(export_id), state=found.state)
    payload = {"export_id": str(export_id), "kind": found.kind, "sha256": found.sha256}
    journal.append(tx, "export.taken", actor=actor, now=now, payload=payload)
    return found


def read_pieces(export_id: UUID) -> Iterator[bytes]:
    """Read the content: one piece at a time in memory, and no transaction while the reader takes it."""
    for position in itertools.count():
        is_wanted = (export_part.c.export_id == export_id) & (export_part.c.position == position)
        with reading() as tx:
            content = tx.scalar(select(export_part.c.content).where(is_wanted))
        if content is None:
            return
        yield bytes(content)


def forget_expired(tx: Transaction, *, now: datetime) -> int:
    """Delete the content that is kept no longer; how many exports it was. Their rows stay."""
    old = (export_run.c.expires_at <= now) & (export_run.c.state != "expired")
    gone = tx.scalars(update(export_run).where(old).values(state="expired").returning(export_run.c.id)).all()
    tx.execute(delete(export_part).where(export_part.c.export_id.in_(gone)))
    return len(gone)


_COLUMNS = tuple(export_run.c[name] for name in Export.__dataclass_fields__)


@jobs.job(FORGET_JOB)
def forget(_arguments: Mapping[str, object]) -> None:
    """Let expired content go."""
    with transaction() as tx:
        forget_expired(tx, now=clock.now())


def _export(row: Row[Any]) -> Export:
    return Export(**row._mapping)
