"""`/api/commitments`: the register of promised times; every version is kept."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from engine import clock
from operations.commitments import (
    CommitmentChange,
    RegisterEntry,
    commitment_versions,
    get_commitment,
    list_commitments,
)
from operations.register_changes import revise_commitment

commitments = Blueprint(
    "commitments", __name__, url_prefix="/api/commitments", description="Commitments register 服务承诺登记"
)


class CommitmentView(ma.Schema):
    """An entry; `is_default` marks a value nobody has confirmed yet."""

    key = ma.fields.String(attribute="commitment.key")
    source = ma.fields.String(attribute="commitment.source")
    name_zh = ma.fields.String(attribute="commitment.name_zh")
    name_en = ma.fields.String(attribute="commitment.name_en")
    kind = ma.fields.String(attribute="commitment.kind")
    value = ma.fields.String(attribute="commitment.value")
    calendar = ma.fields.String(attribute="commitment.calendar", allow_none=True)
    share_of = ma.fields.String(attribute="commitment.share_of", allow_none=True)
    warn_percent = ma.fields.Float(attribute="commitment.warn_percent", allow_none=True)
    is_pausable = ma.fields.Boolean(attribute="commitment.is_pausable")
    is_fixed = ma.fields.Boolean(attribute="commitment.is_fixed")
    is_public = ma.fields.Boolean(attribute="commitment.is_public")
    version = ma.fields.Integer()
    is_default = ma.fields.Boolean()
    changed_at = ma.fields.AwareDateTime()
    changed_by = ma.fields.String()
    reason = ma.fields.String(allow_none=True)
    superseded_at = ma.fields.AwareDateTime(allow_none=True)


class CommitmentArguments(ma.Schema):
    """Which entries."""

    is_default = ma.fields.Boolean(load_default=False, metadata={"description": "Only those nobody has confirmed yet."})


class CommitmentPatch(ma.Schema):
    """What to change, and why. Confirming a default is a change to the same value."""

    value = Text(load_default=None, maximum=200)
    calendar = Text(load_default=None, maximum=60)
    warn_percent = ma.fields.Float(load_default=None, allow_nan=False, validate=ma.validate.Range(0, 100))
    reason = Text(load_default=None, maximum=1_000)


@commitments.get("")
@commitments.arguments(CommitmentArguments, location="query")
@commitments.response(200, page_view(CommitmentView))
def read_all(query: Mapping[str, Any]) -> Page[RegisterEntry]:
    """The entries in force, by key 服务承诺."""
    with reading() as tx:
        return whole(list_commitments(tx, only_defaults=query["is_default"]))


@commitments.get("/<string(maxlength=100):key>")
@commitments.response(200, CommitmentView)
def read(key: str) -> RegisterEntry:
    """One entry 服务承诺."""
    with reading() as tx:
        return get_commitment(tx, key)


@commitments.get("/<string(maxlength=100):key>/versions")
@commitments.response(200, page_view(CommitmentView))
def read_versions(key: str) -> Page[RegisterEntry]:
    """Every version of an entry 历史版本: who, when, why."""
    with reading() as tx:
        return whole(commitment_versions(tx, key))


@commitments.patch("/<string(maxlength=100):key>")
@commitments.arguments(CommitmentPatch)
@commitments.response(200, CommitmentView)
def change(body: dict[str, Any], key: str) -> RegisterEntry:
    """Make a new version, with a reason 修改承诺. Promises already made keep their time."""
    actor = current_actor(reason=body.pop("reason"))
    with transaction() as tx:
        return revise_commitment(tx, key, CommitmentChange(**body), actor=actor, now=clock.now())
