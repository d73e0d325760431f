"""Deploying and starting over HTTP, for the tests of what comes after."""

import io
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from tests.api.conftest import User
from tests.engine.diagrams import chain, diagram, end, start, user

Counts = Callable[[], Mapping[str, int]]
ONE_TASK = diagram(chain(start(), user("approve", "supervisor"), end()), key="approval")
UNKNOWN = uuid4()


def deploy(user: User, *files: tuple[str, bytes], **options: Any) -> TestResponse:
    data = {f"file{n}": (io.BytesIO(content), name) for n, (name, content) in enumerate(files)}
    return user.send("POST", "/api/deployments", data=data, content_type="multipart/form-data", **options)


def begin(user: User, key: str = "approval", **members: Any) -> Any:
    answer = user.post("/api/process-instances", {"definition_key": key, **members})
    assert answer.status_code == 201, answer.json
    return answer.json
