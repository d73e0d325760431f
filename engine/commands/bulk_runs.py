"""
The job that runs bulk operations, a share at a time so that other jobs have their turn.

A worker that dies leaves its object without a result and its job stalled; whoever takes the job up again goes on there.
"""

import logging
from collections.abc import Mapping
from uuid import UUID

from engine import clock, faults, jobs
from engine.commands import bulk_items
from engine.errors import EngineError
from engine.persistence.outages import will_pass
from engine.persistence.transactions import transaction

logger = logging.getLogger(__name__)
JOB = "bulk_operation"
SHARE = 200


@jobs.job(JOB)
def run_bulk_operation(arguments: Mapping[str, object]) -> None:
    """Do the next share of an operation, then have the rest done by another job."""
    operation_id = UUID(str(arguments["operation_id"]))
    for _ in range(SHARE):
        if not run_next(operation_id):
            with transaction() as tx:
                bulk_items.complete_bulk_operation(tx, operation_id, now=clock.now())
            return
    with transaction() as tx:
        jobs.defer(tx, JOB, {"operation_id": str(operation_id)})


def run_next(operation_id: UUID) -> bool:
    """Do one object in one transaction; whether there was any."""
    item: bulk_items.Item | None = None
    try:
        with transaction() as tx:
            item = bulk_items.claim_item(tx, operation_id)
            if item is None:
                return False
            bulk_items.process_item(tx, item, now=clock.now())
            faults.reach("bulk_item.committing")
        faults.reach("bulk_item.committed")
    except Exception as error:  # what breaks the engine on one object is its result, and stops no other
        if item is None or will_pass(error):
            raise
        logger.exception("object %s of bulk operation %s broke the engine", item.target_id, operation_id)
        with transaction() as tx:
            broken = EngineError("Something went wrong on our side; nothing was changed.")
            bulk_items.note_result(tx, item, broken, now=clock.now())
    return True
