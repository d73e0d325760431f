import pytest
from sqlalchemy import text

from engine.commands.deployment_checks import check
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.errors import DeploymentInvalid
from engine.handlers import Call
from engine.queries.incidents import list_incidents
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW
from tests.engine.diagrams import chain, diagram, end, start, user

RULE = (
    "decide",
    '<businessRuleTask id="decide" camunda:decisionRef="limit" camunda:mapDecisionResult="singleEntry" '
    'camunda:resultVariable="limit"/>',
)


def table(rules: str, hit_policy: str = "UNIQUE") -> bytes:
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        f'<decision id="limit" name="limit"><decisionTable id="t" hitPolicy="{hit_policy}">'
        '<input id="i"><inputExpression id="e"><text>amount</text></inputExpression></input>'
        f'<output id="o" name="limit"/>{rules}</decisionTable></decision></definitions>'
    ).encode()


def rule(id: str, test: str, output: str) -> str:
    entries = f'<inputEntry id="{id}i"><text>{test}</text></inputEntry>'
    return f'<rule id="{id}">{entries}<outputEntry id="{id}o"><text>{output}</text></outputEntry></rule>'


def test_a_decision_goes_into_the_journal_with_what_it_saw_and_which_rule_matched(tx, deployed):
    dmn = table(rule("r1", "&lt; 10", '"low"') + rule("r2", "&gt;= 10", '"high"'))
    deployed(diagram(chain(start(), RULE, user("after"), end())), limit__dmn=dmn)

    progress = start_process_instance(tx, definition_key="test", variables={"amount": 12}, actor=ADMIN, now=NOW)

    event = tx.scalar(text("SELECT payload FROM journal WHERE type = 'decision.evaluated'"))
    assert (event["result"], event["version"]) == ("high", 1)
    assert [(each["id"], each["matched"]) for each in event["trace"][0]["rules"]] == [("r1", False), ("r2", True)]
    assert verify_instance(tx, progress.instance.id).is_identical


def test_a_table_that_breaks_its_own_rules_parks_the_token_instead_of_answering_null(tx, deployed):
    dmn = table(rule("r1", "&lt; 100", '"a"') + rule("r2", "&lt; 50", '"b"'))
    deployed(diagram(chain(start(), RULE, user("after"), end())), limit__dmn=dmn)

    progress = start_process_instance(tx, definition_key="test", variables={"amount": 12}, actor=ADMIN, now=NOW)

    assert progress.user_tasks == ()
    assert [each.kind for each in list_incidents(tx, actor=ADMIN).items] == ["decision"]
    assert verify_instance(tx, progress.instance.id).is_identical


def test_what_a_decision_asked_of_functions_is_part_of_its_own_event(tx, deployed, registry):
    @registry.function("credit_limit")
    def credit_limit(call: Call, name: str) -> int:
        return 50

    dmn = table(rule("r1", "&lt; credit_limit(&quot;loan&quot;)", '"low"') + rule("r2", "-", '"high"'), "FIRST")
    deployed(diagram(chain(start(), RULE, user("after"), end())), limit__dmn=dmn)

    progress = start_process_instance(tx, definition_key="test", variables={"amount": 12}, actor=ADMIN, now=NOW)

    event = tx.scalar(text("SELECT payload FROM journal WHERE type = 'decision.evaluated'"))
    assert event["result"] == "low"
    assert [(each["name"], each["value"]) for each in event["functions"]] == [("credit_limit", 50)]
    assert verify_instance(tx, progress.instance.id).is_identical


def test_a_table_with_gaps_and_overlaps_is_deployed_with_warnings_that_name_its_rows(tx, registry):
    dmn = table(rule("r1", "&lt; 100", '"a"') + rule("r2", "&lt; 50", '"b"'))

    found = check(tx, {"limit.dmn": dmn}, registry)

    assert [(each.severity, each.file, each.element_id, each.code) for each in found.problems] == [
        ("warning", "limit.dmn", "r2", "dmn_rows_overlap"),
        ("warning", "limit.dmn", "t", "dmn_gap"),
    ]
    assert "Rows 1 and 2 overlap" in found.problems[0].message_en
    assert "第 1 行与第 2 行" in found.problems[0].message_zh


def test_a_decision_file_that_would_be_half_read_is_refused_with_each_place_and_nothing_is_written(tx, counted):
    dmn = table(rule("r1", "-", '"a"') + rule("r2", "-", "b").replace("outputEntry", "OutputEntry"))
    before = counted()

    with pytest.raises(DeploymentInvalid) as refused:
        deploy(tx, {"limit.dmn": dmn.replace(b"hitPolicy", b"hitpolicy")}, actor=ADMIN, now=NOW)

    told = {(each["code"], each["element_id"]) for each in refused.value.facts["problems"]}
    assert {("dmn_element", "r2o"), ("dmn_attribute_name", "t"), ("dmn_row", "r2")} <= told
    assert counted() == before
