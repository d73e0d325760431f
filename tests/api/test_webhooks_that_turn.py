"""Webhooks that were fit to be called when somebody registered them and are not when they are called, over HTTP."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from engine import jobs
from engine.persistence.transactions import transaction
from operations.channels import outbound
from operations.mail import POST_JOB, post_to_channel, send_notification
from tests.api.conftest import REQUEST, User
from tests.operations.web_server import Received, web_server

HOOK = {"kind": "webhook", "name": "mine", "recipient": "supervisor", "secret": "a long secret"}


@pytest.fixture
def server() -> Iterator[Received]:
    with web_server() as received:
        yield received


@pytest.fixture
def inner() -> Iterator[Received]:
    """What only this machine should be able to reach."""
    with web_server() as received:
        yield received


@pytest.fixture
def agent(house: Flask, user: Callable[..., User]) -> User:
    return user("agent", "customer_service")


@pytest.fixture
def number(house: Flask, anybody: User) -> str:
    return str(anybody.post("/api/requests", REQUEST).json["case_number"])


def deferred(name: str) -> list[dict[str, Any]]:
    with transaction() as tx:
        query = text("SELECT args -> 'arguments' FROM procrastinate_jobs WHERE task_name = :name ORDER BY id")
        return list(tx.execute(query, {"name": name}).scalars())


def mention(agent: User, supervisor: User, number: str) -> dict[str, Any]:
    """Say something to the supervisor, let the jobs run that this defers, and read what became of the message."""
    assert agent.post(f"/api/cases/{number}/comments", {"text": "@supervisor please look"}).status_code == 201
    told = supervisor.get(f"/api/cases/{number}/notifications").json["items"]
    (sent,) = (one for one in told if one["template"] == "mention")
    send_notification({"notification_id": sent["id"]})
    for arguments in deferred(POST_JOB):
        with suppress(jobs.Hopeless):
            post_to_channel(arguments)
            continue
        jobs.give_up(POST_JOB, arguments)
    found = supervisor.get(f"/api/cases/{number}/notifications").json["items"]
    return next(one for one in found if one["id"] == sent["id"])


def test_a_webhook_that_redirects_into_our_own_network_is_not_followed(
    server: Received, inner: Received, agent: User, supervisor: User, number: str
) -> None:
    server.status, server.headers = 307, {"Location": inner.url}
    assert supervisor.post("/api/channels", HOOK | {"address": server.url}).status_code == 201

    message = mention(agent, supervisor, number)

    assert (len(server.requests), inner.requests) == (1, [])
    assert (message["state"], message["error"]) == ("failed", "AddressRefused")


def test_a_webhook_whose_name_points_inside_after_it_was_registered_is_not_called(
    server: Received, agent: User, supervisor: User, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbound.configure(())
    answers = {"now": "93.184.216.34"}
    real = socket.getaddrinfo

    def look_up(host: str, *args: Any, **more: Any) -> Any:
        if host != "rebinding.example":
            return real(host, *args, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers["now"], 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    address = server.url.replace("http://127.0.0.1", "https://rebinding.example")
    assert supervisor.post("/api/channels", HOOK | {"address": address}).status_code == 201
    answers["now"] = "127.0.0.1"

    message = mention(agent, supervisor, number)

    assert server.requests == []
    assert (message["state"], message["error"]) == ("failed", "AddressRefused")
