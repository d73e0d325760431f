import pytest
from sqlalchemy import insert

from engine.actors import Actor
from engine.commands.process_instances import start_process_instance
from engine.errors import NotPermitted
from engine.persistence.ids import uuid7
from engine.persistence.tables.identities import person
from tests.engine.conftest import NOW
from tests.spiff.drawing import straight


def named(tx, user_name):
    """A person without any permission."""
    own_id = uuid7(NOW)
    tx.execute(insert(person).values(id=own_id, user_name=user_name, display_name=user_name, created_at=NOW))
    return Actor(f"person:{own_id}")


def restricted(said):
    return straight("a").xml().replace(b'isExecutable="true"', f'isExecutable="true" {said}'.encode())


def start(tx, actor):
    return start_process_instance(tx, definition_key="proc", variables={}, actor=actor, now=NOW)


def test_a_candidate_starter_by_user_name_or_group_may_start_the_process(tx, deployed):
    deployed(restricted('camunda:candidateStarterUsers="ann, bob" camunda:candidateStarterGroups="desk"'))

    by_name = start(tx, named(tx, "bob"))
    by_group = start(tx, Actor("person:x", groups=frozenset({"desk"})))

    assert by_name.instance.state == by_group.instance.state == "active"


def test_nobody_else_may_and_nothing_is_written(tx, deployed, counted):
    deployed(restricted('camunda:candidateStarterUsers="ann" camunda:candidateStarterGroups="desk"'))
    other = named(tx, "carl")
    before = counted()

    with pytest.raises(NotPermitted):
        start(tx, other)

    assert counted() == before


def test_a_person_named_for_one_process_may_not_start_another(tx, deployed):
    deployed(straight("a").xml())

    with pytest.raises(NotPermitted):
        start(tx, named(tx, "ann"))
