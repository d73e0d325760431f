import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands.migrations import MigrationPlan, migrate_process_instance
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import UserTaskChanges, claim_user_task, complete_user_task, update_user_task
from engine.errors import SegregationOfDuties
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, start, user

COLLEAGUE = Actor("person:colleague", groups=frozenset({"staff"}))


def ruled(**properties: str) -> str:
    each = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    return f"<extensionElements><camunda:properties>{each}</camunda:properties></extensionElements>"


def approval(tx, deployed, **properties):
    deployed(diagram(chain(start(), user("propose"), user("approve", inside=ruled(**properties)), end())))
    progress = start_process_instance(
        tx, definition_key="test", variables={"accused": "person:colleague"}, case_number="C1", actor=ADMIN, now=NOW
    )
    return complete_user_task(tx, progress.user_tasks[0].id, {}, actor=STAFF, now=NOW).user_tasks[0]


def test_who_proposed_may_neither_claim_nor_complete_the_approval(tx, deployed, counted):
    task = approval(tx, deployed, separate_from="propose", separation_rule="proposer is not approver")
    before = counted()

    for command in (
        lambda: claim_user_task(tx, task.id, actor=STAFF, now=NOW),
        lambda: complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW),
    ):
        with pytest.raises(SegregationOfDuties) as refused:
            command()
        assert refused.value.facts == {"rule": "proposer is not approver", "element_id": "propose"}

    assert counted() == before
    assert complete_user_task(tx, task.id, {}, actor=COLLEAGUE, now=NOW).instance.state == "completed"
    assert verify_instance(tx, task.instance_id).is_identical


def test_acting_for_the_proposer_counts_as_the_proposer(tx, deployed):
    task = approval(tx, deployed, separate_from="propose")
    substitute = Actor("person:colleague", on_behalf_of=STAFF.subject, groups=frozenset({"staff"}))

    with pytest.raises(SegregationOfDuties):
        complete_user_task(tx, task.id, {}, actor=substitute, now=NOW)


def test_the_one_it_is_about_may_not_do_it_nor_be_given_it(tx, deployed):
    task = approval(tx, deployed, excluded_people="=accused", separation_rule="investigator is not accused")

    with pytest.raises(SegregationOfDuties):
        claim_user_task(tx, task.id, actor=COLLEAGUE, now=NOW)

    assert complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW).instance.state == "completed"


def test_a_supervisor_cannot_assign_around_the_rule(tx, deployed):
    task = approval(tx, deployed, separate_from="propose")
    tx.exec_driver_sql(
        "INSERT INTO person (id, user_name, display_name, created_at) "
        "VALUES (gen_random_uuid(), 'proposer', 'P', now())"
    )
    subject = tx.exec_driver_sql("SELECT 'person:' || id FROM person").scalar()
    tx.exec_driver_sql(
        "INSERT INTO journal (type, at, actor, origin, payload, case_number) VALUES "
        "('user_task.completed', now(), %s, 'test', '{\"element_id\": \"propose\"}', 'C1')",
        (subject,),
    )

    with pytest.raises(SegregationOfDuties):
        update_user_task(
            tx, task.id, UserTaskChanges(frozenset({"assignee"}), assignee="proposer"), actor=ADMIN, now=NOW
        )


def test_who_proposed_before_a_migration_renamed_the_proposal_may_not_approve_after_it(tx, deployed, counted):
    task = approval(tx, deployed, separate_from="propose")
    renamed = user("approve", inside=ruled(separate_from="suggest"))
    deployed(diagram(chain(start(), user("suggest"), renamed, end())))
    target = tx.scalar(text("SELECT id FROM process_definition WHERE version = 2"))
    migrate_process_instance(tx, task.instance_id, MigrationPlan(target, {"propose": "suggest"}), actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(SegregationOfDuties):
        complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)

    assert counted() == before
    assert complete_user_task(tx, task.id, {}, actor=COLLEAGUE, now=NOW).instance.state == "completed"
