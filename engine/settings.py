"""
What the environment says, read once at start. `docs/reference/settings.md` has one entry per name.

Fail closed: a database or an open address is never served by somebody who forgot to say what the service is for.
"""

import base64
import binascii
import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy.exc
from sqlalchemy import make_url

KEY_BYTES = 32
HIGHEST_PORT = 65_535
LONGEST_IDLE_MIN = 720  # as long as a session lasts
MOST_PROXIES = 5
BUILT_WEB = Path(__file__).parents[1] / "web" / "dist"


class SettingsInvalid(Exception):
    """One line that says which setting is wrong and how to put it right."""


class Environment(StrEnum):
    """Demo people, the movable clock and cascade deletes exist in development only."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}", re.ASCII)
_BUCKET_CREDENTIALS = (
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI",),
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3-compatible bucket. Who may use it is in the AWS_* variables of the environment, never here."""

    name: str
    prefix: str
    endpoint: str | None
    region: str | None


CheckpointPlace = Path | Bucket | str
"""Where checkpoints are kept beyond the database's reach: an absolute folder, a bucket, or the address of a webhook."""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    The service's settings.

    Attributes:
        database_url: The service's role; `None` starts the embedded PostgreSQL under `var`.
        migration_url: The role that owns the schema; `None` with a `database_url` means that one role does both.
        var: Absolute folder for the embedded database, keys and attachments.
        master_key: 32 bytes that wrap the data subjects' keys; `None` in development means a file under `var`.
        public_url: What links in messages start with; no slash at the end.
        smtp_url: `smtp://[user:password@]host[:port]` or `smtps://…`; `None` keeps messages in the outbox.
        mail_from: Sender of messages.
        attachments: The bucket that attachments go to; `None` means a folder under `var`.
        time_zone: IANA name; working calendars and dates shown to people.
        outbound_networks: Networks of the house that webhooks and robots may be in; all others must be public.
        checkpoint_key: 32 bytes, the Ed25519 seed that signs checkpoints; `None` in production: nobody signs.
        checkpoint_origin: The journal's name in checkpoints; it never changes while anybody keeps them.
        checkpoint_places: Where checkpoints are sent.
        checkpoint_secret: Shared with the receivers of webhooks.
        is_four_eyes: What somebody deploys is a draft until somebody else approved it.
        requires_backtest: What changes a process with ended cases is a draft until a back-test of it was accepted.
        requires_performers: A task that names nobody, or only groups that do not exist, refuses a deployment.
        requires_purpose: Who oversees cases says what he opens one for.
        faults: Folder that tells which points kill or freeze a process (`engine.faults`); development only.
        session_idle: How long a session lasts that nobody uses; never longer than its lifetime.
        trusted_proxies: How many reverse proxies stand in front; the address they report is the client's.
        web: Folder of the built web application; without one, plain pages are served.
    """

    environment: Environment
    database_url: str | None = field(repr=False)
    migration_url: str | None = field(repr=False)
    host: str
    port: int
    var: Path
    master_key: bytes | None = field(repr=False)
    public_url: str
    smtp_url: str | None = field(repr=False)
    mail_from: str
    time_zone: str
    trusted_proxies: int
    session_idle: timedelta = timedelta(hours=2)
    outbound_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    is_four_eyes: bool = False
    requires_backtest: bool = False
    requires_performers: bool = False
    requires_purpose: bool = False
    attachments: Bucket | None = None
    faults: Path | None = None
    checkpoint_key: bytes | None = field(default=None, repr=False)
    checkpoint_origin: str = "localhost/journal"
    checkpoint_places: tuple[CheckpointPlace, ...] = ()
    checkpoint_secret: str | None = field(default=None, repr=False)
    web: Path = BUILT_WEB

    @property
    def is_published_apart(self) -> bool:
        """Whether what somebody deploys is a draft first."""
        return self.is_four_eyes or self.requires_backtest

    @property
    def is_development(self) -> bool:
        """Whether this is a place to try things."""
        return self.environment is Environment.DEVELOPMENT


def load_settings(environ: Mapping[str, str]) -> Settings:
    """
    Read every setting; an empty value counts as absent.

    Raises:
        SettingsInvalid: The first one that is wrong or missing.
    """
    said = {name: value.strip() for name, value in environ.items() if value.strip()}
    host = said.get("OPSFLOW_HOST", "127.0.0.1")
    port = _number(said, "OPSFLOW_PORT", 8_000, least=1, most=HIGHEST_PORT)
    database_url = _postgresql("DATABASE_URL", said)
    migration_url = _postgresql("DATABASE_MIGRATION_URL", said)
    if migration_url and not database_url:
        raise SettingsInvalid("DATABASE_MIGRATION_URL is set but DATABASE_URL is not: set both, or neither")
    environment = _environment(said, host=host, has_database=database_url is not None)
    master_key = _secret_key(said, "OPSFLOW_MASTER_KEY")
    if environment is Environment.PRODUCTION:
        _refuse_unready_production(database_url, master_key)
    return Settings(
        environment=environment,
        database_url=database_url,
        migration_url=migration_url,
        host=host,
        port=port,
        var=Path(said.get("OPSFLOW_VAR", "var")).expanduser().absolute(),
        master_key=master_key,
        public_url=_web_address(said.get("OPSFLOW_PUBLIC_URL", f"http://{_in_url(host)}:{port}")),
        smtp_url=_smtp(said),
        mail_from=said.get("OPSFLOW_MAIL_FROM", "opsflow@localhost"),
        time_zone=_time_zone(said.get("OPSFLOW_TIME_ZONE", "Asia/Shanghai")),
        trusted_proxies=_number(said, "OPSFLOW_TRUSTED_PROXIES", 0, least=0, most=MOST_PROXIES),
        session_idle=timedelta(
            minutes=_number(said, "OPSFLOW_SESSION_IDLE_MINUTES", 120, least=5, most=LONGEST_IDLE_MIN)
        ),
        outbound_networks=_networks(said.get("OPSFLOW_OUTBOUND_NETWORKS", "")),
        is_four_eyes=_switch(said, "OPSFLOW_FOUR_EYES"),
        requires_backtest=_switch(said, "OPSFLOW_REQUIRE_BACKTEST"),
        requires_performers=_switch(said, "OPSFLOW_REQUIRE_PERFORMERS"),
        requires_purpose=_switch(said, "OPSFLOW_REQUIRE_PURPOSE"),
        attachments=_bucket(said),
        faults=_faults(said, environment),
        checkpoint_key=_secret_key(said, "OPSFLOW_CHECKPOINT_KEY"),
        checkpoint_origin=_origin(said),
        checkpoint_places=_checkpoint_places(said),
        checkpoint_secret=said.get("OPSFLOW_CHECKPOINT_SECRET"),
        web=Path(said.get("OPSFLOW_WEB", BUILT_WEB)).expanduser().absolute(),
    )


def read_checkpoint_key(settings: Settings) -> bytes | None:
    """
    The key given, or in development the one in `var/checkpoint.key`, made as the master key is.

    Raises:
        SettingsInvalid: The file cannot be used.
    """
    if settings.checkpoint_key is not None or not settings.is_development:
        return settings.checkpoint_key
    return _key_in(settings.var, "checkpoint.key")


def read_master_key(settings: Settings) -> bytes:
    """
    The key given, or in development the one in `var/master.key`, made on first use and readable by its owner only.

    Raises:
        SettingsInvalid: The file cannot be used.
    """
    if settings.master_key is not None:
        return settings.master_key
    return _key_in(settings.var, "master.key")


def _key_in(var: Path, name: str) -> bytes:
    path = var / name
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        _write_new_key(path)
    if path.stat().st_mode & 0o077:
        raise SettingsInvalid(f"{path} can be read by others: chmod 600 {path}")
    return _decoded(path.read_text().strip(), str(path))


def _write_new_key(path: Path) -> None:
    """Written beside and linked into place: whoever reads the path finds a whole key, and the first writer wins."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
        os.link(fresh, path)
    finally:
        fresh.unlink()


def _environment(said: Mapping[str, str], *, host: str, has_database: bool) -> Environment:
    name = said.get("OPSFLOW_ENV")
    if name is None:
        if has_database:
            raise SettingsInvalid("DATABASE_URL is set: say OPSFLOW_ENV=production or OPSFLOW_ENV=development")
        if not _is_loopback(host):
            raise SettingsInvalid(f"OPSFLOW_HOST={host} is open to others: say OPSFLOW_ENV=production or =development")
        return Environment.DEVELOPMENT
    try:
        return Environment(name)
    except ValueError:
        raise SettingsInvalid(f"OPSFLOW_ENV must be development or production, not {name!r}") from None


def _refuse_unready_production(database_url: str | None, master_key: bytes | None) -> None:
    if database_url is None:
        raise SettingsInvalid("OPSFLOW_ENV=production needs DATABASE_URL; the embedded PostgreSQL is for development")
    if master_key is None:
        raise SettingsInvalid("OPSFLOW_ENV=production needs OPSFLOW_MASTER_KEY: `openssl rand -base64 32` makes one")


def _postgresql(name: str, said: Mapping[str, str]) -> str | None:
    url = said.get(name)
    if url is not None and not url.startswith(("postgresql://", "postgres://")):
        raise SettingsInvalid(f"{name} must start with postgresql://")
    try:
        make_url(url or "postgresql://")
    except (sqlalchemy.exc.ArgumentError, ValueError):  # whose own words would quote the password
        raise SettingsInvalid(f"{name} is no address like postgresql://user:password@host:5432/database") from None
    return url.replace("postgres://", "postgresql://", 1) if url and url.startswith("postgres://") else url


def _faults(said: Mapping[str, str], environment: Environment) -> Path | None:
    folder = said.get("OPSFLOW_FAULTS")
    if folder is not None and environment is not Environment.DEVELOPMENT:
        raise SettingsInvalid("OPSFLOW_FAULTS kills processes on purpose: it exists in development only")
    return None if folder is None else Path(folder)


def _number(said: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = said.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsInvalid(f"{name} must be a number from {least} to {most}, not {text!r}")
    return int(text)


def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise SettingsInvalid(
            f"OPSFLOW_OUTBOUND_NETWORKS must be networks like 10.1.2.0/24, separated by commas, not {text!r}"
        ) from None


def _switch(said: Mapping[str, str], name: str) -> bool:
    text = said.get(name, "off").lower()
    if text not in {"on", "off"}:
        raise SettingsInvalid(f"{name} must be on or off, not {text!r}")
    return text == "on"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SettingsInvalid(f"OPSFLOW_PUBLIC_URL must be an http or https address, not {url!r}")
    return url.rstrip("/")


def _smtp(said: Mapping[str, str]) -> str | None:
    url = said.get("OPSFLOW_SMTP_URL")
    if url is not None and (urlsplit(url).scheme not in {"smtp", "smtps"} or not urlsplit(url).hostname):
        raise SettingsInvalid("OPSFLOW_SMTP_URL must look like smtp://user:password@host:587 or smtps://…")
    return url


def _bucket(said: Mapping[str, str]) -> Bucket | None:
    url = said.get("OPSFLOW_ATTACHMENTS_URL")
    return None if url is None else _bucket_in(url, "OPSFLOW_ATTACHMENTS_URL", said)


def _bucket_in(url: str, name: str, said: Mapping[str, str]) -> Bucket:
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        endpoint = urlsplit(options.get("endpoint", "https://s3"))
        is_named = parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc) is not None
        is_answered = endpoint.scheme in {"http", "https"} and bool(endpoint.hostname) and endpoint.username is None
        is_right = is_named and is_answered and options.keys() <= {"endpoint", "region"}
    except ValueError:
        is_right = False
    if not is_right:  # never quoted: somebody may have put a secret into it
        raise SettingsInvalid(
            f"{name} must look like s3://bucket/prefix?endpoint=https://s3.example&region=cn-1"
            " without user or password: those are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if not any(all(name in said for name in names) for names in _BUCKET_CREDENTIALS):
        raise SettingsInvalid(f"{name} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    return Bucket(parts.netloc, parts.path.strip("/"), options.get("endpoint"), options.get("region"))


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsInvalid(
            f"OPSFLOW_TIME_ZONE: there is no time zone {name!r}; an example is Asia/Shanghai"
        ) from None
    return name


def _secret_key(said: Mapping[str, str], name: str) -> bytes | None:
    text = said.get(name)
    return None if text is None else _decoded(text, name)


def _origin(said: Mapping[str, str]) -> str:
    public = urlsplit(said.get("OPSFLOW_PUBLIC_URL", "")).hostname or "localhost"
    origin = said.get("OPSFLOW_CHECKPOINT_ORIGIN", f"{public}/journal")
    if _ORIGIN.fullmatch(origin) is None:
        raise SettingsInvalid("OPSFLOW_CHECKPOINT_ORIGIN must be a name like opsflow.example/journal")
    return origin


def _checkpoint_places(said: Mapping[str, str]) -> tuple[CheckpointPlace, ...]:
    return tuple(_checkpoint_place(each, said) for each in said.get("OPSFLOW_CHECKPOINT_PLACES", "").split())


def _checkpoint_place(text: str, said: Mapping[str, str]) -> CheckpointPlace:
    if text.startswith("/"):
        return Path(text)
    if text.startswith("s3://"):
        return _bucket_in(text, "OPSFLOW_CHECKPOINT_PLACES", said)
    if not text.startswith(("https://", "http://")) or not urlsplit(text).hostname:
        raise SettingsInvalid(
            "OPSFLOW_CHECKPOINT_PLACES must be folders like /mnt/audit, buckets like s3://bucket/prefix and webhooks"
            " like https://audit.example/checkpoints, separated by spaces"
        )
    if "OPSFLOW_CHECKPOINT_SECRET" not in said:
        raise SettingsInvalid("OPSFLOW_CHECKPOINT_PLACES has a webhook: it needs OPSFLOW_CHECKPOINT_SECRET")
    return text


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsInvalid(f"{where} must be {KEY_BYTES} random bytes in base64: `openssl rand -base64 32`")
    return key
