import pytest
from sqlalchemy import text

from engine.commands.user_tasks import claim_user_task, unclaim_user_task
from engine.errors import ListenerFailed
from engine.handlers import HandlerFailed
from tests.engine.conftest import NOW, STAFF
from tests.engine.conftest import counted as counted  # noqa: PLC0414 - a fixture of its own name


@pytest.fixture
def heard(registry):
    words = []

    @registry.handler("hear")
    def hear(call, *, what: str) -> None:
        """Remember what was said."""
        words.append(what)

    return words


def test_listeners_are_called_in_the_order_of_the_life_of_a_task(case, heard):
    played = case("listeners/everywhere")
    begun = list(heard)
    played.wait(hours=2)
    late = heard[len(begun) :]
    played.complete("work")

    assert begun == ["process start", "take", "start", "create"]
    assert late == ["timeout"]
    assert heard[len(begun) + 1 :] == ["complete", "end", "process end"]
    assert played.entered == ["start", "work", "end"]


def test_a_task_that_is_interrupted_hears_its_deletion_and_not_its_completion(case, heard):
    played = case("listeners/everywhere")

    played.signal("stop")

    assert heard[-3:] == ["delete", "end", "process end"]
    assert played.is_completed


def test_claiming_and_handing_back_are_updates_and_assignments(case, service, heard):
    played = case("listeners/everywhere")
    begun = len(heard)

    claim_user_task(service.tx, played.tasks[0].id, actor=STAFF, now=NOW)
    unclaim_user_task(service.tx, played.tasks[0].id, actor=STAFF, now=NOW)
    played.complete("work")

    assert heard[begun:] == ["update", "assignment", "update", "assignment", "complete", "end", "process end"]


def test_a_listener_that_fails_refuses_the_claim_and_nothing_is_written(case, service, registry, counted):
    @registry.handler("hear")
    def hear(call, *, what: str) -> None:
        """Refuse every assignment."""
        if what == "assignment":
            raise HandlerFailed("not him")

    played = case("listeners/everywhere")
    savepoint = service.tx.begin_nested()
    before = counted()

    with pytest.raises(ListenerFailed, match="not him"):
        claim_user_task(service.tx, played.tasks[0].id, actor=STAFF, now=NOW)
    savepoint.rollback()

    assert counted() == before
    assert service.tx.scalar(text("SELECT count(*) FROM user_task WHERE assignee IS NOT NULL")) == 0
