"""Handlers of the SLA guard: warn, then record the breach with its true time."""

from engine.handlers import Call, HandlerFailed


def sla_remind(call: Call, *, commitment: str, object: str | None = None) -> None:
    """Warn those who work on it that a promise is about to be broken."""
    raise HandlerFailed(call.site.element_id)


def sla_breach(call: Call, *, commitment: str, object: str | None = None) -> None:
    """Record that a promise was broken, at the time it was due however late this runs (A42)."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (sla_remind, sla_breach)
