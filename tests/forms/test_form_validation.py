import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.patterns import PatternRefused, compile_pattern
from forms.validation import FieldError, Form, FormUnreadable, FormValuesInvalid, load_form


def form(*components: Mapping[str, object], **more: object) -> Form:
    return load_form(json.dumps({"id": "f", "type": "default", "components": components, **more}).encode())


def field(type: str, key: str, **more: object) -> dict[str, object]:
    return {"type": type, "key": key, "id": key, "label": key, **more}


def evaluate(text: str, context: Mapping[str, object]) -> object:
    """Know just the few expressions these tests write."""
    name, operator, literal = text.partition(" = ") if " = " in text else text.partition(" <= ")
    if not operator:
        return context.get(name)
    wanted = context.get(literal, json.loads(literal) if literal[0] in '"tf0123456789' else None)
    value = context.get(name)
    if operator == " = ":
        return value == wanted
    return None if value is None or wanted is None else value <= wanted


def codes(a_form: Form, values: Mapping[str, object], **variables: object) -> dict[str, str]:
    with pytest.raises(FormValuesInvalid) as caught:
        a_form.validate(values, evaluate=evaluate, variables=variables)
    return {error.path: error.code for error in caught.value.errors}


def values(a_form: Form, sent: Mapping[str, object], **variables: object) -> dict[str, object]:
    return dict(a_form.validate(sent, evaluate=evaluate, variables=variables).values)


REQUIRED = {"required": True}


def test_every_wrong_field_is_reported_at_once_in_both_languages():
    a_form = form(
        field("textfield", "name", validate=REQUIRED),
        field("number", "amount", validate={"min": 1}),
        field("select", "kind", values=[{"label": "A", "value": "a"}]),
    )

    with pytest.raises(FormValuesInvalid) as caught:
        a_form.validate({"amount": 0, "kind": "b", "extra": 1}, evaluate=evaluate)

    found = {error.path: error.code for error in caught.value.errors}
    assert found == {"name": "required", "amount": "min", "kind": "option", "extra": "unknown"}
    assert all(error.message_en and error.message_zh for error in caught.value.errors)


@pytest.mark.parametrize(
    ("component", "value", "code"),
    [
        (field("textfield", "x"), 5, "type"),
        (field("textfield", "x"), ["a"], "type"),
        (field("textfield", "x", validate={"maxLength": 2}), "😀b", "max_length"),
        (field("textfield", "x", validate={"minLength": 3}), " ab ", "min_length"),
        (field("textfield", "x"), "a" * 20_001, "max_length"),
        (field("textfield", "x"), "a\x00b", "control"),
        (field("textfield", "x", validate={"pattern": r"^\d+$"}), "12\n", "pattern"),
        (field("textfield", "x", validate={"pattern": r"^\d+$"}), "１２", "pattern"),
        (field("textfield", "x", validate={"validationType": "email"}), "a@b", "email"),
        (field("textfield", "x", validate={"validationType": "phone"}), "13812345678", "phone"),
        (field("number", "x"), True, "type"),
        (field("number", "x"), "5", "type"),
        (field("number", "x"), float("nan"), "type"),
        (field("number", "x"), 10**40, "type"),
        (field("number", "x", decimalDigits=0), 1.5, "digits"),
        (field("number", "x", decimalDigits=2, increment="0.25"), 0.3, "step"),
        (field("number", "x", validate={"max": 5}), 6, "max"),
        (field("number", "x", validate={"max": "=most"}), 6, "max"),
        (field("checkbox", "x"), "true", "type"),
        (field("checkbox", "x", validate=REQUIRED), False, "required"),
        (field("checklist", "x", values=[{"value": "a"}]), "a", "type"),
        (field("checklist", "x", values=[{"value": "a"}]), ["a", "a"], "option"),
        (field("checklist", "x", values=[{"value": "a"}], validate=REQUIRED), [], "required"),
        (field("select", "x", values=[{"value": 1}]), True, "option"),
        (field("select", "x", values=[{"value": "a"}]), {"value": "a"}, "type"),
        (field("radio", "x", valuesKey="offers"), "c", "option"),
        (field("radio", "x", valuesKey="absent"), "c", "option"),
        (field("taglist", "x", valuesExpression="=offers"), ["a", "z"], "option"),
        (field("datetime", "x", subtype="date"), "2026-02-30", "date"),
        (field("datetime", "x", subtype="time"), "25:00", "time"),
        (field("datetime", "x", subtype="datetime"), "2026-11-21T10:00", "datetime"),
        (field("datetime", "x", subtype="datetime"), 5, "type"),
        (field("datetime", "x", subtype="datetime"), "20261121T100000Z", "datetime"),
        (field("datetime", "x", subtype="date"), "2026-W47-6", "date"),
        (field("datetime", "x", subtype="date"), "0001-01-01", "date"),
        (field("datetime", "x", subtype="datetime"), "9999-12-31T23:59:59-14:00", "datetime"),
    ],
)
def test_a_value_that_does_not_fit_its_component_is_refused(component: dict[str, object], value: object, code: str):
    a_form = form(component)

    found = codes(a_form, {"x": value}, offers=["a", {"label": "B", "value": "b"}], most=5)

    assert found == {"x": code}


@pytest.mark.parametrize(
    ("component", "value"),
    [
        (field("textfield", "x", validate={"maxLength": 2, "minLength": 2}), "中文"),
        (field("textfield", "x", validate={"pattern": r"^\d{3}$"}), "123"),
        (field("textfield", "x", validate={"validationType": "phone"}), "+8613812345678"),
        (field("number", "x", decimalDigits=1, increment="0.1"), 0.3),
        (field("number", "x"), 0),
        (field("checklist", "x", values=[{"value": "a"}, {"value": "b"}]), ["b", "a"]),
        (field("select", "x", valuesKey="offers"), "b"),
        (field("datetime", "x", subtype="datetime"), "2026-11-21T10:00:00+08:00"),
        (field("datetime", "x", subtype="datetime"), "2026-11-21T02:00:00Z"),
        (field("datetime", "x", subtype="datetime", timeSerializingFormat="no_timezone"), "2026-11-21T10:00:00"),
    ],
)
def test_a_value_that_fits_is_taken_as_it_is(component: dict[str, object], value: object):
    a_form = form(component)

    taken = values(a_form, {"x": value}, offers=["a", {"label": "B", "value": "b"}])

    assert taken == {"x": value}


@pytest.mark.parametrize(
    ("subtype", "sent", "taken"),
    [
        ("datetime", "2026-11-21T10:00+08:00", "2026-11-21T10:00:00+08:00"),
        ("datetime", "2026-11-21T10:00Z", "2026-11-21T10:00:00Z"),
        ("datetime", "2026-11-21T10:00:30+08:00", "2026-11-21T10:00:30+08:00"),
        ("time", "10:00", "10:00:00"),
        ("date", "2026-11-21", "2026-11-21"),
    ],
)
def test_the_seconds_that_the_form_viewer_leaves_out_are_put_in(subtype: str, sent: str, taken: str):
    a_form = form(field("datetime", "x", subtype=subtype))

    assert values(a_form, {"x": sent}) == {"x": taken}


def test_what_is_left_out_is_present_as_nothing():
    a_form = form(
        field("textfield", "text"),
        field("checkbox", "tick"),
        field("checklist", "list", values=[{"value": "a"}]),
        {"type": "dynamiclist", "id": "rows", "path": "rows", "components": []},
    )

    taken = values(a_form, {"text": ""})

    assert taken == {"text": None, "tick": False, "list": [], "rows": []}


def test_a_box_that_the_form_draws_ticked_counts_as_ticked_when_it_is_left_out():
    a_form = form(field("checkbox", "tell", defaultValue=True))

    assert values(a_form, {}) == {"tell": True}
    assert values(a_form, {"tell": False}) == {"tell": False}


def test_a_hidden_value_is_dropped_and_not_required():
    a_form = form(
        field("checkbox", "other"),
        field("textfield", "which", validate=REQUIRED, conditional={"hide": "=other = false"}),
    )

    hidden = values(a_form, {"other": False, "which": "smuggled"})
    shown = codes(a_form, {"other": True})

    assert hidden == {"other": False}
    assert shown == {"which": "required"}


def test_a_value_hidden_by_a_hidden_value_is_dropped_too():
    a_form = form(
        field("checkbox", "first"),
        field("textfield", "second", conditional={"hide": "=first = false"}),
        field("textfield", "third", conditional={"hide": "=second = null"}),
    )

    taken = values(a_form, {"first": False, "second": "x", "third": "y"})

    assert taken == {"first": False}


def test_a_group_hides_all_that_it_holds_and_lends_its_path():
    a_form = form(
        field("checkbox", "moved"),
        {
            "type": "group",
            "id": "g",
            "path": "address",
            "conditional": {"hide": "=moved = false"},
            "components": [field("textfield", "city", validate=REQUIRED)],
        },
    )

    found = codes(a_form, {"moved": True})
    hidden = values(a_form, {"moved": False, "address": {"city": "x"}})

    assert found == {"address.city": "required"}
    assert hidden == {"moved": False}


def test_disabled_and_readonly_values_are_ignored_from_input():
    a_form = form(
        field("textfield", "fixed", disabled=True),
        field("textfield", "shown", readonly=True),
        field("textfield", "maybe", readonly="=locked"),
        field("textfield", "free"),
    )

    taken = values(a_form, {"fixed": "a", "shown": "b", "maybe": "c", "free": "d"}, locked=True)

    assert taken == {"free": "d"}


def test_rows_are_checked_one_by_one_with_their_own_conditions():
    steps = {
        "type": "dynamiclist",
        "id": "steps",
        "path": "steps",
        "properties": {"min_rows": "1", "max_rows": "3"},
        "components": [
            field("number", "no", validate=REQUIRED),
            field("textfield", "why", validate=REQUIRED, conditional={"hide": "=no = 1"}),
        ],
    }
    a_form = form(steps)

    wrong_rows = codes(
        a_form,
        {
            "steps": [
                {"no": 1, "why": "dropped"},
                {"no": 2},
                {"odd": 1, "no": 1},
            ]
        },
    )
    not_a_row = codes(a_form, {"steps": ["x"]})
    too_few, too_many = codes(a_form, {}), codes(a_form, {"steps": [{"no": 1}] * 4})
    taken = values(a_form, {"steps": [{"no": 1, "why": "dropped"}, {"no": 2, "why": "kept"}]})

    assert wrong_rows == {"steps.1.why": "required", "steps.2.odd": "unknown"}
    assert not_a_row == {"steps.0": "object"}
    assert (too_few, too_many) == ({"steps": "min_rows"}, {"steps": "max_rows"})
    assert taken == {"steps": [{"no": 1}, {"no": 2, "why": "kept"}]}


def test_free_text_is_sealed_by_default_and_codes_are_not():
    a_form = form(
        field("textfield", "name"),
        field("textfield", "sku", properties={"personal": "false"}),
        field("select", "kind", values=[{"value": "a"}]),
        field("datetime", "born", subtype="date", properties={"personal": "true"}),
        {"type": "dynamiclist", "id": "rows", "path": "rows", "components": [field("textarea", "note")]},
    )
    sent = {"name": "Li", "sku": "S1", "kind": "a", "born": "2000-01-01", "rows": [{"note": "n"}, {"note": ""}]}

    checked = a_form.validate(sent, evaluate=evaluate)
    sealed = checked.sealed(lambda path, value: f"<{len(path)}>")

    assert checked.sealed_paths == (("name",), ("born",), ("rows", 0, "note"))
    assert sealed["rows"] == [{"note": "<3>"}, {"note": None}]
    assert (sealed["name"], sealed["sku"], sealed["born"]) == ("<1>", "S1", "<1>")
    assert checked.values["name"] == "Li"


def test_a_rule_across_fields_holds_only_when_it_is_true():
    properties = {
        "rule.in_time": "=due <= solution_due",
        "rule.in_time.field": "due",
        "rule.in_time.en": "Too late.",
        "rule.in_time.zh": "太晚。",
    }
    a_form = form(field("number", "due"), properties=properties)

    late, unknown = codes(a_form, {"due": 9}, solution_due=5), codes(a_form, {}, solution_due=5)
    taken = values(a_form, {"due": 4}, solution_due=5)

    assert late == unknown == {"due": "in_time"}
    assert taken == {"due": 4}
    assert ("in_time", "due <= solution_due") in a_form.expressions()


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"{", "form_not_json"),
        (b"[" * 100_000, "form_not_json"),
        (b"[]", "form_without_components"),
        (b'{"components": []}', "form_without_id"),
        (b" " * 500_001, "form_too_large"),
    ],
)
def test_a_file_that_is_no_form_is_unreadable(source: bytes, code: str):
    with pytest.raises(FormUnreadable) as caught:
        load_form(source)

    assert [problem.code for problem in caught.value.problems] == [code]


def test_all_problems_of_a_form_are_reported_at_once():
    components = [
        field("iframe", "a"),
        field("select", "b"),
        field("textfield", "c", validate={"pattern": "(a+)+$"}),
        field("textfield", "d", validate={"pattern": "("}),
        field("number", "e", validate={"min": "much"}),
        field("number", "e"),
        {"type": "textfield", "id": "z"},
        5,
        {"type": "dynamiclist", "id": "l", "path": "l", "components": [], "properties": {"max_rows": "x"}},
    ]

    with pytest.raises(FormUnreadable) as caught:
        form(*components, properties={"rule.r": "1 > 0", "rule.s": "=true"})

    assert sorted({problem.code for problem in caught.value.problems}) == [
        "component_id_twice",
        "component_key_twice",
        "component_no_object",
        "component_type_unknown",
        "component_without_key",
        "component_without_values",
        "limit_no_number",
        "pattern_refused",
        "rule_no_feel",
        "rule_without_text",
    ]
    assert all(problem.message_en and problem.message_zh for problem in caught.value.problems)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
EVERYTHING = form(
    field("textfield", "text", validate={"maxLength": 5, "pattern": "^a"}),
    field("textarea", "area", validate={"minLength": 1}),
    field("number", "number", decimalDigits=2, increment=0.5, validate={"min": 1, "max": "=most"}),
    field("checkbox", "tick"),
    field("select", "select", values=[{"value": "a"}]),
    field("checklist", "list", values=[{"value": "a"}, {"value": 1}]),
    field("datetime", "date", subtype="date"),
    field("datetime", "moment", subtype="datetime"),
    field("textfield", "deep.er.field"),
    {"type": "dynamiclist", "id": "rows", "path": "rows", "components": [field("number", "n", validate=REQUIRED)]},
)
KEYS = ["text", "area", "number", "tick", "select", "list", "date", "moment", "deep", "rows", "else"]


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=11))
def test_whatever_is_sent_is_either_taken_or_refused_field_by_field(sent: dict[str, object]):
    refusals: tuple[FieldError, ...] = ()
    taken: Mapping[str, object] = {}
    try:
        taken = EVERYTHING.validate(sent, evaluate=evaluate, variables={"most": 9}).values
    except FormValuesInvalid as refused:
        refusals = refused.errors

    assert bool(refusals) != bool(taken)
    assert all(error.path and error.message_en and error.message_zh for error in refusals)
    if taken:
        assert EVERYTHING.validate(taken, evaluate=evaluate, variables={"most": 9}).values == taken


@pytest.mark.parametrize("pattern", ["[[a]", "[a--b]", "[a&&b]", "[a||b]", "[a~~b]"])
def test_a_pattern_with_a_set_inside_a_set_is_refused_instead_of_meaning_two_things(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"\[[0-9]\]", "[a-z]+-[0-9]+", r"[\[\]]", "a|b||c"])
def test_a_pattern_whose_sets_stand_alone_is_used(pattern: str) -> None:
    assert compile_pattern(pattern).pattern == pattern
