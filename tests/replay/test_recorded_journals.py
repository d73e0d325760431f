"""
Journals that earlier versions wrote are replayed into the very state they stored then.

This gates upgrades of the engine and of SpiffWorkflow: what fails here would fail for running instances.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.persistence.transactions import Transaction
from engine.replay.instances import verify_instance
from tests.replay.recordings import FOLDER, load, read_lines

RECORDINGS = sorted(FOLDER.glob("*.jsonl.zst"))


REPAIRS = {"process_instance.migrated", "process_instance.modified", "variables.changed", "incident.retried"}


def test_there_are_recordings_of_the_houses_processes_of_drawn_ones_and_of_each_way_to_repair_one():
    told = {json.loads(line)["row"].get("type") for recording in RECORDINGS for line in read_lines(recording)}

    assert len(RECORDINGS) >= 8
    assert told >= REPAIRS


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda file: file.name.removesuffix(".jsonl.zst"))
def test_a_recorded_journal_is_replayed_into_the_state_stored_then(tx: Transaction, recording: Path):
    instance = load(tx, recording)

    verdict = verify_instance(tx, instance)

    assert verdict.is_identical, f"{verdict.detail} Raise SEMANTICS_VERSION or the codec's, or mend what changed."
    assert verdict.events > 0


def test_a_recording_that_was_changed_is_found(tx: Transaction, owner_engine: object):
    instance = load(tx, RECORDINGS[0])
    tx.execute(text("UPDATE process_instance SET journal_seq = journal_seq + 1 WHERE id = :i"), {"i": instance})

    assert not verify_instance(tx, instance).is_identical
