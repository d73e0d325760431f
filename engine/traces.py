"""
OpenTelemetry traces: request or due step → command → job → SQL. They cost one comparison where nobody asked for them.

The libraries are the extra `opsflow[otel]`; `OTEL_EXPORTER_OTLP_ENDPOINT` switches them on, and the other `OTEL_*`
variables mean what OpenTelemetry says. Spans carry names, statements without their values, and ids.
"""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_LONGEST_STATEMENT = 2_000
_NOTHING: AbstractContextManager[None] = nullcontext()

_tracer: "Tracer | None" = None


class TracingUnavailable(Exception):
    """Traces are asked for, but the libraries are not installed."""


def configure(environ: Mapping[str, str]) -> "TracerProvider | None":
    """
    Send traces from now on, when the environment names where to.

    Raises:
        TracingUnavailable: The extra is not installed.
    """
    global _tracer  # noqa: PLW0603 - one service per process
    _tracer = None
    if not environ.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        message = f"{ENDPOINT} is set: install the extra opsflow[otel], or unset it"
        raise TracingUnavailable(message) from None
    here = {"service.name": "opsflow", "service.instance.id": f"{socket.gethostname()}:{os.getpid()}"}
    named = Resource(here).merge(Resource.create()) if environ.get("OTEL_SERVICE_NAME") else Resource.create(here)
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("opsflow")
    return provider


def is_on() -> bool:
    """Whether anything is traced."""
    return _tracer is not None


def span(name: str, *, parent: Mapping[str, str] | None = None, **attributes: str) -> AbstractContextManager[None]:
    """
    Trace what is done in the block.

    Args:
        parent: A carrier (W3C `traceparent`) of the span that caused this one, in another process.
    """
    return _NOTHING if _tracer is None else _traced(_tracer, name, parent, attributes)


def carrier() -> dict[str, str]:
    """The current span, to be named as parent elsewhere; empty when nothing is traced."""
    found: dict[str, str] = {}
    if _tracer is not None:
        from opentelemetry.propagate import inject  # noqa: PLC0415 - an extra

        inject(found)
    return found


def trace_statements(engine: Engine) -> None:
    """Trace each statement of `engine`, when anything is traced."""
    if _tracer is not None:
        event.listen(engine, "before_cursor_execute", _statement_began)
        event.listen(engine, "after_cursor_execute", _statement_ended)
        event.listen(engine, "handle_error", _statement_failed)


@contextmanager
def _traced(
    tracer: "Tracer", name: str, parent: Mapping[str, str] | None, attributes: Mapping[str, str]
) -> Iterator[None]:
    from opentelemetry.propagate import extract  # noqa: PLC0415 - an extra
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

    context = extract(dict(parent)) if parent else None
    with tracer.start_as_current_span(
        name, context=context, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as error:  # passed on; of its text, which may quote what somebody typed, nothing is kept
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _statement_began(connection: Any, _cursor: object, statement: str, *_: object) -> None:  # noqa: ANN401 - untyped
    if _tracer is not None:
        attributes = {"db.system.name": "postgresql", "db.query.text": statement[:_LONGEST_STATEMENT]}
        connection.info["opsflow_span"] = _tracer.start_span(_verb(statement), attributes=attributes)


def _statement_ended(connection: Any, *_: object) -> None:  # noqa: ANN401 - as above
    if (current := connection.info.pop("opsflow_span", None)) is not None:
        current.end()


def _statement_failed(context: Any) -> None:  # noqa: ANN401 - as above
    if context.connection is not None:
        _statement_ended(context.connection)


def _verb(statement: str) -> str:
    return f"SQL {statement.lstrip().partition(' ')[0].split()[0][:20].upper()}" if statement.strip() else "SQL"
