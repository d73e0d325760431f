"""Handlers of task assignment (CA02)."""

from collections.abc import Mapping, Sequence

from engine.handlers import Call, HandlerFailed


def assignment_set(
    call: Call,
    *,
    lead_department: str | None = None,
    collaborators: Sequence[object] | None = None,
    assignee: str | None = None,
    **fields: object,
) -> Mapping[str, object]:
    """Name the one lead department and its collaborators (R007)."""
    raise HandlerFailed(call.site.element_id)


def assignment_answers(call: Call, *, answers: Sequence[object] | None = None) -> Mapping[str, object]:
    """Sum up what the departments answered: accepted, question (by whom: `askers`) or declined."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (assignment_set, assignment_answers)
