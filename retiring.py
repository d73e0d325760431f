"""`opsflow prune`: retention over the journal, done by the owner of the schema and told in both languages."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import click
from sqlalchemy import create_engine

import composition
from engine import clock
from engine.actors import system
from engine.history.checkpoints import SignedCheckpoint, signer
from engine.history.proof_exports import export_journal
from engine.history.removals import last_removal, remove_events
from engine.history.verifier import check_export
from engine.persistence.transactions import consistent_reading, reading, transaction
from engine.settings import load_settings
from operations.retention import begin_removal, find_removable
from refusals import fail, require_current


@click.command(
    name="prune",
    help="按保留期清除审计日志中已封存的时段 / remove sealed periods of the journal, after writing them down.",
)
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--before", required=True, type=click.DateTime(["%Y-%m-%d"]), help="此日之前 / before this day (UTC).")
@click.option("--reason", required=True, help="原因,计入审计日志 / why; journalled.")
@click.option("--yes", is_flag=True, help="不再询问 / do not ask.")
def remove_history(archive: Path, before: datetime, reason: str, *, yes: bool) -> None:
    """Write the sealed period to ARCHIVE, check that file, journal the removal, then remove."""
    service = composition.open_service(load_settings(os.environ))
    require_current(service)
    if archive.exists():
        fail(f"{archive} exists already; what is removed is written to a new file")
    now, owner_url = clock.now(), service.databases.migration_url
    _finish(owner_url)
    with consistent_reading() as tx:
        period = find_removable(tx, before.replace(tzinfo=UTC), now=now)
        digest = _written(archive, export_journal(tx, period.checkpoint))
    _require_sound(archive, period.checkpoint)
    click.echo(f"{archive}: sha256 {digest}")
    if not yes:
        click.confirm(f"清除 / remove {period.events} events sealed at {period.checkpoint.at.isoformat()}?", abort=True)
    with transaction() as tx:
        actor = system("cli", reason=reason)
        begin_removal(tx, period, archive=digest, actor=actor, now=now)
    click.echo(f"已清除 / removed: {_finish(owner_url)} events; {len(period.kept)} kept for ever")


def _finish(owner_url: str) -> int:
    """Remove what the newest removal says, also when an earlier call of this broke off; how many rows went."""
    with reading() as tx:
        removal = last_removal(tx)
    if removal is None:
        return 0
    engine = create_engine(owner_url)
    try:
        with engine.connect() as owner:
            return sum(remove_events(owner, removal))
    finally:
        engine.dispose()


def _written(file: Path, lines: Iterator[bytes]) -> str:
    digest = sha256()
    with file.open("xb") as written:
        for line in lines:
            digest.update(line)
            written.write(line)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def _require_sound(archive: Path, checkpoint: SignedCheckpoint) -> None:
    """Read the file back as an auditor would."""
    with archive.open(encoding="utf-8") as lines:
        check = check_export(lines, signer().verifier, [])
    if check.faults or check.checkpoint is None or check.checkpoint.size != checkpoint.size:
        fail(f"{archive} does not prove what it should; nothing was removed: {(check.faults or ['no checkpoint'])[0]}")
