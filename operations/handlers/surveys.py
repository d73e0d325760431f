"""Handlers of the satisfaction survey (CA06)."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed


def survey_send(call: Call) -> None:
    """Ask the customer for his opinion (R014)."""
    raise HandlerFailed(call.site.element_id)


def survey_remind(call: Call) -> None:
    """Remind him once."""
    raise HandlerFailed(call.site.element_id)


def survey_score(
    call: Call,
    *,
    quality: int | None = None,
    efficiency: int | None = None,
    communication: int | None = None,
    overall: int | None = None,
    contact_me: bool | None = None,
    comment: str | None = None,
) -> Mapping[str, object]:
    """Keep the answer; `low` says that somebody should call back (overall ≤ 2, or the customer asks for it)."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (survey_send, survey_remind, survey_score)
