"""
Journals that earlier versions wrote are replayed into the very state they stored then.

This gates upgrades of the engine and of SpiffWorkflow: what fails here would fail for running instances.
"""

from pathlib import Path

import pytest
from sqlalchemy import text

from engine.persistence.transactions import Transaction
from engine.replay.instances import verify_instance
from tests.replay.recordings import FOLDER, load

RECORDINGS = sorted(FOLDER.glob("*.jsonl.zst"))


def test_there_are_recordings_of_the_houses_processes_and_of_drawn_ones():
    assert len(RECORDINGS) >= 8


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
