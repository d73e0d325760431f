"""`/api/process-definitions/{id}/differences`: what changes from one version to another."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.database import reading
from api.parsing import Blueprint
from engine.queries.differences import Differences, compare_process_definitions

differences = Blueprint(
    "differences", __name__, url_prefix="/api/process-definitions", description="Comparing versions 版本比较"
)


class PropertyChangeView(ma.Schema):
    """What a property said and says; null: it was not, or is no longer, said."""

    path = ma.fields.String(required=True)
    name = ma.fields.String(required=True, attribute="name_en")
    name_zh = ma.fields.String(required=True)
    old = ma.fields.String(required=True, allow_none=True)
    new = ma.fields.String(required=True, allow_none=True)


class ElementChangeView(ma.Schema):
    """An element that came, went or says something else."""

    element_id = ma.fields.String(required=True)
    element_type = ma.fields.String(required=True)
    element_name = ma.fields.String(required=True, allow_none=True)
    scope_id = ma.fields.String(required=True, allow_none=True)
    change = ma.fields.String(required=True, validate=ma.validate.OneOf(("added", "removed", "changed")))
    properties = ma.fields.List(ma.fields.Nested(PropertyChangeView), required=True)


class DifferencesView(ma.Schema):
    """What changes; `moved` lists what is drawn elsewhere. `is_whole` is false when more changed than is told."""

    elements = ma.fields.List(ma.fields.Nested(ElementChangeView), required=True)
    moved = ma.fields.List(ma.fields.String(), required=True)
    is_whole = ma.fields.Boolean(required=True)


class OtherVersion(ma.Schema):
    """The later one."""

    with_ = ma.fields.UUID(required=True, data_key="with")


@differences.get("/<uuid:definition_id>/differences")
@differences.arguments(OtherVersion, location="query")
@differences.response(200, DifferencesView)
def read(query: dict[str, Any], definition_id: UUID) -> Differences:
    """What changes from this version to another 版本差异."""
    with reading() as tx:
        return compare_process_definitions(tx, definition_id, query["with_"])
