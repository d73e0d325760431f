"""What a person will miss: names and documentation."""

from collections.abc import Iterator

from engine.spiff import supported
from engine.spiff.diagrams import Process, walk
from engine.spiff.findings import Finding


def check_papers(process: Process) -> Iterator[Finding]:
    """Warnings only: the process runs without."""
    if not process.name:
        yield Finding("name-missing", process.id, process.line)
    for node, _ in walk(process.body):
        if node.kind in supported.ACTIVITIES and not node.name:
            yield Finding("name-missing", node.id, node.line)
        if node.kind == "userTask" and not node.documentation:
            yield Finding("documentation-missing", node.id, node.line)
