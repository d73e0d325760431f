"""
`/engine-rest`: the part of Camunda 7's REST API with which the stock Camunda Modeler deploys and starts, and with
which external task clients work.

A second edge over the same commands and queries. It is not in the OpenAPI document, which describes our own API; what
it takes and answers is Camunda's contract, and `docs/how-to/deploy-from-camunda-modeler.md` says how far it goes.
"""

from collections.abc import Callable

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import NotFound

from api.auth import authenticated_by, public
from api.camunda7 import deployments, errors, external_tasks, process_definitions
from api.camunda7.authentication import VerifiedCredentials, caller
from api.camunda7.wire import answered

VERSION = "7.24.0"
"""Of the engine whose contract this follows; the Modeler compares it with what a diagram was drawn for."""
PREFIXES = ("/engine-rest", "/engine-rest/engine/default")

View = Callable[..., Response]


def read_version() -> Response:
    """Which contract this is."""
    return answered({"version": VERSION})


def read_engines() -> Response:
    """The one engine there is; Camunda tells it to everybody."""
    return answered([{"name": "default"}])


def find_nothing(anything: str) -> Response:
    """Say that there is nothing, in this edge's words."""
    raise NotFound


ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/version", read_version),
    ("GET", "/deployment", deployments.read_deployments),
    ("GET", "/deployment/count", deployments.count_deployments),
    ("POST", "/deployment/create", deployments.create_deployment),
    ("GET", "/deployment/<deployment_id>", deployments.read_deployment),
    ("GET", "/process-definition", process_definitions.read_definitions),
    ("GET", "/process-definition/count", process_definitions.count_definitions),
    ("GET", "/process-definition/<id_of_definition>", process_definitions.read_definition),
    ("GET", "/process-definition/<id_of_definition>/xml", process_definitions.read_xml),
    ("POST", "/process-definition/<id_of_definition>/start", process_definitions.start_by_id),
    ("GET", "/process-definition/key/<key>", process_definitions.read_latest_definition),
    ("POST", "/process-definition/key/<key>/start", process_definitions.start_by_key),
    ("POST", "/external-task/fetchAndLock", external_tasks.fetch_and_lock),
    ("POST", "/external-task/<external_task_id>/complete", external_tasks.complete),
    ("POST", "/external-task/<external_task_id>/failure", external_tasks.fail),
    ("POST", "/external-task/<external_task_id>/bpmnError", external_tasks.throw_bpmn_error),
    ("POST", "/external-task/<external_task_id>/lock", external_tasks.lock),
    ("POST", "/external-task/<external_task_id>/extendLock", external_tasks.extend_lock),
    ("POST", "/external-task/<external_task_id>/unlock", external_tasks.unlock),
    ("PUT", "/external-task/<external_task_id>/retries", external_tasks.set_retries),
)
DEVELOPMENT_ONLY: tuple[tuple[str, str, View], ...] = (
    ("DELETE", "/deployment/<deployment_id>", deployments.remove_deployment),
)


def register(app: Flask, *, is_development: bool) -> None:
    """Serve the edge under both prefixes; every view but the list of engines needs its sender's name."""
    app.extensions["camunda7_credentials"] = VerifiedCredentials()
    edge = Blueprint("camunda7", __name__)
    for method, rule, view in (*ROUTES, *(DEVELOPMENT_ONLY if is_development else ())):
        authenticated_by(caller)(view)
        for prefix in PREFIXES:
            edge.add_url_rule(prefix + rule, view_func=view, methods=[method], strict_slashes=False)
    edge.add_url_rule(
        "/engine-rest/engine",
        view_func=public(authenticated_by(lambda: None)(read_engines)),
        methods=["GET"],
        strict_slashes=False,
    )
    edge.add_url_rule(
        "/engine-rest/<path:anything>",
        view_func=authenticated_by(caller)(find_nothing),
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    )
    errors.register(edge)
    app.register_blueprint(edge)
