"""`/api/channels` and `/api/people/{id}/notification-preference`: by which ways people are told, and when."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from engine import clock
from operations.channels.registered import Channel, NewChannel, add_channel, list_channels, remove_channel
from operations.channels.ways import KINDS, WAYS
from operations.preferences import Preference, get_preference, set_preference

channels = Blueprint("channels", __name__, url_prefix="/api", description="Notification channels 通知渠道")

_PREFERENCE = "/people/<uuid:person_id>/notification-preference"


class NewChannelBody(ma.Schema):
    """
    Whose messages go where. A robot's address is its password: it is sealed and never shown again.

    `recipient` is a group id, a user name or a subject. A webhook needs a `secret`, by which the receiver knows us.
    """

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    name = Text(required=True, minimum=1, maximum=200)
    recipient = Text(required=True, minimum=1, maximum=100)
    address = Text(required=True, minimum=1, maximum=2_000)
    secret = Text(load_default=None, allow_none=True, minimum=8, maximum=500)


class ChannelView(ma.Schema):
    """A channel, without its address and secret."""

    id = ma.fields.UUID()
    kind = ma.fields.String()
    name = ma.fields.String()
    recipient = ma.fields.String()
    created_at = ma.fields.AwareDateTime()
    created_by = ma.fields.String()


class PreferenceBody(ma.Schema):
    """Ways one wants to be told by, and quiet hours in the service's local time; urgent messages may break them."""

    ways = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(tuple(WAYS))), required=True, validate=ma.validate.Length(max=10)
    )
    quiet_from = ma.fields.Time(load_default=None, allow_none=True)
    quiet_until = ma.fields.Time(load_default=None, allow_none=True)
    is_urgent_excepted = ma.fields.Boolean(load_default=True)


class PreferenceView(ma.Schema):
    """A person's choice."""

    ways = ma.fields.List(ma.fields.String())
    quiet_from = ma.fields.Time(allow_none=True)
    quiet_until = ma.fields.Time(allow_none=True)
    is_urgent_excepted = ma.fields.Boolean()


@channels.get("/channels")
@channels.response(200, page_view(ChannelView))
def read_all() -> Page[Channel]:
    """My channels, or all for who configures 通知渠道列表."""
    with reading() as tx:
        return whole(list_channels(tx, actor=current_actor()))


@channels.post("/channels")
@channels.arguments(NewChannelBody)
@channels.response(201, ChannelView)
def add(body: dict[str, Any]) -> Channel:
    """Send somebody's messages somewhere too 添加通知渠道. Addresses inside our own network are refused."""
    with transaction() as tx:
        return add_channel(tx, NewChannel(**body), actor=current_actor(), now=clock.now())


@channels.delete("/channels/<uuid:channel_id>")
@channels.response(204)
def remove(channel_id: UUID) -> None:
    """Send nothing there any more 移除通知渠道."""
    with transaction() as tx:
        remove_channel(tx, channel_id, actor=current_actor(), now=clock.now())


@channels.get(_PREFERENCE)
@channels.response(200, PreferenceView)
def read_preference(person_id: UUID) -> Preference:
    """How a person wants to be told 通知偏好."""
    with reading() as tx:
        return get_preference(tx, person_id, actor=current_actor())


@channels.put(_PREFERENCE)
@channels.arguments(PreferenceBody)
@channels.response(200, PreferenceView)
def choose(body: dict[str, Any], person_id: UUID) -> Preference:
    """Choose ways and quiet hours 设置通知方式与免打扰时段."""
    wanted = Preference(tuple(body.pop("ways")), **body)
    with transaction() as tx:
        return set_preference(tx, person_id, wanted, actor=current_actor(), now=clock.now())
