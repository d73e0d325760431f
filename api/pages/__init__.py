"""Pages for people: `/` says what this is; `/api/docs` shows the API. Static, self-hosted, bilingual."""

from pathlib import Path

from flask import Flask, Response, send_from_directory

from api.auth import public

_FOLDER = Path(__file__).parent
_FILES = ("pages.css", "pages.js", "docs.js")


def register(app: Flask) -> None:
    """Serve the pages and what they load."""
    app.add_url_rule("/", "home", _home, methods=["GET"])
    app.add_url_rule("/api/docs", "docs", _docs, methods=["GET"])
    app.add_url_rule("/pages/<any(" + ", ".join(repr(name) for name in _FILES) + "):name>", "page_file", _file)


@public
def _home() -> Response:
    return send_from_directory(_FOLDER, "home.html", max_age=0)


@public
def _docs() -> Response:
    return send_from_directory(_FOLDER, "docs.html", max_age=0)


@public
def _file(name: str) -> Response:
    return send_from_directory(_FOLDER, name, max_age=3600)
