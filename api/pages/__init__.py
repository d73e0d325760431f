"""Pages for people that need no build: what this is, and the API. Static, bilingual, kept in memory."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

from api.auth import public

_FOLDER = Path(__file__).parent
_TYPES: Mapping[str, str] = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_FILES = ("pages.css", "pages.js", "docs.js")


def register(app: Flask, *, is_alone: bool) -> None:
    """
    Serve the pages and what they load.

    Args:
        is_alone: Whether there is no web application: the first page is ours then.
    """
    files = ", ".join(repr(name) for name in _FILES)
    if is_alone:
        app.add_url_rule("/", "home", _home, methods=["GET"])
    app.add_url_rule("/api/docs", "docs", _docs, methods=["GET"])
    app.add_url_rule(f"/pages/<any({files}):name>", "page_file", _file, methods=["GET"])


@public
def _home() -> Response:
    return _sent("home.html")


@public
def _docs() -> Response:
    return _sent("docs.html")


@public
def _file(name: str) -> Response:
    return _sent(name)


def _sent(name: str) -> Response:
    response = Response(_read(name), mimetype=_TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
