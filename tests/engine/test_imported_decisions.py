"""Decisions in files that import other files (DMN 1.5 §6.3.3): deployed together, one after the other, and changed."""

import pytest
from sqlalchemy import Connection, text

from engine.actors import Actor
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.publications import activate_deployment
from engine.errors import DecisionInvalid, DeploymentInvalid
from engine.queries.decisions import evaluate_deployed
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW
from tests.engine.diagrams import chain, diagram, end, start, user

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OWNER = Actor("person:owner", permissions=frozenset({"deploy", "evaluate"}))


def file(namespace: str, body: str, *imports: str) -> bytes:
    head = f'<definitions xmlns="{DMN}" id="m" name="m" namespace="{namespace}">'
    return f"{head}{''.join(imports)}{body}</definitions>".encode()


def imports(namespace: str, name: str, more: str = "") -> str:
    return f'<import id="import_{name}" namespace="{namespace}" name="{name}" importType="{DMN}" {more}/>'


def decision(id: str, expression: str, requires: str = "") -> str:
    link = f'<informationRequirement><requiredDecision href="{requires}"/></informationRequirement>' if requires else ""
    logic = f"<literalExpression><text>{expression}</text></literalExpression>"
    return f'<decision id="{id}" name="{id}"><variable name="{id}"/>{link}{logic}</decision>'


def rates(rate: str) -> bytes:
    return file("urn:rates", decision("rate", rate))


PRICE = file("urn:price", decision("limit", "rates.rate * 100", "urn:rates#rate"), imports("urn:rates", "rates"))


def asking(binding: str = "") -> bytes:
    task = (
        f'<businessRuleTask id="decide" camunda:decisionRef="limit" {binding} '
        'camunda:mapDecisionResult="singleEntry" camunda:resultVariable="limit"/>'
    )
    return diagram(chain(start(), ("decide", task), user("after"), end()))


def decided(tx: Connection) -> tuple[object, object]:
    """The result of the last decision, and the versions of what it imported."""
    progress = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    event = tx.scalar(text("SELECT payload FROM journal WHERE type = 'decision.evaluated' ORDER BY id DESC LIMIT 1"))
    assert verify_instance(tx, progress.instance.id).is_identical
    return event["result"], [(each["namespace"], each["version"]) for each in event["imports"]]


def refused(tx: Connection, files: dict[str, bytes]) -> list[dict[str, object]]:
    with pytest.raises(DeploymentInvalid) as refusal:
        deploy(tx, files, actor=OWNER, now=NOW)
    return [each for each in refusal.value.facts["problems"] if each["severity"] == "error"]


def test_files_of_one_deployment_import_each_other_and_the_journal_tells_the_versions(tx, registry):
    files = {"price.dmn": PRICE, "rates.dmn": rates("3"), "test.bpmn": asking()}

    done = deploy(tx, files, actor=OWNER, now=NOW)

    assert [each for each in done.warnings if each.file != "test.bpmn"] == []
    assert decided(tx) == (300, [("urn:rates", 1)])


def test_a_newer_imported_file_counts_from_now_on_unless_the_task_is_bound_to_a_version(tx, registry):
    deploy(tx, {"rates.dmn": rates("1")}, actor=OWNER, now=NOW.replace(hour=2))
    deploy(tx, {"price.dmn": PRICE, "test.bpmn": asking()}, actor=OWNER, now=NOW.replace(hour=3))
    before = decided(tx)
    deploy(tx, {"rates.dmn": rates("2")}, actor=OWNER, now=NOW.replace(hour=4))
    after = decided(tx)
    fixed = asking('camunda:decisionRefBinding="version" camunda:decisionRefVersion="1"')
    deploy(tx, {"test.bpmn": fixed}, actor=OWNER, now=NOW.replace(hour=5))
    pinned = decided(tx)

    assert (before, after) == ((100, [("urn:rates", 1)]), (200, [("urn:rates", 2)]))
    assert pinned == (100, [("urn:rates", 1)])


def test_the_deployment_of_the_process_decides_what_a_task_bound_to_it_imports(tx, registry):
    bound = asking('camunda:decisionRefBinding="deployment"')
    files = {"price.dmn": PRICE, "rates.dmn": rates("1"), "test.bpmn": bound}
    deploy(tx, files, actor=OWNER, now=NOW.replace(hour=2))
    deploy(tx, {"rates.dmn": rates("2")}, actor=OWNER, now=NOW.replace(hour=3))

    assert decided(tx) == (100, [("urn:rates", 1)])


def test_an_import_that_is_not_there_is_refused_by_name(tx, registry, counted):
    before = counted()

    problems = refused(tx, {"price.dmn": PRICE})

    assert [(each["file"], each["element_id"], each["code"]) for each in problems] == [
        ("price.dmn", "import_rates", "dmn_import")
    ]
    assert "urn:rates" in str(problems[0]["message"])
    assert counted() == before


def test_files_that_import_each_other_in_a_circle_are_refused_also_when_deployed_one_by_one(tx, registry, counted):
    deploy(tx, {"rates.dmn": rates("1"), "price.dmn": PRICE}, actor=OWNER, now=NOW)
    circle = file("urn:rates", decision("rate", "1"), imports("urn:price", "price"))
    before = counted()

    alone = refused(tx, {"rates.dmn": circle})
    together = refused(tx, {"rates.dmn": circle, "price.dmn": PRICE})

    assert {each["code"] for each in alone} == {"dmn_import_cycle", "dmn_importer_broken"}
    assert {each["code"] for each in together} == {"dmn_import_cycle"}
    assert counted() == before


def test_a_new_version_that_breaks_a_deployed_file_which_imports_it_is_refused(tx, registry, counted):
    deploy(tx, {"rates.dmn": rates("1"), "price.dmn": PRICE}, actor=OWNER, now=NOW)
    before = counted()

    problems = refused(tx, {"rates.dmn": file("urn:rates", decision("other", "1"))})

    assert [(each["file"], each["code"]) for each in problems] == [("rates.dmn", "dmn_importer_broken")]
    assert "price.dmn" in str(problems[0]["message"])
    assert counted() == before


def test_a_library_without_decisions_is_deployed_once_and_imported_without_a_name(tx, registry):
    function = (
        '<businessKnowledgeModel id="f" name="add tax"><variable name="add tax"/><encapsulatedLogic>'
        '<formalParameter name="net"/><literalExpression><text>net * 1.5</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    main = file(
        "urn:main",
        '<decision id="limit" name="limit"><variable name="limit"/><knowledgeRequirement>'
        '<requiredKnowledge href="urn:lib#f"/></knowledgeRequirement>'
        "<literalExpression><text>add tax(10)</text></literalExpression></decision>",
        imports("urn:lib", ""),
    )

    first = deploy(tx, {"lib.dmn": file("urn:lib", function)}, actor=OWNER, now=NOW)
    again = deploy(tx, {"lib.dmn": file("urn:lib", function)}, actor=OWNER, now=NOW)
    deploy(tx, {"main.dmn": main}, actor=OWNER, now=NOW)

    assert (first.is_new, again.is_new, again.id) == (True, False, first.id)
    assert evaluate_deployed(tx, "limit", {}, actor=OWNER, now=NOW).result == 15


def test_of_files_with_one_namespace_the_location_says_which_is_meant(tx, registry, counted):
    files = {"a.dmn": file("urn:same", decision("x", "1")), "b.dmn": file("urn:same", decision("y", "2"))}
    body = decision("limit", "s.y", "urn:same#y")
    before = counted()

    unclear = refused(tx, files | {"main.dmn": file("urn:main", body, imports("urn:same", "s"))})
    unchanged = counted()
    located = file("urn:main", body, imports("urn:same", "s", 'locationURI="../decisions/b.dmn"'))
    deploy(tx, files | {"main.dmn": located}, actor=OWNER, now=NOW)

    assert "dmn_import_ambiguous" in {each["code"] for each in unclear}
    assert unchanged == before
    assert evaluate_deployed(tx, "limit", {}, actor=OWNER, now=NOW).result == 2


def test_what_only_a_draft_holds_is_imported_once_it_is_active(tx, registry, counted):
    draft = deploy(tx, {"rates.dmn": rates("1")}, is_draft=True, actor=OWNER, now=NOW)
    before = counted()

    problems = refused(tx, {"price.dmn": PRICE})
    unchanged = counted()
    activate_deployment(tx, draft.id, is_four_eyes=False, actor=OWNER, now=NOW)
    deploy(tx, {"price.dmn": PRICE}, actor=OWNER, now=NOW)

    assert [each["code"] for each in problems] == ["dmn_import"]
    assert unchanged == before
    assert evaluate_deployed(tx, "limit", {}, actor=OWNER, now=NOW).result == 100


def test_a_decision_whose_import_was_deleted_says_so(tx, registry):
    deploy(tx, {"rates.dmn": rates("1")}, actor=OWNER, now=NOW)
    deploy(tx, {"price.dmn": PRICE}, actor=OWNER, now=NOW)
    tx.execute(text("DELETE FROM decision_model WHERE namespace = 'urn:rates'"))

    with pytest.raises(DecisionInvalid) as refusal:
        evaluate_deployed(tx, "limit", {}, actor=OWNER, now=NOW)

    assert [each["code"] for each in refusal.value.facts["problems"]] == ["dmn_import"]
