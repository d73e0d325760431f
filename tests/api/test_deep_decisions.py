"""A decision whose value is nested deeper than JSON is written."""

from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from tests.api.conftest import User

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:deep">'


@pytest.mark.parametrize("depth", [90, 150, 260, 400, 3000])
def test_a_deep_value_is_a_result_or_a_problem_but_no_failure(user: Callable[..., User], depth: int) -> None:
    owner = user("owner", "process_owner")
    text = escape(f"(for i in 1..{depth} return [partial[-1]])[-1]")
    deep = f"<variable name='deep'/><literalExpression><text>{text}</text></literalExpression>"
    link = "<informationRequirement><requiredDecision href='#deep'/></informationRequirement>"
    counted = f"<variable name='d'/>{link}<literalExpression><text>count(deep)</text></literalExpression>"
    decisions = f"<decision id='deep' name='deep'>{deep}</decision><decision id='d' name='d'>{counted}</decision>"
    body = {"xml": f"{HEAD}{decisions}</definitions>", "trace": True}

    answers = [owner.post("/api/decisions/evaluation", {**body, "decision": asked}) for asked in ("deep", "d")]

    assert [answer.status_code for answer in answers] == ([200, 200] if depth < 100 else [422, 422])
