"""The OpenAPI document beyond what flask-smorest writes: names, who may call, which members are always there."""

from typing import Any

from flask import Flask
from flask_smorest.spec.plugins import FlaskPlugin

from api import auth
from api.parsing import Api

PARTIAL = frozenset({"ProblemView", "SubmittedRequestView", "EvaluationView"})
"""Views of which some members are left out at times."""


def complete(app: Flask, api: Api) -> None:
    """Finish the document once every blueprint is registered."""
    components = api.spec.components
    components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": auth.SESSION_COOKIE})
    api.spec.options["security"] = [{"bearer": []}, {"session": []}]
    for name, schema in components.schemas.items():
        if name.endswith(("View", "Page")) and name not in PARTIAL:
            schema["required"] = sorted(schema.get("properties", {}))
    for response in components.responses.values():
        if "application/json" in response.get("content", {}):
            response["content"] = {"application/problem+json": response["content"]["application/json"]}
    api.spec.options["paths"] = _additions(app)


def _additions(app: Flask) -> dict[str, dict[str, Any]]:
    """A name for each operation, and no security for the public ones; merged over the document."""
    found: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "_apidoc", None) is None or not rule.rule.startswith("/api/"):
            continue
        addition: dict[str, Any] = {"operationId": rule.endpoint.replace(".", "_")}
        if getattr(view, "is_public", False):
            addition["security"] = []
        methods = {method.lower() for method in rule.methods or ()} - {"head", "options"}
        path = FlaskPlugin.flaskpath2openapi(rule.rule)
        found.setdefault(path, {}).update({method: dict(addition) for method in methods})
    return found
