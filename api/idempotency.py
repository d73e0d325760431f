"""
`Idempotency-Key` on any POST: the same subject, key and request get the first answer, and nothing happens twice.

The key is claimed in the command's own transaction, so claim, command and answer live or die together. What
answers with secrets or contact data (sessions, tokens, customers) is left out: that must not be kept.
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, request

from api.auth import current_actor, machine_now
from api.database import transaction
from api.errors import MembersInvalid
from engine.commands.idempotency_keys import Answer, claim_key, store_answer

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_LEFT_OUT = frozenset({"sessions", "tokens", "customers"})


def register(app: Flask) -> None:
    """Wrap every view that takes POST; call once all blueprints are there."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.split(".")[0] not in _LEFT_OUT:
            app.view_functions[rule.endpoint] = _once(app.view_functions[rule.endpoint])


def _once(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any view
        key = request.headers.get(HEADER)
        if key is None or request.method != "POST":
            return view(*args, **kwargs)
        if not _KEY.fullmatch(key):
            message = f"{HEADER} has 1 to 200 visible ASCII characters."
            raise MembersInvalid(message, errors=[{"in": "header", "pointer": f"/{HEADER}", "message": message}])
        return _answer_once(key, lambda: view(*args, **kwargs))

    return wrapper


def _answer_once(key: str, run: Callable[[], Any]) -> Response:
    subject = current_actor().subject
    with transaction() as tx:
        first = claim_key(tx, subject, key, _request_hash(), now=machine_now())
        if first is None:
            response = current_app.make_response(run())
            answer = Answer(response.status_code, response.get_data(), response.headers.get("Location"))
            store_answer(tx, subject, key, answer)
            return response
    return _replayed(first)


def _replayed(first: Answer) -> Response:
    response = Response(first.body, status=first.status, mimetype="application/json")
    response.headers[REPLAYED_HEADER] = "true"
    if first.location:
        response.headers["Location"] = first.location
    return response


def _request_hash() -> bytes:
    """Method, address and what was sent; of uploads the names and contents, since their boundaries are random."""
    found = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True)):
            found.update(hashlib.sha256(f"{name}\n{value}".encode()).digest())
        for name, file in sorted(request.files.items(multi=True), key=lambda one: (one[0], one[1].filename or "")):
            found.update(hashlib.sha256(f"{name}\n{file.filename}\n".encode() + file.stream.read()).digest())
            file.stream.seek(0)
    else:
        found.update(request.get_data(cache=True))
    return found.digest()
