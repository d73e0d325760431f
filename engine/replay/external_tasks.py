"""What workers report on external tasks, as journal entries and back. Locks are no history: nothing depends on them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.history.journal import Entry
from engine.spiff.inputs import (
    ExternalTaskCompletion,
    ExternalTaskError,
    ExternalTaskFailure,
    ExternalTaskInput,
    ExternalTaskRetries,
)

_KINDS: Mapping[str, type[ExternalTaskInput]] = {
    "external_task.completed": ExternalTaskCompletion,
    "external_task.failed": ExternalTaskFailure,
    "external_task.error_thrown": ExternalTaskError,
    "external_task.retries_set": ExternalTaskRetries,
}
_TYPES = {kind: name for name, kind in _KINDS.items()}
EXTERNAL_TASK_TYPES = frozenset(_KINDS)


def report_to_entry(given: ExternalTaskInput, **facts: object) -> Entry:
    """Write a report down: its members are the payload."""
    members = asdict(given)
    task_id = members.pop("task_id")
    return Entry(_TYPES[type(given)], members | facts, task_id=task_id)


def report_from_entry(name: str, task_id: str, payload: Mapping[str, object]) -> ExternalTaskInput:
    """Read a report back."""
    kind = _KINDS[name]
    members: dict[str, Any] = {member: payload[member] for member in kind.__dataclass_fields__ if member != "task_id"}
    return kind(task_id, **members)
