"""Forms drawn inside a diagram."""

from collections.abc import Iterator

from engine.expressions import ExpressionError, compile_value
from engine.spiff.attached import FormField
from engine.spiff.checks.names import KnownNames
from engine.spiff.diagrams import Node, Process, walk
from engine.spiff.drawn_forms import CONSTRAINTS, NUMBERED, TYPES, WHOLE, of_type
from engine.spiff.findings import Finding

MOST_FIELDS = 500


def check_forms(process: Process, known: KnownNames) -> Iterator[Finding]:
    """Check each field of each form."""
    for node, _ in walk(process.body):
        if node.form and (node.camunda("formKey") or node.camunda("formRef")):
            yield Finding("form-twice", node.id, node.line)
        if len(node.form) > MOST_FIELDS:
            facts = {"name": node.form[-1].id, "reason": f"a form has at most {MOST_FIELDS} fields"}
            yield Finding(
                "form-field-invalid", node.id, node.line, facts | {"reason_zh": f"表单最多 {MOST_FIELDS} 个字段"}
            )
        seen: set[str] = set()
        for field in node.form:
            yield from _check_field(node, field, is_twin=field.id in seen)
            yield from _check_default(node, field, known)
            seen.add(field.id)


def _check_field(node: Node, field: FormField, *, is_twin: bool) -> Iterator[Finding]:
    reasons: list[tuple[str, str]] = []
    if not field.id or is_twin or "." in field.id:
        reasons.append(("a field needs an id of its own, without a dot", "字段需要唯一且不含点号的 id"))
    if field.type not in TYPES:
        wanted = ", ".join(sorted(TYPES))
        reasons.append((f"the type '{field.type}' is none of {wanted}", f"类型“{field.type}”不属于 {wanted}"))
    if field.type == "enum" and not field.values:
        reasons.append(("an enum needs values", "enum 需要可选值"))
    for name, config in field.constraints.items():
        if name not in CONSTRAINTS:
            reasons.append((f"the constraint '{name}' is not known", f"不支持约束“{name}”"))
        elif name in NUMBERED and not WHOLE.fullmatch(config.strip()):
            reasons.append((f"the constraint '{name}' needs a whole number", f"约束“{name}”需要整数"))
    for reason, reason_zh in reasons:
        facts = {"name": field.id, "reason": reason, "reason_zh": reason_zh}
        yield Finding("form-field-invalid", node.id, field.line, facts)
    if field.type == "string" and "personal" not in field.properties:
        yield Finding("form-text-plain", node.id, field.line, {"name": field.id})


def _check_default(node: Node, field: FormField, known: KnownNames) -> Iterator[Finding]:
    if field.default is None:
        return
    try:
        compiled = compile_value(field.default)
    except ExpressionError as error:
        facts = {"text": error.text, "reason": error.message, "reason_zh": error.message_zh}
        yield Finding("expression-invalid", node.id, field.line, facts)
        return
    for name in sorted(compiled.calls - known.handlers.functions.keys()):
        yield Finding("function-unknown", node.id, field.line, {"text": field.default, "name": name})
    if compiled.kind == "literal" and field.type in TYPES and of_type(field.type, field.default) is None:
        reason, reason_zh = f"the default value is no {field.type}", f"默认值不是 {field.type} 类型"
        facts = {"name": field.id, "reason": reason, "reason_zh": reason_zh}
        yield Finding("form-field-invalid", node.id, field.line, facts)
