"""What deploying costs: everything the house ships at once, and a diagram of thirty nodes."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from bench import serving
from bench.engine_steps import REALISTIC
from bench.measuring import Measurement
from bench.serving import ACTOR, Bench
from engine import clock
from engine.commands.deployments import deploy
from engine.handlers import Registry
from engine.persistence.transactions import transaction
from operations.registry import build_registry
from processes.catalogue import deployable_files

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 10


def measure(bench: Bench) -> Iterator[Measurement]:
    """CPU of Python and PostgreSQL together."""
    registry = build_registry()
    files = deployable_files(ROOT / "processes", ROOT / "forms")
    whole = _cpu_ms(bench, partial(_deploy, files, registry)) / 1_000
    yield Measurement("deployment of processes/ and forms/", whole, "s CPU", 2.0, f"{len(files)} files, nothing cached")
    drawn = REALISTIC.read_bytes()
    versions = [{"realistic.bpmn": drawn + f"<!-- {number} -->".encode()} for number in range(ROUNDS)]
    costs = [_cpu_ms(bench, partial(_deploy, version, registry)) for version in versions]
    yield Measurement("deployment of a 30-node diagram", median(costs), "ms CPU", 50.0, f"{ROUNDS} versions")


def _cpu_ms(bench: Bench, run: Callable[[], None]) -> float:
    processes = (psutil.Process(os.getpid()), serving.postmaster(bench.var))
    own = processes[0].cpu_times()
    before = own.user + own.system + serving.cpu_seconds(processes[1])
    run()
    own = processes[0].cpu_times()
    return float(own.user + own.system + serving.cpu_seconds(processes[1]) - before) * 1_000


def _deploy(files: dict[str, bytes], registry: Registry) -> None:
    with transaction() as tx:
        deploy(tx, files, registry=registry, actor=ACTOR, now=clock.now())
