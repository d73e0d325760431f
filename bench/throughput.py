"""How much the service gets done in a second: clients against processes, beside the same writes in raw psycopg."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping

import psutil
import psycopg

from bench import raw_writes, serving
from bench.http_requests import free_port
from bench.measuring import Measurement
from bench.serving import Bench

CLIENTS, PROCESSES = (1, 8, 32), (1, 2)
EACH = {1: 300, 8: 800, 32: 960}
"""Requests per cell: a few seconds."""


def measure(bench: Bench) -> Iterator[Measurement]:
    """By the wall clock, clients on the same machine: rates to compare with each other, not to promise."""
    raw = {clients: _raw(bench, clients) for clients in CLIENTS}
    for clients, rate in raw.items():
        name = f"raw psycopg, the same writes, {_some(clients, 'connection')}"
        yield Measurement(name, rate, "/s", None, "by the wall clock")
    for processes in PROCESSES:
        port = free_port()
        with serving.granian(port, processes=processes) as server:
            yield from _served(bench, port, _some(processes, "process"), (server, serving.postmaster(bench.var)), raw)


def _served(
    bench: Bench, port: int, served_by: str, watched: tuple[psutil.Process, ...], raw: Mapping[int, float]
) -> Iterator[Measurement]:
    seconds(bench, port, "complete", 8, 400)  # warm: connections, plans, caches
    for clients in CLIENTS:
        rate, cpu = _rate(bench, port, "complete", clients, watched)
        note = f"{cpu:.2f} ms CPU each; raw psycopg {raw[clients] / rate:.1f} ×"
        yield Measurement(f"completions, {_some(clients, 'client')}, {served_by}", rate, "/s", None, note)
    rate, cpu = _rate(bench, port, "bench_straight", 8, watched)
    note = f"{cpu:.2f} ms CPU each, full history"
    yield Measurement(f"straight-through starts, 8 clients, {served_by}", rate, "/s", None, note)


def _rate(bench: Bench, port: int, what: str, clients: int, watched: tuple[psutil.Process, ...]) -> tuple[float, float]:
    """Per second, and CPU milliseconds of server and PostgreSQL for each."""
    before = serving.cpu_seconds(*watched)
    took = seconds(bench, port, what, clients, EACH[clients])
    return EACH[clients] / took, (serving.cpu_seconds(*watched) - before) * 1_000 / EACH[clients]


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun.endswith('s') else 's'}"


def seconds(bench: Bench, port: int, what: str, clients: int, count: int) -> float:
    """How long clients in a process of their own take for `count` of it, by the wall clock."""
    said = [str(port), bench.token, what, str(clients), str(count)]
    command = [sys.executable, "-m", "bench.clients", *said]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _raw(bench: Bench, clients: int) -> float:
    """Completions per second when a completion is nothing but its statements and its commit."""
    rounds = EACH[clients] // clients
    url = bench.service.databases.url
    connections = [psycopg.connect(url, prepare_threshold=3) for _ in range(clients)]
    scripts = [raw_writes.script(bench) for _ in range(clients)]

    def work(connection: psycopg.Connection, script: raw_writes.Script) -> None:
        for number in range(rounds):
            raw_writes.replay(connection, script.in_round(number))
            connection.commit()

    threads = [threading.Thread(target=work, args=pair) for pair in zip(connections, scripts, strict=True)]
    before = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - before
    for connection in connections:
        connection.close()
    return rounds * clients / seconds
