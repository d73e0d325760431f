"""
Draft the next migration: `python -m engine.persistence.migrations 0002 "Say what changes" PACKAGE…`.

The packages are those whose import registers tables. The comparison is made against an embedded PostgreSQL in a
temporary folder, brought to the newest revision.
"""

import importlib
import sys
import tempfile
from pathlib import Path

import sqlalchemy
from sqlalchemy import create_engine

from engine.persistence.embedded import start_embedded, stop_embedded
from engine.persistence.migrations.comparison import draft
from engine.persistence.migrations.upgrade import migrate, newest_revision


def main(revision: str, message: str, *packages: str) -> None:
    """Write one file under `versions/`."""
    for package in packages:
        importlib.import_module(package)
    with tempfile.TemporaryDirectory(prefix="opsflow-draft-") as folder:
        server = start_embedded(Path(folder), is_durable=False)
        try:
            if newest_revision() is not None:
                migrate(server.migration_url, service_role="opsflow_service")
            url = sqlalchemy.make_url(server.migration_url).set(drivername="postgresql+psycopg")
            with create_engine(url, poolclass=sqlalchemy.NullPool).connect() as connection:
                draft(connection, revision, message)
        finally:
            stop_embedded(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
