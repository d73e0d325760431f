"""
Replaying every instance against its journal in the background, a share at a time, and saying so when one differs.

Of the walks through all instances one is open at a time: it begins a day after the last one ended, or when somebody
asks for it. A share is one transaction: whatever dies in between, the next worker goes on where it was.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError

from engine import clock, jobs
from engine.access import AUDIT, OPERATE, require
from engine.actors import Actor, system
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.verifications import verification_finding, verification_walk
from engine.persistence.transactions import Transaction, transaction
from engine.replay.instances import Verdict, verify_instance
from engine.spiff.runner import CODEC_VERSION
from operations.notifications import Message, notify_staff

logger = logging.getLogger(__name__)
WALK_JOB = "verifications.walk"
EVERY = timedelta(days=1)
SHARE = 100
SHARE_EVENTS = 20_000
SHARES_PER_JOB = 10
MOST_NAMED = 100
AUDITORS = "internal_auditor"
UNREADABLE = "unreadable"
WALKER = system("verification")


@dataclass(frozen=True, slots=True)
class Examined:
    """One instance of a share. `outcome`: a verdict's, or `unreadable` when its replay broke."""

    case_number: str | None
    outcome: str
    verdict: Verdict


def request_walk(tx: Transaction, *, actor: Actor, now: datetime) -> UUID:
    """
    Have every instance replayed from now on; a walk that is under way already is the answer.

    Raises:
        NotPermitted: The actor neither audits nor operates.
    """
    require(actor, AUDIT, OPERATE)
    walk = plan_walk(tx, actor=actor, now=now, begins_at=now)
    moved = (
        update(verification_walk)
        .where(verification_walk.c.id == walk, verification_walk.c.begins_at > now)
        .values(begins_at=now, requested_by=actor.subject)
    )
    tx.execute(moved)
    jobs.defer(tx, WALK_JOB, {"walk_id": str(walk)})
    journal.append(tx, "verification.requested", actor=actor, now=now, payload={"walk_id": str(walk)})
    return walk


def plan_walk(tx: Transaction, *, actor: Actor = WALKER, now: datetime, begins_at: datetime | None = None) -> UUID:
    """Name the walk that is open, or open one: a day from now when no time is said. Its job is deferred again."""
    values = {"id": uuid7(now), "requested_by": actor.subject, "begins_at": begins_at or now + EVERY}
    tx.execute(upsert(verification_walk).values(values).on_conflict_do_nothing())
    found = tx.execute(select(verification_walk).where(verification_walk.c.ended_at.is_(None))).one()
    jobs.defer(tx, WALK_JOB, {"walk_id": str(found.id)}, not_before=found.begins_at)
    return UUID(str(found.id))


@jobs.job(WALK_JOB)
def walk_on(arguments: Mapping[str, object]) -> None:
    """Do the next shares of a walk, then have the rest done by another job, so that others have their turn."""
    walk_id = UUID(str(arguments["walk_id"]))
    for _ in range(SHARES_PER_JOB):
        with transaction() as tx:
            if not verify_share(tx, walk_id, now=clock.now()):
                return
    with transaction() as tx:
        jobs.defer(tx, WALK_JOB, {"walk_id": str(walk_id)})


def verify_share(tx: Transaction, walk_id: UUID, *, now: datetime) -> bool:
    """Replay the next instances of a walk, note and tell what differs; whether there are more and nobody is at it."""
    query = select(verification_walk).where(verification_walk.c.id == walk_id, verification_walk.c.ended_at.is_(None))
    walk = tx.execute(query.with_for_update(skip_locked=True)).one_or_none()
    if walk is None or walk.begins_at > now:
        return False
    chosen = _next_instances(tx, walk)
    examined: list[Examined] = []
    for row in chosen:
        examined.append(Examined(row.case_number, *examine_instance(tx, row.id)))
        if sum(each.verdict.events for each in examined) > SHARE_EVENTS:
            break
    _note(tx, walk_id, examined, now=now)
    is_end = len(examined) == len(chosen) < SHARE
    _advance(tx, walk, examined, ended_at=now if is_end else None)
    if is_end:
        _conclude(tx, walk_id, now=now)
    return not is_end


def _next_instances(tx: Transaction, walk: Row[Any]) -> Sequence[Row[Any, Any]]:
    query = select(process_instance.c.id, process_instance.c.case_number).where(
        process_instance.c.started_at <= walk.begins_at
    )
    if walk.last_instance_id is not None:
        query = query.where(process_instance.c.id > walk.last_instance_id)
    return tx.execute(query.order_by(process_instance.c.id).limit(SHARE)).all()


def examine_instance(tx: Transaction, instance_id: UUID) -> tuple[str, Verdict]:
    """Replay one instance; what breaks the replay is told of that instance and does not end the walk."""
    try:
        verdict = verify_instance(tx, instance_id)
    except Exception as error:  # evidence may be damaged in any way; the walk goes on
        if isinstance(error, DBAPIError):
            raise
        logger.exception("process instance %s could not be replayed", instance_id)
        detail = f"The replay broke: {type(error).__name__}"
        return UNREADABLE, Verdict(instance_id, False, 0, "", "", detail)
    return verdict.outcome, verdict


def _note(tx: Transaction, walk_id: UUID, examined: Sequence[Examined], *, now: datetime) -> None:
    """Keep what differs, clear what no longer does, and tell of what is new and no matter of versions."""
    differing = [each for each in examined if each.outcome not in ("identical", "removed")]
    unknown = [each for each in differing if _keep(tx, walk_id, each, now=now)]
    fresh = [each for each in unknown if each.outcome != "other_version"]
    cleared = (
        update(verification_finding)
        .where(verification_finding.c.instance_id.in_([each.verdict.instance_id for each in examined]))
        .where(verification_finding.c.cleared_at.is_(None), verification_finding.c.seen_at < now)
        .values(cleared_at=now)
    )
    if examined:
        tx.execute(cleared)
    for each in fresh:
        journal.append(
            tx, "verification.differed", actor=WALKER, now=now, payload=_facts(each), case_number=each.case_number
        )
    if fresh:
        first = fresh[0].verdict
        where = str(first.instance_id) if first.seq is None else f"{first.instance_id} · {first.seq}"
        facts = {"object": where, "count": len(fresh)}
        notify_staff(tx, AUDITORS, Message("verification_difference", facts), actor=WALKER, now=now)


def _keep(tx: Transaction, walk_id: UUID, each: Examined, *, now: datetime) -> bool:
    """Store a finding; whether it was not known yet."""
    verdict = each.verdict
    values = {
        "walk_id": walk_id,
        "seen_at": now,
        "seq": verdict.seq,
        "element_id": verdict.element_id,
        "detail": verdict.detail or "",
        "semantics": verdict.semantics,
        "codec_version": verdict.codec_version,
        "digest": verdict.digest,
        "stored_digest": verdict.stored_digest,
    }
    known = {"id": uuid7(now), "instance_id": verdict.instance_id, "outcome": each.outcome, "found_at": now}
    statement = (
        upsert(verification_finding)
        .values(values | known)
        .on_conflict_do_update(
            index_elements=["instance_id", "outcome"],
            index_where=verification_finding.c.cleared_at.is_(None),
            set_=values,
        )
    )
    return bool(tx.scalar(statement.returning(literal_column("xmax = 0"))))


def _facts(each: Examined) -> dict[str, object]:
    verdict = each.verdict
    return {
        "process_instance_id": str(verdict.instance_id),
        "outcome": each.outcome,
        "seq": verdict.seq,
        "element_id": verdict.element_id,
        "detail": verdict.detail,
        "digest": verdict.digest,
        "stored_digest": verdict.stored_digest,
    }


def _advance(tx: Transaction, walk: Row[Any], examined: Sequence[Examined], *, ended_at: datetime | None) -> None:
    outcomes = [each.outcome for each in examined]
    counts = {name: getattr(walk, name) + outcomes.count(name) for name in ("different", "other_version", UNREADABLE)}
    tx.execute(
        update(verification_walk)
        .where(verification_walk.c.id == walk.id)
        .values(
            instances=walk.instances + len(examined),
            events=walk.events + sum(each.verdict.events for each in examined),
            last_instance_id=examined[-1].verdict.instance_id if examined else walk.last_instance_id,
            ended_at=ended_at,
            **counts,
        )
    )


def _conclude(tx: Transaction, walk_id: UUID, *, now: datetime) -> None:
    """Journal what the walk found, and plan the next one."""
    row = tx.execute(select(verification_walk).where(verification_walk.c.id == walk_id)).one()
    names = ("instances", "events", "different", "other_version", UNREADABLE)
    payload = {"walk_id": str(walk_id), "codec_version": CODEC_VERSION} | {name: getattr(row, name) for name in names}
    journal.append(tx, "verification.ended", actor=WALKER, now=now, payload=payload)
    _tell_incomparable(tx, row, now=now)
    plan_walk(tx, now=now)


def _tell_incomparable(tx: Transaction, walk: Row[Any], *, now: datetime) -> None:
    """
    Name what this engine cannot compare, once for all that a walk is the first to find.

    An upgrade explains it; so would a forger who changed what an instance says it was made with.
    """
    mine = verification_finding.c
    new = (mine.outcome == "other_version") & mine.cleared_at.is_(None) & (mine.found_at >= walk.begins_at)
    query = select(mine.instance_id, mine.semantics, mine.codec_version).where(new).order_by(mine.id)
    found = tx.execute(query.limit(MOST_NAMED)).all()
    if not found:
        return
    count = tx.scalar(select(func.count()).select_from(verification_finding).where(new))
    made = sorted({f"semantics {row.semantics}, codec {row.codec_version}" for row in found})
    payload = {
        "walk_id": str(walk.id),
        "instances": count,
        "made_with": made,
        "first": [str(row.instance_id) for row in found],
    }
    journal.append(tx, "verification.not_comparable", actor=WALKER, now=now, payload=payload)
    facts = {"object": "; ".join(made), "count": count}
    notify_staff(tx, AUDITORS, Message("verification_other_version", facts), actor=WALKER, now=now)
