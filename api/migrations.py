"""`/api/process-instances/{id}/migration` and the plans for it: going on with another version."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import PageArguments, decode, page_view, sent, whole
from api.parsing import Blueprint, Text
from api.process_instances import ProgressView
from engine import clock
from engine.commands import migrations as commands
from engine.commands.execution import Progress
from engine.queries import pages
from engine.queries.process_instances import ProcessInstanceFilter, list_process_instances

migrations = Blueprint("migrations", __name__, url_prefix="/api", description="Migration 迁移")

MOST_NAMES = 2_000
_ID = {"minimum": 1, "maximum": 255}


class MigrationBody(ma.Schema):
    """
    Where it goes. `mapping` says element and sequence flow ids here → there; what is not named keeps its id.

    With `updates_timers` the rule of every waiting timer is asked again; else it keeps its time.
    """

    target_definition_id = ma.fields.UUID(required=True)
    mapping = ma.fields.Dict(
        keys=Text(**_ID), values=Text(**_ID), load_default=dict, validate=ma.validate.Length(max=MOST_NAMES)
    )
    updates_timers = ma.fields.Boolean(load_default=False)


class ReasonedMigrationBody(MigrationBody):
    """Where it goes, and why."""

    reason = Text(load_default=None, maximum=1_000)


class PlanBody(ma.Schema):
    """To which version."""

    target_definition_id = ma.fields.UUID(required=True)


class MappedElementView(ma.Schema):
    """An element tokens can rest at, and the one that takes it over; without one, `problem` says why."""

    source_id = ma.fields.String()
    target_id = ma.fields.String(allow_none=True)
    element_type = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    problem = ma.fields.String(allow_none=True)


class ForeseenView(ma.Schema):
    """What would become of an element instance: it `stays` (as `becomes`), `ends`, `opens` or `begins`."""

    action = ma.fields.String()
    element_id = ma.fields.String()
    becomes = ma.fields.String(allow_none=True)
    element_type = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    task_id = ma.fields.String()


class ObstacleView(ma.Schema):
    """One reason why an instance cannot be moved."""

    code = ma.fields.String()
    element_id = ma.fields.String()
    task_id = ma.fields.String(allow_none=True)
    message_en = ma.fields.String()
    message_zh = ma.fields.String()


class ProspectView(ma.Schema):
    """What would happen to one instance; `error` says what keeps it from being moved at all (it is suspended)."""

    process_instance_id = ma.fields.UUID()
    is_possible = ma.fields.Function(lambda prospect: not prospect.problems and prospect.error is None)
    elements = ma.fields.List(ma.fields.Nested(ForeseenView))
    problems = ma.fields.List(ma.fields.Nested(ObstacleView))
    error = ma.fields.String(allow_none=True)


@migrations.post("/process-definitions/<uuid:definition_id>/migrations/plan")
@migrations.arguments(PlanBody)
@migrations.response(200, page_view(MappedElementView))
def plan(body: dict[str, Any], definition_id: UUID) -> object:
    """Propose which element takes over which 建议映射."""
    with reading() as tx:
        return whole(commands.propose_mapping(tx, definition_id, body["target_definition_id"], actor=current_actor()))


@migrations.post("/process-definitions/<uuid:definition_id>/migrations/preview")
@migrations.arguments(MigrationBody)
@migrations.arguments(PageArguments, location="query")
@migrations.response(200, page_view(ProspectView))
def preview_all(body: dict[str, Any], query: dict[str, Any], definition_id: UUID) -> object:
    """Say of each running instance of a version what would happen; nothing is changed 逐个预演迁移."""
    after = decode(query["cursor"], "migrations", "id")
    actor, wanted = current_actor(), ProcessInstanceFilter(definition_id=definition_id, states=("active", "suspended"))
    with reading() as tx:
        found = list_process_instances(tx, wanted, actor=actor, after=after, limit=query["limit"])
        ids = [instance.id for instance in found.items]
        plan = commands.MigrationPlan(**body)
        prospects = commands.preview_migration(tx, ids, plan, actor=actor, now=clock.now())
    return sent(pages.Page(prospects, found.after), "migrations")


@migrations.post("/process-instances/<uuid:instance_id>/migration/preview")
@migrations.arguments(MigrationBody)
@migrations.response(200, ProspectView)
def preview(body: dict[str, Any], instance_id: UUID) -> object:
    """Say what would happen to one instance; nothing is changed 预演迁移."""
    plan = commands.MigrationPlan(**body)
    with reading() as tx:
        return commands.preview_migration(tx, (instance_id,), plan, actor=current_actor(), now=clock.now())[0]


@migrations.post("/process-instances/<uuid:instance_id>/migration")
@migrations.arguments(ReasonedMigrationBody)
@migrations.response(200, ProgressView)
def migrate(body: dict[str, Any], instance_id: UUID) -> Progress:
    """Let an instance go on with another version, with a reason 迁移流程实例."""
    actor = current_actor(reason=body.pop("reason"))
    with transaction() as tx:
        return commands.migrate_process_instance(
            tx, instance_id, commands.MigrationPlan(**body), actor=actor, now=clock.now()
        )
