from collections.abc import Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest

from engine.dmn import DecisionModel, Evaluation, load_model

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"

Row = tuple[str, ...]


def definitions(body: str, namespace: str = NAMESPACE) -> bytes:
    """A DMN file with these elements in it."""
    return (
        f'<definitions xmlns="{namespace}" id="model" name="Model" namespace="urn:test">{body}</definitions>'.encode()
    )


def table(  # noqa: PLR0917 - reads like a table
    inputs: list[str],
    outputs: list[str],
    rows: list[Row],
    hit_policy: str = "UNIQUE",
    aggregation: str | None = None,
    values: str | None = None,
    default: str | None = None,
) -> str:
    """A `<decisionTable>`; the first cells of a row are its inputs; `values` and `default` are of the first output."""
    clauses = "".join(
        f"<input><inputExpression><text>{escape(text)}</text></inputExpression></input>" for text in inputs
    )
    for index, name in enumerate(outputs):
        inner = "" if values is None or index else f"<outputValues><text>{escape(values)}</text></outputValues>"
        if default is not None and not index:
            inner += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
        clauses += f'<output name="{name}">{inner}</output>'
    for number, row in enumerate(rows, 1):
        cells = [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row[: len(inputs)]]
        cells += [f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in row[len(inputs) :]]
        clauses += f'<rule id="row{number}">{"".join(cells)}</rule>'
    aggregate = "" if aggregation is None else f' aggregation="{aggregation}"'
    return f'<decisionTable hitPolicy="{hit_policy}"{aggregate}>{clauses}</decisionTable>'


def decision(
    logic: str, decision_id: str = "d", name: str | None = None, requires: str = "", type_ref: str = ""
) -> str:
    """A `<decision>`; `requires` is `decision:a input:b knowledge:c`."""
    kinds = {"decision": ("information", "Decision"), "input": ("information", "Input")}
    links = ""
    for target in requires.split():
        kind, _, element_id = target.partition(":")
        outer, inner = kinds.get(kind, ("knowledge", "Knowledge"))
        reference = element_id if "#" in element_id else f"#{element_id}"
        links += f'<{outer}Requirement><required{inner} href="{reference}"/></{outer}Requirement>'
    name = name or decision_id
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<decision id="{decision_id}" name="{name}"><variable name="{name}"{typed}/>{links}{logic}</decision>'


def literal(text: str) -> str:
    """A `<literalExpression>`."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


@pytest.fixture
def evaluate() -> Callable[..., Evaluation]:
    """`evaluate(body, x=1)`: the decision `d` of a file with that body."""

    def run(body: str, decision_id: str = "d", **variables: object) -> Evaluation:
        return model_of(body).evaluate(decision_id, variables, now=NOW)

    return run


def model_of(body: str) -> DecisionModel:
    """The model of a file with that body."""
    return load_model(definitions(body))
