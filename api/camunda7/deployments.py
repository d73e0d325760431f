"""`/engine-rest/deployment`: what the Modeler's deploy button calls, over the same commands as `/api/deployments`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, current_app, request

from api.auth import current_actor
from api.bodies import accepts_uploads
from api.camunda7.process_definitions import ProcessDefinitionView, definition_id
from api.camunda7.wire import Document, Flag, Time, WindowArguments, answered, loaded, query, window
from api.database import reading, transaction
from api.deployments import is_published_apart, uploaded
from api.errors import MembersInvalid
from api.lint_rules import requires_performers
from engine import access, clock
from engine.commands.deployments import Deployed, Deployment, delete_deployment, deploy, hash_of
from engine.errors import DeploymentNotFound
from engine.persistence.transactions import Transaction
from engine.queries import deployment_search as search
from engine.queries.deployment_search import DeploymentFilter
from engine.queries.process_definitions import DeploymentSummary

_TEXT_MAX = 500


class DeploymentView(Document):
    """A deployment. There are no tenants."""

    links: ma.fields.Field[object] = ma.fields.Constant([])
    id = ma.fields.UUID()
    name = ma.fields.String(allow_none=True)
    source = ma.fields.String(attribute="note", allow_none=True)
    deployment_time = Time(attribute="deployed_at")
    tenant_id = ma.fields.Constant(None)


class DecisionDefinitionView(Document):
    """A version of a decision."""

    id = ma.fields.Function(definition_id)
    key = ma.fields.String()
    category = ma.fields.Constant(None)
    name = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()
    resource = ma.fields.String(attribute="file_name")
    deployment_id = ma.fields.UUID()
    tenant_id = ma.fields.Constant(None)
    decision_requirements_definition_id = ma.fields.Constant(None)
    decision_requirements_definition_key = ma.fields.Constant(None)
    history_time_to_live = ma.fields.Constant(None)
    version_tag = ma.fields.String(allow_none=True)


class DeploymentArguments(WindowArguments):
    """Which deployments."""

    id = ma.fields.String(load_default=None)
    name = ma.fields.String(load_default=None)
    name_like = ma.fields.String(load_default=None)
    source = ma.fields.String(load_default=None)
    is_without_source = Flag(load_default=False, data_key="withoutSource")
    before = Time(load_default=None)
    after = Time(load_default=None)
    tenant_id_in = ma.fields.String(load_default=None)


class DeploymentFields(Document):
    """The fields of the form; every part with a file name is a file."""

    name = ma.fields.String(load_default=None, data_key="deployment-name")
    source = ma.fields.String(load_default=None, data_key="deployment-source")
    is_filtering = Flag(load_default=False, data_key="enable-duplicate-filtering")
    is_changed_only = Flag(load_default=False, data_key="deploy-changed-only")
    tenant_id = ma.fields.String(load_default=None, data_key="tenant-id")
    activation_time = ma.fields.String(load_default=None, data_key="deployment-activation-time")


class RemovalArguments(Document):
    """Without `cascade` nothing goes that has instances."""

    cascade = Flag(load_default=False)


def read_deployments() -> Response:
    """Deployments, the newest first unless said otherwise; `maxResults=0` asks only whether one may."""
    arguments = query(DeploymentArguments())
    wanted, is_impossible = _wanted(arguments)
    page = window(arguments, search.DEPLOYMENT_ORDERS)
    with reading() as tx:
        found = [] if is_impossible else search.search_deployments(tx, wanted, page)
    return answered(DeploymentView(many=True).dump(found))


def count_deployments() -> Response:
    """How many deployments there are."""
    wanted, is_impossible = _wanted(query(DeploymentArguments()))
    with reading() as tx:
        count = 0 if is_impossible else search.count_deployments(tx, wanted)
    return answered({"count": count})


def read_deployment(deployment_id: str) -> Response:
    """One deployment."""
    with reading() as tx:
        found = search.search_deployments(tx, DeploymentFilter(id=deployment_id), search.Window(most=1))
    if not found:
        raise _not_found(deployment_id)
    return answered(DeploymentView().dump(found[0]))


@accepts_uploads
def create_deployment() -> Response:
    """
    Deploy. Files equal to the latest deployment of the name answer with that one, if duplicates are to be filtered.

    Without the filter too an unchanged file makes no new version: the answer lists the version that is there.
    """
    files, fields = uploaded(), _fields()
    registry = current_app.extensions["opsflow_registry"]
    actor = current_actor()
    with transaction() as tx:
        access.require(actor, access.DEPLOY)
        hashes = {name: hash_of(content) for name, content in files.items()}
        old = search.find_unchanged(tx, fields["name"], hashes) if fields["is_filtering"] else None
        if old is not None:
            return answered(_answer(tx, old, (), ()))
        done = deploy(
            tx,
            files,
            name=fields["name"],
            note=fields["source"],
            is_draft=is_published_apart(),
            requires_performers=requires_performers(),
            registry=registry,
            actor=actor,
            now=clock.now(),
        )
        return answered(_deployed(tx, done, is_changed_only=fields["is_changed_only"]))


def remove_deployment(deployment_id: str) -> Response:
    """Remove a deployment (development only); with `cascade=true` its instances go too. The journal stays."""
    arguments = query(RemovalArguments())
    try:
        wanted = UUID(deployment_id)
    except ValueError:
        raise _not_found(deployment_id) from None
    with transaction() as tx:
        access.require(current_actor(), access.DEPLOY)
        if not arguments["cascade"] and search.has_instances(tx, wanted):
            message = f"Deployment {wanted} has process instances; say cascade=true to remove them too."
            raise MembersInvalid(message)
        delete_deployment(tx, wanted, actor=current_actor(), now=clock.now())
    return Response(status=204)


def _wanted(arguments: dict[str, Any]) -> tuple[DeploymentFilter, bool]:
    """What is asked for, and whether it asks for tenants, of which there are none."""
    names = DeploymentFilter.__dataclass_fields__
    wanted = DeploymentFilter(**{name: arguments[name] for name in names})
    return wanted, arguments["tenant_id_in"] is not None


def _fields() -> dict[str, Any]:
    """Read the form's fields; refuse what would promise something that is not there."""
    said = {name: value for name, value in request.form.items() if value}
    if any("\x00" in value or len(value) > _TEXT_MAX for value in said.values()):
        message = f"Each field has at most {_TEXT_MAX} characters, without NUL."
        raise MembersInvalid(message)
    fields = loaded(DeploymentFields(), said)
    if fields["tenant_id"] is not None:
        message = "tenant-id: there are no tenants here; leave it empty."
        raise MembersInvalid(message)
    if fields["activation_time"] is not None:
        message = "deployment-activation-time: a deployment is active at once; leave it empty."
        raise MembersInvalid(message)
    return fields


def _deployed(tx: Transaction, done: Deployment, *, is_changed_only: bool) -> dict[str, object]:
    """The deployment with its definitions; with `deploy-changed-only` those alone that are new."""

    def listed(definitions: Sequence[Deployed]) -> Sequence[UUID]:
        return [each.id for each in definitions if each.is_new or not is_changed_only]

    row = search.search_deployments(tx, DeploymentFilter(id=str(done.id)), search.Window(most=1))[0]
    return _answer(tx, row, listed(done.process_definitions), listed(done.decision_definitions))


def _answer(
    tx: Transaction, row: DeploymentSummary, processes: Sequence[UUID], decisions: Sequence[UUID]
) -> dict[str, object]:
    """Write a deployment with its definitions by id; Camunda writes `null` where there are none."""
    found = ProcessDefinitionView(many=True).dump(search.read_definitions(tx, processes))
    decided = DecisionDefinitionView(many=True).dump(search.read_decisions(tx, decisions))
    answer: dict[str, object] = DeploymentView().dump(row)
    return answer | {
        "deployedProcessDefinitions": {each["id"]: each for each in found} or None,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": {each["id"]: each for each in decided} or None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def _not_found(deployment_id: str) -> DeploymentNotFound:
    message = f"Deployment with id '{deployment_id:.100}' does not exist."
    return DeploymentNotFound(message)
