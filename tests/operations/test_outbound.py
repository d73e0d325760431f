"""Webhooks and group robots against a real server, and addresses that are never called."""

import base64
import hashlib
import hmac
import json
import socket
from urllib.parse import parse_qs, urlsplit

import pytest

from operations.channels import outbound, robots, webhook
from operations.channels.letters import DeliveryFailed, Letter, Target
from operations.errors import AddressRefused
from tests.operations.examples import NOW

LETTER = Letter("n1", "escalation", "SR-1", "【SR-1】升级", "案件已升级。" * 400, NOW)


def test_a_webhook_is_signed_as_the_standard_says(server):
    secret = "whsec_" + base64.b64encode(b"a shared secret").decode()

    webhook.deliver(LETTER, Target(server.url, secret), NOW)

    ((path, headers, body),) = server.requests
    signed = f"n1.{int(NOW.timestamp())}.".encode() + body
    expected = base64.b64encode(hmac.new(b"a shared secret", signed, hashlib.sha256).digest()).decode()
    assert path == "/hook?key=k"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("n1", str(int(NOW.timestamp())))
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(body)["data"]["case_number"] == "SR-1"


def test_a_wecom_robot_gets_a_text_that_it_can_hold(server):
    robots.deliver_wecom(LETTER, Target(server.url), NOW)

    ((_, _, body),) = server.requests
    sent = json.loads(body)
    assert sent["msgtype"] == "text"
    assert sent["text"]["content"].startswith("【SR-1】升级\n案件已升级。")
    assert len(sent["text"]["content"].encode()) <= 2_048


def test_a_dingtalk_robot_finds_time_and_signature_in_the_address(server):
    robots.deliver_dingtalk(LETTER, Target(server.url, "SEC"), NOW)

    ((path, _, body),) = server.requests
    query = parse_qs(urlsplit(path).query)
    milliseconds = str(int(NOW.timestamp() * 1_000))
    expected = hmac.new(b"SEC", f"{milliseconds}\nSEC".encode(), hashlib.sha256).digest()
    assert query == {"key": ["k"], "timestamp": [milliseconds], "sign": [base64.b64encode(expected).decode()]}
    assert json.loads(body)["msgtype"] == "text"


def test_a_feishu_robot_finds_time_and_signature_in_the_body(server):
    robots.deliver_feishu(LETTER, Target(server.url, "SEC"), NOW)

    ((_, _, body),) = server.requests
    sent = json.loads(body)
    expected = hmac.new(f"{int(NOW.timestamp())}\nSEC".encode(), b"", hashlib.sha256).digest()
    assert sent["sign"] == base64.b64encode(expected).decode()
    assert sent["content"]["text"].startswith("【SR-1】")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (200, b'{"errcode": 45009, "code": 9499}'),
        (200, b"<html>"),
        (200, b"[]"),
        (404, b'{"errcode": 0}'),
    ],
)
def test_a_robot_that_did_not_take_the_message_is_tried_again(server, status, body):
    server.status, server.body = status, body

    for deliver in (robots.deliver_wecom, robots.deliver_dingtalk, robots.deliver_feishu):
        with pytest.raises(DeliveryFailed):
            deliver(LETTER, Target(server.url), NOW)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://[::1]/hook",
        "https://10.0.0.7/hook",
        "https://192.168.1.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/hook",
        "https://0.0.0.0/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://[64:ff9b::7f00:1]/hook",
        "https://[fd00::1]/hook",
        "https://224.0.0.1/hook",
        "https://2130706433/hook",
        "https://0x7f.1/hook",
        "http://93.184.216.34/hook",
        "https://user:password@93.184.216.34/hook",
        "ftp://93.184.216.34/hook",
        "file:///etc/passwd",
        "https://93.184.216.34:0/hook",
        "https://93.184.216.34:99999/hook",
        "https://[::1/hook",
        "https:///hook",
        "https://no-such-host.invalid/hook",
        "https://93.184.216.34/a b",
        "",
    ],
)
def test_addresses_inside_our_network_or_unsafe_are_refused(address):
    with pytest.raises(AddressRefused):
        outbound.require_public(address)


def test_a_public_address_is_taken():
    outbound.require_public("https://93.184.216.34/hook?key=1")


def test_a_name_that_also_stands_for_an_inner_address_is_refused(monkeypatch):
    answers = [entry("93.184.216.34"), entry("127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answers)

    with pytest.raises(AddressRefused):
        outbound.require_public("https://two-faced.example/hook")


def test_a_name_that_points_inside_after_it_was_checked_is_refused_when_it_is_called(server, monkeypatch):
    outbound.configure(())
    answers = iter([[entry("93.184.216.34")], [entry("127.0.0.1")]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: next(answers))
    address = server.url.replace("http://127.0.0.1", "https://rebinding.example")

    outbound.require_public(address)
    with pytest.raises(AddressRefused):
        webhook.deliver(LETTER, Target(address, "s"), NOW)

    assert server.requests == []


def test_the_connection_goes_to_the_address_that_was_checked(server, monkeypatch):
    looked_up = []

    def look_up(host, *_args, **_more):
        looked_up.append(host)
        return [entry("127.0.0.1", urlsplit(server.url).port)] if len(looked_up) == 1 else [entry("192.0.2.1")]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **m: look_up(host) if host == "hooks.example" else real(host, *a, **m)
    )

    webhook.deliver(LETTER, Target(server.url.replace("127.0.0.1", "hooks.example"), "s"), NOW)

    assert looked_up == ["hooks.example"]
    assert server.requests[0][1]["host"].startswith("hooks.example:")


def entry(ip, port=443):
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))


def test_a_receiver_that_points_inside_is_not_followed(server):
    server.status, server.headers = 307, {"Location": server.url + "&again"}

    with pytest.raises(AddressRefused):
        webhook.deliver(LETTER, Target(server.url, "s"), NOW)

    assert len(server.requests) == 1
