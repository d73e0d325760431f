"""Composition: settings, database, keys and the registry of handlers, put together once per process."""

import os
from dataclasses import dataclass, field

import engine.commands.backtest_runs
import engine.commands.bulk_runs
import engine.persistence.tables  # noqa: F401 - importing registers the tables on the MetaData
import operations.attachments
import operations.export_runs
import operations.exports
import operations.mail
import operations.register_changes
import operations.tables
import operations.verifications  # noqa: F401 - importing registers jobs and bulk operations: the worker knows no others
from engine import clock, faults, traces
from engine.handlers import Registry, install
from engine.history.checkpoints import configure_signer
from engine.persistence.embedded import start_embedded
from engine.persistence.sealing import configure_master_key
from engine.persistence.transactions import configure, open_database
from engine.settings import Settings, read_checkpoint_key, read_master_key
from operations import attachment_store, mail_settings
from operations.attachment_places import InBucket, InFolder
from operations.channels import outbound
from operations.mail_settings import MailSettings
from operations.registry import build_registry


@dataclass(frozen=True, slots=True)
class Databases:
    """Where the service works and where migrations do; the same when only one role is to be had."""

    url: str = field(repr=False)
    migration_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """An opened service."""

    settings: Settings
    databases: Databases
    registry: Registry


def open_service(settings: Settings) -> Service:
    """Open the database of this process; starts the embedded PostgreSQL when no other is given."""
    databases = open_databases(settings)
    faults.configure(settings.faults)
    traces.configure(os.environ)
    database = open_database(databases.url)
    traces.trace_statements(database)
    configure(database)
    configure_master_key(read_master_key(settings))
    configure_signer(settings.checkpoint_origin, read_checkpoint_key(settings))
    mail = MailSettings(settings.smtp_url, settings.mail_from) if settings.smtp_url else None
    mail_settings.configure(public_url=settings.public_url, mail=mail)
    clock.configure_zone(settings.time_zone)
    outbound.configure(settings.outbound_networks)
    bucket = settings.attachments
    attachment_store.configure(InFolder(settings.var / "attachments") if bucket is None else InBucket(bucket))
    registry = build_registry()
    install(registry)
    return Service(settings, databases, registry)


def open_databases(settings: Settings) -> Databases:
    """The URLs given, or those of the embedded PostgreSQL, which then runs as long as this process."""
    if settings.database_url is not None:
        return Databases(settings.database_url, settings.migration_url or settings.database_url)
    server = start_embedded(settings.var)
    return Databases(server.url, server.migration_url)
