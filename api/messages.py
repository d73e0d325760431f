"""`/api/messages` and `/api/signals`: what happens outside reaches running processes."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Text, Variables
from engine import clock
from engine.commands.messages import Correlation, broadcast_signal, correlate_message

messages = Blueprint("messages", __name__, url_prefix="/api", description="Messages and signals 消息与信号")


class Message(ma.Schema):
    """A message; without `correlation_key` the business key decides who gets it, without that the name alone."""

    name = Text(required=True, minimum=1, maximum=255)
    correlation_key = Text(load_default=None, allow_none=True, maximum=255)
    business_key = Text(load_default=None, allow_none=True, maximum=255)
    variables = Variables(load_default=dict)


class CorrelationView(ma.Schema):
    """Who got the message; `is_started` when it began a new instance."""

    process_instance_id = ma.fields.UUID(attribute="instance_id")
    is_started = ma.fields.Boolean()


class Signal(ma.Schema):
    """A signal for whoever waits for it."""

    name = Text(required=True, minimum=1, maximum=255)
    variables = Variables(load_default=dict)


@messages.post("/messages")
@messages.arguments(Message)
@messages.response(200, CorrelationView)
def send_message(body: dict[str, Any]) -> Correlation:
    """Deliver a message to the one instance that waits for it, or start the process it begins 发送消息."""
    with transaction() as tx:
        return correlate_message(tx, **body, actor=current_actor(), now=clock.now())


@messages.post("/signals")
@messages.arguments(Signal)
@messages.response(202)
def send_signal(body: dict[str, Any]) -> None:
    """Send a signal to every instance that waits for it; each receives it on its own 广播信号."""
    with transaction() as tx:
        broadcast_signal(tx, body["name"], variables=body["variables"], actor=current_actor(), now=clock.now())
