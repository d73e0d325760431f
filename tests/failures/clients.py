"""Somebody who asks until he is answered, as the API's documentation tells him to, and remembers what was accepted."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.failures.nodes import PATIENCE_S, Node

AGAIN_AFTER_S = 0.05
_keys = itertools.count()
_keys_lock = threading.Lock()


@dataclass
class Ledger:
    """What the service has accepted: each must be found in the journal, once."""

    cases: list[str] = field(default_factory=list)
    completed_tasks: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)


class Client:
    """One client of several nodes: what is not answered is asked again, at the next node, with the same key."""

    def __init__(self, token: str, nodes: Sequence[Node], ledger: Ledger) -> None:
        self.nodes = nodes
        self.ledger = ledger
        self.http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S)

    def close(self) -> None:
        self.http.close()

    def open_case(self) -> dict[str, Any]:
        """Submit a request; `case_number` and `process_instance_id`."""
        body = {"channel": "phone", "customer": {"phone": _telephone()}, "request_type": "fault", "subject": "故障"}
        answer = self.insist("/api/requests", body)
        assert answer.status_code == 201, answer.text
        self.ledger.cases.append(answer.json()["case_number"])
        found: dict[str, Any] = answer.json()
        return found

    def complete(self, task_id: str) -> httpx.Response:
        """Complete a task that nobody else completes."""
        answer = self.insist(f"/api/user-tasks/{task_id}/completion", {"variables": {}})
        assert answer.status_code == 200, answer.text
        self.ledger.completed_tasks.append(task_id)
        return answer

    def start(self, definition_key: str) -> dict[str, Any]:
        answer = self.insist("/api/process-instances", {"definition_key": definition_key})
        assert answer.status_code in {200, 201}, answer.text
        found: dict[str, Any] = answer.json()
        self.ledger.started.append(found["id"])
        return found

    def insist(self, path: str, body: object, *, key: str | None = None) -> httpx.Response:
        """Post until somebody answers anything but `unavailable`."""
        key, give_up = key or _key(), time.monotonic() + PATIENCE_S
        for node in self._round():
            assert time.monotonic() < give_up, f"nobody answers {path}: {node.last_words()}"
            answer = self.once(node, path, body, key=key)
            if answer is not None and answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
            time.sleep(AGAIN_AFTER_S)
        raise AssertionError(path)

    def once(self, node: Node, path: str, body: object, *, key: str | None = None) -> httpx.Response | None:
        """Post once; nothing when the connection broke."""
        headers = {"Idempotency-Key": key} if key else {}
        try:
            answer = self.http.post(f"{node.url}{path}", json=body, headers=headers)
        except httpx.TransportError:
            self.ledger.answers["connection lost"] += 1
            return None
        replayed = " (first answer again)" if "Idempotency-Replayed" in answer.headers else ""
        self.ledger.answers[f"{answer.status_code}{replayed}"] += 1
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        return answer

    def task_of(self, instance_id: str) -> str:
        """The one open task of an instance."""
        give_up = time.monotonic() + PATIENCE_S
        for node in self._round():
            assert time.monotonic() < give_up, f"no task in {instance_id}"
            with suppress(httpx.TransportError):
                answer = self.http.get(f"{node.url}/api/process-instances/{instance_id}")
                if answer.status_code == 200 and len(answer.json()["user_tasks"]) == 1:
                    return str(answer.json()["user_tasks"][0]["id"])
            time.sleep(AGAIN_AFTER_S)
        raise AssertionError(instance_id)

    def _round(self) -> Iterator[Node]:
        return itertools.cycle(self.nodes)


def _key() -> str:
    with _keys_lock:
        return f"failures-{next(_keys)}"


def _telephone() -> str:
    with _keys_lock:
        return str(13_900_000_000 + next(_keys))
