"""What functions read once in a step, and when they read it again."""

from engine.commands.process_instances import start_process_instance
from engine.handlers import Call, Result
from engine.queries.process_instances import get_variables
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW
from tests.engine.diagrams import chain, diagram, end, service, start, user


def script(id: str, feel: str) -> tuple[str, str]:
    return id, f'<scriptTask id="{id}" scriptFormat="feel"><script>{feel}</script></scriptTask>'


def test_functions_read_once_until_a_handler_runs_and_see_what_it_wrote(tx, deployed, registry):
    stock = {"left": 5}
    looks: list[int] = []

    @registry.handler("take_one")
    def take_one(call: Call) -> dict[str, object]:
        stock["left"] -= 1
        return {}

    @registry.function("left")
    def left(call: Call) -> Result:
        def look() -> int:
            looks.append(stock["left"])
            return stock["left"]

        return Result(call.readings.of("left", look))

    before, after = script("before", "{a: left(), b: left()}"), script("after", "{c: left(), d: left()}")
    deployed(diagram(chain(start(), before, service("take", "take_one"), after, user("look"), end())))

    begun = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)

    found = get_variables(tx, begun.instance.id, actor=ADMIN, now=NOW)
    assert {name: found[name] for name in "abcd"} == {"a": 5, "b": 5, "c": 4, "d": 4}
    assert looks == [5, 4]
    assert verify_instance(tx, begun.instance.id).is_identical
