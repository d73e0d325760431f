"""A version from draft to use and out of it again: who may take each step, and what works meanwhile."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from engine.actors import Actor
from engine.commands import inbox
from engine.commands.deliveries import deliver_letter
from engine.commands.deployments import Deployment, deploy
from engine.commands.letters import claim_letter
from engine.commands.messages import correlate_message
from engine.commands.process_instances import start_process_instance
from engine.commands.publications import (
    activate_deployment,
    approve_deployment,
    propose_deployment,
    refuse_deployment,
    reinstate_process_definition,
    retire_process_definition,
    withdraw_deployment,
)
from engine.commands.user_tasks import complete_user_task
from engine.errors import (
    DeploymentInvalid,
    DeploymentNotReady,
    MessageNotCorrelated,
    NotPermitted,
    ProcessDefinitionNotFound,
    ProcessDefinitionNotReady,
    ReasonRequired,
    SegregationOfDuties,
)
from engine.queries.process_definitions import find_deployment, list_deployments, list_process_definitions
from tests.engine.conftest import ADMIN, NOW
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.engine.test_decisions import RULE, rule, table

AUTHOR = Actor("person:author", permissions=frozenset({"deploy", "start"}))
SECOND = Actor("person:second", permissions=frozenset({"deploy", "start"}))
STAFF = Actor("person:staff", groups=frozenset({"staff"}))
FIRST = diagram(chain(start(), user("before"), end()))
NEXT = diagram(chain(start(), user("after"), end()))
Counted = Callable[[], dict[str, int]]


@pytest.fixture
def draft(tx: Connection, registry: object) -> Deployment:
    """Version 1 in use, version 2 a draft of the author's."""
    deploy(tx, {"test.bpmn": FIRST}, actor=AUTHOR, now=NOW)
    return deploy(tx, {"test.bpmn": NEXT}, is_draft=True, actor=AUTHOR, now=NOW)


def elements(tx: Connection, **how: object) -> list[str]:
    started = start_process_instance(tx, variables={}, actor=ADMIN, now=NOW, **(how or {"definition_key": "test"}))  # type: ignore[arg-type]
    return [task.element_id for task in started.user_tasks]


def test_a_draft_is_stored_but_nothing_starts_with_it(tx, draft, counted: Counted) -> None:
    before = counted()

    with pytest.raises(ProcessDefinitionNotReady):
        start_process_instance(tx, definition_id=draft.process_definitions[0].id, variables={}, actor=ADMIN, now=NOW)

    assert counted() == before
    assert (draft.state, draft.process_definitions[0].version) == ("draft", 2)
    assert elements(tx) == ["before"]


def test_two_people_bring_a_version_into_use_and_the_journal_names_both(tx, draft) -> None:
    propose_deployment(tx, draft.id, note="faster", actor=AUTHOR, now=NOW)
    approve_deployment(tx, draft.id, note="fine", actor=SECOND, now=NOW)
    activate_deployment(tx, draft.id, is_four_eyes=True, actor=AUTHOR, now=NOW)

    found = find_deployment(tx, draft.id)
    told = tx.execute(text("SELECT type, actor FROM journal WHERE type LIKE 'deployment.%' ORDER BY id")).all()
    assert (found.state, found.proposed_by, found.reviewed_by) == ("active", AUTHOR.subject, SECOND.subject)
    assert (found.review_note, found.activated_at) == ("fine", NOW)
    assert [tuple(each) for each in told][-3:] == [
        ("deployment.proposed", AUTHOR.subject),
        ("deployment.approved", SECOND.subject),
        ("deployment.activated", AUTHOR.subject),
    ]
    assert elements(tx) == ["after"]


def test_an_instance_stays_on_the_version_it_began_with(tx, draft) -> None:
    running = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)

    activate_deployment(tx, draft.id, is_four_eyes=False, actor=AUTHOR, now=NOW)
    done = complete_user_task(tx, running.user_tasks[0].id, {}, actor=STAFF, now=NOW)

    assert (done.instance.definition_version, done.instance.state) == (1, "completed")


@pytest.mark.parametrize("actor", [AUTHOR, replace(SECOND, on_behalf_of=AUTHOR.subject)])
def test_nobody_approves_or_refuses_his_own_not_even_through_somebody_else(tx, draft, counted, actor: Actor) -> None:
    propose_deployment(tx, draft.id, actor=AUTHOR, now=NOW)
    before = counted()

    with pytest.raises(SegregationOfDuties) as refusal:
        approve_deployment(tx, draft.id, actor=actor, now=NOW)
    with pytest.raises(SegregationOfDuties):
        refuse_deployment(tx, draft.id, actor=replace(actor, reason="no"), now=NOW)

    assert refusal.value.facts["rule"] == "author ≠ publisher"
    assert counted() == before
    assert find_deployment(tx, draft.id).state == "proposed"


def test_who_proposed_it_does_not_approve_it_either(tx, draft, counted) -> None:
    propose_deployment(tx, draft.id, actor=SECOND, now=NOW)
    before = counted()

    with pytest.raises(SegregationOfDuties):
        approve_deployment(tx, draft.id, actor=SECOND, now=NOW)

    assert counted() == before


def test_with_four_eyes_nothing_is_activated_that_was_not_approved(tx, draft, counted) -> None:
    before = counted()

    with pytest.raises(DeploymentNotReady):
        activate_deployment(tx, draft.id, is_four_eyes=True, actor=SECOND, now=NOW)

    assert counted() == before
    assert elements(tx) == ["before"]


def test_a_refused_proposal_is_a_draft_again_with_the_reason_and_can_be_proposed_anew(tx, draft) -> None:
    propose_deployment(tx, draft.id, actor=AUTHOR, now=NOW)
    with pytest.raises(ReasonRequired):
        refuse_deployment(tx, draft.id, actor=SECOND, now=NOW)

    refuse_deployment(tx, draft.id, actor=replace(SECOND, reason="the deadline is missing"), now=NOW)

    found = find_deployment(tx, draft.id)
    assert (found.state, found.review_note) == ("draft", "the deadline is missing")
    propose_deployment(tx, draft.id, actor=AUTHOR, now=NOW)
    assert find_deployment(tx, draft.id).review_note is None


def test_a_withdrawn_draft_is_never_used_and_the_same_file_makes_a_new_version(tx, draft, counted) -> None:
    withdraw_deployment(tx, draft.id, actor=AUTHOR, now=NOW)
    before = counted()

    for step in (propose_deployment, approve_deployment):
        with pytest.raises(DeploymentNotReady):
            step(tx, draft.id, actor=SECOND, now=NOW)
    with pytest.raises(DeploymentNotReady):
        activate_deployment(tx, draft.id, is_four_eyes=False, actor=SECOND, now=NOW)

    assert counted() == before
    again = deploy(tx, {"test.bpmn": NEXT}, actor=AUTHOR, now=NOW)
    assert again.process_definitions[0].version == 3
    assert elements(tx) == ["after"]


def test_a_draft_overtaken_by_a_newer_version_is_not_activated_behind_it(tx, draft, counted) -> None:
    deploy(tx, {"test.bpmn": diagram(chain(start(), user("newest"), end()))}, actor=SECOND, now=NOW)
    before = counted()

    with pytest.raises(DeploymentNotReady) as refusal:
        activate_deployment(tx, draft.id, is_four_eyes=False, actor=AUTHOR, now=NOW)

    assert refusal.value.facts["definition_key"] == "test"
    assert counted() == before


def test_decisions_and_forms_of_a_draft_wait_with_it(tx, registry) -> None:
    calls = diagram(chain(start(), RULE, user("after", attributes='camunda:formRef="ask"'), end()))
    form = b'{"type": "default", "id": "ask", "schemaVersion": 18, "components": []}'
    old = table(rule("r1", "-", '"old"'))
    deploy(tx, {"test.bpmn": calls, "limit.dmn": old, "ask.form": form}, actor=AUTHOR, now=NOW)
    newer_form = form.replace(b"[]", b'[{"type": "textfield", "id": "f", "key": "f", "label": "f"}]')
    files = {"limit.dmn": table(rule("r1", "-", '"new"')), "ask.form": newer_form}
    waiting = deploy(tx, files, is_draft=True, actor=AUTHOR, now=NOW)

    def limit_and_form() -> tuple[object, object]:
        task = start_process_instance(
            tx, definition_key="test", variables={"amount": 1}, actor=ADMIN, now=NOW
        ).user_tasks[0]
        version = tx.scalar(text("SELECT version FROM form_definition WHERE id = :id"), {"id": task.form_id})
        return tx.scalar(
            text("SELECT payload ->> 'result' FROM journal WHERE type = 'decision.evaluated' ORDER BY id DESC LIMIT 1")
        ), version

    before = limit_and_form()
    activate_deployment(tx, waiting.id, is_four_eyes=False, actor=AUTHOR, now=NOW)
    after = limit_and_form()

    assert (before, after) == (("old", 1), ("new", 2))


def test_what_only_a_draft_holds_cannot_be_referred_to_from_elsewhere(tx, registry, counted) -> None:
    deploy(tx, {"limit.dmn": table(rule("r1", "-", '"x"'))}, is_draft=True, actor=AUTHOR, now=NOW)
    before = counted()

    with pytest.raises(DeploymentInvalid) as refusal:
        deploy(tx, {"test.bpmn": diagram(chain(start(), RULE, user("after"), end()))}, actor=AUTHOR, now=NOW)

    assert [each["code"] for each in refusal.value.facts["problems"] if each["severity"] == "error"] == [
        "decision-unknown"
    ]
    assert counted() == before


def test_a_message_starts_the_version_in_use_and_a_draft_only_once_it_is_active(tx, registry) -> None:
    def begins_with(message: str) -> bytes:
        begin = '<startEvent id="start"><messageEventDefinition id="d" messageRef="m"/></startEvent>'
        return diagram(chain(("start", begin), user("work"), end()), outside=f'<message id="m" name="{message}"/>')

    deploy(tx, {"test.bpmn": begins_with("old")}, actor=AUTHOR, now=NOW)
    waiting = deploy(tx, {"test.bpmn": begins_with("new")}, is_draft=True, actor=AUTHOR, now=NOW)

    with pytest.raises(MessageNotCorrelated):
        correlate_message(tx, "new", variables={}, actor=ADMIN, now=NOW)
    assert correlate_message(tx, "old", variables={}, actor=ADMIN, now=NOW).is_started
    activate_deployment(tx, waiting.id, is_four_eyes=False, actor=AUTHOR, now=NOW)
    with pytest.raises(MessageNotCorrelated):
        correlate_message(tx, "old", variables={}, actor=ADMIN, now=NOW)
    assert correlate_message(tx, "new", variables={}, actor=ADMIN, now=NOW).is_started


def test_retiring_a_version_brings_the_one_before_back_and_reinstating_undoes_it(tx, draft) -> None:
    activate_deployment(tx, draft.id, is_four_eyes=False, actor=AUTHOR, now=NOW)
    newest = draft.process_definitions[0].id
    why = replace(AUTHOR, reason="wrong deadline")

    with pytest.raises(ReasonRequired):
        retire_process_definition(tx, newest, actor=AUTHOR, now=NOW)
    retire_process_definition(tx, newest, actor=why, now=NOW)
    meanwhile = elements(tx)
    with pytest.raises(ProcessDefinitionNotReady):
        start_process_instance(tx, definition_id=newest, variables={}, actor=ADMIN, now=NOW)
    reinstate_process_definition(tx, newest, actor=why, now=NOW)

    assert (meanwhile, elements(tx)) == (["before"], ["after"])


def test_a_process_whose_every_version_is_retired_starts_no_more(tx, registry) -> None:
    deployed = deploy(tx, {"test.bpmn": FIRST}, actor=AUTHOR, now=NOW)

    retire_process_definition(
        tx, deployed.process_definitions[0].id, actor=replace(AUTHOR, reason="no longer offered"), now=NOW
    )

    with pytest.raises(ProcessDefinitionNotFound):
        start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)


def test_a_timer_start_of_a_draft_is_armed_when_it_is_activated_and_disarmed_when_it_is_retired(tx, registry) -> None:
    begin = (
        '<startEvent id="start"><timerEventDefinition id="d"><timeCycle>R/PT1H</timeCycle></timerEventDefinition>'
        "</startEvent>"
    )
    model = diagram(chain(("start", begin), user("work"), end()))
    armed = text("SELECT count(*) FROM start_subscription WHERE due_at IS NOT NULL")
    drafted = deploy(tx, {"test.bpmn": model}, is_draft=True, actor=AUTHOR, now=NOW)

    counts = [tx.scalar(armed)]
    activate_deployment(tx, drafted.id, is_four_eyes=False, actor=AUTHOR, now=NOW)
    counts.append(tx.scalar(armed))
    why = replace(AUTHOR, reason="no longer")
    retire_process_definition(tx, drafted.process_definitions[0].id, actor=why, now=NOW)
    counts.append(tx.scalar(armed))

    assert counts == [0, 1, 0]


def test_a_signal_to_a_version_retired_before_it_arrived_is_unheard_and_told(tx, registry) -> None:
    begin = '<startEvent id="start"><signalEventDefinition id="d" signalRef="s"/></startEvent>'
    model = diagram(chain(("start", begin), user("work"), end()), outside='<signal id="s" name="alarm"/>')
    deployed = deploy(tx, {"test.bpmn": model}, actor=AUTHOR, now=NOW)
    inbox.send(tx, [inbox.Letter("signal", "alarm", None, {"variables": {}})], now=NOW)
    fanning = claim_letter(tx, now=NOW)
    assert fanning is not None
    deliver_letter(tx, fanning, now=NOW)
    retire_process_definition(tx, deployed.process_definitions[0].id, actor=replace(AUTHOR, reason="replaced"), now=NOW)

    starting = claim_letter(tx, now=NOW)
    assert starting is not None
    deliver_letter(tx, starting, now=NOW)

    assert tx.scalar(text("SELECT count(*) FROM process_instance")) == 0
    assert tx.scalar(text("SELECT count(*) FROM inbox")) == 0
    assert tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'signal.unheard'")) == 1


def test_only_who_may_deploy_takes_any_of_these_steps(tx, draft, counted) -> None:
    nobody = Actor("person:nobody", reason="because")
    definition = draft.process_definitions[0].id
    before = counted()

    for step in (propose_deployment, approve_deployment, refuse_deployment, withdraw_deployment):
        with pytest.raises(NotPermitted):
            step(tx, draft.id, actor=nobody, now=NOW)
    for switch in (retire_process_definition, reinstate_process_definition):
        with pytest.raises(NotPermitted):
            switch(tx, definition, actor=nobody, now=NOW)
    with pytest.raises(NotPermitted):
        activate_deployment(tx, draft.id, is_four_eyes=False, actor=nobody, now=NOW)

    assert counted() == before


def test_deployments_and_versions_are_listed_by_where_they_are(tx, draft) -> None:
    waiting = list_deployments(tx, state="draft").items
    in_use = list_process_definitions(tx, key="test", state="active", latest=True).items

    assert [each.id for each in waiting] == [draft.id]
    assert [each.version for each in in_use] == [1]
