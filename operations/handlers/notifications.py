"""Handlers that tell people something."""

from collections.abc import Mapping

from engine.handlers import Call
from operations.cases import write_case
from operations.handlers.called_case import called_case
from operations.messages import tell_customer, tell_group


def notify_customer(call: Call, *, template: str, text: str | None = None) -> Mapping[str, object]:
    """Tell the case's customer by template; `text` is what a person wrote for him (a sealed reference)."""
    case = called_case(call)
    identifier = tell_customer(call, case, template, {"text": text})
    if template == "ack":
        write_case(call.connection, case.number, acknowledged_at=call.site.now)
    return {"notification_id": str(identifier)}


def notify_group(call: Call, *, group: str, template: str) -> Mapping[str, object]:
    """Tell a group of staff by template."""
    return {"notification_id": str(tell_group(call, called_case(call), group, template))}


HANDLERS = (notify_customer, notify_group)
