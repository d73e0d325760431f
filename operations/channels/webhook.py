"""
A signed webhook, as https://www.standardwebhooks.com says.

The receiver computes HMAC-SHA256 of `id.timestamp.body` under the shared secret and compares it with
`webhook-signature`; it refuses old timestamps, and drops ids it has seen.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from http import HTTPStatus

import orjson

from operations.channels import outbound
from operations.channels.letters import DeliveryFailed, Letter, Target

SECRET_PREFIX = "whsec_"  # noqa: S105 - what the standard puts before one


def deliver(letter: Letter, target: Target, now: datetime) -> None:
    """Post the letter as JSON, signed."""
    body = orjson.dumps(
        {
            "type": f"notification.{letter.template}",
            "timestamp": letter.created_at,
            "data": {
                "id": letter.id,
                "case_number": letter.case_number,
                "subject": letter.subject,
                "body": letter.body,
            },
        },
        option=orjson.OPT_UTC_Z,
    )
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": letter.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(letter.id, timestamp, body, target.secret or ""),
    }
    answer = outbound.post(target.address, body, headers)
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        message = f"HTTP {answer.status}"
        raise DeliveryFailed(message)


def signature(id: str, timestamp: str, body: bytes, secret: str) -> str:
    """Sign under a secret that is text, or base64 after `whsec_`."""
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()
