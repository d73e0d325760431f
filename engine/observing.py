"""What is seen of a command or a job from outside: a count, its time, a span, and nothing of what it was about."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine import logs, metrics, traces
from engine.errors import EngineError, InstanceLocked


@contextmanager
def command(name: str) -> Iterator[None]:
    """Observe a command; `name` is one of few that the code knows."""
    started, outcome = time.perf_counter(), "failed"
    try:
        with traces.span(f"command {name}"):
            yield
        outcome = "done"
    except InstanceLocked:
        outcome = "locked"
        raise
    except EngineError:
        outcome = "refused"
        raise
    except (OperationalError, PoolExhausted):
        outcome = "unavailable"
        raise
    finally:
        metrics.COMMANDS.labels(name, outcome).inc()
        metrics.COMMAND_SECONDS.labels(name).observe(time.perf_counter() - started)


@contextmanager
def job(name: str, parent: Mapping[str, str] | None) -> Iterator[None]:
    """Observe a job; `parent` is the carrier of whoever deferred it."""
    logs.instance_id.set(None)
    started, outcome = time.perf_counter(), "failed"
    try:
        with traces.span(f"job {name}", parent=parent):
            yield
        outcome = "done"
    finally:
        metrics.JOBS.labels(name, outcome).inc()
        metrics.JOB_SECONDS.labels(name).observe(time.perf_counter() - started)
