"""Messages with a time to live: kept until somebody waits for them, delivered exactly once, or expired."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine import handlers
from engine.commands.deliveries import deliver_letter
from engine.commands.deployments import deploy
from engine.commands.letters import claim_letter
from engine.commands.messages import correlate_message, send_message
from engine.commands.process_instances import (
    cancel_process_instance,
    resume_process_instance,
    start_process_instance,
    suspend_process_instance,
)
from engine.errors import MessageAmbiguous, MessageNotCorrelated, NotPermitted, VariablesInvalid
from engine.handlers import Registry
from engine.persistence.transactions import transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.replay.instances import verify_instance
from engine.worker.due_loop import deliver_next
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import WAITS_FOR_MESSAGE, chain, diagram, end, user

HOUR = timedelta(hours=1)
SOON = NOW + timedelta(seconds=2)
BEGINS_WITH_IT = diagram(
    chain(
        ("begin", '<startEvent id="begin"><messageEventDefinition messageRef="m"/></startEvent>'),
        user("look"),
        end(),
    ),
    outside='<message id="m" name="paid"/>',
)


def started(tx, *, business_key=None, now=NOW):
    return start_process_instance(
        tx, definition_key="test", variables={}, business_key=business_key, actor=ADMIN, now=now
    ).instance


def sent(tx, **members):
    return send_message(tx, "paid", **({"ttl": HOUR, "variables": {}, "actor": ADMIN, "now": NOW} | members))


def delivered(tx, now):
    count = 0
    while (letter := claim_letter(tx, now=now)) is not None:
        deliver_letter(tx, letter, now=now)
        count += 1
    return count


def kept(tx):
    return tx.scalar(text("SELECT count(*) FROM inbox"))


def open_elements(tx, instance):
    return [task.element_id for task in open_tasks_of(tx, instance.id)]


def test_a_message_somebody_waits_for_is_delivered_at_once(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    instance = started(tx)

    found = sent(tx)

    assert (found.instance_id, found.expires_at) == (instance.id, None)
    assert kept(tx) == 0


def test_a_message_nobody_waits_for_is_kept_and_delivered_once_to_who_waits_first(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    found = sent(tx, variables={"sum": 3})
    early = delivered(tx, SOON)
    first, second = started(tx, now=SOON), started(tx, now=SOON + timedelta(seconds=1))

    delivered(tx, SOON)

    assert (found.instance_id, found.expires_at) == (None, NOW + HOUR)
    assert early == 1
    assert (open_elements(tx, first), open_elements(tx, second)) == (["after"], [])
    assert kept(tx) == 0
    row = tx.execute(text("SELECT actor, origin, payload FROM journal WHERE type = 'message.delivered'")).one()
    assert (row.actor, row.origin, row.payload["variables"]) == (ADMIN.subject, "inbox", {"sum": 3})
    assert verify_instance(tx, first.id).is_identical


def test_each_kept_message_wakes_for_its_own_key_only(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    sent(tx, correlation_key="B", variables={"for": "B"})
    sent(tx, business_key="C", variables={"for": "C"})
    delivered(tx, SOON)

    other = started(tx, business_key="A", now=SOON)
    woken_by_another = delivered(tx, SOON)
    third, second = started(tx, business_key="C", now=SOON), started(tx, business_key="B", now=SOON)
    delivered(tx, SOON)

    assert woken_by_another == 0
    assert open_elements(tx, other) == []
    assert (open_elements(tx, second), open_elements(tx, third)) == (["after"], ["after"])
    assert kept(tx) == 0


def test_several_kept_messages_are_delivered_in_the_order_they_were_sent(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    for number in range(3):
        sent(tx, variables={"number": number}, now=NOW + timedelta(milliseconds=number))
    delivered(tx, SOON)

    for _ in range(2):
        started(tx, now=SOON)
        delivered(tx, SOON)

    query = text("SELECT CAST(payload->'variables'->>'number' AS int) FROM journal WHERE type = 'message.delivered'")
    assert list(tx.scalars(query)) == [0, 1]
    assert kept(tx) == 1


def test_a_kept_message_starts_the_process_that_is_deployed_later(tx, deployed):
    sent(tx, correlation_key="K-1", variables={"sum": 3})
    delivered(tx, SOON)

    deployed(BEGINS_WITH_IT)
    delivered(tx, NOW)

    row = tx.execute(text("SELECT business_key, started_by FROM process_instance")).one()
    assert (row.business_key, row.started_by) == ("K-1", ADMIN.subject)
    assert kept(tx) == 0


def test_a_message_that_waited_too_long_expires_which_is_journalled(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    sent(tx, correlation_key="A")
    over = NOW + HOUR

    delivered(tx, over)
    late = started(tx, business_key="A", now=over)
    delivered(tx, over + HOUR)

    assert open_elements(tx, late) == []
    row = tx.execute(text("SELECT payload FROM journal WHERE type = 'message.expired'")).one()
    assert (row.payload["name"], row.payload["correlation_key"], row.payload["sent_by"]) == ("paid", "A", ADMIN.subject)


def test_who_began_to_wait_in_time_gets_it_though_the_workers_were_away(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    sent(tx)
    in_time = started(tx, now=NOW + HOUR / 2)

    delivered(tx, NOW + 5 * HOUR)

    assert open_elements(tx, in_time) == ["after"]


def test_who_began_to_wait_after_it_expired_does_not_get_it_though_the_workers_were_away(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    sent(tx)
    too_late = started(tx, now=NOW + 2 * HOUR)

    delivered(tx, NOW + 5 * HOUR)

    assert open_elements(tx, too_late) == []
    assert tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'message.expired'")) == 1


def test_a_suspended_receiver_gets_it_when_it_goes_on(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    instance = started(tx)
    suspend_process_instance(tx, instance.id, actor=ADMIN, now=NOW)
    sent(tx)
    delivered(tx, SOON)
    resume_process_instance(tx, instance.id, actor=ADMIN, now=SOON)

    delivered(tx, SOON + timedelta(seconds=15))

    assert open_elements(tx, instance) == ["after"]


def test_who_stopped_waiting_does_not_get_it(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    sent(tx)
    instance = started(tx)
    cancel_process_instance(tx, instance.id, actor=ADMIN, now=NOW)

    delivered(tx, SOON)

    assert kept(tx) == 1


def test_without_a_time_to_live_nothing_is_kept_and_refusals_write_nothing(tx, deployed, counted):
    deployed(WAITS_FOR_MESSAGE)
    started(tx)
    started(tx)
    before = counted()

    with pytest.raises(MessageNotCorrelated):
        correlate_message(tx, "unheard of", variables={}, actor=ADMIN, now=NOW)
    with pytest.raises(MessageAmbiguous):
        sent(tx)
    with pytest.raises(NotPermitted):
        sent(tx, actor=STAFF)
    with pytest.raises(VariablesInvalid):
        sent(tx, variables={"a": "\x00"})

    assert counted() == before


def test_who_begins_to_wait_while_it_is_being_sent_gets_it_a_moment_later(database):
    before = handlers.installed()
    handlers.install(Registry())
    with transaction() as tx:
        deploy(tx, {"test.bpmn": WAITS_FOR_MESSAGE}, registry=handlers.installed(), actor=ADMIN, now=NOW)
    with database.connect() as waiting, waiting.begin():
        instance = started(waiting)
        with transaction() as tx:
            found = sent(tx)
    deliver_next(NOW)  # nothing is due yet

    deliver_next(NOW + timedelta(seconds=1))

    handlers.install(before)
    assert found.instance_id is None
    with transaction() as tx:
        assert open_elements(tx, instance) == ["after"]
        assert kept(tx) == 0


def test_workers_that_deliver_at_once_hand_each_message_to_one_receiver(database):
    before = handlers.installed()
    handlers.install(Registry())
    with transaction() as tx:
        deploy(tx, {"test.bpmn": WAITS_FOR_MESSAGE}, registry=handlers.installed(), actor=ADMIN, now=NOW)
        for number in range(20):
            sent(tx, correlation_key=f"K-{number}")
    with transaction() as tx:
        for number in range(20):
            started(tx, business_key=f"K-{number}")

    def work() -> None:
        later = SOON
        for _ in range(60):
            deliver_next(later)
            later += timedelta(milliseconds=50)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    handlers.install(before)
    with transaction() as tx:
        assert tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'message.delivered'")) == 20
        assert tx.scalar(text("SELECT count(DISTINCT instance_id) FROM journal WHERE type = 'message.delivered'")) == 20
        assert kept(tx) == 0
