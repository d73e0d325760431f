from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.handlers import Call
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, service, start, user


def script(id: str, text: str) -> tuple[str, str]:
    return id, f'<scriptTask id="{id}" camunda:resultVariable="{id}"><script>{text}</script></scriptTask>'


def test_expressions_that_see_the_order_of_members_replay_alike(tx, deployed, registry):
    @registry.handler("look")
    def look(call: Call) -> dict[str, object]:
        return {"found": {"zz": 1, "b": 2, "aaa": 3}}

    @registry.function("asked")
    def asked(call: Call) -> dict[str, object]:
        return {"zz": 1, "b": 2, "aaa": 3}

    names = "for e in get entries({}) return e.key"
    deployed(
        diagram(
            chain(
                start(),
                user("fill"),
                service("look", "look"),
                script("given", names.format("box")),
                script("handled", names.format("found")),
                script("called", names.format("asked()")),
                user("after"),
                end(),
            )
        )
    )
    progress = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    box = {"zz": 1, "b": {"y": 1, "xx": 2}, "aaa": 3}

    progress = complete_user_task(tx, progress.user_tasks[0].id, {"box": box}, actor=STAFF, now=NOW)

    assert [task.element_id for task in progress.user_tasks] == ["after"]
    verdict = verify_instance(tx, progress.instance.id)
    assert verdict.is_identical, verdict
