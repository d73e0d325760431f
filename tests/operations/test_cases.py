"""Case numbers, customers and who may see what."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.errors import NotPermitted, PurposeRequired, ReasonRequired
from engine.persistence.transactions import transaction
from operations.case_access import get_visible_case
from operations.case_numbers import next_case_number
from operations.case_views import CaseFilter, get_case_detail, list_cases
from operations.cases import lock_case, write_case
from operations.customers import (
    Contact,
    find_customer,
    find_or_create_customer,
    get_customer_card,
    has_consent,
    mark_customer,
    masked,
    normal_phone,
    record_consent,
    reveal_customer,
)
from operations.errors import CaseArchived, CaseNotFound, CustomerNotFound
from tests.operations.examples import AGENT, NOBODY, NOW, SUPERVISOR, journal_types, make_case


def test_case_numbers_count_from_one_on_every_local_day(seeded):
    evening = datetime(2026, 3, 4, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai

    numbers = [
        next_case_number(seeded, now=moment)[0] for moment in (NOW, evening, evening + timedelta(minutes=1), NOW)
    ]

    assert numbers == ["SR-20260304-0001", "SR-20260304-0002", "SR-20260305-0001", "SR-20260304-0004"]


def test_many_at_once_get_different_numbers_and_nobody_waits_for_a_commit(database):
    numbers: list[str] = []
    all_drawn = threading.Barrier(6, timeout=300)

    def draw() -> None:
        with transaction() as tx:
            numbers.extend(next_case_number(tx, now=NOW)[0] for _ in range(3))
            all_drawn.wait()  # nobody has committed when everybody has his numbers

    with transaction() as tx:
        next_case_number(tx, now=NOW)  # the day has begun
    threads = [threading.Thread(target=draw) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)

    assert len(numbers) == len(set(numbers)) == 18


def test_the_first_cases_of_a_day_at_once_get_different_numbers(database):
    numbers: list[str] = []

    def draw() -> None:
        with transaction() as tx:
            numbers.append(next_case_number(tx, now=NOW)[0])

    threads = [threading.Thread(target=draw) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)

    assert len(numbers) == len(set(numbers)) == 6
    assert all(int(number[-4:]) > 0 for number in numbers)


def test_a_customer_is_found_by_phone_or_mail_however_it_is_written(seeded):
    made = find_or_create_customer(
        seeded, Contact("王小明", "+86 138-0000-5678", "Wang@Example.com"), actor=AGENT, now=NOW
    )

    assert find_customer(seeded, Contact(phone="13800005678")) == made
    assert find_customer(seeded, Contact(email=" wang@example.com ")) == made
    assert find_customer(seeded, Contact(phone="13800005679")) is None
    assert find_or_create_customer(seeded, Contact(phone="13800005678"), actor=AGENT, now=NOW) == made
    assert normal_phone("0086 (138) 0000.5678") == "13800005678"


def test_a_new_customer_who_writes_twice_at_once_is_one_customer(database):
    found: list[UUID] = []

    def write() -> None:
        with transaction() as tx:
            found.append(find_or_create_customer(tx, Contact("王小明", "13800005678"), actor=AGENT, now=NOW))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)

    assert len(found) == 4
    assert len(set(found)) == 1


def test_contact_data_is_nowhere_in_plain_text_and_shown_masked(seeded):
    contact = Contact("王小明", "13800005678", "wang@example.com", "上海市浦东新区世纪大道1号")
    customer = find_or_create_customer(seeded, contact, actor=AGENT, now=NOW)

    card = get_customer_card(seeded, customer)
    stored = seeded.execute(
        text(
            "SELECT concat((SELECT string_agg(c::text, '') FROM customer c), (SELECT string_agg(f::text, '') FROM "
            "form_value f), (SELECT string_agg(j::text, '') FROM journal j))"
        )
    ).scalar_one()

    assert card.contact == Contact("王**", "138****5678", "w***@example.com", "上海市****")
    assert not any(plain in stored for plain in ("王小明", "13800005678", "wang@example.com", "世纪大道"))


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        (Contact(name="李"), Contact(name="李*")),
        (Contact(phone="12345"), Contact(phone="1****")),
        (Contact(email="@"), Contact(email="***@")),
    ],
)
def test_short_values_are_masked_too(contact, shown):
    assert masked(contact) == shown


def test_contact_data_is_revealed_to_who_may_with_a_purpose_and_the_reading_is_journalled(case, seeded, counted):
    before = counted()

    with pytest.raises(PurposeRequired):
        reveal_customer(seeded, case.customer_id, " ", actor=AGENT, now=NOW)
    with pytest.raises(NotPermitted):
        reveal_customer(seeded, case.customer_id, "call back", actor=NOBODY, now=NOW)
    with pytest.raises(CustomerNotFound):
        stranger = Actor("person:stranger", permissions=AGENT.permissions)
        reveal_customer(seeded, case.customer_id, "curiosity", actor=stranger, now=NOW)
    assert counted() == before
    plain = reveal_customer(seeded, case.customer_id, "call back", actor=AGENT, now=NOW)

    assert plain.phone == "13800005678"
    assert journal_types(seeded)[-1] == "customer.revealed"


def test_the_latest_word_on_a_consent_counts_and_silence_is_no(case, seeded):
    silent = has_consent(seeded, case.customer_id, "marketing")

    record_consent(seeded, case.customer_id, "marketing", is_granted=True, actor=AGENT, now=NOW)
    granted = has_consent(seeded, case.customer_id, "marketing")
    record_consent(seeded, case.customer_id, "marketing", is_granted=False, actor=AGENT, now=NOW + timedelta(days=1))
    withdrawn = has_consent(seeded, case.customer_id, "marketing")

    assert (silent, granted, withdrawn) == (False, True, False)


def test_only_a_supervisor_with_a_reason_marks_a_key_customer(case, seeded, counted):
    before, flags = counted(), {"is_key_customer": True, "is_complainant": False}

    with pytest.raises(NotPermitted):
        mark_customer(seeded, case.customer_id, actor=AGENT, now=NOW, **flags)
    with pytest.raises(ReasonRequired):
        mark_customer(seeded, case.customer_id, actor=replace(SUPERVISOR, reason=None), now=NOW, **flags)
    assert counted() == before
    mark_customer(seeded, case.customer_id, actor=SUPERVISOR, now=NOW, **flags)

    assert get_customer_card(seeded, case.customer_id).is_key_customer


def test_an_archived_case_is_read_only(case, seeded):
    write_case(seeded, case.number, state="archived")

    with pytest.raises(CaseArchived):
        lock_case(seeded, case.number)


def test_a_case_is_seen_by_those_who_work_on_it_its_customer_and_those_who_oversee(case, seeded):
    write_case(seeded, case.number, lead_department="tech_support")
    member = Actor("person:member", groups=frozenset({"dept:tech_support:member"}))
    outsider = Actor("person:outsider", groups=frozenset({"dept:finance:lead"}), permissions=frozenset({"open_case"}))
    himself = Actor(case.subject, groups=frozenset({case.subject}))

    for reader in (member, himself, SUPERVISOR, AGENT):
        assert get_visible_case(seeded, case.number, actor=reader).number == case.number
    with pytest.raises(CaseNotFound):
        get_visible_case(seeded, case.number, actor=outsider)
    with pytest.raises(CaseNotFound):
        get_visible_case(seeded, "SR-20260304-9999", actor=SUPERVISOR)

    assert [each.number for each in list_cases(seeded, CaseFilter(), actor=member).items] == [case.number]
    assert list_cases(seeded, CaseFilter(), actor=outsider).items == []


def test_the_case_list_is_read_page_by_page_newest_first_and_filtered(seeded):
    made = [make_case(seeded, at=NOW + timedelta(minutes=minute)) for minute in range(5)]
    write_case(seeded, made[3].number, state="closed")

    first = list_cases(seeded, CaseFilter(), actor=SUPERVISOR, limit=2)
    second = list_cases(seeded, CaseFilter(), actor=SUPERVISOR, after=first.after, limit=2)
    last = list_cases(seeded, CaseFilter(), actor=SUPERVISOR, after=second.after, limit=2)
    closed = list_cases(seeded, CaseFilter(state="closed", is_breached=False), actor=SUPERVISOR)

    read = [each.number for page in (first, second, last) for each in page.items]
    assert read == [each.number for each in reversed(made)]
    assert last.after is None
    assert [each.number for each in closed.items] == [made[3].number]


def test_people_words_are_shown_to_who_may_read_them_and_the_reading_is_journalled(case, seeded):
    auditor = Actor("person:auditor", permissions=frozenset({"audit"}))

    hidden = get_case_detail(seeded, case.number, actor=auditor, now=NOW)
    types_before = journal_types(seeded)
    shown = get_case_detail(seeded, case.number, actor=SUPERVISOR, now=NOW)

    assert hidden.texts is None
    assert "personal_data.read" not in types_before
    assert shown.texts is not None
    assert shown.texts["subject"] == "打印机不工作"
    assert journal_types(seeded)[-1] == "personal_data.read"
    assert shown.customer.contact.phone == "138****5678"
