"""Which small diagram of the tests shows which construct: what the reference links to."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.handlers import Registry
from engine.spiff.checks.elements import position_of
from engine.spiff.diagrams import walk
from engine.spiff.models import KnownNames, read_model
from engine.spiff.reading.diagrams import read_diagram
from engine.xml import parse_xml

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "bpmn"
_ELSEWHERE = frozenset({"handler-unknown", "called-process-unknown", "decision-unknown", "form-unknown"})
_NOBODY = KnownNames(Registry(), frozenset(), frozenset(), frozenset())
Place = tuple[str, str]
"""Position and event as in `supported.EVENTS`; or the kind of another element, and its loop or nothing."""


def examples() -> Mapping[Place, str]:
    """By construct, the smallest diagram that runs it, as a path below the folder."""
    found: dict[Place, tuple[int, str]] = {}
    for path in sorted(FOLDER.rglob("*.bpmn")):
        bpmn = path.read_bytes()
        if _runs(bpmn):
            entry = (len(bpmn), path.relative_to(FOLDER).as_posix())
            for place in _places(bpmn):
                found[place] = min(found.get(place, entry), entry)
    return {place: name for place, (_, name) in found.items()}


def _runs(bpmn: bytes) -> bool:
    problems = read_model("example.bpmn", bpmn, _NOBODY).problems
    return all(problem.severity != "error" or problem.code in _ELSEWHERE for problem in problems)


def _places(bpmn: bytes) -> Iterator[Place]:
    for process in read_diagram(parse_xml(bpmn)).processes:
        for node, parent in walk(process.body):
            position = position_of(node, parent)
            if position is None:
                yield node.kind, ""
                if node.loop is not None:
                    yield node.kind, "standard loop" if node.loop.is_standard else "multi-instance"
            elif len(node.events) < 2:  # noqa: PLR2004 - one event definition or none
                yield position, node.events[0].kind if node.events else "none"
            else:
                yield position, "several"
