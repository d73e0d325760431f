"""One case tried and judged, whatever its journal holds."""

from uuid import UUID

from sqlalchemy import exists, select

from engine.backtests.candidates import Candidate
from engine.backtests.histories import read_history
from engine.backtests.trials import try_case
from engine.backtests.verdicts import Finding, judge
from engine.errors import ReplayDiverged
from engine.persistence.process_instances import find_instance
from engine.persistence.tables.journal import form_value, subject_key
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction


def backtest_case(tx: Transaction, instance_id: UUID, candidate: Candidate) -> Finding:
    """
    Tell what the candidate would have made of an ended case.

    A case whose subject's key was destroyed is counted as erased: what people had entered can no longer be read.
    """
    if is_erased(tx, instance_id):
        return Finding(instance_id, "erased")
    instance = find_instance(tx, instance_id)
    try:
        history = read_history(tx, instance, candidate.keys)
        return judge(tx, try_case(tx, history, candidate))
    except ReplayDiverged as error:
        return Finding(instance_id, "error", None, error.detail, error.detail)


def is_erased(tx: Transaction, instance_id: UUID) -> bool:
    """Whether a person of whom the case held data was erased."""
    gone = subject_key.c.destroyed_at.is_not(None)
    whose = select(process_instance.c.data_subject).where(process_instance.c.id == instance_id).scalar_subquery()
    own = exists().where(gone, subject_key.c.subject == whose)
    held = exists().where(gone, subject_key.c.subject == form_value.c.subject, form_value.c.instance_id == instance_id)
    return bool(tx.scalar(select(own | held)))
