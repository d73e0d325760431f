"""`/health/live`, `/health/ready` and `/metrics`: for whoever keeps the service running."""

import time
from collections.abc import Iterable
from functools import cache

from flask import Flask, Response, current_app, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from api.auth import current_actor, public
from api.database import autocommit
from api.errors import SignInRequired
from engine import access
from engine.metrics import rendered as metrics_of_node
from engine.persistence.migrations.upgrade import newest_revision
from engine.queries.health import read_health, read_load

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Load(Collector):
    """Gauges read from the database when somebody looks."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One gauge per number."""
        with autocommit() as connection:
            load = read_load(connection)
        for name in load.__dataclass_fields__:
            yield GaugeMetricFamily(f"opsflow_{name}", name.replace("_", " "), value=getattr(load, name))


class Metrics:
    """One application's counters; they start from nothing with the process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("opsflow_http_requests", "HTTP requests", labels, registry=self.registry)
        self.seconds = Histogram(
            "opsflow_http_request_seconds", "Time to answer", ("method", "route"), registry=self.registry
        )
        self.load = CollectorRegistry()
        self.load.register(_Load())


def register(app: Flask) -> None:
    """Route the three addresses and count every request."""
    app.extensions["metrics"] = Metrics()
    app.add_url_rule("/health/live", "health_live", _live, methods=["GET"])
    app.add_url_rule("/health/ready", "health_ready", _ready, methods=["GET"])
    app.add_url_rule("/metrics", "metrics", _metrics, methods=["GET"])
    app.after_request(_count)


@public
def _live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@public
def _ready() -> Response:
    """The database answers, is migrated, and a worker was seen; 503 says which of them is not so."""
    with autocommit() as connection:
        health = read_health(connection)
    checks = {
        "database": True,
        "migrations": health.revision == _head(),
        "worker": health.workers > 0,
    }
    is_ready = all(checks.values())
    response = jsonify(status="ready" if is_ready else "not ready", checks=checks)
    response.status_code = 200 if is_ready else 503
    return response


@public
def _metrics() -> Response:
    """Prometheus text. Open in development; in production for who operates, audits or administers."""
    if not current_app.config["IS_DEVELOPMENT"]:
        if g.identity is None:
            message = "In production /metrics needs a bearer token."
            raise SignInRequired(message)
        access.require(current_actor(), access.OPERATE, access.AUDIT, access.ADMINISTER)
    metrics: Metrics = current_app.extensions["metrics"]
    text = metrics_of_node(metrics.registry) + generate_latest(metrics.load)
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "-"
    metrics: Metrics = current_app.extensions["metrics"]
    method = request.method if request.method in _METHODS else "other"  # a client may invent some
    metrics.requests.labels(method, route, str(response.status_code)).inc()
    metrics.seconds.labels(method, route).observe(time.perf_counter() - g.request_started)
    return response


@cache
def _head() -> str | None:
    return newest_revision()
