"""What changes from one version of a process to another."""

from uuid import UUID

from engine.differences.comparing import Differences, ElementChange, compare
from engine.persistence.transactions import Transaction
from engine.queries.process_definitions import read_bpmn

__all__ = ["Differences", "ElementChange", "compare_process_definitions"]


def compare_process_definitions(tx: Transaction, old_id: UUID, new_id: UUID) -> Differences:
    """
    Compare two deployed files, of one process or of two.

    Raises:
        ProcessDefinitionNotFound: Either is missing.
    """
    return compare(read_bpmn(tx, old_id), read_bpmn(tx, new_id))
