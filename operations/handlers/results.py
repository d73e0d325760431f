"""Handlers of result and confirmation (CA05) and of rework."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed


def result_recorded(call: Call, **fields: object) -> None:
    """Keep the fields of `result_form`."""
    raise HandlerFailed(call.site.element_id)


def result_send(call: Call) -> None:
    """Send the result to the customer and ask him to confirm it (R013)."""
    raise HandlerFailed(call.site.element_id)


def confirmation_set(call: Call, *, confirmation: str, reason: str | None = None, **fields: object) -> None:
    """Keep the customer's answer: confirmed, rejected, or deemed after silence (A09)."""
    raise HandlerFailed(call.site.element_id)


def rework_begin(call: Call) -> Mapping[str, object]:
    """Count a rejection and say whether another round is allowed (S76)."""
    raise HandlerFailed(call.site.element_id)


def manager_ruling(call: Call, *, ruling: str | None = None, **fields: object) -> None:
    """Keep the manager's ruling after the last rejection."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (result_recorded, result_send, confirmation_set, rework_begin, manager_ruling)
