"""Channels of groups and people: who is told where and when."""

import ipaddress
import json
import threading
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select, text

from engine import clock, jobs
from engine.actors import Actor, system
from engine.commands.identities import create_person, ensure_group
from engine.commands.jobs import requeue_job
from engine.errors import EngineError
from engine.identities import Group
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import transaction
from engine.worker.job_runner import run_job_runner
from operations.channels import outbound
from operations.channels.letters import DeliveryFailed
from operations.channels.registered import NewChannel, add_channel, list_channels, remove_channel
from operations.errors import AddressRefused, ChannelNotFound, PreferenceInvalid
from operations.mail import post_to_channel, send_notification
from operations.notifications import Message, notify_group_of
from operations.preferences import Preference, get_preference, quiet_until, set_preference
from operations.seed import seed
from operations.tables.channels import channel
from operations.tables.notifications import notification
from tests.operations.examples import NOW, SUPERVISOR, make_case

ADMIN = system("test")


@pytest.fixture
def team(database):
    """A seeded house, a case, and Ann and Bob of the tech team; committed, as the jobs open their own transactions."""
    with transaction() as tx:
        seed(tx, now=NOW)
        ensure_group(tx, Group("team", "团队", "team", ()), actor=ADMIN, now=NOW)
        for name in ("ann", "bob"):
            create_person(tx, name, name, None, ("team",), email=f"{name}@example.com", actor=ADMIN, now=NOW)
        return make_case(tx)


def person(name):
    with transaction() as tx:
        return tx.execute(text("SELECT id FROM person WHERE user_name = :name"), {"name": name}).scalar_one()


def registered(kind, recipient, url, *, actor=ADMIN, secret="s"):
    with transaction() as tx:
        return add_channel(tx, NewChannel(kind, "robot", recipient, url, secret), actor=actor, now=NOW)


def chosen(name, **choice):
    with transaction() as tx:
        identifier = person(name)
        set_preference(tx, identifier, Preference(**choice), actor=Actor(f"person:{identifier}"), now=NOW)


def notified(case, recipient, template="urge", at=NOW):
    with transaction() as tx:
        facts = {"text": case.subject_ref} if template == "handed_over" else {}
        return str(notify_group_of(tx, case, recipient, Message(template, facts), actor=SUPERVISOR, now=at))


def waiting_jobs():
    """What was deferred to channels and for later: task, arguments, and when at the earliest."""
    with transaction() as tx:
        rows = tx.execute(
            text("SELECT task_name, args -> 'arguments' AS given, scheduled_at FROM procrastinate_jobs ORDER BY id")
        ).all()
    return [tuple(row) for row in rows if row.task_name != "notifications.send"]


def state_of(notification_id):
    with transaction() as tx:
        columns = (notification.c.state, notification.c.attempts, notification.c.error)
        return tuple(tx.execute(select(*columns).where(notification.c.id == notification_id)).one())


def dead_letters():
    with transaction() as tx:
        return tx.scalars(text("SELECT id FROM procrastinate_jobs WHERE status = 'failed'")).all()


def wait_until(fact):
    """Wait for what the job runner does; the test's own timeout ends a wait in vain."""
    while not fact():
        threading.Event().wait(0.05)


def test_a_message_to_a_group_goes_to_its_robot_with_peoples_words_hidden(team, server):
    robot = registered("wecom", "team", server.url, secret=None)
    sent = notified(team, "team", "handed_over")

    send_notification({"notification_id": sent})
    ((name, arguments, when),) = waiting_jobs()
    post_to_channel(arguments)

    ((_, _, body),) = server.requests
    assert (name, arguments["channel_id"], when) == ("notifications.post", str(robot.id), None)
    assert "打印机不工作" not in body.decode()
    assert json.loads(body)["text"]["content"].startswith(f"【{team.number}】")
    assert state_of(sent) == ("sent", 0, None)
    with transaction() as tx:
        kept = tx.execute(select(channel.c.address_ref)).scalar_one()
        last = tx.execute(select(journal.c.type).order_by(journal.c.id.desc()).limit(1)).scalar_one()
    assert kept.startswith("sealed:")
    assert last == "notification.sent"


def test_the_job_runner_carries_a_message_all_the_way_to_the_robot(team, server, database_server, worker_database):
    registered("wecom", "team", server.url, secret=None)
    sent, stop = notified(team, "team"), threading.Event()
    url = database_server.service(worker_database)
    runner = threading.Thread(target=run_job_runner, args=(stop, url), daemon=True)
    runner.start()

    arrived = server.arrived.wait(timeout=300)
    stop.set()
    runner.join(timeout=300)

    assert arrived
    assert len(server.requests) == 1
    assert state_of(sent)[0] == "sent"
    assert waiting_jobs() == []


def test_a_channel_that_is_down_is_noted_and_tried_again_without_holding_up_others(team, server):
    registered("feishu", "team", server.url)
    sent = notified(team, "team")
    send_notification({"notification_id": sent})
    ((_, arguments, _),) = waiting_jobs()
    server.status = 503

    with pytest.raises(DeliveryFailed):
        post_to_channel(arguments)
    failed = state_of(sent)
    server.status = 200
    post_to_channel(arguments)

    assert failed == ("queued", 1, "DeliveryFailed")
    assert state_of(sent) == ("sent", 1, None)


def test_an_address_that_came_to_point_inside_is_not_called_and_not_tried_again(team, server):
    registered("dingtalk", "team", server.url)
    sent = notified(team, "team")
    send_notification({"notification_id": sent})
    outbound.configure(())

    with pytest.raises(jobs.Hopeless):
        post_to_channel(waiting_jobs()[0][1])

    assert server.requests == []
    assert state_of(sent) == ("queued", 1, "AddressRefused")


def test_a_message_whose_job_is_given_up_has_failed_until_an_operator_has_it_tried_again(
    team, server, database_server, worker_database
):
    registered("webhook", "team", server.url)
    sent, stop = notified(team, "team"), threading.Event()
    outbound.configure(())
    runner = threading.Thread(target=run_job_runner, args=(stop, database_server.service(worker_database)))
    runner.start()
    wait_until(lambda: state_of(sent)[0] == "failed" and dead_letters())

    failed, (dead,) = state_of(sent), dead_letters()
    outbound.configure([ipaddress.ip_network("127.0.0.0/8")])
    with transaction() as tx:
        requeue_job(tx, dead, actor=ADMIN, now=NOW)
        state_meanwhile = tx.execute(select(notification.c.state)).scalar_one()
    wait_until(lambda: state_of(sent)[0] == "sent" and not waiting_jobs())
    stop.set()
    runner.join()

    assert failed == ("failed", 1, "AddressRefused")
    assert state_meanwhile == "queued"
    assert len(server.requests) == 1
    with transaction() as tx:
        told = tx.scalars(text("SELECT type FROM journal WHERE type LIKE 'notification.%' ORDER BY id")).all()
    assert told == ["notification.queued", "notification.failed", "notification.sent"]


def test_a_message_that_reached_one_of_its_receivers_has_not_failed(team, server):
    registered("webhook", "team", server.url)
    registered("feishu", "team", server.url)
    sent = notified(team, "team")
    send_notification({"notification_id": sent})
    (name, reached, _), (_, missed, _) = waiting_jobs()

    post_to_channel(reached)
    jobs.give_up(name, missed)

    assert state_of(sent)[0] == "sent"


def test_a_channel_that_was_removed_is_sent_nothing_any_more(team, server):
    robot = registered("wecom", "team", server.url, secret=None)
    send_notification({"notification_id": notified(team, "team")})
    with transaction() as tx:
        remove_channel(tx, robot.id, actor=ADMIN, now=NOW)

    post_to_channel(waiting_jobs()[0][1])

    assert server.requests == []
    assert state_of(notified(team, "team"))[0] == "recorded"


def test_each_chooses_his_ways_and_hours_and_what_is_urgent_comes_at_once(team, server):
    registered("webhook", "ann", server.url)
    registered("webhook", "bob", server.url)
    chosen("ann", ways=("mail",))
    chosen("bob", ways=("webhook",), quiet_from=time(9), quiet_until=time(18))

    clock.set_offset(NOW - datetime.now(UTC))

    for template in ("urge", "escalation"):
        send_notification({"notification_id": notified(team, "team", template)})

    bobs = [(arguments["channel_id"], when) for _, arguments, when in waiting_jobs()]
    assert len({each for each, _ in bobs}) == 1
    later, at_once = (when for _, when in bobs)
    assert later + clock.offset() == datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
    assert at_once is None


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-03-04T21:59:59+08:00", None),
        ("2026-03-04T22:00:00+08:00", "2026-03-05T07:00:00+08:00"),
        ("2026-03-05T06:59:59+08:00", "2026-03-05T07:00:00+08:00"),
        ("2026-03-05T07:00:00+08:00", None),
    ],
)
def test_quiet_hours_span_midnight(moment, until):
    night = Preference(quiet_from=time(22), quiet_until=time(7))

    found = quiet_until(night, "urge", now=datetime.fromisoformat(moment).astimezone(UTC))

    assert found == (None if until is None else datetime.fromisoformat(until))
    assert quiet_until(night, "escalation", now=datetime.fromisoformat(moment)) is None


def test_quiet_hours_are_those_of_the_services_own_zone(request):
    request.addfinalizer(lambda: clock.configure_zone("Asia/Shanghai"))
    night = Preference(quiet_from=time(22), quiet_until=time(7))
    clock.configure_zone("Europe/Berlin")

    found = quiet_until(night, "urge", now=datetime.fromisoformat("2026-03-04T22:30:00+01:00"))

    assert found == datetime.fromisoformat("2026-03-05T07:00:00+01:00")
    assert quiet_until(night, "urge", now=datetime.fromisoformat("2026-03-05T22:30:00+08:00")) is None


@pytest.mark.parametrize(
    "choice",
    [
        {"ways": ("pigeon",)},
        {"quiet_from": time(22)},
        {"quiet_from": time(7), "quiet_until": time(7)},
        {"quiet_from": time(22, tzinfo=UTC), "quiet_until": time(7)},
    ],
)
def test_an_impossible_choice_is_refused_and_writes_nothing(team, counted_rows, choice):
    before = counted_rows()

    with pytest.raises(PreferenceInvalid):
        chosen("ann", **choice)

    assert counted_rows() == before
    with transaction() as tx:
        assert get_preference(tx, person("ann"), actor=ADMIN) == Preference()


def test_a_channel_inside_our_network_or_for_somebody_else_is_refused_and_writes_nothing(team, server, counted_rows):
    outbound.configure(())
    ann = Actor(f"person:{person('ann')}")
    before = counted_rows()

    for new, actor, refusal in (
        (("webhook", "team", server.url), ADMIN, "AddressRefused"),
        (("pigeon", "team", "https://93.184.216.34/"), ADMIN, "AddressRefused"),
        (("wecom", "nobody", "https://93.184.216.34/"), ADMIN, "GroupNotFound"),
        (("wecom", "bob", "https://93.184.216.34/"), ann, "NotPermitted"),
    ):
        with pytest.raises(EngineError) as refused:
            registered(*new, actor=actor)
        assert type(refused.value).__name__ == refusal
    with pytest.raises(AddressRefused):
        registered("webhook", "team", "https://93.184.216.34/", secret=None)

    assert counted_rows() == before


def test_people_see_and_remove_their_own_channels_only(team, server):
    ann, bob = (Actor(f"person:{person(name)}") for name in ("ann", "bob"))
    own = registered("webhook", "ann", server.url, actor=ann)

    with transaction() as tx:
        assert [each.id for each in list_channels(tx, actor=ann)] == [own.id]
        assert list_channels(tx, actor=bob) == []
        with pytest.raises(ChannelNotFound):
            remove_channel(tx, own.id, actor=bob, now=NOW)
        remove_channel(tx, own.id, actor=ann, now=NOW)
        assert list_channels(tx, actor=ann) == []


@pytest.fixture
def counted_rows(database):
    def count():
        with transaction() as tx:
            tables = ("channel", "notification_preference", "form_value", "subject_key", "journal")
            return [tx.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]

    return count
