"""A worker that waits for its next task does not keep the service from stopping, and gets an answer."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.serving.place import Place

SIGN_UP = """
import os, sys
import composition
from engine import clock
from engine.actors import system
from engine.commands.identities import create_person
from engine.commands.sessions import create_token
from engine.persistence.transactions import transaction
from engine.settings import load_settings
composition.open_service(load_settings(os.environ))
with transaction() as tx:
    robot = create_person(tx, "robot", "Robot", None, ("external_worker",), actor=system("tests"), now=clock.now())
    print(create_token(tx, robot.id, "tests", actor=system("tests"), now=clock.now()).token)
"""


@pytest.fixture
def place(folder_for_servers):
    made = Place(Path(tempfile.mkdtemp(dir=folder_for_servers)) / "stopping")
    yield made
    made.close()


@pytest.mark.parametrize("server", ["granian", "waitress"])
def test_a_waiting_worker_is_answered_when_the_service_stops(place, server):
    serving = place.start("serve", "--no-worker", "--server", server)
    place.wait_for(serving)
    signing_up = [sys.executable, "-c", SIGN_UP]
    token = subprocess.run(signing_up, env=place.environ, capture_output=True, text=True, check=True).stdout.strip()
    wish = {"worker_id": "w", "topics": [{"name": "mail"}], "async_response_timeout_s": 30}
    address, headers = place.url("/api/external-tasks/fetch-and-lock"), {"Authorization": f"Bearer {token}"}

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(httpx.post, address, json=wish, headers=headers, timeout=300)
        _until_somebody_listens(place)
        serving.terminate()
        answer = waiting.result()
    serving.communicate()

    assert (answer.status_code, answer.json()) == (200, {"items": []})
    assert serving.returncode == 0


LOOK = """
import os
import composition
from sqlalchemy import text
from engine.persistence.transactions import reading
from engine.settings import load_settings
import time
composition.open_service(load_settings(os.environ))
query = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'opsflow listening'")
while True:
    with reading() as tx:
        if tx.scalar(query):
            break
    time.sleep(0.05)
"""


def _until_somebody_listens(place: Place) -> None:
    subprocess.run([sys.executable, "-c", LOOK], env=place.environ, check=True, timeout=300)
