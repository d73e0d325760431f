"""
Log lines: JSON, one object each, in production; text in development.

No personal data: a line carries what the code says, ids, and of an exception its kind and place. What an exception
says may quote a value somebody typed, so it is written in development only.
"""

import json
import logging
import os
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import UUID

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
instance_id: ContextVar[UUID | None] = ContextVar("instance_id", default=None)
"""The process instance that was locked last in this request, step or job."""

_MOST_FRAMES = 12
_CHATTY = ("alembic", "procrastinate")
_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class JsonLines(logging.Formatter):
    """One JSON object per record; `extra={"facts": {…}}` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """Members: at, level, logger, pid, message, and where they are known request_id, process_instance_id, error."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": os.getpid(),
            "message": record.getMessage(),
            **_where(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = place_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """For people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Members as JSON behind the message."""
        facts = {**_where(), **getattr(record, "facts", {})}
        said = super().format(record)
        return f"{said} {json.dumps(facts, ensure_ascii=False, default=str)}" if facts else said


def configure(*, is_json: bool) -> None:
    """Let this process write its log to standard error. Again is harmless."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if is_json else TextLines(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def place_of(error: BaseException) -> dict[str, object]:
    """Say what kind of error it was and where, without its text; its cause likewise."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    found: dict[str, object] = {"kind": type(error).__name__, "at": frames[-_MOST_FRAMES:]}
    cause = error.__cause__ or error.__context__
    return found | ({"cause": type(cause).__name__} if cause is not None else {})


def _where() -> dict[str, object]:
    known = {"request_id": request_id.get(), "process_instance_id": instance_id.get()}
    return {name: value for name, value in known.items() if value is not None}
