"""What replaying the instances in the background found, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from engine.access import AUDIT, OPERATE, require
from engine.actors import Actor
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.verifications import verification_finding, verification_walk
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of


@dataclass(frozen=True, slots=True)
class Walk:
    """
    One way through all instances.

    Attributes:
        begins_at: A time to come for the walk that is only planned; instances begun later are left to the next.
        other_version: Made with other semantics or another codec than today's, and therefore not comparable.
        unreadable: Their replay broke: a stored state or diagram that this engine cannot read.
    """

    id: UUID
    requested_by: str
    begins_at: datetime
    ended_at: datetime | None
    instances: int
    events: int
    different: int
    other_version: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Finding:
    """An instance that its journal does not reproduce. `seq`: the first event that differs, where one does."""

    id: UUID
    walk_id: UUID
    instance_id: UUID
    definition_key: str | None
    case_number: str | None
    outcome: str
    found_at: datetime
    seen_at: datetime
    cleared_at: datetime | None
    seq: int | None
    element_id: str | None
    detail: str
    semantics: int
    codec_version: int
    digest: str
    stored_digest: str


def get_walk(tx: Transaction, walk_id: UUID) -> Walk:
    """Read the walk that a command named."""
    columns = (verification_walk.c[name] for name in Walk.__dataclass_fields__)
    return Walk(**tx.execute(select(*columns).where(verification_walk.c.id == walk_id)).one()._mapping)


def list_walks(
    tx: Transaction, *, actor: Actor, after: tuple[str, ...] | None = None, limit: int | None = None
) -> Page[Walk]:
    """List walks, newest first; the first is the one that is planned or under way."""
    require(actor, AUDIT, OPERATE)
    columns = (verification_walk.c[name] for name in Walk.__dataclass_fields__)
    place = tuple_(verification_walk.c.begins_at, verification_walk.c.id)
    query = select(*columns).order_by(verification_walk.c.begins_at.desc(), verification_walk.c.id.desc())
    if after is not None:
        query = query.where(place < (datetime.fromisoformat(after[0]), UUID(after[1])))
    size = limited(limit)
    items = [Walk(**row._mapping) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (last.begins_at.isoformat(), str(last.id)))


def list_findings(
    tx: Transaction,
    *,
    is_open: bool | None = True,
    outcome: str | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Finding]:
    """List what differs, newest first."""
    require(actor, AUDIT, OPERATE)
    mine = {name: verification_finding.c[name] for name in Finding.__dataclass_fields__ if name not in _FOREIGN}
    columns = [column.label(name) for name, column in (mine | _FOREIGN).items()]
    query = (
        select(*columns)
        .join_from(verification_finding, process_instance, process_instance.c.id == mine["instance_id"], isouter=True)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id, isouter=True)
        .order_by(verification_finding.c.id.desc())
    )
    if is_open is not None:
        cleared = verification_finding.c.cleared_at
        query = query.where(cleared.is_(None) if is_open else cleared.is_not(None))
    if outcome is not None:
        query = query.where(verification_finding.c.outcome == outcome)
    if after is not None:
        query = query.where(verification_finding.c.id < UUID(after[0]))
    size = limited(limit)
    items = [Finding(**row._mapping) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.id),))


_FOREIGN = {"definition_key": process_definition.c.key, "case_number": process_instance.c.case_number}
