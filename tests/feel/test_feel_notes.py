"""Whoever is told why something is null is told in both languages."""

import ast
import re
from pathlib import Path

import pytest

from engine.feel import compile_expression
from engine.feel.note_texts import CHINESE, in_chinese

ENGINE = Path(__file__).resolve().parents[2] / "engine"
MAKERS = {"null", "PatternInvalid", "_NotIterableError", "_broken"}


def templates() -> set[str]:
    """Every text that a note is made from, with {} for what is filled in."""
    found = set()
    for path in [*(ENGINE / "feel").rglob("*.py"), *(ENGINE / "dmn").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
                text = text_of(node.args[0])
                if name in MAKERS and text is not None:
                    found.add(text)
    return found


def text_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def test_every_note_has_its_chinese_and_no_text_is_left_over():
    assert templates() == set(CHINESE)
    assert [en for en, zh in CHINESE.items() if en.count("{}") != zh.count("{}")] == []
    assert [zh for zh in CHINESE.values() if not re.search(r"[\u4e00-\u9fff]", zh)] == []


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("missing", "没有“missing”。"),
        ('1 + "a"', "number + string 没有定义。"),
        ("[1, 2][3]", "共 2 项的列表没有第 3 项。"),
        ('date("soon")', "“soon”不是 date。"),
        ('substring("{}", 9)', "位置 9 不在长度为 2 的字符串中。"),
        ('number("{0}")', "“{0}”不是数。"),
    ],
)
def test_a_note_is_told_in_chinese_with_what_it_is_about(now, text, chinese):
    notes: list[str] = []

    compile_expression(text).evaluate({}, now=now, notes=notes)

    assert [in_chinese(note) for note in notes] == [chinese]


def test_a_note_of_others_is_left_as_it_is():
    assert in_chinese("Something else entirely") == "Something else entirely"
