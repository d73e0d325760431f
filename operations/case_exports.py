"""
One case as a zip that can be read and checked without this service.

`manifest.json` names every member with its SHA-256; `manifest.note` signs the manifest's own (a signed note as the
checkpoints are, under the second line `opsflow-export/1`, which no checkpoint has). `proof.jsonl` proves every event
against a checkpoint signed for the export; `verifier.py` checks all of it with the public key only. What people wrote
is there in plain for those who may read it, else as references; the reading is journalled with the export and its
purpose.

What is exported is the case as of the checkpoint: the reading and the export itself come after it.
"""

import base64
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, select

from engine.access import AUDIT, SUPERVISE, require, require_reason
from engine.actors import Actor
from engine.history import journal, proof_exports
from engine.history.checkpoints import SignedCheckpoint, is_signing, sign_checkpoint, signer
from engine.history.verifier import MANIFEST, MANIFEST_NOTE, PROOF, TIMELINE, ZIP_FORMAT
from engine.persistence.tables.journal import journal as events
from engine.persistence.tables.process_definitions import (
    decision_definition,
    deployment_file,
    form_definition,
    process_definition,
)
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.proofs import journal_leaf
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.queries import personal
from engine.queries.journal import verifier_source
from operations.archives import canonical, compile_record
from operations.case_access import get_visible_case, may_read_words
from operations.case_pages import Language, case_page
from operations.cases import Case
from operations.errors import ExportTooLarge
from operations.event_rows import EventRow, count_events, read_events

FORMAT = ZIP_FORMAT
MOST_EVENTS = 20_000
_OLDEST = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r"^\.|[\x00-\x1f\x7f/\\:]")
"""What a name in a zip must not have: it would be written elsewhere, or nowhere."""
_README = """\
核验 / To check this export:

    python verifier.py --key VKEY [--checkpoint FILE ...] case.zip

VKEY 与 verifier.py 最好向导出者以外的人索取 / take VKEY and, better, verifier.py too, from somebody who did not make
this export: GET /api/journal/key, GET /api/journal/verifier. --checkpoint: 在别处保存的检查点 / checkpoints kept
elsewhere. Python 3.11+, cryptography.
""".encode()


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the zip."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Model:
    """A diagram, decision or form. `is_drawn`: a form that stands inside a diagram, and was never a file of its own."""

    content_hash: str
    name: str
    content: bytes
    is_drawn: bool = False

    @property
    def member(self) -> Member:
        """Its place in the zip, named by its hash."""
        folder = "drawn" if self.is_drawn else "models"
        name = _UNSAFE.sub("_", self.name)
        return Member(f"{folder}/{self.content_hash}/{name}", bytes(self.content))


def export_case(tx: Transaction, number: str, *, language: Language = "zh-CN", actor: Actor, now: datetime) -> bytes:
    """
    Put a case's whole history together; the zip's bytes.

    Raises:
        CaseNotFound: It does not exist, or is none of the actor's business.
        NotPermitted: The actor neither audits nor supervises.
        ReasonRequired: Say what the export is for.
        ExportTooLarge: The case has more events than one zip takes.
    """
    case = get_visible_case(tx, number, actor=actor)
    require(actor, AUDIT, SUPERVISE)
    require_reason(actor)
    is_of_case = events.c.case_number == number
    if count_events(tx, is_of_case) > MOST_EVENTS:
        instead = f"GET /api/journal/cases/{number}/export has all of them with their proofs"
        message = f"Case {number} has more than {MOST_EVENTS} events: {instead}; its timeline has pages."
        raise ExportTooLarge(message, case_number=number, most=MOST_EVENTS)
    checkpoint = sign_checkpoint(tx, now=now) if is_signing() else None
    rows = list(read_events(tx, is_of_case, *_sealed_by(checkpoint)))
    told, record, is_readable = _opened(tx, case, rows, actor=actor, now=now)
    models = list(_models(tx, number, rows))
    members = [
        Member("record.json", orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)),
        Member(TIMELINE, orjson.dumps([_as_told(row) for row in told], option=orjson.OPT_INDENT_2)),
        Member("timeline.html", case_page(number, told, language=language, now=now).encode()),
        *(model.member for model in models),
        *_proven(tx, number, checkpoint, [model.content_hash for model in models]),
    ]
    manifest = _manifest(case, rows, members, is_readable=is_readable, actor=actor, now=now)
    digest = sha256(manifest).hexdigest()
    size = None if checkpoint is None else checkpoint.size
    payload = {"format": FORMAT, "manifest": digest, "events": len(rows), "is_readable": is_readable, "size": size}
    journal.append(tx, "case.exported", actor=actor, now=now, payload=payload, case_number=number)
    signed = [] if checkpoint is None else [Member(MANIFEST_NOTE, _note(digest, now).encode())]
    return _zipped([Member(MANIFEST, manifest), *signed, *members])


def _sealed_by(checkpoint: SignedCheckpoint | None) -> Sequence[ColumnElement[bool]]:
    if checkpoint is None:
        return ()
    sealed = select(journal_leaf.c.event_id).where(
        journal_leaf.c.event_id == events.c.id, journal_leaf.c.leaf_index < checkpoint.size
    )
    return (sealed.exists(),)


def _proven(
    tx: Transaction, number: str, checkpoint: SignedCheckpoint | None, models: Sequence[str]
) -> Sequence[Member]:
    if checkpoint is None:
        return ()
    lines = proof_exports.export_case(tx, number, checkpoint, models=models)
    return (Member(PROOF, b"".join(lines)), Member("verifier.py", verifier_source()), Member("README.txt", _README))


def _opened(
    tx: Transaction, case: Case, rows: Sequence[EventRow], *, actor: Actor, now: datetime
) -> tuple[Sequence[EventRow], object, bool]:
    """The events and the record as the archive files it, with people's words in plain for those who may read them."""
    record = orjson.loads(canonical(compile_record(tx, case)))
    if not may_read_words(tx, case, actor=actor):
        return rows, record, False
    instances = tx.scalars(select(process_instance.c.id).where(process_instance.c.case_number == case.number)).all()
    read = personal.unsealed(
        tx,
        [record, *(row.payload for row in rows)],
        actor=actor,
        now=now,
        case_number=case.number,
        subjects=(case.subject, *(f"instance:{each}" for each in instances)),
        place={"case": case.number, "export": FORMAT},
    )
    return [replace(row, payload=payload) for row, payload in zip(rows, read[1:], strict=True)], read[0], True


def _as_told(row: EventRow) -> dict[str, object]:
    return {**asdict(row), "text_zh": row.text_zh, "text_en": row.text_en}


def _models(tx: Transaction, number: str, rows: Sequence[EventRow]) -> Iterator[_Model]:
    """The diagrams, decisions and forms the case ran by, named by their hashes."""
    run = {row.definition_hash for row in rows if row.definition_hash is not None}
    called = {UUID(str(row.payload["definition_id"])) for row in rows if row.payload.get("definition_id")}
    decided = {str(row.payload["hash"]) for row in rows if row.type == "decision.evaluated" and "hash" in row.payload}
    asked = select(user_task.c.form_id).where(user_task.c.case_number == number, user_task.c.form_id.is_not(None))
    table, decisions, forms = process_definition.c, decision_definition.c, form_definition.c
    queries = (
        select(table.content_hash, table.file_name, table.bpmn).where(
            table.content_hash.in_(run) | table.id.in_(called)
        ),
        select(decisions.content_hash, decisions.file_name, decisions.dmn).where(decisions.content_hash.in_(decided)),
        select(forms.content_hash, forms.file_name, forms.form).where(forms.id.in_(asked)),
    )
    found = {row.content_hash: _Model(*row) for query in queries for row in tx.execute(query)}
    deployed = select(deployment_file.c.content_hash).where(deployment_file.c.content_hash.in_(found))
    as_file = set(tx.scalars(deployed))
    yield from (replace(found[each], is_drawn=each not in as_file) for each in sorted(found))


def _manifest(
    case: Case, rows: Sequence[EventRow], members: Sequence[Member], *, is_readable: bool, actor: Actor, now: datetime
) -> bytes:
    said = {
        "format": FORMAT,
        "case_number": case.number,
        "made_at": now,
        "made_by": actor.subject,
        "purpose": actor.reason,
        "events": len(rows),
        "last_event": rows[-1].id if rows else None,
        "is_readable": is_readable,
        "members": {member.name: sha256(member.content).hexdigest() for member in members},
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def _note(digest: str, now: datetime) -> str:
    """Sign the manifest's hash with the key of the checkpoints."""
    who = signer()
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = f"{who.origin}\n{FORMAT}\n{digest}\nat {moment}\n"
    signature = base64.b64encode(who.verifier.id + who.key.sign(text.encode())).decode()
    return f"{text}\n— {who.origin} {signature}\n"


def _zipped(members: Sequence[Member]) -> bytes:
    """The same members give the same bytes: no time of the machine in them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            entry = zipfile.ZipInfo(member.name, _OLDEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, member.content)
    return packed.getvalue()
