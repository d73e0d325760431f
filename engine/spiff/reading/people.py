"""
Performers of a task.

Source:
    BPMN 2.0.2 §10.3.1 (Resource Assignment), §10.3.4 (Human Interactions); `user(…)` and `group(…)` as in Camunda 7.
"""

import re
from collections.abc import Iterator

from lxml import etree

from engine.spiff.attached import People
from engine.spiff.reading.events import Definitions
from engine.spiff.reading.xml import bpmn_children, child_text, children, local_name

_DONE_BY_PEOPLE = ("userTask", "manualTask", "globalUserTask", "globalManualTask")
ROLES = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})
_NAMED = re.compile(r"(user|group)\((.*)\)", re.DOTALL)


def people_of(element: etree._Element, found: Definitions) -> People:
    """Who performs a task: a formal expression gives names, a resource its own."""
    assignee: str | None = None
    users: list[str] = []
    groups: list[str] = []
    drawn: list[str] = []
    parameterised = False
    for role in bpmn_children(element):
        kind = local_name(role)
        if kind not in ROLES:
            continue
        text = _named(role, found)
        parameterised = parameterised or next(children(role, "resourceParameterBinding"), None) is not None
        if text is None or kind == "resourceRole" or local_name(element) not in _DONE_BY_PEOPLE:
            drawn.append(kind)
        elif kind == "potentialOwner":
            for is_user, name in owners(text):
                (users if is_user else groups).append(name)
        else:
            assignee = text
    return People(assignee, tuple(users), tuple(groups), parameterised, tuple(drawn))


def _named(role: etree._Element, found: Definitions) -> str | None:
    for assignment in children(role, "resourceAssignmentExpression"):
        return child_text(assignment, "formalExpression") or child_text(assignment, "expression")
    reference = child_text(role, "resourceRef")
    if reference is None:
        return None
    known = found.resources.get(reference.rpartition(":")[2])
    if known is None:
        found.complain("dangling-reference", role, reference=reference)
    return known and (group_of_name(known) or known)


def owners(text: str) -> Iterator[tuple[bool, str]]:
    """(whether a user, name or expression) of `user(a), group(b), c`; a bare name is a group."""
    for part in _parts(text):
        named = _NAMED.fullmatch(part)
        yield (True, named[2].strip()) if named and named[1] == "user" else (False, named[2].strip() if named else part)


def _parts(text: str) -> Iterator[str]:
    """Split at commas, but not inside brackets or an expression of FEEL."""
    if text.startswith("="):
        yield text
        return
    depth, begin = 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "({[") - (sign in ")}]")
        if sign == "," and depth == 0:
            yield text[begin:place].strip()
            begin = place + 1
    yield text[begin:].strip()


def group_of_name(name: str) -> str | None:
    """The last word of such a name that looks like an id: `客服 customer_service` → `customer_service`."""
    for word in reversed(name.replace("/", " ").replace("(", " ").replace(")", " ").split()):
        if word.isascii() and word.replace("_", "").replace("-", "").isalnum() and not word.isdigit():
            return word
    return None
