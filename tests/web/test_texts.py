"""What is said in one language is said in the other, and said somewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from operations.registry import build_registry
from tests.acceptance.service import ROOT

SOURCES = ROOT / "web" / "src"
NAMESPACES = sorted(path.parent for place in ("*", "features/*") for path in SOURCES.glob(f"{place}/zh.json"))
"""Not deeper: what is there translates libraries, whose texts are their own keys."""
DYNAMIC = re.compile(r"\bt\w*\(\s*(?:`([^`$]*)\$\{|'([^']*)' \+)")
PLURALS = ("_zero", "_one", "_two", "_few", "_many", "_other")


def texts(path: Path) -> dict[str, str]:
    return dict(_leaves(json.loads(path.read_text()), ""))


def _leaves(node: object, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for name, inner in node.items():
            yield from _leaves(inner, f"{prefix}.{name}" if prefix else str(name))
    else:
        assert isinstance(node, str), prefix
        yield prefix, node


def without_plural(key: str) -> str:
    return next((key.removesuffix(ending) for ending in PLURALS if key.endswith(ending)), key)


@pytest.mark.parametrize("folder", NAMESPACES, ids=lambda folder: folder.name)
def test_both_languages_say_the_same_things_and_none_says_nothing(folder: Path):
    chinese, english = texts(folder / "zh.json"), texts(folder / "en.json")

    assert {without_plural(key) for key in chinese} == {without_plural(key) for key in english}
    assert [key for key, text in [*chinese.items(), *english.items()] if not text.strip()] == []
    placeholders = re.compile(r"\{\{\s*(\w+)")
    for key in chinese.keys() & english.keys():
        assert set(placeholders.findall(chinese[key])) == set(placeholders.findall(english[key])), key


@pytest.mark.parametrize("folder", NAMESPACES, ids=lambda folder: folder.name)
def test_every_text_is_used(folder: Path):
    code = "\n".join(path.read_text() for path in SOURCES.rglob("*.ts*") if "schema.d.ts" not in path.name)
    beginnings = tuple(one or two for one, two in DYNAMIC.findall(code))

    unused = [
        key
        for key in map(without_plural, texts(folder / "zh.json"))
        if not re.search(rf"['\":`]{re.escape(key)}['\"`]", code)
        and not any(begin and key.startswith(begin) for begin in beginnings)
    ]

    assert unused == []


def test_every_input_and_output_of_a_handler_has_a_name_in_both_languages():
    said = json.loads((SOURCES / "features" / "studio" / "bpmn" / "handler-fields.json").read_text())
    described = json.loads((SOURCES / "features" / "studio" / "bpmn" / "handlers-zh.json").read_text())
    handlers = build_registry().handlers.values()

    inputs = {parameter.name for handler in handlers for parameter in handler.parameters}

    assert set(said) == inputs | {name for handler in handlers for name in handler.outputs}
    assert [name for name, words in said.items() if len(words) != 2 or not all(words)] == []
    assert set(described) == {handler.name for handler in handlers}
