"""`/api/bulk-operations`: one command on many objects, as a job with progress and a result for each."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Text, Variables
from api.problems import title_of
from engine import clock
from engine.commands import bulk_kinds
from engine.commands import bulk_operations as commands
from engine.commands.bulk_selections import MAX_ITEMS, Selection
from engine.queries import bulk_operations as queries

bulk_operations = Blueprint(
    "bulk_operations", __name__, url_prefix="/api/bulk-operations", description="Bulk operations 批量操作"
)


class SelectionFilter(ma.Schema):
    """What the objects have in common when the operation is asked for."""

    definition_id = ma.fields.UUID()
    definition_key = Text(minimum=1, maximum=255)
    business_key = Text(minimum=1, maximum=255)
    case_number = Text(minimum=1, maximum=100)
    element_id = Text(minimum=1, maximum=255)
    kind = Text(minimum=1, maximum=50, metadata={"description": "Of incidents."})
    state = Text(minimum=1, maximum=50, metadata={"description": "Of instances: active or suspended."})
    has_incidents = ma.fields.Boolean()
    assignee = Text(minimum=1, maximum=255, metadata={"description": "Of tasks: a subject."})


class NewBulkOperation(ma.Schema):
    """What to do, to which objects, and why. Either `ids` or `filter`."""

    kind = Text(required=True, minimum=1, maximum=100, metadata={"enum": bulk_kinds.names()})
    ids = ma.fields.List(ma.fields.UUID(), load_default=None, validate=ma.validate.Length(1, MAX_ITEMS))
    filter = ma.fields.Nested(SelectionFilter, load_default=dict)
    parameters = Variables(load_default=dict)
    reason = Text(load_default=None, maximum=1_000)


class Cancellation(ma.Schema):
    """Why."""

    reason = Text(load_default=None, maximum=1_000)


class BulkOperationView(ma.Schema):
    """A bulk operation and its progress: waiting + succeeded + failed = total."""

    id = ma.fields.UUID()
    kind = ma.fields.String()
    parameters = ma.fields.Dict()
    selection = ma.fields.Dict()
    state = ma.fields.String(validate=ma.validate.OneOf(queries.STATES))
    reason = ma.fields.String()
    created_by = ma.fields.String()
    created_at = ma.fields.AwareDateTime()
    ended_at = ma.fields.AwareDateTime(allow_none=True)
    total = ma.fields.Integer()
    waiting = ma.fields.Integer()
    succeeded = ma.fields.Integer()
    failed = ma.fields.Integer()


class BulkOperationItemView(ma.Schema):
    """One object; `code`, `title` and `detail` say why it failed, as a problem document would."""

    position = ma.fields.Integer()
    target_id = ma.fields.UUID()
    state = ma.fields.String(validate=ma.validate.OneOf(queries.ITEM_STATES))
    code = ma.fields.String(allow_none=True)
    title = ma.fields.String(allow_none=True)
    detail = ma.fields.String(allow_none=True)
    done_at = ma.fields.AwareDateTime(allow_none=True)


class BulkOperationArguments(PageArguments):
    """Which operations."""

    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(queries.STATES))


class ItemArguments(PageArguments):
    """Which objects."""

    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(queries.ITEM_STATES))


@bulk_operations.post("")
@bulk_operations.arguments(NewBulkOperation)
@bulk_operations.response(202, BulkOperationView)
def create(body: dict[str, Any]) -> tuple[queries.BulkOperation, dict[str, str]]:
    """Have a worker do one thing to many objects, chosen now, each on its own 批量操作."""
    ids = body["ids"]
    selection = Selection(ids=None if ids is None else tuple(ids), **body["filter"])
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        created = commands.create_bulk_operation(
            tx, body["kind"], selection, parameters=body["parameters"], actor=actor, now=clock.now()
        )
        found = queries.get_bulk_operation(tx, created, actor=actor)
    return found, {"Location": f"/api/bulk-operations/{created}"}


@bulk_operations.get("")
@bulk_operations.arguments(BulkOperationArguments, location="query")
@bulk_operations.response(200, page_view(BulkOperationView))
def read_all(query: dict[str, Any]) -> Page[queries.BulkOperation]:
    """Bulk operations, newest first 批量操作列表."""
    after = decode(query.pop("cursor"), "bulk-operations", "id")
    with reading() as tx:
        return sent(queries.list_bulk_operations(tx, **query, actor=current_actor(), after=after), "bulk-operations")


@bulk_operations.get("/<uuid:operation_id>")
@bulk_operations.response(200, BulkOperationView)
def read(operation_id: UUID) -> queries.BulkOperation:
    """One bulk operation and its progress 批量操作进度."""
    with reading() as tx:
        return queries.get_bulk_operation(tx, operation_id, actor=current_actor())


@bulk_operations.get("/<uuid:operation_id>/items")
@bulk_operations.arguments(ItemArguments, location="query")
@bulk_operations.response(200, page_view(BulkOperationItemView))
def read_items(query: dict[str, Any], operation_id: UUID) -> Page[dict[str, object]]:
    """What came of each object 批量操作结果."""
    after = decode(query.pop("cursor"), "bulk-operation-items", "number")
    with reading() as tx:
        found = queries.list_items(tx, operation_id, **query, actor=current_actor(), after=after)
    page = sent(found, "bulk-operation-items")
    return Page([asdict(one) | {"title": one.code and title_of(one.code)} for one in page.items], page.next)


@bulk_operations.post("/<uuid:operation_id>/cancellation")
@bulk_operations.arguments(Cancellation)
@bulk_operations.response(200, BulkOperationView)
def cancel(body: dict[str, Any], operation_id: UUID) -> queries.BulkOperation:
    """Begin no further object, with a reason; what is done stays done 取消批量操作."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        commands.cancel_bulk_operation(tx, operation_id, actor=actor, now=clock.now())
        return queries.get_bulk_operation(tx, operation_id, actor=actor)
