import pytest


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
