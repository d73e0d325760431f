"""What operators do to an instance in trouble, as journal entries and back."""

from collections.abc import Mapping

from engine.history.journal import Entry
from engine.spiff.inputs import RepairInput, Resolution, Retry, VariablesChange

_RETRIED, _RESOLVED, _CHANGED = "incident.retried", "incident.resolved", "variables.changed"
REPAIR_TYPES = frozenset({_RETRIED, _RESOLVED, _CHANGED})


def repair_to_entry(given: RepairInput, **facts: object) -> Entry:
    """Write a repair down."""
    match given:
        case Retry():
            return Entry(_RETRIED, facts, task_id=given.task_id)
        case Resolution():
            return Entry(_RESOLVED, {"variables": dict(given.variables)} | facts, task_id=given.task_id)
        case VariablesChange():
            return Entry(_CHANGED, {"variables": dict(given.variables)} | facts, task_id=given.task_id)


def repair_from_entry(name: str, task_id: str | None, payload: Mapping[str, object]) -> RepairInput:
    """Read a repair back."""
    variables = payload.get("variables")
    values = variables if isinstance(variables, Mapping) else {}
    if name == _CHANGED:
        return VariablesChange(values, task_id)
    return Resolution(task_id or "", values) if name == _RESOLVED else Retry(task_id or "")
