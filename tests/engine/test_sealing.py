import pytest
from sqlalchemy import text

from engine.commands.process_instances import start_process_instance
from engine.persistence import sealing
from engine.persistence.sealing import (
    SealBroken,
    SubjectErased,
    destroy_subject_key,
    is_sealed,
    seal,
    seal_many,
    unseal,
)
from engine.persistence.transactions import transaction
from engine.queries.process_instances import get_variables
from engine.queries.user_tasks import read_form
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, start, user

SUBJECT = "customer:1"


def test_naming_somebody_elses_sealed_value_does_not_open_it(tx, deployed):
    deployed(diagram(chain(start(), user("read", attributes='camunda:formKey="any"'), end())))
    mine, others = seal(tx, "customer:2", "name", "Li", now=NOW), seal(tx, SUBJECT, "name", "王小明", now=NOW)
    begun = start_process_instance(
        tx,
        definition_key="test",
        variables={"mine": mine, "others": [others]},
        data_subject="customer:2",
        actor=ADMIN,
        now=NOW,
    )

    form = read_form(tx, begun.user_tasks[0].id, actor=STAFF, now=NOW)

    assert form.variables == {"mine": "Li", "others": [others]}
    assert get_variables(tx, begun.instance.id, actor=ADMIN, now=NOW) == form.variables


@pytest.mark.parametrize("text", ["sealed:" + "z" * 36, "sealed:" + "é" * 36, "sealed:", "SEALED:" + "0" * 36])
def test_what_only_looks_like_a_reference_is_text(text):
    assert not is_sealed(text)


def test_a_sealed_value_opens_again_and_is_nowhere_in_clear(tx):
    reference = seal(tx, SUBJECT, "name", "王小明 Wang", now=NOW)

    assert is_sealed(reference)
    assert unseal(tx, [reference]) == {reference: "王小明 Wang"}
    stored = tx.scalar(text("SELECT sealed FROM form_value"))
    assert b"Wang" not in stored


def test_several_values_of_one_subject_cost_one_statement_and_keep_their_types(tx):
    references = seal_many(tx, SUBJECT, {"a": "x", "b": 3, "c": {"d": [True, None]}}, now=NOW)

    opened = unseal(tx, references.values())

    assert [opened[references[name]] for name in "abc"] == ["x", 3, {"d": [True, None]}]


def test_an_erased_subject_reads_as_nothing_and_takes_nothing_new(tx):
    mine, others = seal(tx, SUBJECT, "name", "Wang", now=NOW), seal(tx, "customer:2", "name", "Li", now=NOW)

    assert destroy_subject_key(tx, SUBJECT, now=NOW)

    assert unseal(tx, [mine, others]) == {mine: None, others: "Li"}
    with pytest.raises(SubjectErased):
        seal(tx, SUBJECT, "name", "Wang again", now=NOW)
    assert not destroy_subject_key(tx, SUBJECT, now=NOW)


def test_a_value_moved_to_another_row_or_changed_does_not_open(tx):
    first, second = seal(tx, SUBJECT, "a", "one", now=NOW), seal(tx, SUBJECT, "b", "two", now=NOW)
    tx.execute(text("UPDATE form_value SET sealed = (SELECT sealed FROM form_value WHERE field = 'a')"))

    assert unseal(tx, [first]) == {first: "one"}
    with pytest.raises(SealBroken):
        unseal(tx, [second])


def test_equal_values_have_equal_blind_indexes_only_under_one_master_key(tx):
    before = sealing.blind_index(" 13800001111 ")

    assert before == sealing.blind_index("13800001111")
    assert before != sealing.blind_index("13800001112")
    sealing.configure_master_key(b"y" * 32)
    assert before != sealing.blind_index("13800001111")


def test_a_key_whose_transaction_was_rolled_back_is_never_used_for_another(database):
    with pytest.raises(ZeroDivisionError), transaction() as tx:
        seal(tx, SUBJECT, "name", "gone", now=NOW)
        _ = 1 / 0
    learned = dict(sealing._known_keys)
    sealing._known_keys.clear()
    with transaction() as tx:
        seal(tx, SUBJECT, "name", "by another process", now=NOW)
    sealing._known_keys.update(learned)

    with transaction() as tx:
        reference = seal(tx, SUBJECT, "name", "mine", now=NOW)

        assert unseal(tx, [reference]) == {reference: "mine"}
