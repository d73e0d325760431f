import orjson
import pytest
from sqlalchemy import text

from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.errors import FormInvalid
from engine.queries.user_tasks import read_form
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, start, user


def form(*components: dict[str, object], **properties: str) -> bytes:
    return orjson.dumps(
        {"id": "answer", "type": "default", "schemaVersion": 18, "components": components, "properties": properties}
    )


AMOUNT = {"id": "c1", "type": "number", "key": "amount", "label": "金额 / Amount", "validate": {"required": True}}
REASON = {"id": "c2", "type": "textarea", "key": "reason", "label": "原因 / Reason"}


@pytest.fixture
def task(tx, deployed):
    task_with_form = user("work", attributes='camunda:formRef="answer"')
    deployed(diagram(chain(start(), task_with_form, user("after"), end())), answer__form=form(AMOUNT, REASON))
    progress = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    return progress.user_tasks[0]


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "amount"), ({"amount": "ten"}, "amount"), ({"amount": 1, "more": 2}, "more"), ({"amount": None}, "amount")],
    ids=["missing", "wrong type", "unknown", "null"],
)
def test_a_wrong_submission_names_the_field_and_writes_nothing(tx, task, counted, values, field):
    before = counted()

    with pytest.raises(FormInvalid) as refused:
        complete_user_task(tx, task.id, values, actor=STAFF, now=NOW)

    assert [each["field"] for each in refused.value.facts["errors"]] == [field]
    assert counted() == before


def test_free_text_is_sealed_before_state_or_journal_see_it(tx, task):
    complete_user_task(tx, task.id, {"amount": 5, "reason": "客户电话 13800001111"}, actor=STAFF, now=NOW)

    payload = tx.scalar(text("SELECT payload::text FROM journal WHERE type = 'user_task.completed'"))
    assert "13800001111" not in payload
    assert "sealed:" in payload
    assert '"amount": 5' in payload
    assert verify_instance(tx, task.instance_id).is_identical


def test_who_works_on_the_next_task_reads_it_and_that_is_journalled(tx, deployed):
    first = user("work", attributes='camunda:formRef="answer"')
    second = user("after", attributes='camunda:formRef="answer"')
    deployed(diagram(chain(start(), first, second, end())), answer__form=form(AMOUNT, REASON))
    progress = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    given = {"amount": 5, "reason": "because"}
    after = complete_user_task(tx, progress.user_tasks[0].id, given, actor=STAFF, now=NOW).user_tasks[0]

    seen = read_form(tx, after.id, actor=STAFF, now=NOW)

    assert seen.variables == given
    assert tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'personal_data.read'")) == 1


def test_a_rule_that_exceeds_its_bounds_refuses_the_form_and_is_no_error_of_the_server(tx, deployed, counted):
    bomb = "=count(for a in 1..100000, b in 1..100000 return 1) > 0"
    rules = {"rule.bomb": bomb, "rule.bomb.field": "amount", "rule.bomb.en": "No.", "rule.bomb.zh": "不行。"}
    task_with_form = user("work", attributes='camunda:formRef="answer"')
    deployed(diagram(chain(start(), task_with_form, end())), answer__form=form(AMOUNT, **rules))
    progress = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(FormInvalid):
        complete_user_task(tx, progress.user_tasks[0].id, {"amount": 1}, actor=STAFF, now=NOW)

    assert counted() == before
