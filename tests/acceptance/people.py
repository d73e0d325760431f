"""Who acts in a story: members of staff by bearer token, customers by their tracking link."""

import itertools
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from tests.acceptance.service import PATIENCE_S, Service

Json = dict[str, Any]
_addresses: Iterator[int] = itertools.count(2)


class Client:
    """Somebody at the other end of the line: requests, and the answers that were expected."""

    def __init__(self, service: Service, token: str | None = None, *, address: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.HTTPTransport(local_address=address)
        self.http = httpx.Client(base_url=service.url, headers=headers, transport=transport, timeout=PATIENCE_S)
        service.on_stop.callback(self.http.close)

    def get(self, path: str, **query: object) -> Json:
        return self._checked(self.http.get(path, params=_said(query)), 200)

    def post(self, path: str, body: object = None, *, expect: int = 200, key: str | None = None) -> Json:
        headers = {"Idempotency-Key": key} if key else {}
        return self._checked(self.http.post(path, json={} if body is None else body, headers=headers), expect)

    def put(self, path: str, body: object = None, *, expect: int = 200) -> Json:
        return self._checked(self.http.put(path, json={} if body is None else body), expect)

    def patch(self, path: str, body: object, *, expect: int = 200) -> Json:
        return self._checked(self.http.patch(path, json=body), expect)

    def pages(self, path: str, **query: object) -> list[Json]:
        """Every item of a list, over all its pages."""
        items: list[Json] = []
        cursor: str | None = None
        while True:
            page = self.get(path, **{**query, "cursor": cursor})
            items.extend(page["items"])
            cursor = page["next"]
            if cursor is None:
                return items

    @staticmethod
    def _checked(answer: httpx.Response, expect: int) -> Json:
        assert answer.status_code == expect, f"{answer.request.method} {answer.request.url}: {answer.text}"
        return answer.json() if answer.content else {}


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff with his own token."""

    user_name: str
    subject: str
    client: Client

    def tasks(self, case: str) -> list[Json]:
        """The open tasks of a case that he can work on, oldest first."""
        found = [
            task
            for scope in ("mine", "candidate")
            for task in self.client.pages("/api/user-tasks", scope=scope, case_number=case)
        ]
        return sorted(found, key=lambda task: (task["created_at"], task["id"]))

    def sees(self, case: str) -> list[str]:
        """The element ids of those tasks."""
        return [task["element_id"] for task in self.tasks(case)]

    def task(self, case: str, element: str) -> Json:
        """The oldest open one at this element."""
        found = [task for task in self.tasks(case) if task["element_id"] == element]
        assert found, f"{self.user_name} has no {element} in {case}, but {self.sees(case)}"
        return found[0]

    def completes(self, case: str, element: str, values: Mapping[str, object], *, expect: int = 200) -> Json:
        task = self.task(case, element)
        return self.client.post(f"/api/user-tasks/{task['id']}/completion", {"variables": values}, expect=expect)

    def reads(self, case: str) -> Json:
        return self.client.get(f"/api/cases/{case}")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with the link to his case. Each comes from an address of his own, as in life."""

    case: str
    token: str
    client: Client

    def sees(self) -> Json:
        return self.client.get(f"/api/tracking/{self.token}")

    def is_asked(self) -> list[str]:
        return [asked["kind"] for asked in self.sees()["asked"]]

    def confirms(self) -> None:
        self._does("confirmation", {"is_confirmed": True})

    def rejects(self, reason: str) -> None:
        self._does("confirmation", {"is_confirmed": False, "reason": reason})

    def withdraws(self) -> None:
        self._does("withdrawal")

    def asks_for_progress(self) -> None:
        self._does("progress-query")

    def adds(self, text: str) -> None:
        self._does("supplement", {"text": text})

    def accepts_offer(self) -> None:
        self._does("offer", {"is_accepted": True})

    def wants_a_higher_level(self) -> None:
        self._does("escalation")

    def answers_survey(self, answers: Mapping[str, object]) -> None:
        self._does("survey", answers)

    def _does(self, what: str, body: object = None) -> None:
        self.client.post(f"/api/tracking/{self.token}/{what}", body, expect=202)


def own_address() -> str | None:
    """A loopback address that nobody had before; rate limits count by address. Only Linux has more than one."""
    if sys.platform != "linux":
        return None
    number = next(_addresses)
    return f"127.0.{number // 250}.{number % 250 + 2}"


def moment(text: str) -> datetime:
    """A time as the service says it."""
    return datetime.fromisoformat(text)


def _said(query: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value is not None}
