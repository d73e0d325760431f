"""`/api/groups`: roles, departments and what they permit."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from engine import clock
from engine.access import PERMISSIONS
from engine.commands.identities import create_group
from engine.identities import Group
from engine.queries.identities import list_groups

groups = Blueprint("groups", __name__, url_prefix="/api/groups", description="Groups 用户组")


class NewGroup(ma.Schema):
    """What to make."""

    id = Text(required=True, minimum=1, maximum=100)
    name_zh = Text(required=True, minimum=1, maximum=200)
    name_en = Text(required=True, minimum=1, maximum=200)
    permissions = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(PERMISSIONS)), load_default=list)


class GroupView(ma.Schema):
    """A group and what its members may do."""

    id = ma.fields.String()
    name_zh = ma.fields.String()
    name_en = ma.fields.String()
    permissions = ma.fields.List(ma.fields.String())


@groups.get("")
@groups.response(200, page_view(GroupView))
def read_all() -> Page[Group]:
    """All groups by id 用户组列表."""
    with reading() as tx:
        return whole(list_groups(tx))


@groups.post("")
@groups.arguments(NewGroup)
@groups.response(201, GroupView)
def create(body: dict[str, Any]) -> Group:
    """Make a group 新增用户组."""
    with transaction() as tx:
        return create_group(
            tx,
            body["id"],
            body["name_zh"],
            body["name_en"],
            body["permissions"],
            actor=current_actor(),
            now=clock.now(),
        )
