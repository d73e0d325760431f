"""`/api/journal`: checkpoints, proofs, and the key that checks them."""

import base64
from typing import Any

import marshmallow as ma
from flask import Response

from api.auth import current_actor, public
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, NoBody
from engine import clock
from engine.commands.checkpoints import make_checkpoint
from engine.commands.proof_exports import export_proven_case
from engine.queries.journal import (
    ConsistencyProof,
    EventProof,
    PublicKey,
    SignedCheckpoint,
    list_checkpoints,
    prove_consistency,
    prove_event,
    public_key,
    verifier_source,
)
from engine.queries.seals import BROKEN, Seal, check_case_seal
from operations.event_wording import sentence_of

MOST_EVENTS = 2**62

journal = Blueprint("journal", __name__, url_prefix="/api/journal", description="Proofs over the journal 审计日志证明")


class Hash(ma.fields.String):
    """Bytes as standard base64."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:  # noqa: ANN401 - marshmallow's own
        return base64.b64encode(value).decode()


class PublicKeyView(ma.Schema):
    """The key that checks checkpoints. `verifier_key` is what verifiers take: `origin+hash+base64`."""

    origin = ma.fields.String()
    algorithm = ma.fields.String()
    public_key = Hash()
    verifier_key = ma.fields.String()


class CheckpointView(ma.Schema):
    """A signed root. `note` is the checkpoint itself, in the C2SP tlog-checkpoint format: keep it."""

    size = ma.fields.Integer()
    root = Hash()
    at = ma.fields.AwareDateTime()
    note = ma.fields.String()


class EventProofView(ma.Schema):
    """`event` is the exact text that was hashed; `proof` the inclusion proof of RFC 6962 §2.1.1."""

    event = ma.fields.String()
    leaf_index = ma.fields.Integer()
    checkpoint = ma.fields.Nested(CheckpointView)
    proof = ma.fields.List(Hash())


class ConsistencyProofView(ma.Schema):
    """`proof` is the consistency proof of RFC 6962 §2.1.2."""

    earlier = ma.fields.Nested(CheckpointView)
    later = ma.fields.Nested(CheckpointView)
    proof = ma.fields.List(Hash())


class BrokenSealView(ma.Schema):
    """
    An event that is not what was sealed.

    `changed`: its row hashes to something else than its leaf; `not_in_tree`: its leaf does not lead to the signed root.
    """

    event_id = ma.fields.Integer()
    instance_id = ma.fields.UUID(allow_none=True)
    seq = ma.fields.Integer(allow_none=True)
    type = ma.fields.String()
    text_zh = ma.fields.Function(lambda event: sentence_of(event.type).zh, metadata={"type": "string"})
    text_en = ma.fields.Function(lambda event: sentence_of(event.type).en, metadata={"type": "string"})
    at = ma.fields.AwareDateTime()
    kind = ma.fields.String(validate=ma.validate.OneOf(BROKEN))


class SealView(ma.Schema):
    """
    How the events of a case stand against the newest checkpoint: `sealed` are what it signed, `waiting` came after it.

    `is_signed`: the checkpoint's signature is this service's own; null without a key. `next_at`: when the next one is
    signed by itself. `is_complete` is false when the case has more events than are looked at.
    """

    events = ma.fields.Integer()
    is_complete = ma.fields.Boolean()
    sealed = ma.fields.Integer()
    waiting = ma.fields.Integer()
    broken = ma.fields.List(ma.fields.Nested(BrokenSealView))
    checkpoint = ma.fields.Nested(CheckpointView, allow_none=True)
    is_signed = ma.fields.Boolean(allow_none=True)
    next_at = ma.fields.AwareDateTime(allow_none=True)


class EventProofArguments(ma.Schema):
    """Against which checkpoint; the latest unless said otherwise."""

    size = ma.fields.Integer(load_default=None, validate=ma.validate.Range(0, MOST_EVENTS))


class ConsistencyArguments(ma.Schema):
    """Sizes of two checkpoints; `later` is the latest unless said otherwise."""

    earlier = ma.fields.Integer(required=True, validate=ma.validate.Range(0, MOST_EVENTS))
    later = ma.fields.Integer(load_default=None, validate=ma.validate.Range(0, MOST_EVENTS))


class ExportArguments(ma.Schema):
    """`kept`: size of an earlier checkpoint that the reader keeps; the export then proves that it extends that one."""

    kept = ma.fields.Integer(load_default=None, validate=ma.validate.Range(0, MOST_EVENTS))


@journal.get("/key")
@journal.response(200, PublicKeyView)
@public
def read_key() -> PublicKey:
    """The public key; anybody may have it 公钥."""
    return public_key()


@journal.get("/checkpoints")
@journal.arguments(PageArguments, location="query")
@journal.response(200, page_view(CheckpointView))
def read_checkpoints(query: dict[str, Any]) -> Page[SignedCheckpoint]:
    """Checkpoints, newest first 检查点列表."""
    after = decode(query.pop("cursor"), "checkpoints", "number")
    with reading() as tx:
        return sent(list_checkpoints(tx, **query, actor=current_actor(), after=after), "checkpoints")


@journal.post("/checkpoints")
@journal.arguments(NoBody)
@journal.response(201, CheckpointView)
def sign(_body: dict[str, Any]) -> SignedCheckpoint:
    """Sign a checkpoint now 立即签署检查点."""
    with transaction() as tx:
        return make_checkpoint(tx, actor=current_actor(), now=clock.now())


@journal.get("/events/<int:event_id>/proof")
@journal.arguments(EventProofArguments, location="query")
@journal.response(200, EventProofView)
def read_event_proof(query: dict[str, Any], event_id: int) -> EventProof:
    """Prove one event, and nothing about the others 单条记录的证明."""
    with transaction() as tx:
        return prove_event(tx, min(event_id, MOST_EVENTS), **query, actor=current_actor(), now=clock.now())


@journal.get("/consistency")
@journal.arguments(ConsistencyArguments, location="query")
@journal.response(200, ConsistencyProofView)
def read_consistency(query: dict[str, Any]) -> ConsistencyProof:
    """Prove that one checkpoint extends another 两个检查点之间的一致性."""
    with reading() as tx:
        return prove_consistency(tx, **query, actor=current_actor())


@journal.get("/cases/<string:case_number>/seal")
@journal.response(200, SealView)
def read_seal(case_number: str) -> Seal:
    """Hold every event of a case against the newest checkpoint 核对工单的封存."""
    with reading() as tx:
        return check_case_seal(tx, case_number, actor=current_actor())


@journal.get("/cases/<string:case_number>/export")
@journal.arguments(ExportArguments, location="query")
@journal.response(200, content_type="application/jsonl", schema={"type": "string", "format": "binary"})
def export_case(query: dict[str, Any], case_number: str) -> Response:
    """Take a case with its proofs, for the verifier; journalled 导出工单及其证明."""
    with transaction() as tx:
        lines = export_proven_case(tx, case_number, **query, actor=current_actor(), now=clock.now())
        content = b"".join(lines)
    return _download(content, f"{case_number}.proof.jsonl", "application/jsonl")


@journal.get("/verifier")
@journal.response(200, content_type="text/x-python", schema={"type": "string", "format": "binary"})
@public
def read_verifier() -> Response:
    """The stand-alone verifier: one file, Python and `cryptography` 独立核验程序."""
    return _download(verifier_source(), "verifier.py", "text/x-python")


def _download(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
