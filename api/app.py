"""Application factory."""

from functools import partial
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import (
    access_log,
    auth,
    bodies,
    camunda7,
    database,
    events,
    health,
    idempotency,
    long_polls,
    openapi,
    pages,
    problems,
    rate_limits,
    request_traces,
    security_headers,
    web_pages,
)
from api.parsing import Api
from api.routes import ALWAYS, DEVELOPMENT_ONLY
from engine.handlers import Registry
from engine.settings import Settings

OPENAPI = {
    "API_TITLE": "Opsflow",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api",
    "OPENAPI_JSON_PATH": "openapi.json",
}


def create_app(settings: Settings, registry: Registry) -> Flask:
    """
    Build the WSGI application.

    The database is the one given to `engine.persistence.transactions.configure`, which comes first.

    Args:
        registry: What deployed diagrams may call.
    """
    app = Flask("api", root_path=str(Path(__file__).parent), static_folder=None)
    app.config.update(OPENAPI, IS_DEVELOPMENT=settings.is_development)
    app.url_map.strict_slashes = True
    app.extensions["opsflow_settings"] = settings
    app.extensions["opsflow_registry"] = registry
    app.extensions["rate_limiter"] = rate_limits.RateLimiter()
    hops = settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    database.bind(app)
    long_polls.register(app)
    events.register(app)
    access_log.register(app)
    request_traces.register(app)
    bodies.register(app)
    auth.register(app)
    rate_limits.register(app)
    _route(app, settings)
    problems.register(app)
    security_headers.register(app)
    idempotency.register(app)
    return app


def _route(app: Flask, settings: Settings) -> None:
    api = Api(app)
    for blueprint in (*ALWAYS, *(DEVELOPMENT_ONLY if settings.is_development else ())):
        api.register_blueprint(blueprint)
    auth.public(app.view_functions["api-docs.openapi_json"])
    api.document_later(partial(openapi.complete, app, api))
    camunda7.register(app, is_development=settings.is_development)
    is_built = web_pages.is_built(settings.web)
    if is_built:
        web_pages.register(app, settings.web)
    pages.register(app, is_alone=not is_built)
    health.register(app)
