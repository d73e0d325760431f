"""Messages, signals and incidents over HTTP."""

from dataclasses import replace
from threading import Thread

from flask import Flask

from engine import clock
from engine.commands.deployments import deploy as deploy_files
from engine.handlers import Call, HandlerFailed, Registry
from engine.persistence.transactions import transaction
from tests.api.conftest import SYSTEM, User
from tests.api.playing import UNKNOWN, Counts, begin, deploy
from tests.engine.diagrams import chain, diagram, end, service, start


def test_a_message_reaches_the_one_who_waits_for_it(owner: User) -> None:
    catch = (
        '<intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m"><extensionElements/>'
        "</messageEventDefinition></intermediateCatchEvent>"
    )
    waiting = diagram(chain(start(), ("wait", catch), end()), key="waiting", outside='<message id="m" name="paid"/>')
    assert deploy(owner, ("waiting.bpmn", waiting)).status_code == 201
    first, second = begin(owner, "waiting", business_key="B-1"), begin(owner, "waiting", business_key="B-2")

    ambiguous = owner.post("/api/messages", {"name": "paid"})
    delivered = owner.post("/api/messages", {"name": "paid", "business_key": "B-2", "variables": {"amount": 3}})

    assert (ambiguous.status_code, ambiguous.json["type"]) == (409, "/problems/message-ambiguous")
    assert delivered.json == {"process_instance_id": second["id"], "is_started": False, "expires_at": None}
    assert owner.get(f"/api/process-instances/{second['id']}").json["state"] == "completed"
    assert owner.get(f"/api/process-instances/{first['id']}").json["state"] == "active"


def test_what_fails_parks_is_listed_and_goes_on_when_it_is_retried(owner: User, house_registry: Registry) -> None:
    fails = [True]

    @house_registry.handler("shaky")
    def shaky(call: Call) -> None:
        if fails:
            message = "the other system is away"
            raise HandlerFailed(message)

    parking = diagram(chain(start(), service("work", "shaky"), end()), key="parking")
    with transaction() as tx:
        deploy_files(tx, {"parking.bpmn": parking}, registry=house_registry, actor=SYSTEM, now=clock.now())
    started = begin(owner, "parking")

    listed = owner.get("/api/incidents").json["items"]
    of_instance = owner.get(f"/api/process-instances/{started['id']}/incidents").json["items"]
    fails.clear()
    retried = owner.post(f"/api/incidents/{listed[0]['id']}/retry")
    again = owner.post(f"/api/incidents/{listed[0]['id']}/retry")
    unknown = owner.post(f"/api/incidents/{UNKNOWN}/retry")

    assert (started["state"], started["open_incidents"]) == ("active", 1)
    assert [one["id"] for one in listed] == [one["id"] for one in of_instance]
    assert "the other system is away" in listed[0]["message"]
    assert (retried.status_code, retried.json["state"], retried.json["open_incidents"]) == (200, "completed", 0)
    assert (again.status_code, again.json["type"]) == (409, "/problems/incident-resolved")
    assert unknown.status_code == 404


def test_a_signal_is_accepted_for_delivery(owner: User, written: Counts) -> None:
    before = written()

    answer = owner.post("/api/signals", {"name": "closing_time"})

    assert (answer.status_code, answer.get_data()) == (202, b"")
    assert written()["inbox"] == before["inbox"] + 1


def test_a_message_nobody_waits_for_is_a_404_and_writes_nothing(owner: User, written: Counts) -> None:
    before = written()

    answer = owner.post("/api/messages", {"name": "paid", "correlation_key": "B-1"})

    assert (answer.status_code, answer.json["type"]) == (404, "/problems/message-not-correlated")
    assert written() == before


def test_an_operator_counts_what_failed_corrects_the_data_or_does_it_by_hand(
    owner: User, house_registry: Registry, outsider: User, written: Counts
) -> None:
    @house_registry.handler("shaky")
    def shaky(call: Call) -> None:
        message = "the other system is away"
        raise HandlerFailed(message)

    parking = diagram(chain(start(), service("work", "shaky"), end()), key="parking")
    with transaction() as tx:
        deploy_files(tx, {"parking.bpmn": parking}, registry=house_registry, actor=SYSTEM, now=clock.now())
    started = begin(owner, "parking")
    variables = f"/api/process-instances/{started['id']}/variables"
    counted = owner.get("/api/incidents/counts").json["items"]
    address = f"/api/incidents/{owner.get('/api/incidents?element_id=work').json['items'][0]['id']}/resolution"
    before = written()

    refused = [
        owner.post(address, {}).json["type"],
        owner.patch(variables, {"variables": {"a": 1}}).json["type"],
        owner.patch(variables, {"variables": {"a": 1}, "task_id": "t99", "reason": "x"}).json["type"],
        outsider.post(address, {"reason": "because"}).json["type"],
        outsider.patch(variables, {"variables": {"a": 1}, "reason": "because"}).json["type"],
    ]
    after = written()
    corrected = owner.patch(variables, {"variables": {"a": 1}, "reason": "mistyped"})
    done = owner.post(address, {"variables": {"receipt": "R-7"}, "reason": "paid at the counter"})

    problems = ("reason-required", "reason-required", "element-instance-not-found", "not-permitted", "not-permitted")
    assert refused == [f"/problems/{name}" for name in problems]
    assert after == before
    assert [(one["element_id"], one["kind"], one["count"]) for one in counted] == [("work", "handler", 1)]
    assert corrected.status_code == 200
    assert (done.status_code, done.json["state"]) == (200, "completed")
    assert owner.get(variables).json == {"variables": {"a": 1, "receipt": "R-7"}}
    assert owner.get(f"/api/process-instances/{started['id']}/verification").json["is_identical"]


def test_a_message_with_a_time_to_live_is_kept_and_repeating_it_with_its_key_keeps_it_once(
    owner: User, written: Counts
) -> None:
    keyed = owner.with_headers(Idempotency_Key="order-7-paid")
    message = {"name": "paid", "correlation_key": "B-7", "ttl_s": 3600, "variables": {"amount": 3}}
    before = written()

    answers = [keyed.post("/api/messages", message) for _ in range(3)]
    refused = owner.post("/api/messages", message | {"ttl_s": 0})

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert answers[0].json["process_instance_id"] is None
    assert answers[0].json == answers[1].json == answers[2].json
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/members-invalid")
    assert written()["inbox"] == before["inbox"] + 1


def test_a_message_sent_a_hundred_times_at_once_with_one_key_is_delivered_once(app: Flask, owner: User) -> None:
    catch = '<intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    waiting = diagram(chain(start(), ("wait", catch), end()), key="waiting", outside='<message id="m" name="paid"/>')
    assert deploy(owner, ("waiting.bpmn", waiting)).status_code == 201
    instances = [begin(owner, "waiting", business_key="B-1") for _ in range(2)]
    owner.delete(f"/api/process-instances/{instances[1]['id']}?reason=one+is+enough")
    found: list[tuple[int, object]] = []

    def send(count: int) -> None:
        client = replace(owner, client=app.test_client(use_cookies=False)).with_headers(Idempotency_Key="once")
        for _ in range(count):
            answer = client.post("/api/messages", {"name": "paid", "business_key": "B-1", "ttl_s": 60})
            found.append((answer.status_code, answer.json.get("process_instance_id")))

    threads = [Thread(target=send, args=(10,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [(200, instances[0]["id"])] * 100
    events = owner.get(f"/api/process-instances/{instances[0]['id']}/events?limit=200").json["items"]
    assert [event["type"] for event in events].count("message.delivered") == 1
