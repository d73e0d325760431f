"""What `opsflow doctor` says: one line per fact, in both languages, never a secret."""

import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
import sqlalchemy
from sqlalchemy import Connection, create_engine, func, select, text

import wsgi
from engine.errors import EngineError
from engine.persistence.embedded_cluster import EmbeddedServerFailed
from engine.persistence.migrations.upgrade import is_current
from engine.persistence.roles import protects_journal
from engine.persistence.sealing import master_key_id
from engine.persistence.tables.journal import subject_key
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import incident
from engine.settings import Settings, SettingsInvalid, load_settings
from operations import attachment_store

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 140_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact; the service can run with it unless `is_bearable` is false."""

    mark: str
    text: str
    is_bearable: bool = True


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything that can be looked at; stops where the next look would need what is missing."""
    return list(_examine(environ))


def _examine(environ: Mapping[str, str]) -> Iterator[Finding]:
    yield _judged(sys.version_info >= OLDEST_PYTHON, f"Python {platform.python_version()}")
    try:
        settings = load_settings(environ)
        service = wsgi.open_service(settings)
    except (SettingsInvalid, EmbeddedServerFailed) as error:
        yield _judged(is_right=False, text=str(error))
        return
    yield from _about_settings(settings)
    yield _about_attachments(settings)
    try:
        yield from _about_database(service)
    except (psycopg.OperationalError, sqlalchemy.exc.OperationalError) as error:
        yield _judged(is_right=False, text=f"数据库无法使用 / database: {str(error).splitlines()[0]}")


def _about_settings(settings: Settings) -> Iterator[Finding]:
    yield _said(f"环境 / environment: {settings.environment}, {settings.host}:{settings.port}, {settings.time_zone}")
    if settings.smtp_url is None:
        yield _noted("未配置邮件服务器，通知只留在发件箱 / no OPSFLOW_SMTP_URL: messages stay in the outbox")


def _about_attachments(settings: Settings) -> Finding:
    bucket = settings.attachments
    where = "OPSFLOW_VAR" if bucket is None else f"s3://{bucket.name}/{bucket.prefix}"
    try:
        attachment_store.try_out()
    except (EngineError, OSError) as error:
        return _judged(is_right=False, text=f"附件存储无法使用 / attachments cannot be stored: {where}, {error}")
    return _said(f"附件存储 / attachments: {where}")


def _about_database(service: wsgi.Service) -> Iterator[Finding]:
    plain = sqlalchemy.make_url(service.databases.url).set(drivername="postgresql+psycopg")
    with create_engine(plain, poolclass=sqlalchemy.NullPool).connect() as connection:
        version = int(connection.scalar(text("SHOW server_version_num")) or 0)
        embedded = " (embedded)" if service.settings.database_url is None else ""
        yield _judged(version >= OLDEST_POSTGRESQL, f"PostgreSQL {version // 10_000}.{version % 10_000}{embedded}")
        if not is_current(service.databases.migration_url):
            yield _judged(is_right=False, text="数据库结构不是最新 / schema not up to date: opsflow migrate")
            return
        yield _said("数据库结构是最新 / schema up to date")
        yield from _about_protection(connection)
        yield from _about_content(connection)


def _about_protection(connection: Connection) -> Iterator[Finding]:
    if protects_journal(connection):
        yield _said("服务角色不能修改流水账 / the service's role cannot change the journal")
    else:
        yield _noted(
            "服务角色可以修改流水账，请设置 DATABASE_MIGRATION_URL / the service's role can change the journal: "
            "set DATABASE_MIGRATION_URL"
        )
    foreign = select(func.count()).where(
        subject_key.c.master_key_id != master_key_id(), subject_key.c.wrapped_key.is_not(None)
    )
    sealed_otherwise = connection.scalar(foreign) or 0
    yield _judged(
        sealed_otherwise == 0, f"用其他主密钥加密的主体 / subjects under another master key: {sealed_otherwise}"
    )


def _about_content(connection: Connection) -> Iterator[Finding]:
    definitions = connection.scalar(select(func.count()).select_from(process_definition)) or 0
    open_incidents = connection.scalar(select(func.count()).where(incident.c.resolved_at.is_(None))) or 0
    yield _said(f"流程定义 / process definitions: {definitions}")
    yield (_noted if open_incidents else _said)(f"未解决的异常 / open incidents: {open_incidents}")


def _said(text: str) -> Finding:
    return Finding("✓", text)


def _noted(text: str) -> Finding:
    return Finding("!", text)


def _judged(is_right: bool, text: str) -> Finding:
    return Finding("✓" if is_right else "✗", text, is_right)
