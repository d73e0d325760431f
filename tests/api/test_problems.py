"""Problem documents: complete in both languages, and silent about what is inside."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

import engine.backtests.errors
import engine.history.errors
import operations.errors  # noqa: F401 - importing registers them as subclasses
from api import wording
from api.problems import HTTP_CODES, STATUS
from engine.errors import EngineError
from engine.logs import JsonLines
from engine.persistence.transactions import database, transaction
from tests.api.conftest import User

ROOT = Path(__file__).resolve().parents[2]
OURS = {"api", "engine", "operations"}


def errors() -> list[type[EngineError]]:
    found: list[type[EngineError]] = []
    waiting: list[type[EngineError]] = [EngineError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.partition(".")[0] in OURS:
            found.append(error)
    return found


def test_every_code_is_one_error_with_a_title_in_both_languages_and_an_entry_in_the_reference() -> None:
    reference = (ROOT / "docs/reference/problems.md").read_text()
    documented = set(re.findall(r"^## `([a-z-]+)`", reference, re.MULTILINE))
    codes = [error.code for error in errors()]

    assert len(codes) == len(set(codes))
    assert documented == set(codes) | set(HTTP_CODES.values())
    assert documented <= set(wording.TITLES_ZH)
    assert all(wording.TITLES_ZH[code] in reference for code in documented)
    assert all(error.__doc__ for error in errors())


def test_every_family_has_a_status() -> None:
    families = {error for error in errors() if error.__bases__ == (EngineError,)}

    assert families - {engine.errors.ExecutionFailed} <= set(STATUS)


def test_a_defect_of_ours_is_a_500_that_tells_nothing_of_itself(app: Flask, user: Callable[..., User]) -> None:
    clerk = user("clerk", "on_site")

    def broken(**_: object) -> None:
        message = "secret 13800138000"
        raise ZeroDivisionError(message)

    app.view_functions["groups.read_all"] = broken
    answer = clerk.get("/api/groups")

    assert (answer.status_code, answer.json["type"]) == (500, "/problems/internal-error")
    assert "secret" not in answer.get_data(as_text=True)
    assert "ZeroDivision" not in answer.get_data(as_text=True)


def test_the_log_of_a_defect_names_the_place_but_not_the_data(
    production_app: Flask, user: Callable[..., User], caplog: pytest.LogCaptureFixture
) -> None:
    clerk = user("clerk", "on_site")

    def broken(**_: object) -> None:
        message = "secret 13800138000"
        raise ZeroDivisionError(message)

    production_app.view_functions["groups.read_all"] = broken
    production_app.test_client().get("/api/groups", headers={"Authorization": f"Bearer {clerk.token}"})

    logged = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "ZeroDivisionError" in logged
    assert "test_problems.py" in logged
    assert "secret" not in logged


def test_a_request_that_stood_still_until_the_database_gave_it_up_may_be_tried_again(
    app: Flask, user: Callable[..., User]
) -> None:
    clerk = user("clerk", "on_site")

    def frozen(**_: object) -> None:
        with transaction() as tx:
            own = tx.scalar(text("SELECT pg_backend_pid()"))
            tx.execute(text("SET idle_in_transaction_session_timeout = 1"))
            given_up = text("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = :pid)")
            with database().connect().execution_options(isolation_level="AUTOCOMMIT") as other:
                while not other.scalar(given_up, {"pid": own}):
                    time.sleep(0.01)
            tx.execute(text("SELECT 1"))

    app.view_functions["groups.read_all"] = frozen
    answer = clerk.get("/api/groups")

    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")


def test_a_database_that_is_away_is_a_503_with_retry_after(app: Flask, user: Callable[..., User]) -> None:
    clerk = user("clerk", "on_site")

    def broken(**_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    app.view_functions["groups.read_all"] = broken
    answer = clerk.get("/api/groups")

    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert "SELECT" not in answer.get_data(as_text=True)


def test_a_locked_instance_is_a_503_with_retry_after_and_nothing_written(
    app: Flask, user: Callable[..., User], database: Engine
) -> None:
    clerk = user("clerk", "system_admin")
    person = clerk.subject.removeprefix("person:")

    with database.begin() as other:
        other.exec_driver_sql("SELECT 1 FROM person FOR UPDATE")
        answer = clerk.put(f"/api/people/{person}/groups/system_admin")

    assert (answer.status_code, answer.json["type"]) == (503, "/problems/instance-locked")
    assert answer.headers["Retry-After"] == "1"
