"""Exports of the journal, and what `opsflow verify` says about journal and instances, in both languages."""

from collections.abc import Sequence
from pathlib import Path

import click

import safekeeping
from engine import clock
from engine.actors import Actor
from engine.commands.proof_exports import note_journal_export
from engine.history.checkpoints import is_signing, signer
from engine.history.examination import examine_journal
from engine.history.faults import Examination
from engine.history.proof_exports import export_journal
from engine.history.sequencer import sequence_all
from engine.history.verifier import VerifierKey, read_checkpoint, read_key
from engine.persistence.transactions import consistent_reading, transaction
from operations.record_examinations import examine_records


def examine(paths: Sequence[Path], key: VerifierKey | None) -> Examination:
    """
    Hold the journal against its tree, and against checkpoints kept elsewhere: files, or folders of them.

    Raises:
        CheckpointsNotSigned: No key was given, and this service has none.
        CheckpointInvalid: One of them is none, or was not signed with this key.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    if key is None and (files or is_signing()):
        key = signer().verifier
    outside = [read_checkpoint(file.read_text(), key) for file in files if key is not None]
    with transaction() as tx:
        sequence_all(tx)
    with consistent_reading() as tx:
        found = examine_journal(tx, outside, key)
        examine_records(tx, found)
    return found


def report_journal(checkpoints: Sequence[Path], key: str | None) -> bool:
    """Say what was found in the journal; whether it is as it was sealed."""
    found = examine(checkpoints, None if key is None else read_key(key))
    if not checkpoints:
        click.echo("  未提供检查点 / no --checkpoint: a tree computed again over other rows is not noticed", err=True)
    for fault in found.faults:
        click.echo(f"  ✘ {fault.kind}: {fault.detail}", err=True)
    for doubt in found.doubts:
        click.echo(f"  ⚠ {doubt.kind}: {doubt.detail}", err=True)
    if found.removed:
        click.echo(
            f"  {found.removed} 条记录已按保留期清除,仅能核验其哈希 / events were removed by retention: only hashes"
        )
    click.echo(f"审计日志 / journal: {found.events} events, {found.confirmed} vouched for, {len(found.faults)} faults")
    return not found.faults


def export(path: Path, *, actor: Actor) -> int:
    """
    Write the whole journal with its checkpoint, for the stand-alone verifier; how many bytes.

    Raises:
        FileExistsError: There is something at `path` already.
    """
    with path.open("xb") as file:
        with transaction() as tx:
            checkpoint = note_journal_export(tx, actor=actor, now=clock.now())
        with consistent_reading() as tx:
            return sum(map(file.write, export_journal(tx, checkpoint)))


def report_instances() -> bool:
    """Replay every instance and name those that differ; whether none does."""
    total = different = removed = 0
    for verdict in safekeeping.verify_instances():
        total += 1
        if verdict.is_removed:
            removed += 1
        elif not verdict.is_identical:
            different += 1
            click.echo(f"  ✘ {verdict.instance_id} {verdict.outcome}: {verdict.detail or ''}", err=True)
    if removed:
        click.echo(
            f"  {removed} 个实例的记录已按保留期清除,无法重放 / instances cannot be replayed: retention removed them"
        )
    click.echo(f"已重放 / replayed: {total - removed} instances, {different} differ")
    return different == 0
