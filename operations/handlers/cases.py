"""Handlers that write facts into the case record."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed


def case_register(call: Call) -> Mapping[str, object]:
    """Take the case into intake: provisional promises, and what the diagram needs to know of it."""
    raise HandlerFailed(call.site.element_id)


def case_details(call: Call, **fields: object) -> Mapping[str, object]:
    """Keep the fields of `intake_form`; `complete` says whether the case can be assessed now."""
    raise HandlerFailed(call.site.element_id)


def case_assess(call: Call, **fields: object) -> Mapping[str, object]:
    """Keep the fields of `assessment_form`; `triage_outcome` is valid, invalid, duplicate or resolved_at_once."""
    raise HandlerFailed(call.site.element_id)


def case_promises(
    call: Call,
    *,
    response: str | None = None,
    solution: str | None = None,
    feedback: str | None = None,
    accept: str | None = None,
    priority: str | None = None,
) -> Mapping[str, object]:
    """Promise by D02's answer: each a commitment key or an ISO 8601 duration, counted from receipt."""
    raise HandlerFailed(call.site.element_id)


def case_first_response(call: Call) -> None:
    """A person answered the customer: the first-response promise is met now."""
    raise HandlerFailed(call.site.element_id)


def case_set(call: Call, **facts: object) -> None:
    """Set facts of the case; only names of the white list are taken."""
    raise HandlerFailed(call.site.element_id)


def case_outcome(call: Call, *, outcome: str) -> None:
    """Say how the case ended: completed, unresolved, withdrawn, invalid, duplicate, resolved_at_once."""
    raise HandlerFailed(call.site.element_id)


def case_override(call: Call, *, priority: str | None = None, reason: str | None = None) -> Mapping[str, object]:
    """Set the priority by hand (R004); the promises follow it."""
    raise HandlerFailed(call.site.element_id)


def case_withdraw(call: Call) -> None:
    """The customer withdrew: outcome withdrawn, running promises end."""
    raise HandlerFailed(call.site.element_id)


def progress_answer(call: Call) -> None:
    """Answer the customer's question where his case stands."""
    raise HandlerFailed(call.site.element_id)


def supplement_add(call: Call, *, text: str | None = None) -> None:
    """Take what the customer added to his case and tell those who work on it."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (
    case_register,
    case_details,
    case_assess,
    case_promises,
    case_first_response,
    case_set,
    case_outcome,
    case_override,
    case_withdraw,
    progress_answer,
    supplement_add,
)
