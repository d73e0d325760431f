"""Commitments and calendars as registers: seeded once, versioned, refused when they cannot be right."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from engine import clock
from engine.errors import NotPermitted, ReasonRequired
from engine.persistence.tables.identities import group
from operations.calendars import (
    CalendarException,
    calendar_warnings,
    get_calendar,
    load_calendar,
    remove_exception,
    set_calendar,
    set_exception,
)
from operations.commitment_defaults import DEFAULTS
from operations.commitments import (
    CommitmentChange,
    change_commitment,
    check_commitment,
    commitment_versions,
    get_commitment,
    list_commitments,
)
from operations.durations import parse_amount
from operations.errors import CalendarInvalid, CommitmentNotFound, CommitmentTooSlow, CommitmentValueInvalid
from operations.seed import seed
from operations.working_time import ALWAYS, add_working_time
from tests.operations.examples import NOBODY, NOW, SUPERVISOR, journal_types


def test_seeding_twice_adds_nothing_and_keeps_what_people_changed(seeded):
    change_commitment(seeded, "complaint.response", CommitmentChange(value="PT1H"), actor=SUPERVISOR, now=NOW)

    again = seed(seeded, now=NOW)

    assert (again.commitments, again.calendars, again.templates, again.groups, again.departments) == (0, 0, 0, 0, 0)
    assert get_commitment(seeded, "complaint.response").commitment.value == "PT1H"


def test_every_shipped_commitment_fits_its_kind_and_has_a_name_in_both_languages(seeded):
    for entry in DEFAULTS:
        check_commitment(seeded, entry)
        assert entry.name_zh
        assert entry.name_en
    assert len({entry.key for entry in DEFAULTS}) == len(DEFAULTS)


def test_values_that_the_rules_do_not_state_are_listed_for_confirmation(seeded):
    unconfirmed = {entry.commitment.key for entry in list_commitments(seeded, only_defaults=True)}

    assert {"consultation.response", "fault.response", "fault.resolve", "complaint.response"} <= unconfirmed
    assert {"complaint.reply", "kpi.csat.min", "kpi.resolution_rate.min", "kpi.training_mastery.min"} <= unconfirmed
    assert "general.first_feedback" not in unconfirmed


def test_a_changed_commitment_is_a_new_version_that_says_who_when_and_why(seeded):
    changed = change_commitment(
        seeded, "complaint.response", CommitmentChange(value="PT1H", warn_percent=50), actor=SUPERVISOR, now=NOW
    )

    versions = commitment_versions(seeded, "complaint.response")
    assert (changed.version, changed.is_default, changed.reason) == (2, False, "the part is late")
    assert [(version.version, version.commitment.value) for version in versions] == [(2, "PT1H"), (1, "PT2H")]
    assert versions[1].superseded_at == NOW
    assert journal_types(seeded)[-1] == "commitment.changed"


@pytest.mark.parametrize(
    ("key", "change", "error"),
    [
        ("complaint.response", CommitmentChange(value="two hours"), CommitmentValueInvalid),
        ("complaint.response", CommitmentChange(value="P1M"), CommitmentValueInvalid),
        ("complaint.response", CommitmentChange(warn_percent=100), CommitmentValueInvalid),
        ("kpi.csat.min", CommitmentChange(value="101"), CommitmentValueInvalid),
        ("confirmation.reminder_cycle", CommitmentChange(value="P1D"), CommitmentValueInvalid),
        ("first_response.p4", CommitmentChange(value="PT25H"), CommitmentTooSlow),
        ("solution.p3", CommitmentChange(value="P2D", calendar="working"), CommitmentTooSlow),
        ("no.such.key", CommitmentChange(value="PT1H"), CommitmentNotFound),
    ],
)
def test_a_commitment_that_cannot_be_right_is_refused_and_nothing_is_written(seeded, counted, key, change, error):
    before = counted()

    with pytest.raises(error):
        change_commitment(seeded, key, change, actor=SUPERVISOR, now=NOW)

    assert counted() == before


def test_only_who_may_configure_changes_registers_and_never_without_a_reason(seeded, counted):
    before, silent = counted(), replace(SUPERVISOR, reason=" ")
    working = get_calendar(seeded, "working")

    with pytest.raises(NotPermitted):
        change_commitment(seeded, "accept.p1", CommitmentChange(value="PT5M"), actor=NOBODY, now=NOW)
    with pytest.raises(ReasonRequired):
        change_commitment(seeded, "accept.p1", CommitmentChange(value="PT5M"), actor=silent, now=NOW)
    with pytest.raises(NotPermitted):
        set_calendar(seeded, working, actor=NOBODY, now=NOW)

    assert counted() == before


def test_a_company_holiday_moves_working_time_and_can_be_taken_back(seeded):
    friday = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)  # 17:00 in Shanghai
    outing = CalendarException(date(2026, 3, 9), (), "公司活动日", "company outing")
    due = add_working_time(friday, parse_amount("PT2H"), load_calendar(seeded, "working"))

    set_exception(seeded, "working", outing, actor=SUPERVISOR, now=NOW)
    moved = add_working_time(friday, parse_amount("PT2H"), load_calendar(seeded, "working"))
    remove_exception(seeded, "working", outing.day, actor=SUPERVISOR, now=NOW)
    back = add_working_time(friday, parse_amount("PT2H"), load_calendar(seeded, "working"))

    assert (due.day, moved.day, back.day) == (9, 10, 9)
    assert get_calendar(seeded, "working").version == 3
    assert journal_types(seeded)[-2:] == ["calendar.exception_set", "calendar.exception_removed"]


@pytest.mark.parametrize(
    "hours", [(("18:00", "09:00"),), (("09:00", "12:00"), ("11:00", "18:00")), (("9", "18"),), (("24:30", "25:00"),)]
)
def test_hours_that_overlap_or_are_no_times_are_refused(seeded, counted, hours):
    before = counted()
    broken = replace(get_calendar(seeded, "working"), hours=(hours,) * 7)

    with pytest.raises(CalendarInvalid):
        set_calendar(seeded, broken, actor=SUPERVISOR, now=NOW)

    assert counted() == before


def test_a_calendar_says_when_its_announced_holidays_are_about_to_end(seeded):
    in_spring, in_late_autumn = NOW, datetime(2026, 11, 21, tzinfo=UTC)

    early, late = calendar_warnings(seeded, now=in_spring), calendar_warnings(seeded, now=in_late_autumn)

    assert early == ()
    assert {warning.key for warning in late} == {"working", "service"}
    assert all(warning.known_year == 2026 and "2026" in warning.text_zh for warning in late)


def test_calendars_are_first_made_in_the_zone_of_the_house_and_keep_it(tx, request):
    request.addfinalizer(lambda: clock.configure_zone("Asia/Shanghai"))
    clock.configure_zone("Europe/Berlin")
    seed(tx, now=NOW)

    clock.configure_zone("America/New_York")
    seed(tx, now=NOW)

    assert [get_calendar(tx, key).zone for key in ("working", "service")] == ["Europe/Berlin"] * 2
    later = add_working_time(datetime(2026, 2, 10, 4, 30, tzinfo=UTC), parse_amount("P1M"), ALWAYS)
    assert later == datetime(2026, 3, 10, 3, 30, tzinfo=UTC)  # half past eleven at night in New York, both times


def test_leadership_loses_what_an_earlier_release_granted_unless_people_changed_it(seeded):
    def permissions(now_are: tuple[str, ...]) -> list[str]:
        seeded.execute(update(group).where(group.c.id == "executive").values(permissions=list(now_are)))
        seed(seeded, now=NOW)
        return list(seeded.execute(select(group.c.permissions).where(group.c.id == "executive")).scalar_one())

    assert permissions(("supervise",)) == ["overview"]
    assert permissions(("supervise", "audit")) == ["supervise", "audit"]
    assert journal_types(seeded).count("group.regranted") == 1
