from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.spiff.crons import is_cron, next_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "after", "following"),
    [
        ("0 0 9 ? * MON-FRI", "2026-03-06T09:00", "2026-03-09T09:00"),
        ("0 0 9 ? * 2-6", "2026-03-06T09:00", "2026-03-09T09:00"),
        ("0 0 9 ? * mon-fri", "2026-03-06T08:59:59.999999", "2026-03-06T09:00"),
        ("0 0 9 ? * FRI-MON", "2026-03-03T09:00", "2026-03-06T09:00"),
        ("0 0 9 ? * 6-2", "2026-03-08T09:00", "2026-03-09T09:00"),
        ("0 0 9 ? * 2/2", "2026-03-02T09:00", "2026-03-04T09:00"),
        ("0 0 9 ? * 1,7", "2026-03-02T09:00", "2026-03-07T09:00"),
        ("0 0 9 ? * L", "2026-03-02T09:00", "2026-03-07T09:00"),
        ("0 0 9 ? * 6L", "2026-03-02T09:00", "2026-03-27T09:00"),
        ("0 0 9 ? * FRIL", "2026-03-27T09:00", "2026-04-24T09:00"),
        ("0 0 9 ? * 6#3", "2026-03-02T09:00", "2026-03-20T09:00"),
        ("0 0/15 * * * ?", "2026-03-02T10:07:30", "2026-03-02T10:15"),
        ("0 /15 * * * ?", "2026-03-02T10:07:30", "2026-03-02T10:15"),
        ("0 5/20 * * * ?", "2026-03-02T10:46", "2026-03-02T11:05"),
        ("0 0 22-2 * * ?", "2026-03-02T22:00", "2026-03-02T23:00"),
        ("0 0 22-2 * * ?", "2026-03-02T23:30", "2026-03-03T00:00"),
        ("0 0 22-2 * * ?", "2026-03-03T02:00", "2026-03-03T22:00"),
        ("0 0 18 L * ?", "2026-02-01T00:00", "2026-02-28T18:00"),
        ("0 0 9 15W * ?", "2026-03-02T00:00", "2026-03-16T09:00"),
        ("0 0 0 1 JAN,JUL ?", "2026-03-02T00:00", "2026-07-01T00:00"),
        ("0 0 0 29 2 ?", "2026-03-02T00:00", "2028-02-29T00:00"),
        ("0 0 0 1 1 ? 2030", "2026-03-02T00:00", "2030-01-01T00:00"),
        ("*/10 * * * * *", "2026-03-02T10:00:05.5", "2026-03-02T10:00:10"),
        ("* * * * * ?", "2026-03-02T10:00:05.5", "2026-03-02T10:00:06"),
    ],
)
def test_the_next_moment_is_the_one_quartz_gives(text: str, after: str, following: str):
    assert next_moment(text, after=moment(after), zone=SHANGHAI) == moment(following)


def test_an_hour_that_a_zone_leaves_out_is_not_fired_twice_and_time_goes_on():
    berlin, moments = ZoneInfo("Europe/Berlin"), [datetime(2026, 3, 27, tzinfo=ZoneInfo("UTC"))]

    for _ in range(3):
        following = next_moment("0 30 2 * * ?", after=moments[-1], zone=berlin)
        assert following is not None
        moments.append(following)

    assert moments == sorted(set(moments))
    assert (moments[-1].month, moments[-1].day) in {(3, 29), (3, 30)}


@pytest.mark.parametrize("text", ["0 0 0 30 2 ?", "0 0 0 1 1 ? 2001"])
def test_what_never_comes_has_no_next_moment(text: str):
    assert is_cron(text)
    assert next_moment(text, after=moment("2026-03-02T00:00"), zone=SHANGHAI) is None


@pytest.mark.parametrize(
    "text",
    [
        *("*/5 * * * *", "0 0 9 * * 1", "0 0 9 * * MON", "0 0 9 1 * 2", "0 0 9 ? * ?", "0 0 9 ? * 0", "0 0 9 ? * 8"),
        *("0 0 9 ? * XYZ", "R * * * * ?", "H * * * * ?", "0 0 9 ? * 6#6", "0 0 9 ? * 2-6L", "? 0 9 * * ?", "@daily"),
        *("PT1H", "R3/PT10M", "every day at nine in the morning", "0 0 9 ? * MON 2026 x", "0" * 500 + " 0 9 * * ?"),
    ],
)
def test_what_quartz_does_not_take_is_no_cron_expression(text: str):
    assert next_moment(text, after=moment("2026-03-02T00:00"), zone=SHANGHAI) is None
    assert not is_cron(text)
