"""`/api/notifications`: what was said to me, my groups, and those I stand in for."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor, current_identity
from api.database import reading
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint
from operations.notifications import Notification, list_own_notifications

notifications = Blueprint(
    "notifications", __name__, url_prefix="/api/notifications", description="My notifications 我的通知"
)


class OwnNotificationView(ma.Schema):
    """A message to me or a group of mine, whether or not it was also sent somewhere."""

    id = ma.fields.UUID()
    case_number = ma.fields.String(allow_none=True)
    recipient = ma.fields.String()
    template = ma.fields.String()
    subject = ma.fields.String()
    body = ma.fields.String()
    state = ma.fields.String()
    created_at = ma.fields.AwareDateTime()


@notifications.get("")
@notifications.arguments(PageArguments, location="query")
@notifications.response(200, page_view(OwnNotificationView))
def read_all(query: dict[str, Any]) -> Page[Notification]:
    """What was said to me, newest first 我的通知."""
    after = decode(query["cursor"], "notifications", "id")
    with reading() as tx:
        found = list_own_notifications(
            tx, language=current_identity().language, actor=current_actor(), after=after, limit=query["limit"]
        )
    return sent(found, "notifications")
