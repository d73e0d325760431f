"""`/api/messages` and `/api/signals`: what happens outside reaches running processes."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Text, Variables
from engine import clock
from engine.commands.messages import Correlation, broadcast_signal, correlate_message, send_message

MAX_TTL_S = 30 * 24 * 3_600
messages = Blueprint("messages", __name__, url_prefix="/api", description="Messages and signals 消息与信号")


class Message(ma.Schema):
    """A message; without `correlation_key` the business key decides who gets it, without that the name alone."""

    name = Text(required=True, minimum=1, maximum=255)
    correlation_key = Text(load_default=None, allow_none=True, maximum=255)
    business_key = Text(load_default=None, allow_none=True, maximum=255)
    variables = Variables(load_default=dict)
    ttl_s = ma.fields.Integer(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, MAX_TTL_S),
        metadata={"description": "Keep it so long for whoever waits for it first, when nobody does now."},
    )


class CorrelationView(ma.Schema):
    """Who got the message; `is_started` when it began a new instance. Nobody yet while it is kept (202)."""

    process_instance_id = ma.fields.UUID(attribute="instance_id", allow_none=True)
    is_started = ma.fields.Boolean()
    expires_at = ma.fields.AwareDateTime(allow_none=True)


class Signal(ma.Schema):
    """A signal for whoever waits for it."""

    name = Text(required=True, minimum=1, maximum=255)
    variables = Variables(load_default=dict)


@messages.post("/messages")
@messages.arguments(Message)
@messages.response(200, CorrelationView)
@messages.alt_response(202, schema=CorrelationView, description="Nobody waits for it yet; it is kept.")
def send(body: dict[str, Any]) -> tuple[Correlation, int]:
    """Deliver a message to the one instance that waits for it, or start the process it begins 发送消息."""
    ttl_s, actor, now = body.pop("ttl_s"), current_actor(), clock.now()
    with transaction() as tx:
        if ttl_s is None:
            found = correlate_message(tx, **body, actor=actor, now=now)
        else:
            found = send_message(tx, ttl=timedelta(seconds=ttl_s), **body, actor=actor, now=now)
    return found, 200 if found.instance_id is not None else 202


@messages.post("/signals")
@messages.arguments(Signal)
@messages.response(202)
def send_signal(body: dict[str, Any]) -> None:
    """Send a signal to every instance that waits for it; each receives it on its own 广播信号."""
    with transaction() as tx:
        broadcast_signal(tx, body["name"], variables=body["variables"], actor=current_actor(), now=clock.now())
