"""Handlers that tell people something."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed


def notify_customer(call: Call, *, template: str, text: str | None = None) -> Mapping[str, object]:
    """Tell the case's customer by template; `text` is what a person wrote for him (a sealed reference)."""
    raise HandlerFailed(call.site.element_id)


def notify_group(call: Call, *, group: str, template: str) -> Mapping[str, object]:
    """Tell a group of staff by template."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (notify_customer, notify_group)
