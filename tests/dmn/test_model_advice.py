"""What is said about a model before it is used: DMN 1.5 §8.2.10, and what a process owner easily gets wrong."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.dmn import advise

from .conftest import NOW, decision, definitions, literal, model_of, table

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect


def advice(body: str) -> list[tuple[str, str]]:
    return [(each.code, each.message_en) for each in advise(definitions(body))]


def codes(body: str) -> list[str]:
    return [code for code, _ in advice(body)]


def of_table(inputs: list[str], rows: list[tuple[str, ...]], hit_policy: str = "UNIQUE", **options: str) -> str:
    return decision(table(inputs, ["y"], rows, hit_policy, **options))


@pytest.mark.parametrize(
    ("inputs", "rows", "words"),
    [
        (["x"], [("< 5", "1"), (">= 3", "2")], "Rows 1 and 2 overlap in a table that is UNIQUE: x: [3..5)."),
        (["x"], [('"a", "b"', "1"), ('not("a")', "2")], 'Rows 1 and 2 overlap in a table that is UNIQUE: x: "b".'),
        (["x"], [("true", "1"), ("-", "2")], "Rows 1 and 2 overlap in a table that is UNIQUE: x: true."),
        (
            ["x", "d"],
            [("[1..9]", '< date("2026-06-01")', "1"), ("> 5", '[date("2026-01-01")..date("2026-12-31")]', "2")],
            "x: (5..9]; d: [2026-01-01..2026-06-01).",
        ),
        (["t"], [('< @"PT4H"', "1"), ('<= duration("PT4H")', "2")], "t: < PT4H."),
    ],
)
def test_rows_of_a_unique_table_that_overlap_are_told_with_what_they_share(inputs, rows, words):
    found = [text for code, text in advice(of_table(inputs, rows)) if code == "dmn_rows_overlap"]

    assert len(found) == 1
    assert words in found[0]


def test_rows_of_an_any_table_may_overlap_when_they_agree():
    agreeing = of_table(["x"], [("< 5", "1"), ("-", "1")], "ANY")
    differing = of_table(["x"], [("< 5", "1"), ("-", "2")], "ANY")

    assert codes(agreeing) == []
    assert codes(differing) == ["dmn_rows_overlap"]


@pytest.mark.parametrize(
    ("inputs", "rows", "words"),
    [
        (["x"], [("< 5", "1"), ("> 5", "2")], "No row matches x: 5. The nearest rows: 1, 2."),
        (["x"], [("[1..5]", "1"), ("[6..9]", "2")], "No row matches x: < 1 or (5..6) or > 9."),
        (["x"], [("true", "1")], "No row matches x: false."),
        (["x"], [('"a"', "1")], "No row matches x: anything else."),
        (
            ["x", "y"],
            [("< 5", "< 5", "1"), (">= 5", "-", "2")],
            "No row matches x: < 5; y: >= 5. The nearest rows: 1, 2.",
        ),
        (["d"], [('<= date("2026-01-01")', "1"), ('> date("2026-01-02")', "2")], "No row matches d: 2026-01-02."),
    ],
)
def test_values_that_no_row_takes_are_told_with_the_nearest_rows(inputs, rows, words):
    found = [text for code, text in advice(of_table(inputs, rows)) if code == "dmn_gap"]

    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "body",
    [
        of_table(["x"], [("< 5", "1"), (">= 5", "2")]),
        of_table(["x"], [("true", "1"), ("false", "2")]),
        of_table(["x"], [('"a"', "1"), ('not("a")', "2")]),
        of_table(["x"], [('date("2026-01-01")', "1"), ('> date("2026-01-01")', "2"), ('<= date("2025-12-31")', "3")]),
        of_table(["x"], [("< 5", "1"), ("-", "2")], "FIRST"),
        of_table(["x"], [("< 5", "1")], default="0"),
        of_table(["x"], [("< 5", "1")], "COLLECT"),
        of_table(["x"], [("< limit()", "1"), (">= limit()", "2")]),
        of_table(["x", "y"], [("< 5", "< y", "1"), ("< 5", "> y", "1")], "COLLECT"),
    ],
)
def test_a_table_without_gaps_or_overlaps_is_not_spoken_of(body):
    assert codes(body) == []


@pytest.mark.parametrize(
    ("rows", "hit_policy", "row"),
    [
        ([("[5..1]", "1"), ("-", "2")], "UNIQUE", "Row 1 can never match"),
        ([("< 5", "1"), ("> 2", "2"), ("3", "3")], "FIRST", "Row 3 can never match"),
        ([("-", "1"), ('"a"', "2")], "FIRST", "Row 2 can never match"),
    ],
)
def test_a_row_that_never_matches_is_told(rows, hit_policy, row):
    found = [text for code, text in advice(of_table(["x"], rows, hit_policy)) if code.startswith("dmn_row_")]

    assert len(found) == 1
    assert found[0].startswith(row)


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ([("-", '"high"'), ("> 5", '"low"')], ["Row 2"]),
        ([("> 5", '"low"'), ("-", '"high"')], ["Row 1"]),
        ([("< 9", '"high"'), ("> 5", '"high"'), ("[6..8]", '"low"')], ["Row 3"]),
        ([("> 5", '"high"'), ("-", '"low"')], []),
        ([("-", '"high"'), ("> 5", "x")], []),
        ([("-", '"high"'), ("> 5", '"high"')], ["Row 2"]),
        ([("-", '"none of these"'), ("> 5", '"low"')], []),
    ],
)
def test_a_row_of_a_priority_table_that_others_always_outrank_is_told(rows, hidden):
    found = [text for code, text in advice(of_table(["x"], rows, "PRIORITY", values='"high", "low"'))]

    told = [text for text in found if "outrank" in text]
    assert [text.partition(" can")[0] for text in told] == hidden


@RELAXED
@given(st.lists(st.tuples(st.sampled_from(["-", "0", "1", "< 1", "> 0"]), st.sampled_from(['"a"', '"b"'])), min_size=1))
def test_a_row_is_told_to_be_outranked_exactly_when_it_never_decides(rows):
    numbered = [(cell, output, str(index)) for index, (cell, output) in enumerate(rows)]
    model = model_of(decision(table(["x"], ["y", "n"], numbered, "PRIORITY", values='"a", "b"')))

    deciding = {
        model.evaluate("d", {"x": x}, now=NOW).result["n"] for x in (None, -1, 0, 0.5, 1, 2) if decides(model, x)
    }
    found = advise(definitions(decision(table(["x"], ["y", "n"], numbered, "PRIORITY", values='"a", "b"'))))

    hidden = {int(each.element_id.removeprefix("row")) - 1 for each in found if each.code == "dmn_row_hidden"}
    assert hidden == set(range(len(rows))) - deciding


def decides(model, x):
    return model.evaluate("d", {"x": x}, now=NOW).result is not None


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([('time("08:00:00")', "1"), ('> time("08:00:00")', "2")], "No row matches x: < 08:00:00."),
        ([('@"P1M"', "1"), ('not(@"P1M", @"P2M")', "2")], "No row matches x: P2M."),
        (
            [('< date and time("2026-01-01T00:00:00Z")', "1"), ('> date and time("2026-01-01T00:00:00Z")', "2")],
            "No row matches x: 2026-01-01T00:00:00Z.",
        ),
    ],
)
def test_gaps_are_found_among_times_moments_and_durations_too(rows, words):
    found = [text for code, text in advice(of_table(["x"], rows)) if code == "dmn_gap"]

    assert len(found) == 1
    assert words in found[0]


ENUMERATED = """<itemDefinition name="tUrgency"><typeRef>string</typeRef><allowedValues><text>"high", "low"</text>
  </allowedValues></itemDefinition><inputData id="i" name="urgency"><variable name="urgency" typeRef="tUrgency"/>
  </inputData>"""


def enumerated(rows: list[tuple[str, ...]]) -> str:
    logic = table(["urgency"], ["y"], rows).replace("<inputExpression>", '<inputExpression typeRef="tUrgency">')
    return ENUMERATED + decision(logic, requires="input:i")


def test_the_allowed_values_of_a_type_are_all_there_is_to_cover():
    assert codes(enumerated([('"high"', "1"), ('"low"', "2")])) == []
    assert advice(enumerated([('"high"', "1")])) == [("dmn_gap", 'No row matches urgency: "low". The nearest rows: 1.')]
    assert codes(enumerated([('"high"', "1"), ('not("high")', "2"), ('"hgih"', "3")])) == ["dmn_row_never"]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (of_table(["x", "z"], [("1", "-", "1"), ("not(1)", "-", "2")]), "dmn_input_unused", "“z”"),
        (
            '<inputData id="i" name="x"/><inputData id="j" name="z"/>' + decision(literal("x"), requires="input:i"),
            "dmn_input_unused",
            "“z”",
        ),
        (
            '<inputData id="i" name="x"/><inputData id="j" name="z"/>'
            + decision(literal("x"), requires="input:i input:j"),
            "dmn_input_unread",
            "“z”",
        ),
        (of_table(["x"], [("high", "1"), ("-", "2")], "FIRST"), "dmn_name_unknown", "Row 1: “high” reads “high”"),
        (of_table(["x"], [("-", "low")]), "dmn_name_unknown", "Row 1: “low” reads “low”"),
        (
            '<inputData id="i" name="x"/>' + decision(literal("x + amuont"), requires="input:i"),
            "dmn_name_unknown",
            "“amuont”",
        ),
        (of_table(["x"], [('"a"', "1"), ("> 5", "2"), ("-", "3")], "FIRST"), "dmn_types_mixed", "number (row 2)"),
        (
            of_table(["x"], [("< 5", "1"), (">= 5", "2")]).replace(
                "<inputExpression>", '<inputExpression typeRef="string">'
            ),
            "dmn_type_differs",
            "“x” is a string, but row 1 has a number.",
        ),
        (
            of_table(["x"], [("-", '"one"')]).replace('<output name="y">', '<output name="y" typeRef="number">'),
            "dmn_type_differs",
            "“y” is a number, but row 1 has a string.",
        ),
    ],
)
def test_what_is_easily_got_wrong_is_told(body, code, words):
    found = [text for told, text in advice(body) if told == code]

    assert len(found) >= 1
    assert words in found[0]


def test_each_finding_has_its_element_its_line_and_both_languages():
    found = advise(definitions("\n" + of_table(["x"], [("< 5", "1"), ("< 3", "2")])))

    assert [(each.element_id, each.line, each.code) for each in found] == [
        ("row2", 2, "dmn_rows_overlap"),
        ("d", 2, "dmn_gap"),
    ]
    assert found[0].message_zh == "第 1 行与第 2 行重叠，而命中策略为 UNIQUE：x：< 3。"
    assert found[1].message_zh == "没有任何一行命中 x：>= 5。最接近的行：1、2。"


def test_a_process_variable_needs_no_input_data():
    body = decision(table(["amount"], ["y"], [("> 5", "amount"), ("<= 5", "deadline(amount)")]))

    assert codes(body) == []


def test_a_table_of_a_thousand_rows_is_checked_in_bounded_work():
    rows = [(*(f"[{number * k % 997}..{number * k % 997 + 300}]" for k in range(1, 7)), "1") for number in range(1_000)]
    found = codes(of_table(["a", "b", "c", "d", "e", "f"], rows))

    assert found[-1] == "dmn_not_all_checked"


cells = st.one_of(
    st.just("-"),
    st.integers(0, 4).map(str),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 4)).map(lambda pair: f"{pair[0]} {pair[1]}"),
    st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: f"({pair[0]}..{pair[1]}]"),
    st.lists(st.integers(0, 4), min_size=1, max_size=3).map(lambda many: f"not({', '.join(map(str, many))})"),
)
POINTS = [half / 2 for half in range(-1, 10)]


@RELAXED
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_gaps_and_overlaps_are_told_exactly_when_some_values_show_them(rows):
    collected = of_table(["x", "y"], [(*row, "1") for row in rows], "COLLECT", aggregation="COUNT")
    model = model_of(collected)
    counts = [model.evaluate("d", {"x": x, "y": y}, now=NOW).result for x in POINTS for y in POINTS]

    found = codes(of_table(["x", "y"], [(*row, "1") for row in rows]))

    assert ("dmn_gap" in found) is (None in counts)
    assert ("dmn_rows_overlap" in found) is any(count is not None and count > 1 for count in counts)
