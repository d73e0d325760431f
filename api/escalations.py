"""`/api/escalations`: the register of who was called in, where, and why."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.case_views import LadderView
from api.database import reading
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint
from operations.escalation_register import EscalationFilter, RegisteredEscalation, list_register

escalations = Blueprint("escalations", __name__, url_prefix="/api/escalations", description="Escalations 升级台账")


class EscalationArguments(PageArguments):
    """Which ladders; the open ones unless said otherwise."""

    state = ma.fields.String(load_default="open", allow_none=True, validate=ma.validate.OneOf(("open", "closed")))
    level = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, 3))
    case_number = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 40))
    trigger = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 40))


class RegisteredEscalationView(LadderView):
    """A ladder, what set it off, and the promises of its case that were `broken` when it was opened."""

    case_number = ma.fields.String(allow_none=True)
    priority = ma.fields.String(allow_none=True)
    broken = ma.fields.List(ma.fields.String())


@escalations.get("")
@escalations.arguments(EscalationArguments, location="query")
@escalations.response(200, page_view(RegisteredEscalationView))
def read_all(query: dict[str, Any]) -> Page[RegisteredEscalation]:
    """Escalations by level, newest first 升级台账: all for those who oversee, else those of one's own cases."""
    after = decode(query.pop("cursor"), "escalations", "moment", "id")
    limit = query.pop("limit")
    with reading() as tx:
        found = list_register(tx, EscalationFilter(**query), actor=current_actor(), after=after, limit=limit)
    return sent(found, "escalations")
