import pytest

from engine.errors import FormInvalid
from engine.persistence.process_instances import find_instance
from engine.queries.user_tasks import read_form
from tests.engine.conftest import NOW, STAFF
from tests.engine.conftest import counted as counted  # noqa: PLC0414 - a fixture of its own name


def test_a_form_drawn_in_the_diagram_is_served_as_form_js(case, service):
    played = case("forms/form_data", limit=4)

    form = read_form(service.tx, played.tasks[0].id, actor=STAFF, now=NOW).form

    kinds = {each["key"]: each["type"] for each in form["components"]}
    assert kinds == {
        "customer": "textfield",
        "amount": "number",
        "urgent": "checkbox",
        "day": "datetime",
        "level": "select",
        "fixed": "textfield",
    }
    assert form["components"][0]["validate"] == {"minLength": 2, "maxLength": 10, "required": True}
    assert form["components"][4]["defaultValue"] == "low"


def test_what_is_submitted_steers_the_process_and_defaults_stand_for_what_is_not(case):
    played = case("forms/form_data", limit=4)

    played.complete("ask", customer="ACME", day="2026-11-23", fixed="mine")

    assert played.entered == ["start", "ask", "gate", "vip"]
    assert played.variables == {
        "limit": 4,
        "customer": "ACME",
        "amount": 5,
        "urgent": False,
        "day": "2026-11-23",
        "level": "low",
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ("customer", "required")),
        ({"customer": "A"}, ("customer", "min_length")),
        ({"customer": "A" * 11}, ("customer", "max_length")),
        ({"customer": "ACME", "amount": 0}, ("amount", "min")),
        ({"customer": "ACME", "amount": 101}, ("amount", "max")),
        ({"customer": "ACME", "amount": 1.5}, ("amount", "digits")),
        ({"customer": "ACME", "day": "23.11.2026"}, ("day", "date")),
        ({"customer": "ACME", "level": "middle"}, ("level", "option")),
    ],
)
def test_a_value_that_breaks_a_constraint_is_refused_with_its_field_and_nothing_is_written(case, counted, values, told):
    played = case("forms/form_data", limit=4)
    before = counted()

    with pytest.raises(FormInvalid) as refused:
        played.complete("ask", **values)

    assert [(each["field"], each["code"]) for each in refused.value.facts["errors"]] == [told]
    assert counted() == before
    assert played.open == ["ask"]


def test_a_form_that_cannot_be_shown_refuses_the_deployment_by_its_task(refused):
    assert sorted(refused("forms/form_data_invalid")) == [
        ("expression-invalid", "ask"),
        ("form-field-invalid", "ask"),
        ("form-field-invalid", "ask"),
        ("form-field-invalid", "ask"),
        ("form-field-invalid", "ask"),
        ("form-field-invalid", "ask"),
        ("form-twice", "ask"),
    ]


def test_a_field_of_the_start_form_is_the_business_key_unless_another_is_given(case, service):
    by_field = case("forms/form_data", limit=4, number=17)
    by_caller = case("forms/form_data", business_key="B-1", limit=4, number=17)

    keys = [find_instance(service.tx, played.id).business_key for played in (by_field, by_caller)]

    assert keys == ["17", "B-1"]
