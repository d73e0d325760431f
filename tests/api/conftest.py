"""The application over the test database, and people who use it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update
from werkzeug.test import TestResponse

from api import events, long_polls
from api.app import create_app
from api.camunda7.authentication import VerifiedCredentials
from api.health import Metrics
from api.rate_limits import RateLimiter
from engine import actors, clock, handlers
from engine.commands import passwords
from engine.commands.deployments import deploy
from engine.commands.identities import create_person, ensure_group
from engine.commands.sessions import create_token
from engine.handlers import Registry
from engine.identities import Group
from engine.persistence.schema import metadata
from engine.persistence.tables.identities import person as people
from engine.persistence.transactions import transaction
from engine.settings import Environment, Settings, load_settings
from operations import mail_settings
from operations.registry import build_registry
from operations.seed import seed
from tests.photographs import put_back

PASSWORD = "correct horse battery"
ROOT = Path(__file__).resolve().parents[2]
SYSTEM = actors.system("tests")
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "system_admin": ("administer", "configure"),
    "supervisor": ("supervise", "operate", "start", "evaluate", "open_case", "read_personal"),
    "customer_service": ("start", "open_case", "read_personal", "evaluate"),
    "process_owner": ("deploy", "start", "evaluate", "operate"),
    "internal_auditor": ("audit",),
    "on_site": (),
    "external_worker": ("external_work",),
}


REQUEST = {
    "channel": "web_form",
    "request_type": "fault",
    "subject": "路由器无法上网",
    "description": "从昨天晚上开始无法上网,重启无效。",
    "customer": {"name": "王芳", "phone": "13800138000"},
    "consent_survey": True,
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a bearer token, sending requests through the test client."""

    client: FlaskClient
    token: str | None
    subject: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> "User":
        return replace(self, headers={**self.headers, **{name.replace("_", "-"): v for name, v in headers.items()}})

    def send(self, method: str, address: str, **options: Any) -> TestResponse:
        headers = dict(self.headers) | dict(options.pop("headers", {}))
        if "json" in options:  # not the application's own JSON, which would refuse to write what tests send
            options |= {"data": json.dumps(options.pop("json")), "content_type": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.client.open(address, method=method, headers=headers, **options)

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.send("GET", address, **options)

    def post(self, address: str, body: Any = None, **options: Any) -> TestResponse:
        return self.send("POST", address, json={} if body is None else body, **options)

    def put(self, address: str, body: Any = None, **options: Any) -> TestResponse:
        return self.send("PUT", address, json={} if body is None else body, **options)

    def patch(self, address: str, body: Any, **options: Any) -> TestResponse:
        return self.send("PATCH", address, json=body, **options)

    def delete(self, address: str, **options: Any) -> TestResponse:
        return self.send("DELETE", address, **options)


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"OPSFLOW_VAR": str(tmp_path), "OPSFLOW_WEB": str(tmp_path / "no-web")})


@dataclass(frozen=True, slots=True)
class Routed:
    """An application as it was made, before any test used it."""

    app: Flask
    views: Mapping[str, Any]
    config: Mapping[str, Any]


_routed: dict[Environment, Routed] = {}


def fresh_app(settings: Settings, registry: Registry) -> Flask:
    """
    The application for these settings, routed and documented once in this process, for that takes a third of a second.

    What it remembers, and what a test may have put in place of a view, is new each time.
    """
    known = _routed.get(settings.environment)
    if known is None:
        made = create_app(settings, registry)
        _routed[settings.environment] = Routed(made, dict(made.view_functions), dict(made.config))
        return made
    app = known.app
    for mutable, first in ((app.view_functions, known.views), (app.config, known.config)):
        mutable.clear()
        mutable.update(first)
    app.extensions |= {"opsflow_settings": settings, "opsflow_registry": registry, "rate_limiter": RateLimiter()}
    app.extensions |= {"metrics": Metrics(), "camunda7_credentials": VerifiedCredentials()}
    long_polls.register(app)
    events.register(app)
    return app


@pytest.fixture
def app(database: Engine, settings: Settings, registry: Registry) -> Flask:
    return fresh_app(settings, registry)


@pytest.fixture
def production_app(database: Engine, settings: Settings, registry: Registry) -> Flask:
    return fresh_app(replace(settings, environment=Environment.PRODUCTION), registry)


@pytest.fixture
def user(app: Flask) -> Callable[..., User]:
    """Make a person in these groups (with the permissions above) and a token."""

    def make(user_name: str, *groups: str) -> User:
        with transaction() as tx:
            for group in groups:
                ensure_group(tx, Group(group, group, group, PERMISSIONS.get(group, ())), actor=SYSTEM, now=clock.now())
            person = create_person(tx, user_name, user_name, None, groups, actor=SYSTEM, now=clock.now())
            tx.execute(update(people).where(people.c.id == person.id).values(password_hash=_hash_of_password()))
            token = create_token(tx, person.id, "tests", actor=SYSTEM, now=clock.now())
        return User(app.test_client(use_cookies=False), token.token, person.subject)

    return make


@cache
def _hash_of_password() -> str:
    """Hashed once: argon2 for every person of every test would take a minute of a whole run."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def administrator(user: Callable[..., User]) -> User:
    return user("admin", "system_admin")


@pytest.fixture
def anybody(app: Flask) -> User:
    return User(app.test_client(use_cookies=False), None, "public")


@pytest.fixture
def written(database: Engine) -> Callable[[], Mapping[str, int]]:
    """How many rows each table holds, to prove that a refusal wrote nothing."""

    def count() -> Mapping[str, int]:
        with database.connect() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
                if table.name != "allowance"  # a request that is refused counts towards its address's allowance
            }

    return count


@pytest.fixture
def house_registry() -> Iterator[Registry]:
    before = handlers.installed()
    built = build_registry()
    handlers.install(built)
    mail_settings.configure(public_url="https://service.example", mail=None)
    yield built
    handlers.install(before)


@pytest.fixture
def house(app: Flask, house_registry: Registry, owner_engine: Engine) -> Flask:
    """The house's registers and processes, as `make run` deploys them."""

    def make() -> None:
        paths = [path for folder in ("processes", "forms") for path in sorted((ROOT / folder).rglob("*.*"))]
        files = {path.name: path.read_bytes() for path in paths if path.suffix in {".bpmn", ".dmn", ".form"}}
        with transaction() as tx:
            seed(tx, now=clock.now())
            deploy(tx, files, registry=house_registry, actor=SYSTEM, now=clock.now())

    put_back(owner_engine, "api house", make)
    return app


@pytest.fixture
def owner(user: Callable[..., User]) -> User:
    return user("owner", "process_owner")


@pytest.fixture
def supervisor(user: Callable[..., User]) -> User:
    return user("supervisor", "supervisor")


@pytest.fixture
def outsider(user: Callable[..., User]) -> User:
    return user("outsider", "on_site")
