"""Data associations that cannot be run."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from engine.expressions import CompiledValue, ExpressionError
from engine.spiff.attached import DataAssociation
from engine.spiff.checks.names import KnownNames
from engine.spiff.diagrams import Node, Process, walk
from engine.spiff.elements.data import source_of, transformation_of
from engine.spiff.findings import Finding

_PATH = re.compile(r"[^\W\d][\w-]*(\.[^\W\d]\w*)*")


def check_data(process: Process, known: KnownNames) -> Iterator[Finding]:
    """Check what each data association copies, transforms and assigns."""
    for node, _ in walk(process.body):
        for association in (*node.data.incoming, *node.data.outgoing):
            reasons = _reasons(association)
            if reasons is not None:
                facts = {"reason": reasons[0], "reason_zh": reasons[1]}
                yield Finding("data-association-invalid", node.id, association.line, facts)
            yield from _check_expressions(node, association, known)


def _reasons(association: DataAssociation) -> tuple[str, str] | None:
    for assignment in association.assignments:
        if not _PATH.fullmatch(assignment.target):
            text = assignment.target
            return f"'{text}' is no name of a variable or of an entry of one", f"“{text}”不是变量名或其条目"
        if not assignment.source:
            return "an assignment has no 'from'", "赋值缺少 from"
    if association.assignments:
        return None
    if association.target is None:
        return "it has no target", "没有目标"
    if association.transformation is None and len(association.sources) != 1:
        return "several sources need a transformation", "多个来源需要转换表达式"
    return None


def _check_expressions(node: Node, association: DataAssociation, known: KnownNames) -> Iterator[Finding]:
    compiles: list[Callable[[], CompiledValue]] = [partial(source_of, each) for each in association.assignments]
    if association.transformation is not None:
        compiles.append(partial(transformation_of, association))
    for compiled in compiles:
        try:
            value = compiled()
        except ExpressionError as error:
            facts = {"text": error.text, "reason": error.message, "reason_zh": error.message_zh}
            yield Finding("expression-invalid", node.id, association.line, facts)
            continue
        for name in sorted(value.calls - known.handlers.functions.keys()):
            yield Finding("function-unknown", node.id, association.line, {"text": value.text, "name": name})
