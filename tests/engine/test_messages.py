from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands import inbox
from engine.commands.deliveries import deliver_letter
from engine.commands.letters import claim_letter
from engine.commands.messages import broadcast_signal, correlate_message
from engine.commands.process_instances import start_process_instance, suspend_process_instance
from engine.errors import MessageAmbiguous, MessageNotCorrelated, NotPermitted, ProcessInstanceSuspended
from engine.persistence.user_tasks import open_tasks_of
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, OTHER, STAFF
from tests.engine.diagrams import WAITS_FOR_MESSAGE, chain, diagram, end, start, user

SIGNAL_CATCH = '<intermediateCatchEvent id="wait"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>'
MESSAGE_THROW = '<intermediateThrowEvent id="tell"><messageEventDefinition messageRef="m"/></intermediateThrowEvent>'
MESSAGE_START = '<startEvent id="begin"><messageEventDefinition messageRef="m"/></startEvent>'
PAID = '<message id="m" name="paid"/>'
ALARM = '<signal id="s" name="alarm"/>'


def started(tx, key="test", business_key=None):
    return start_process_instance(
        tx, definition_key=key, variables={}, business_key=business_key, actor=ADMIN, now=NOW
    ).instance


def delivered(tx, now=NOW):
    count = 0
    while (letter := claim_letter(tx, now=now)) is not None:
        deliver_letter(tx, letter, now=now)
        count += 1
    return count


def open_elements(tx, instance):
    return [task.element_id for task in open_tasks_of(tx, instance.id)]


def test_a_message_reaches_the_one_instance_whose_key_fits(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    first, second = started(tx, business_key="A"), started(tx, business_key="B")

    found = correlate_message(tx, "paid", correlation_key="B", variables={"sum": 3}, actor=ADMIN, now=NOW)

    assert (found.instance_id, found.is_started) == (second.id, False)
    assert open_elements(tx, first) == []
    assert open_elements(tx, second) == ["after"]
    assert verify_instance(tx, second.id).is_identical


def test_a_message_nobody_waits_for_or_two_wait_for_is_refused_and_leaves_no_trace(tx, deployed, counted):
    deployed(WAITS_FOR_MESSAGE)
    started(tx, business_key="A")
    started(tx, business_key="B")
    before = counted()

    with pytest.raises(MessageNotCorrelated):
        correlate_message(tx, "paid", correlation_key="C", variables={}, actor=ADMIN, now=NOW)
    with pytest.raises(MessageNotCorrelated):
        correlate_message(tx, "unheard of", variables={}, actor=ADMIN, now=NOW)
    with pytest.raises(MessageAmbiguous):
        correlate_message(tx, "paid", variables={}, actor=ADMIN, now=NOW)
    with pytest.raises(NotPermitted):
        correlate_message(tx, "paid", correlation_key="A", variables={}, actor=STAFF, now=NOW)

    assert counted() == before


def test_who_may_not_see_an_instance_cannot_reach_it_with_a_message(tx, deployed, counted):
    deployed(WAITS_FOR_MESSAGE)
    instance = started(tx, business_key="A")
    elsewhere = replace(OTHER, permissions=frozenset({"start", "open_case"}))
    before = counted()

    with pytest.raises(MessageNotCorrelated):
        correlate_message(tx, "paid", correlation_key="A", variables={}, actor=elsewhere, now=NOW)

    assert counted() == before
    assert open_elements(tx, instance) == []


@pytest.mark.parametrize("subject", ["person:starter", "customer:1"])
def test_who_started_an_instance_or_is_its_subject_reaches_it_with_a_message(tx, deployed, subject):
    deployed(WAITS_FOR_MESSAGE)
    starter = Actor("person:starter", permissions=frozenset({"start"}))
    instance = start_process_instance(
        tx, definition_key="test", variables={}, business_key="A", data_subject="customer:1", actor=starter, now=NOW
    ).instance
    sender = Actor(subject, permissions=frozenset({"open_case"}))

    correlate_message(tx, "paid", correlation_key="A", variables={}, actor=sender, now=NOW)

    assert open_elements(tx, instance) == ["after"]


def test_a_second_message_finds_nobody_any_more(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    started(tx, business_key="A")
    correlate_message(tx, "paid", correlation_key="A", variables={}, actor=ADMIN, now=NOW)

    with pytest.raises(MessageNotCorrelated):
        correlate_message(tx, "paid", correlation_key="A", variables={}, actor=ADMIN, now=NOW)


def test_a_suspended_receiver_refuses_the_message_and_keeps_waiting(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    instance = started(tx, business_key="A")
    suspend_process_instance(tx, instance.id, actor=ADMIN, now=NOW)

    with pytest.raises(ProcessInstanceSuspended):
        correlate_message(tx, "paid", correlation_key="A", variables={}, actor=ADMIN, now=NOW)


def test_a_message_starts_the_process_that_begins_with_it(tx, deployed):
    deployed(diagram(chain(("begin", MESSAGE_START), user("work"), end()), outside=PAID))

    found = correlate_message(tx, "paid", business_key="K", variables={"sum": 3}, actor=ADMIN, now=NOW)

    assert found.is_started
    task = open_tasks_of(tx, found.instance_id)[0]
    assert (task.element_id, task.business_key) == ("work", "K")


def test_a_message_thrown_by_one_instance_is_delivered_to_another_in_its_own_transaction(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    waiting = started(tx, business_key="A")
    thrower = diagram(chain(start(), ("tell", MESSAGE_THROW), end()), key="thrower", outside=PAID)
    deployed(thrower)

    sender = started(tx, key="thrower", business_key="A")
    assert sender.state == "completed"
    assert open_elements(tx, waiting) == []
    assert delivered(tx) == 1

    assert open_elements(tx, waiting) == ["after"]
    assert verify_instance(tx, waiting.id).is_identical
    assert verify_instance(tx, sender.id).is_identical


def test_a_thrown_message_nobody_waits_for_is_noted_and_gone(tx, deployed):
    deployed(diagram(chain(start(), ("tell", MESSAGE_THROW), end()), outside=PAID))
    started(tx, business_key="A")

    assert delivered(tx) == 1

    assert tx.scalar(text("SELECT count(*) FROM inbox")) == 0
    assert tx.scalar(text("SELECT payload->>'name' FROM journal WHERE type = 'message.unheard'")) == "paid"


def test_a_signal_reaches_every_instance_that_waits_for_it(tx, deployed):
    deployed(diagram(chain(start(), ("wait", SIGNAL_CATCH), user("after"), end()), outside=ALARM))
    instances = [started(tx) for _ in range(3)]

    broadcast_signal(tx, "alarm", variables={"level": 1}, actor=ADMIN, now=NOW)
    assert delivered(tx) == 4

    assert [open_elements(tx, each) for each in instances] == [["after"]] * 3
    assert all(verify_instance(tx, each.id).is_identical for each in instances)


def test_a_letter_to_a_suspended_instance_waits_for_it(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    instance = started(tx, business_key="A")
    suspend_process_instance(tx, instance.id, actor=ADMIN, now=NOW)
    inbox.send_message(tx, "paid", correlation_key="A", variables={}, now=NOW)

    assert delivered(tx) == 1

    assert tx.scalar(text("SELECT count(*) FROM inbox")) == 1
    assert claim_letter(tx, now=NOW) is None
    assert claim_letter(tx, now=NOW + timedelta(minutes=1)) is not None
