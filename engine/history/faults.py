"""What an examination of the journal says: what is not as it was sealed, and what deserves a question."""

from dataclasses import dataclass, field

MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is not as it was sealed.

    `kind`: row-changed, row-deleted, row-inserted, leaf-missing, tail-cut, tree-recomputed, signed-twice,
    checkpoint-changed, checkpoint-missing, node-changed, file-swapped, file-missing, removal-unknown, instance-missing,
    record-changed, record-missing.
    """

    kind: str
    detail: str
    event_id: int | None = None


@dataclass(slots=True)
class Examination:
    """
    What one pass found.

    Attributes:
        removed: How many of the events retention has removed: their hashes stand in the tree, and nobody can say what
            they said.
        confirmed: How many events the largest checkpoint kept elsewhere that fits vouches for.
        doubts: What no proof speaks against: `back-dated`, an event that came after a checkpoint and says that it
            happened before; `other-key`, a stored checkpoint that another key signed; `form-unnamed`, a form drawn in
            a diagram by a deployment that did not name it yet.
    """

    events: int = 0
    confirmed: int = 0
    removed: int = 0
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)

    def add(self, kind: str, detail: str, event_id: int | None = None) -> None:
        """Note a fault; the first thousand are enough."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(kind, detail, event_id))

    def doubt(self, kind: str, detail: str, event_id: int | None = None) -> None:
        """Note what is as it was sealed, and yet deserves a question."""
        if len(self.doubts) < MOST_FAULTS:
            self.doubts.append(Fault(kind, detail, event_id))
