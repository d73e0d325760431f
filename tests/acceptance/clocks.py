"""The service's movable clock, moved from one due time to the next so that whatever is chained fires in its turn."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.acceptance.people import Client, Json, moment
from tests.acceptance.service import PATIENCE_S, Service

SHANGHAI = ZoneInfo("Asia/Shanghai")
QUIET_MONTHS = (3, 7, 8, 11)
"""Months in which the country has neither public holidays nor make-up working days."""
ROOM = timedelta(weeks=2)
"""What a story may take of such a month."""
SOON_S = 5.0
STEPS_AT_MOST = 500


class ServiceClock:
    """Moves forward only. Stories on one service come one after the other."""

    def __init__(self, service: Service, client: Client, overseer: Client) -> None:
        self._service = service
        self._client = client
        self._overseer = overseer

    def now(self) -> datetime:
        return moment(self._client.get("/api/testing/clock")["now"])

    def begin_story(self, room: timedelta = ROOM) -> datetime:
        """Go to the next Monday, nine o'clock in Shanghai, that ordinary working weeks follow."""
        day = (self.now().astimezone(SHANGHAI) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        while day.weekday() != 0 or {day.month, (day + room).month} - set(QUIET_MONTHS):
            day += timedelta(days=1)
        self._put(day)
        self.settle()
        return day

    def advance(self, **amount: float) -> None:
        """Let time pass: `advance(hours=3)`."""
        self.advance_to(self.now() + timedelta(**amount))

    def advance_to(self, target: datetime) -> None:
        """Go to a time, stopping wherever something becomes due before it."""
        self.settle()
        for _ in range(STEPS_AT_MOST):
            due = self._next_due()
            if due is None or due > target:
                break
            self._put(due)
            self.settle()
        else:
            raise AssertionError(f"more than {STEPS_AT_MOST} due times before {target}")
        self._put(target)
        self.settle()

    def jump_to(self, target: datetime) -> None:
        """Go to a time at once, and wait for nothing."""
        self._put(target)

    def settle(self) -> None:
        """Wait until no worker has anything left to do at this time."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            if self.is_quiet():
                return
            time.sleep(0.02)
        seen = self._client.get("/api/testing/clock")
        raise AssertionError(f"the workers do not come to rest: {seen}\n{self._service.last_words()}")

    def is_quiet(self) -> bool:
        return bool(self._client.get("/api/testing/clock")["due"] == 0)

    def _next_due(self) -> datetime | None:
        active: list[Json] = self._overseer.pages("/api/process-instances", state="active")
        return min((moment(one["next_due_at"]) for one in active if one["next_due_at"]), default=None)

    def _put(self, target: datetime) -> None:
        """Go there, unless it is past or so near that it will be past when the request arrives: then wait for it."""
        ahead_s = (target - self.now()).total_seconds()
        if 0 < ahead_s < SOON_S:
            time.sleep(ahead_s)
        elif ahead_s > 0:
            self._client.put("/api/testing/clock", {"now": target.isoformat()})
