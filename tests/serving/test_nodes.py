"""Nodes come and go, by an operator's hand or not: what was accepted is there, once."""

import itertools
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.serving.place import Place

PASSWORD = "correct horse battery staple"


@pytest.fixture
def nodes(folder_for_servers: Path) -> Iterator[tuple[Place, Place]]:
    var = Path(tempfile.mkdtemp(dir=folder_for_servers)) / "var"
    made = Place(var), Place(var)
    yield made
    for node in made:
        node.close()


def test_a_rolling_restart_under_load_loses_nothing_and_doubles_nothing(nodes: tuple[Place, Place]):
    token = administrator_of(nodes[0])
    serving = [started(node) for node in nodes]
    accepted: list[str] = []
    stop = threading.Event()
    client = threading.Thread(target=make_groups, args=(nodes, token, accepted, stop))
    client.start()

    for number, node in enumerate(nodes):
        until_more(accepted)
        serving[number].terminate()
        serving[number].communicate()
        serving[number] = started(node)
    until_more(accepted)
    stop.set()
    client.join()

    assert [process.poll() for process in serving] == [None, None]
    assert sorted(groups_made(nodes[0], token)) == sorted(accepted)


def test_a_web_process_that_is_killed_again_right_after_its_restart_does_not_end_the_service(
    nodes: tuple[Place, Place],
):
    place = nodes[0]
    place.run("migrate")
    serving = started(place)
    assert serving.stdout is not None
    assert any(line.startswith("Opsflow:") for line in serving.stdout)  # `serve` has seen it up, not only this test

    for _ in range(3):
        old = web_processes(serving)
        for process in old:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        until(lambda old=old: web_processes(serving) - old)
        place.wait_for(serving)

    assert place.wait_for(serving).status_code == 200
    assert serving.poll() is None


def administrator_of(node: Place) -> str:
    node.run("migrate")
    node.run("admin", "create", "boss", "--password-stdin", said=PASSWORD + "\n")
    return node.run("token", "--user", "boss")[1].strip()


def started(node: Place) -> subprocess.Popen[str]:
    process = node.start("serve", "--no-worker")
    node.wait_for(process)
    return process


def make_groups(nodes: tuple[Place, Place], token: str, accepted: list[str], stop: threading.Event) -> None:
    """One after the other; whoever gets no answer asks the other node, with the same key."""
    for number in itertools.count():
        if stop.is_set():
            return
        name = f"group_{number}"
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": name}
        for node in itertools.cycle(nodes):
            with suppress(httpx.TransportError):
                body = {"id": name, "name_zh": name, "name_en": name}
                answer = httpx.post(node.url("/api/groups"), json=body, headers=headers, timeout=10)
                assert answer.status_code in {201, 503}, answer.text
                if answer.status_code == 201:
                    break
        accepted.append(name)


def groups_made(node: Place, token: str) -> list[str]:
    answer = httpx.get(node.url("/api/groups"), headers={"Authorization": f"Bearer {token}"}, timeout=300)
    return [group["id"] for group in answer.json()["items"] if group["id"].startswith("group_")]


def web_processes(serving: subprocess.Popen[str]) -> set[psutil.Process]:
    """The processes that answer: children of the web server that `serve` started."""
    with suppress(psutil.NoSuchProcess):  # a zombie is none any more
        servers = [child for child in psutil.Process(serving.pid).children() if "web" in child.cmdline()]
        return {process for server in servers for process in server.children() if process.is_running()}
    return set()


def until_more(accepted: list[str]) -> None:
    enough = len(accepted) + 5
    until(lambda: len(accepted) >= enough)


def until(fact) -> None:
    """Wait for something another process does; the test's own timeout ends a wait in vain."""
    while not fact():
        threading.Event().wait(0.02)
