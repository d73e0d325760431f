"""What is documented, seeded and named fits together."""

import ast
import re
from pathlib import Path

from engine import faults
from operations import cases
from operations.event_wording import EVENTS, sentence_of
from operations.reference import commitments_page, handlers_page
from operations.registry import HANDLERS, build_registry
from operations.wording import CHANNELS, OUTCOMES, REQUEST_TYPES, STAGES

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/reference"
APPENDING = {"append", "journal.append", "Entry", "journal.Entry", "JournalEntry"}
NO_EVENTS = {"escalation.id", "escalation.l", "case.promises"}
NOT_OF_THE_STORY = {"case.read"}
"""Who looked is told to auditors, not among what happened; it has its words beside the engine's own."""
"""A column, the beginning of a key, and a reason for arming timers again."""


def test_the_page_of_commitments_says_what_is_shipped():
    assert (PAGES / "commitments.md").read_text("utf-8") == commitments_page()


def test_the_page_of_handlers_says_what_is_registered():
    assert (PAGES / "handlers.md").read_text("utf-8") == handlers_page(build_registry())


def test_every_handler_has_a_name_of_its_own():
    names = [handler.__name__ for handler in HANDLERS]

    assert len(names) == len(set(names))


def test_every_event_that_the_business_domain_writes_on_a_case_has_words_in_both_languages():
    written = {
        node.value
        for module in (ROOT / "operations").rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(case|deadline|escalation|plan|survey|notification|consent|archive)\.[a-z_]+", node.value)
    }
    commitments = set(re.findall(r"`([a-z_.0-9]+)`", commitments_page()))
    assert written - set(EVENTS) - commitments - NO_EVENTS - NOT_OF_THE_STORY - set(faults.POINTS) == set()
    assert all(words.zh and words.en for words in EVENTS.values())


def test_every_event_that_is_appended_anywhere_has_words_for_the_journal_as_a_whole():
    appended = {
        argument.value
        for folder in (ROOT, ROOT / "engine", ROOT / "operations")
        for module in (folder.glob("*.py") if folder == ROOT else folder.rglob("*.py"))
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in APPENDING
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "." in argument.value
    }

    assert len(appended) > 80
    assert {each for each in appended if sentence_of(each).zh == each} == set()


def test_every_code_of_a_case_has_words_in_both_languages():
    assert set(CHANNELS) == set(cases.CHANNELS)
    assert set(REQUEST_TYPES) == set(cases.REQUEST_TYPES)
    assert set(STAGES) == set(cases.STAGES)
    assert set(OUTCOMES) == set(cases.OUTCOMES)
