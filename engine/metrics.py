"""
What this process counts while it works. Labels are names from our code, so their number is bounded; never an id.

Where several processes share a node (`PROMETHEUS_MULTIPROC_DIR`, which `opsflow serve` sets for its children), each
writes its numbers to files there, and whoever is asked adds them up.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LATENESS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library carries no types here
REGISTRY = CollectorRegistry()
COMMANDS = Counter(
    "opsflow_commands",
    "Commands by what became of them: done, refused, locked (an instance row was not to be had), unavailable, failed",
    ("command", "outcome"),
    registry=REGISTRY,
)
COMMAND_SECONDS = Histogram(
    "opsflow_command_seconds", "Time of a command", ("command",), buckets=_SECONDS, registry=REGISTRY
)
JOBS = Counter("opsflow_jobs", "Jobs by what became of them: done, failed", ("job", "outcome"), registry=REGISTRY)
JOB_SECONDS = Histogram("opsflow_job_seconds", "Time of a job", ("job",), buckets=_SECONDS, registry=REGISTRY)
LOCK_SECONDS = Histogram(
    "opsflow_lock_wait_seconds", "Time until an instance row was had", buckets=_SECONDS, registry=REGISTRY
)
LATENESS = Histogram(
    "opsflow_due_lateness_seconds",
    "From when a timer or retry was due until a worker took it",
    buckets=_LATENESS,
    registry=REGISTRY,
)


def rendered(*also: CollectorRegistry) -> bytes:
    """Prometheus text of this node, or of this process when it shares nothing; `also` are read only in that case."""
    if not os.environ.get(FOLDER):
        return b"".join(generate_latest(registry) for registry in (REGISTRY, *also))
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # as above
    return generate_latest(together)
