"""What one serving process holds in memory, and whether it grows with what it has done."""

from collections.abc import Iterator

import psutil

from bench import serving
from bench.http_requests import free_port
from bench.measuring import Measurement
from bench.serving import Bench
from bench.throughput import seconds

WARM, USUAL, FULL = 2_000, 3_000, 100_000


def measure(bench: Bench) -> Iterator[Measurement]:
    """After caches and pools have filled, then after many completions more."""
    count = FULL if bench.is_full else USUAL
    port = free_port()
    with serving.granian(port) as server:
        seconds(bench, port, "complete", 8, WARM)
        warm = _private_mb(server)
        seconds(bench, port, "complete", 8, count)
        done = _private_mb(server)
    yield Measurement(f"memory of a process after {WARM:,} completions", warm, "MB", None, "of its own, not shared")
    yield Measurement(f"memory of a process after {WARM + count:,} completions", done, "MB")
    yield Measurement("memory grown by 1,000 completions", (done - warm) * 1_024_000 / count, "kB")


def _private_mb(server: psutil.Process) -> float:
    """Of the largest process of the server: the one that serves; what starts it again when it dies is small."""
    each = [process.memory_full_info().uss for process in (server, *server.children(recursive=True))]
    return float(max(each)) / 1_048_576
