"""Handlers of the escalation ladder (CA08)."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed


def escalation_open(
    call: Call, *, level: int | None = None, trigger: str | None = None, object: str | None = None
) -> Mapping[str, object]:
    """Open a ladder unless one is open for this object at this level or above (R005)."""
    raise HandlerFailed(call.site.element_id)


def escalation_raise(call: Call, *, escalation_id: str, level: int) -> None:
    """The ladder goes up to `level`, by time or by hand."""
    raise HandlerFailed(call.site.element_id)


def escalation_apply(
    call: Call,
    *,
    escalation_id: str,
    decision: str,
    reason: str | None = None,
    assignee: str | None = None,
    new_due: str | None = None,
    notify_customer: bool | None = None,
    notice_text: str | None = None,
) -> None:
    """Carry out what was decided at the ladder and close it."""
    raise HandlerFailed(call.site.element_id)


def escalations_close(call: Call, *, object: str | None = None) -> None:
    """The work is done: open ladders of the case (or of one object) close with it."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (escalation_open, escalation_raise, escalation_apply, escalations_close)
