"""Starting anew what has ended: another instance, on the same case, linked to the first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.commands.execution import Progress
from engine.commands.migrations import not_movable
from engine.commands.process_instances import start_process_instance
from engine.history.journal import Entry, append_stream, stream_of
from engine.persistence.process_instances import LockedInstance, lock_instance, update_instance
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction
from engine.replay.inputs import STARTED
from engine.replay.variables import variables_of
from engine.spiff.obstacles import obstacle

Taken = Literal["last", "first", "none"]


def restart_process_instance(
    tx: Transaction,
    instance_id: UUID,
    variables: Mapping[str, object],
    *,
    take: Taken = "last",
    is_latest: bool = False,
    actor: Actor,
    now: datetime,
) -> Progress:
    """
    Start an ended instance anew, at the start event it began with: same business key, case and data subject.

    Args:
        variables: Added to those taken over.
        take: The variables as of its end, those it began with, or none.
        is_latest: With the newest active version, not with its own.

    Raises:
        ReasonRequired: No reason was given.
        ProcessInstanceNotMovable: It still runs.
        ProcessDefinitionNotReady, ProcessDefinitionSuspended, StartNotPossible, NotPermitted: As any start.
    """
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    locked = lock_instance(tx, instance_id)
    old = locked.instance
    if old.state not in ("completed", "cancelled"):
        raise not_movable(instance_id, (obstacle("still-running", old.definition_key),))
    began = tx.scalars(
        select(journal.c.payload).where(journal.c.instance_id == instance_id, journal.c.type == STARTED).limit(1)
    ).one()
    started = start_process_instance(
        tx,
        definition_key=old.definition_key if is_latest else None,
        definition_id=None if is_latest else old.definition_id,
        variables={**_taken(tx, locked, began, take), **variables},
        business_key=old.business_key,
        case_number=old.case_number,
        data_subject=old.data_subject or f"instance:{old.id}",
        start_event=began.get("start_element_id"),
        origin_instance_id=old.id,
        actor=actor,
        now=now,
    )
    told = Entry("process_instance.restarted", {"process_instance_id": str(started.instance.id), "take": take})
    last_seq = append_stream(tx, stream_of(old), [told], actor=actor, now=now)
    update_instance(tx, replace(old, journal_seq=last_seq), None, codec_version=locked.codec_version)
    return started


def _taken(
    tx: Transaction, locked: LockedInstance, began: Mapping[str, Mapping[str, object]], take: Taken
) -> Mapping[str, object]:
    match take:
        case "last":
            return variables_of(tx, locked)
        case "first":
            return began["variables"]
        case "none":
            return {}
