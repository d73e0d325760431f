"""
The built web application: what browsers load from `web/dist`. Without it the plain pages of `api.pages` remain.

The application draws its own pages, so each of its addresses is the same file. Files under `assets/` carry their
content's hash in their name: browsers keep them for good. Each has a compressed copy beside it, made by the build.
"""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from werkzeug.security import safe_join

from api.auth import public

SECTIONS = ("sign-in", "tasks", "cases", "board", "studio", "audit", "settings", "registers")
"""First parts of the application's addresses, `web/src/features/` and the shell's own."""
CUSTOMER_SECTIONS = ("submit", "complain", "track")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_APP_POLICY = _POLICY.format(styles="'self' 'unsafe-inline'")  # Ant Design and bpmn.io write style elements
_CUSTOMER_POLICY = _POLICY.format(styles="'self'")
_TYPES: Mapping[str, str] = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".json": "application/json",
}
_FOR_GOOD_S = 31_536_000
_COMPRESSED = (("br", ".br"), ("gzip", ".gz"))


def is_built(folder: Path) -> bool:
    """Whether there is an application to serve."""
    return (folder / "index.html").is_file()


def register(app: Flask, folder: Path) -> None:
    """Serve the application's pages and files from `folder`."""

    @public
    def application(**_address: str) -> Response:
        return _page(folder / "index.html", _APP_POLICY)

    @public
    def customer(**_address: str) -> Response:
        return _page(folder / "customer.html", _CUSTOMER_POLICY)

    @public
    def asset(name: str) -> Response:
        return _asset(folder / "assets", name)

    app.add_url_rule("/", "home", application, methods=["GET"])
    for endpoint, view, sections in (("web", application, SECTIONS), ("customer", customer, CUSTOMER_SECTIONS)):
        first = ", ".join(repr(name) for name in sections)
        app.add_url_rule(f"/<any({first}):section>", endpoint, view, methods=["GET"])
        app.add_url_rule(f"/<any({first}):section>/<path:rest>", endpoint, view, methods=["GET"])
    app.add_url_rule("/assets/<path:name>", "asset", asset, methods=["GET"])


def _page(file: Path, policy: str) -> Response:
    response = Response(file.read_bytes(), mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _asset(folder: Path, name: str) -> Response:
    """Send a file as it is, or its compressed copy to whoever takes it; never one from outside the folder."""
    coding, ending = next(
        ((coding, ending) for coding, ending in _COMPRESSED if _is_there(folder, name + ending) and _takes(coding)),
        (None, ""),
    )
    response = send_from_directory(folder, name + ending, mimetype=_type_of(name), conditional=True, etag=False)
    if coding is not None:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={_FOR_GOOD_S}, immutable"
    return response


def _takes(coding: str) -> bool:
    return request.accept_encodings[coding] > 0


def _is_there(folder: Path, name: str) -> bool:
    found = safe_join(str(folder), name)
    return found is not None and Path(found).is_file()


def _type_of(name: str) -> str:
    return _TYPES.get(Path(name).suffix, "application/octet-stream")
