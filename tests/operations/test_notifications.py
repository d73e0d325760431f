"""Messages: every template renders in both languages, and what is sent arrives once configured."""

import email
import email.policy
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree
from sqlalchemy import select

from engine import clock
from engine.actors import Actor, system
from engine.commands.identities import create_person, ensure_group
from engine.commands.substitutions import NewSubstitution, create_substitution
from engine.identities import Group
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import transaction
from operations import mail_settings
from operations.customers import Contact, find_or_create_customer, record_consent
from operations.handlers.notifications import notify_customer, notify_group
from operations.mail import send_notification
from operations.mail_settings import MailSettings
from operations.notifications import (
    FACTS,
    Message,
    fill,
    list_notifications,
    list_own_notifications,
    notify_customer_of,
    notify_group_of,
    variables_of,
)
from operations.seed import seed
from operations.tables.notifications import notification
from operations.template_texts import TEMPLATES
from operations.tracking_tokens import customer_actor, resolve_token
from tests.operations.examples import AGENT, NOW, SUPERVISOR, make_case

ROOT = Path(__file__).parents[2]
SYSTEM = system("test")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: f"{template.key}-{template.language}")
def test_a_template_names_only_facts_there_are(template):
    assert variables_of(template.subject) | variables_of(template.body) <= FACTS
    assert "$" not in fill(template.subject, dict.fromkeys(FACTS, "x"))


def test_every_template_comes_in_chinese_and_english():
    assert {(each.key, each.audience) for each in TEMPLATES if each.language == "zh-CN"} == {
        (each.key, each.audience) for each in TEMPLATES if each.language == "en"
    }


def test_every_template_that_a_diagram_names_is_there():
    named = {
        name
        for diagram in ROOT.glob("processes/*/*.bpmn")
        for name in re.findall(r'inputParameter name="template">([^=<]+)<', diagram.read_text("utf-8"))
    }

    assert named <= {each.key for each in TEMPLATES}


def test_a_message_says_the_promised_time_in_local_words_and_carries_the_customers_link(call_at, case, seeded):
    notify_customer(call_at(), template="ack")

    (sent,) = list_notifications(seeded, case, actor=customer_actor(case), now=NOW)
    token = sent.body.rpartition("/track/")[2]
    assert sent.subject == f"【{case.number}】已收到您的需求"
    assert resolve_token(seeded, token, now=NOW).case_number == case.number
    assert sent.state == "recorded"


@pytest.mark.parametrize("reader", [AGENT, SUPERVISOR, Actor("person:auditor", permissions=frozenset({"audit"}))])
def test_no_member_of_staff_sees_the_link_by_which_the_customer_answers(call_at, case, seeded, reader):
    notify_customer(call_at(), template="result")

    (sent,) = list_notifications(seeded, case, actor=reader, now=NOW)

    assert "/track/" not in sent.body


def test_peoples_words_are_hidden_from_readers_without_the_right(call_at, case, seeded):
    call = call_at()
    notify_customer(call, template="answer", text=case.subject_ref)

    overseer = Actor("person:overseer", permissions=frozenset({"supervise", "audit"}))
    (hidden,) = list_notifications(seeded, case, actor=overseer, now=NOW)
    (shown,) = list_notifications(seeded, case, actor=SUPERVISOR, now=NOW)

    read = seeded.scalars(select(journal.c.payload).where(journal.c.type == "personal_data.read")).all()
    assert read == [{"references": [case.subject_ref], "case": case.number}]
    assert "打印机不工作" in shown.body
    assert "打印机不工作" not in hidden.body
    assert "/track/" not in hidden.body


def test_an_unknown_template_is_refused_and_nothing_is_written(call_at, case, seeded, counted):
    call, before = call_at(), counted()

    with pytest.raises(Exception, match="no message template 'nonsense'"):
        notify_group(call, group="supervisor", template="nonsense")

    assert counted() == before


def test_a_survey_is_not_sent_to_who_withdrew_his_consent(call_at, case, seeded):
    record_consent(seeded, case.customer_id, "survey", is_granted=False, actor=AGENT, now=NOW)

    notify_customer(call_at(), template="survey")
    notify_customer(call_at(minutes=1), template="result")

    sent = list_notifications(seeded, case, actor=SUPERVISOR, now=NOW)
    assert [(each.template, each.state) for each in sent] == [("survey", "suppressed"), ("result", "recorded")]


def test_an_english_customer_is_written_to_in_english(seeded):
    case = make_case(seeded)
    english = Message("ack", {})

    notify_customer_of(seeded, replace(case, language="en"), english, actor=AGENT, now=NOW)

    (sent,) = list_notifications(seeded, case, actor=SUPERVISOR, now=NOW)
    assert sent.subject == f"[{case.number}] We have received your request"


@dataclass
class MailServer:
    """A real SMTP server on loopback, just large enough."""

    url: str = ""
    mails: list[str] = field(default_factory=list)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    received = MailServer()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = iter(self.rfile.readline, b".\r\n")
                    received.mails.append(b"".join(lines).decode())
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                if verb == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        received.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield received
        server.shutdown()
        thread.join(timeout=10)


def queue_a_message() -> str:
    with transaction() as tx:
        seed(tx, now=NOW)
        case = make_case(tx)
        find_or_create_customer(tx, Contact(phone="13800005678", email="wang@example.com"), actor=AGENT, now=NOW)
        return str(notify_customer_of(tx, case, Message("ack", {}), actor=AGENT, now=NOW))


def test_a_queued_message_is_sent_once_with_an_id_that_drops_repeats(database, mail_server):
    mail_settings.configure(
        public_url="https://service.example", mail=MailSettings(mail_server.url, "service@example.com")
    )
    notification_id = queue_a_message()

    send_notification({"notification_id": notification_id})
    send_notification({"notification_id": notification_id})

    (mail,) = mail_server.mails
    with transaction() as tx:
        row = tx.execute(select(notification.c.state, notification.c.error)).one()
        last = tx.execute(select(journal.c.type).order_by(journal.c.id.desc()).limit(1)).scalar_one()
    assert "To: wang@example.com" in mail
    assert f"Message-ID: <{notification_id}.0@opsflow>" in mail
    assert (row.state, row.error, last) == ("sent", None, "notification.sent")


def test_a_mail_server_that_is_down_leaves_the_message_queued_with_the_reason_and_is_tried_again(database, mail_server):
    nobody_there = MailSettings("smtp://127.0.0.1:1", "service@example.com")
    mail_settings.configure(public_url="https://service.example", mail=nobody_there)
    notification_id = queue_a_message()

    with pytest.raises(OSError, match="refused"):
        send_notification({"notification_id": notification_id})
    with transaction() as tx:
        after_failure = tx.execute(select(notification.c.state, notification.c.attempts, notification.c.error)).one()
    mail_settings.configure(
        public_url="https://service.example", mail=MailSettings(mail_server.url, "service@example.com")
    )
    send_notification({"notification_id": notification_id})

    assert tuple(after_failure) == ("queued", 1, "ConnectionRefusedError")
    assert len(mail_server.mails) == 1


def test_a_message_goes_to_the_job_queue_only_when_mail_is_configured(database):
    queue_a_message()

    with transaction() as tx:
        states = tx.execute(select(notification.c.state)).scalars().all()
    assert states == ["recorded"]


def team_of(**languages: str) -> dict[str, UUID]:
    """A team whose members read in these languages."""
    with transaction() as tx:
        seed(tx, now=NOW)
        ensure_group(tx, Group("team", "团队", "team", ()), actor=SYSTEM, now=NOW)
        return {
            name: create_person(
                tx, name, name, None, ("team",), email=f"{name}@example.com", language=spoken, actor=SYSTEM, now=NOW
            ).id
            for name, spoken in languages.items()
        }


def send(recipient: str, *, at: datetime = NOW) -> None:
    with transaction() as tx:
        identifier = notify_group_of(tx, make_case(tx), recipient, Message("urge", {}), actor=SUPERVISOR, now=at)
    clock.set_offset(at - datetime.now(UTC))
    send_notification({"notification_id": str(identifier)})


def decoded(mail: str) -> tuple[str, str]:
    """To whom, and the subject without the case number."""
    message = email.message_from_string(mail, policy=email.policy.default)
    return message["To"], re.split("[】\\]]", message["Subject"])[1].strip()


def test_each_member_of_a_group_is_written_to_and_reads_in_his_own_language(database, mail_server):
    people = team_of(ann="en", bo="zh-CN")
    mail_settings.configure(public_url="https://service.example", mail=MailSettings(mail_server.url, "s@example.com"))

    send("team")
    send(f"person:{people['ann']}")

    ann = Actor(f"person:{people['ann']}", groups=frozenset({"team"}))
    with transaction() as tx:
        read = {
            language: {re.split("[】\\]]", one.subject)[1].strip() for one in found.items}
            for language in ("en", "zh-CN")
            for found in [list_own_notifications(tx, language=language, actor=ann)]
        }
    assert [decoded(mail) for mail in mail_server.mails] == [
        ("ann@example.com", "Please hurry"),
        ("bo@example.com", "催办"),
        ("ann@example.com", "Please hurry"),
    ]
    assert read == {"en": {"Please hurry"}, "zh-CN": {"催办"}}


def test_who_stands_in_gets_the_mail_of_the_absent_while_he_is_away_and_not_before_or_after(database, mail_server):
    people = team_of(ann="en", bo="zh-CN", cai="zh-CN")
    mail_settings.configure(public_url="https://service.example", mail=MailSettings(mail_server.url, "s@example.com"))
    ann = Actor(f"person:{people['ann']}")
    away = NewSubstitution(people["ann"], people["bo"], NOW + timedelta(days=1), NOW + timedelta(days=3))
    with transaction() as tx:
        create_substitution(tx, away, actor=ann, now=NOW)

    for day in (0, 2, 3):
        send(ann.subject, at=NOW + timedelta(days=day))

    assert [decoded(mail)[0] for mail in mail_server.mails] == [
        "ann@example.com",
        "ann@example.com",
        "bo@example.com",
        "ann@example.com",
    ]


def test_the_choice_of_templates_names_every_template_for_customers_and_no_other():
    table = etree.fromstring((ROOT / "processes/decisions/template_choice.dmn").read_bytes())
    known = {template.key for template in TEMPLATES if template.audience == "customer"}

    cells = [cell.findtext("{*}text") for cell in table.iter("{*}inputEntry") if "ack" in str(cell.findtext("{*}text"))]

    assert [{name.strip('" ') for name in str(cell).split(",")} for cell in cells] == [known - {"general"}] * 2
