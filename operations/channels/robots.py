"""
Group robots of WeCom 企业微信, DingTalk 钉钉 and Feishu 飞书: a text into one group, by the robot's own web address.

All three answer 200 whatever happened and say in the body whether they took the message.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

import orjson

from operations.channels import outbound
from operations.channels.letters import DeliveryFailed, Letter, Target

LONGEST_TEXT_BYTES = 2_000
"""WeCom takes 2,048 bytes of text; one bound for all."""


def deliver_wecom(letter: Letter, target: Target, _now: datetime) -> None:
    """Post to a WeCom group robot; its address holds its key."""
    _post(target.address, {"msgtype": "text", "text": {"content": _text(letter)}}, "errcode")


def deliver_dingtalk(letter: Letter, target: Target, now: datetime) -> None:
    """Post to a DingTalk group robot; with a secret, time and signature go into the address."""
    address = target.address
    if target.secret:
        timestamp = str(int(now.timestamp() * 1_000))
        signed = _signature(target.secret.encode(), f"{timestamp}\n{target.secret}".encode())
        address += f"{'&' if '?' in address else '?'}timestamp={timestamp}&sign={quote(signed, safe='')}"
    _post(address, {"msgtype": "text", "text": {"content": _text(letter)}}, "errcode")


def deliver_feishu(letter: Letter, target: Target, now: datetime) -> None:
    """Post to a Feishu group robot; with a secret, time and signature go into the body."""
    body: dict[str, object] = {"msg_type": "text", "content": {"text": _text(letter)}}
    if target.secret:
        timestamp = str(int(now.timestamp()))
        body |= {"timestamp": timestamp, "sign": _signature(f"{timestamp}\n{target.secret}".encode(), b"")}
    _post(target.address, body, "code")


def _text(letter: Letter) -> str:
    text = f"{letter.subject}\n{letter.body}".encode()
    return text[:LONGEST_TEXT_BYTES].decode(errors="ignore")


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _post(address: str, body: Mapping[str, object], code: str) -> None:
    answer = outbound.post(address, orjson.dumps(body), {"Content-Type": "application/json"})
    if answer.status != HTTPStatus.OK:
        message = f"HTTP {answer.status}"
        raise DeliveryFailed(message)
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        message = "the answer is no JSON"
        raise DeliveryFailed(message) from error
    if not isinstance(said, dict) or said.get(code) != 0:
        message = f"the robot refused it: {said.get(code) if isinstance(said, dict) else None!r:.40}"
        raise DeliveryFailed(message)
