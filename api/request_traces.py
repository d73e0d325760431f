"""A span per request, named by its route; its parent is the caller's when he says one (W3C `traceparent`)."""

from contextlib import ExitStack

from flask import Flask, g, request

from engine import traces

_MOST_BYTES = 512


def register(app: Flask) -> None:
    """Begin before everything else of the request, end after it. Nothing is registered that traces nothing."""
    if traces.is_on():
        app.before_request(_begin)
        app.teardown_request(_end)


def _begin() -> None:
    said = {name: request.headers.get(name, "")[:_MOST_BYTES] for name in ("traceparent", "tracestate")}
    route = request.url_rule.rule if request.url_rule else "-"
    span = traces.span(
        f"{_method()} {route}",
        parent={name: value for name, value in said.items() if value} or None,
        **{"http.request.method": _method(), "http.route": route, "opsflow.request_id": g.request_id},
    )
    g.span = ExitStack()
    g.span.enter_context(span)


def _end(_error: BaseException | None) -> None:
    if (span := g.pop("span", None)) is not None:
        span.close()


def _method() -> str:
    return request.method if request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
