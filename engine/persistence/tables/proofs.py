"""The Merkle tree over the journal and its signed roots. Only `journal_horizon` and the deliveries ever change."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, LargeBinary, SmallInteger, Table
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

# A leaf: where the event stands in commit order, and the hash of its encoding of that version.
journal_leaf = Table(
    "journal_leaf",
    metadata,
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", BigInteger, nullable=False, unique=True),
    Column("encoding", SmallInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

# Complete subtrees of 16, 256, 4096 … leaves.
journal_node = Table(
    "journal_node",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("node_index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

# One row. Every event up to `settled` has its leaf or will never exist; those up to `pending` once the transactions
# `writers` have ended.
journal_horizon = Table(
    "journal_horizon",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("settled", BigInteger, nullable=False),
    Column("pending", BigInteger, nullable=False),
    Column("writers", ARRAY(TEXT), nullable=False),
)

journal_checkpoint = Table(
    "journal_checkpoint",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    moment("at"),
    text("note"),
)

checkpoint_delivery = Table(
    "checkpoint_delivery",
    metadata,
    Column("checkpoint_id", BigInteger, ForeignKey("journal_checkpoint.id"), primary_key=True),
    text("place", primary_key=True),
    moment("delivered_at"),
)

# Events that retention removed: those of the leaves from `first_leaf` up to before `end_leaf`, but the `kept` ones.
# `sealed_at`: when the checkpoint of `end_leaf` events was signed. The journal says the same (retention.removed).
journal_removal = Table(
    "journal_removal",
    metadata,
    identifier(),
    Column("first_leaf", BigInteger, nullable=False),
    Column("end_leaf", BigInteger, nullable=False),
    moment("sealed_at"),
    Column("kept", ARRAY(BigInteger), nullable=False),
    moment("removed_at"),
)
