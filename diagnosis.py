"""What `opsflow doctor` says: one line per fact, in both languages, never a secret."""

import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import sqlalchemy
from sqlalchemy import Connection, create_engine, func, select, text

import composition
from engine.errors import EngineError
from engine.history.checkpoints import is_signing
from engine.persistence.embedded_cluster import EmbeddedServerFailed
from engine.persistence.migrations.upgrade import is_current
from engine.persistence.roles import protects_journal
from engine.persistence.sealing import master_key_id
from engine.persistence.tables.journal import subject_key
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import incident
from engine.queries.health import BACKUP_WITHIN_DAYS, Condition, read_condition
from engine.settings import Settings, SettingsInvalid, load_settings
from engine.traces import TracingUnavailable
from operations import attachment_store
from operations.checkpoint_places import label_of

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 140_000
FULL_SHARE = 0.8
OLDEST_TRANSACTIONS = 1_000_000_000
CLOCK_TOLERANCE_S = 2.0
LATE_S = 60.0
LITTLE_SPACE = 0.1


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
        service = composition.open_service(settings)
    except (SettingsInvalid, EmbeddedServerFailed, TracingUnavailable) as error:
        yield _judged(is_right=False, text=str(error))
        return
    yield from _about_settings(settings)
    yield _about_attachments(settings)
    yield _about_checkpoints(settings)
    try:
        yield from _about_database(service)
    except (psycopg.OperationalError, sqlalchemy.exc.OperationalError) as error:
        yield _judged(is_right=False, text=f"数据库无法使用 / database: {str(error).splitlines()[0]}")


def _about_settings(settings: Settings) -> Iterator[Finding]:
    yield _said(f"环境 / environment: {settings.environment}, {settings.host}:{settings.port}, {settings.time_zone}")
    if settings.smtp_url is None:
        yield _noted("未配置邮件服务器，通知只留在发件箱 / no OPSFLOW_SMTP_URL: messages stay in the outbox")
    if settings.public_url.startswith("https:") and settings.trusted_proxies == 0:
        yield _noted(
            "反向代理未计入，所有客户端共用一个限速 / OPSFLOW_TRUSTED_PROXIES is 0: "
            "all clients share the proxy's rate limit"
        )
    if settings.var.exists():
        disk = shutil.disk_usage(settings.var)
        text = f"可用磁盘空间 / free disk space: {disk.free // 1_000_000_000} GB, {settings.var}"
        yield _noted_if(disk.free < LITTLE_SPACE * disk.total, text)


def _about_checkpoints(settings: Settings) -> Finding:
    if not is_signing():
        return _noted("不签署检查点 / no OPSFLOW_CHECKPOINT_KEY: nothing proves the journal to outsiders")
    if not settings.checkpoint_places:
        return _noted(
            "检查点未送往别处 / no OPSFLOW_CHECKPOINT_PLACES: checkpoints stay in the database they vouch for"
        )
    return _said(f"检查点 / checkpoints: {', '.join(map(label_of, settings.checkpoint_places))}")


def _about_attachments(settings: Settings) -> Finding:
    bucket = settings.attachments
    where = "OPSFLOW_VAR" if bucket is None else f"s3://{bucket.name}/{bucket.prefix}"
    try:
        attachment_store.try_out()
    except (EngineError, OSError) as error:
        return _judged(is_right=False, text=f"附件存储无法使用 / attachments cannot be stored: {where}, {error}")
    return _said(f"附件存储 / attachments: {where}")


def _about_database(service: composition.Service) -> Iterator[Finding]:
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
        yield from _about_condition(read_condition(connection, now=datetime.now(UTC)), service.settings)


def _about_protection(connection: Connection) -> Iterator[Finding]:
    if protects_journal(connection):
        yield _said("服务角色不能修改审计日志 / the service's role cannot change the journal")
    else:
        yield _noted(
            "服务角色可以修改审计日志，请设置 DATABASE_MIGRATION_URL / the service's role can change the journal: "
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


def _about_condition(found: Condition, settings: Settings) -> Iterator[Finding]:
    is_full = found.connections > FULL_SHARE * found.max_connections
    yield _noted_if(is_full, f"数据库连接 / connections: {found.connections} of {found.max_connections}")
    if found.unsafe:
        names = ", ".join(found.unsafe)
        yield _noted(f"断电可能丢失已提交的数据，或表无法清理 / off, so what was committed may be lost: {names}")
    is_old = found.transaction_age > OLDEST_TRANSACTIONS
    yield _noted_if(is_old, f"最旧事务年龄 / age of the oldest transaction: {found.transaction_age:,}")
    is_off = abs(found.clock_ahead_s) > CLOCK_TOLERANCE_S
    yield _noted_if(is_off, f"数据库时钟偏差 / the database's clock is ahead by {found.clock_ahead_s:.1f} s")
    yield _noted_if(found.workers == 0, f"运行中的后台进程 / workers seen: {found.workers}")
    is_late = found.longest_overdue_s > LATE_S
    yield _noted_if(is_late, f"最久的到期未执行 / longest overdue: {found.longest_overdue_s:.0f} s")
    yield _noted_if(found.jobs_failed > 0, f"失败的作业 / failed jobs: {found.jobs_failed}")
    if found.days_since_backup is not None:
        yield _said(f"上次备份 / last backup: {found.days_since_backup:.1f} days ago")
    elif not settings.is_development:
        yield _noted(f"最近 {BACKUP_WITHIN_DAYS} 天没有备份 / no opsflow backup within {BACKUP_WITHIN_DAYS} days")


def _said(text: str) -> Finding:
    return Finding("✓", text)


def _noted(text: str) -> Finding:
    return Finding("!", text)


def _noted_if(is_odd: bool, text: str) -> Finding:
    return _noted(text) if is_odd else _said(text)


def _judged(is_right: bool, text: str) -> Finding:
    return Finding("✓" if is_right else "✗", text, is_right)
