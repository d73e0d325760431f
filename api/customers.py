"""`/api/customers`: contact data in full, for a purpose that is recorded."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.case_views import ContactView
from api.database import transaction
from api.parsing import Blueprint, Text
from engine import clock
from operations.customers import Contact, reveal_customer

customers = Blueprint("customers", __name__, url_prefix="/api/customers", description="Customers 客户")


class Purpose(ma.Schema):
    """What the data is needed for."""

    purpose = Text(load_default="", maximum=500)


@customers.post("/<uuid:customer_id>/disclosure")
@customers.arguments(Purpose)
@customers.response(200, ContactView)
def reveal(body: dict[str, Any], customer_id: UUID) -> Contact:
    """Read a customer's contact data in full 查看完整联系方式. The reading and its purpose are journalled."""
    with transaction() as tx:
        return reveal_customer(tx, customer_id, body["purpose"], actor=current_actor(), now=clock.now())
