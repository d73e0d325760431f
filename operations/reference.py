"""The reference pages that are written from the registers: `python -m operations.reference docs/reference`."""

import sys
from pathlib import Path

from engine.handlers import Function, Handler, Parameter, Registry
from operations.commitment_defaults import DEFAULTS, Commitment
from operations.registry import build_registry

WRITTEN = "<!-- Written by `python -m operations.reference docs/reference`; do not edit. -->"


def commitments_page() -> str:
    """One row per commitment as shipped."""
    rows = "\n".join(_row(entry) for entry in DEFAULTS)
    return f"""# Commitments 承诺与时限登记册

{WRITTEN}

Every promised number of the house as shipped. The register in the database is what counts: each entry can be edited
with a reason, keeps its versions, and says whether somebody has confirmed it (`GET /api/commitments`). Diagrams name
the key: `=deadline("complaint.response")`; a key that ends in `.p1` to `.p4` is named without the priority.

数据库中的登记册为准：每一项都可以说明理由后修改，保留历史版本，并标明是否已经确认。

* **duration** ISO 8601; in a working calendar `P1D` is one working day and `PT2H` two working hours;
* **share** per cent of another duration; **cycle** a repeating interval; **schedule** an RRULE (RFC 5545);
* **fixed** values are stated by the rules of the house, all others are defaults to be confirmed.

| Key | Name 名称 | Kind | Value | Calendar | Counts from | Warn | Source |
|---|---|---|---|---|---|---|---|
{rows}
"""


def handlers_page(registry: Registry) -> str:
    """One entry per handler and function."""
    handlers = "\n".join(_handler(registry.handlers[name]) for name in sorted(registry.handlers))
    functions = "\n".join(_function(registry.functions[name]) for name in sorted(registry.functions))
    return f"""# Handlers and functions 处理器与函数

{WRITTEN}

What diagrams may name. A **handler** is what a service task runs: `camunda:delegateExpression="${{name}}"`, its inputs
are the task's input parameters. A **function** is called by an expression: `=deadline("solution")`; it only reads.
Deployment refuses unknown names and wrong inputs.

图中可以引用的名称。未知的名称或错误的输入在部署时会被拒绝。

## Functions 函数

{functions}

## Handlers 处理器

{handlers}
"""


def write_pages(folder: Path) -> None:
    """Write both pages."""
    for name, text in (("commitments.md", commitments_page()), ("handlers.md", handlers_page(build_registry()))):
        (folder / name).write_text(text, encoding="utf-8")


def _row(entry: Commitment) -> str:
    value = f"{entry.value} % of `{entry.share_of}`" if entry.kind == "share" else f"`{entry.value}`"
    begins = "receipt" if entry.is_from_receipt else "its own beginning"
    cells = (
        f"`{entry.key}`",
        f"{entry.name_zh} / {entry.name_en}",
        entry.kind,
        f"{value} (fixed)" if entry.is_fixed else value,
        entry.calendar or "",
        begins if entry.kind == "duration" else "",
        "" if entry.warn_percent is None else f"{entry.warn_percent:g} %",
        entry.source,
    )
    return f"| {' | '.join(cells)} |"


def _handler(handler: Handler) -> str:
    inputs = ", ".join(_parameter(each) for each in handler.parameters)
    more = "and any other field" if handler.accepts_any else ""
    said = ", ".join(part for part in (inputs, more) if part) or "none"
    outputs = ", ".join(f"`{name}`" for name in handler.outputs) or "none"
    return f"### `{handler.name}`\n\n{_one_line(handler.description)}\n\nInputs: {said}.\n\nOutputs: {outputs}.\n"


def _function(function: Function) -> str:
    arguments = ", ".join(each.name if each.is_required else f"{each.name}?" for each in function.parameters)
    return f"### `{function.name}({arguments})`\n\n{_one_line(function.description)}\n"


def _parameter(parameter: Parameter) -> str:
    kinds = " or ".join(kind.__name__ for kind in parameter.kinds if kind is not type(None))
    needed = " (required)" if parameter.is_required else ""
    return f"`{parameter.name}`{': ' + kinds if kinds else ''}{needed}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
