"""Requests as the stock Camunda Modeler sends them: a page of `file://` in Chromium, with its multipart bodies."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.engine.diagrams import chain, diagram, end, start, user

BOUNDARY = "----WebKitFormBoundaryq7c1JZkV9WcGmA0x"
ONE_TASK = diagram(chain(start(), user("approve", "supervisor"), end()), key="approval")
CHANGED = diagram(chain(start(), user("approve", "supervisor"), user("again", "supervisor"), end()), key="approval")
THROUGH = diagram(chain(start(), end()), key="through")
BROKEN = diagram(
    '<startEvent id="start"/>\n<userTask id="lonely" name="lonely" camunda:candidateGroups="staff"/>\n'
    '<serviceTask id="calls" name="calls" camunda:delegateExpression="${nobodyKnows}"/>\n'
    '<sequenceFlow id="f" sourceRef="start" targetRef="calls"/>',
    key="broken",
)
FORM = b'{"id": "slip", "type": "default", "schemaVersion": 16, "components": []}'
DECISION = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="limits" name="limits" namespace="http://t">'
    '<decision id="limit" name="限额"><variable id="v" name="limit"/><literalExpression id="l"><text>10</text>'
    "</literalExpression></decision></definitions>"
).encode()


@dataclass(frozen=True, slots=True)
class Modeler:
    """A Modeler with the sign-in its deployment dialog was given."""

    client: FlaskClient
    authorization: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: {"Origin": "file://", "Accept-Language": "en-US"})

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Accept": "application/json", **self.headers, **options.pop("headers", {})}
        if "json" in options:  # not the application's own JSON, which would refuse to write what tests send
            options |= {"data": json.dumps(options.pop("json")), "content_type": "application/json"}
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        return self.client.open(f"/engine-rest{path}", method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def deploy(self, *files: tuple[str, bytes], name: str = "Approval", **fields: str) -> TestResponse:
        """Press the deploy button: the first file is the diagram, the others are attachments."""
        said = {"deployment-name": name, "deployment-source": "Camunda Modeler", "enable-duplicate-filtering": "true"}
        said |= {field.replace("_", "-"): value for field, value in fields.items()}
        return self.post_form(said, files)

    def post_form(self, fields: Mapping[str, str], files: tuple[tuple[str, bytes], ...]) -> TestResponse:
        return self.send(
            "POST",
            "/deployment/create",
            data=multipart(fields, files),
            content_type=f"multipart/form-data; boundary={BOUNDARY}",
        )

    def start(self, definition: str, body: Any) -> TestResponse:
        return self.send("POST", f"/process-definition/{definition}/start", json=body)


def basic(user_name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user_name}:{password}".encode()).decode()


def multipart(fields: Mapping[str, str], files: tuple[tuple[str, bytes], ...]) -> bytes:
    """A body as Chromium's FormData writes it: fields, then each file under a part named like itself."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for number, (name, content) in enumerate(files):
        kind = "text/xml" if number == 0 else "application/octet-stream"
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + content)
    lines = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return lines + b"--" + BOUNDARY.encode() + b"--\r\n"
