"""The check of a deployment: every problem of every file at once, nothing stored."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from sqlalchemy import Table, select

from engine import dmn, feel
from engine.commands.decision_checks import check_decisions
from engine.handlers import Registry
from engine.persistence.tables.identities import group
from engine.persistence.tables.process_definitions import decision_definition, form_definition, process_definition
from engine.persistence.transactions import Transaction
from engine.spiff.drawn_forms import DrawnForm
from engine.spiff.findings import PERFORMER_RULES
from engine.spiff.models import KnownNames, read_model
from engine.spiff.outcomes import Problem, ProcessSummary
from engine.spiff.reading.xml import BPMN, GLOBAL_TASKS
from engine.xml import XmlRefused, parse_xml
from forms.validation import FormUnreadable, load_form

__all__ = ["Checked", "Problem", "check", "kind_of"]

MAX_FILES = 500
MAX_TOTAL_BYTES = 50_000_000
MAX_FILE_NAME = 255
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "bpmn": (".bpmn", ".bpmn2", ".bpmn20.xml", ".bpmn.xml"),
    "dmn": (".dmn", ".dmn11.xml", ".dmn.xml"),
    "form": (".form",),
}
_REQUIRED = ("In this house that refuses the deployment.", "按本单位的规定,这样的部署会被拒绝。")
_FIRST_TAG = re.compile(rb"<(?P<prefix>[\w.\-]+:)?definitions\b[^>]*>")
_LOOKED_AT = 16_384
_PROCESS = f"{{{BPMN}}}process"
_GLOBAL_TASKS = frozenset(f"{{{BPMN}}}{name}" for name in GLOBAL_TASKS)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the files hold, by file name, and everything that is wrong with them."""

    processes: tuple[tuple[str, ProcessSummary], ...]
    decisions: tuple[tuple[str, dmn.DecisionSummary], ...]
    models: tuple[tuple[str, dmn.Header], ...]
    forms: tuple[tuple[str, str], ...]
    documents: tuple[str, ...]
    drawn_forms: tuple[tuple[str, DrawnForm], ...]
    problems: tuple[Problem, ...]


def check(
    tx: Transaction,
    files: Mapping[str, bytes],
    registry: Registry,
    *,
    keeps_documentation: bool = False,
    requires_performers: bool = False,
) -> Checked:
    """
    Read every file in the light of the others and of what is deployed already.

    Args:
        keeps_documentation: Keep diagrams without an executable process as documents, whatever else they lack.
        requires_performers: Refuse tasks that name nobody, or only groups that do not exist.
    """
    problems = list(_outer_problems(files))
    forms = list(_forms(files, problems))
    checked = check_decisions(tx, dict(_of_kind(files, "dmn")), registry)
    problems.extend(checked.problems)
    known = KnownNames(
        handlers=registry,
        forms=frozenset(key for _, key in forms) | _deployed(tx, form_definition),
        decisions=frozenset(each.id for _, each in checked.decisions) | _deployed(tx, decision_definition),
        processes=frozenset(_process_keys(files)) | _deployed(tx, process_definition),
        groups=frozenset(tx.scalars(select(group.c.id))),
    )
    processes: list[tuple[str, ProcessSummary]] = []
    documents: list[str] = []
    drawn: list[tuple[str, DrawnForm]] = []
    for name, content in _of_kind(files, "bpmn"):
        reading = read_model(name, content, known)
        processes.extend((name, summary) for summary in reading.processes)
        drawn.extend((name, form) for form in reading.forms)
        if keeps_documentation and reading.is_document:
            documents.append(name)
            problems.extend(_as_document(reading.problems))
        else:
            problems.extend(_judged(reading.problems) if requires_performers else reading.problems)
    for kind, keys in (
        ("process", [(name, each.key) for name, each in processes]),
        ("decision", [(name, each.id) for name, each in checked.decisions]),
        ("form", [*forms, *((name, form.key) for name, form in drawn)]),
    ):
        problems.extend(_twins(kind, keys))
    return Checked(
        processes=tuple(processes),
        decisions=checked.decisions,
        models=checked.models,
        forms=tuple(forms),
        documents=tuple(documents),
        drawn_forms=tuple(drawn),
        problems=tuple(problems),
    )


def _outer_problems(files: Mapping[str, bytes]) -> Iterator[Problem]:
    if not files:
        yield _problem("", "nothing-to-deploy", "There is no file in this deployment.", "此次部署没有任何文件。")
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_TOTAL_BYTES:
        yield _problem(
            "",
            "deployment-too-large",
            f"A deployment holds at most {MAX_FILES} files and {MAX_TOTAL_BYTES} bytes.",
            f"一次部署最多 {MAX_FILES} 个文件、{MAX_TOTAL_BYTES} 字节。",
        )
    for name, content in files.items():
        if _kind(name, content) is None:
            yield _problem(
                name,
                "unknown-file-kind",
                "Only .bpmn, .bpmn20.xml, .dmn, .dmn11.xml and .form files can be deployed, and .xml files that hold "
                "BPMN or DMN.",
                "只能部署 .bpmn、.bpmn20.xml、.dmn、.dmn11.xml 和 .form 文件,以及内容为 BPMN 或 DMN 的 .xml 文件。",
            )
        if not name or len(name) > MAX_FILE_NAME or "\x00" in name or "\\" in name or ".." in PurePosixPath(name).parts:
            yield _problem(name, "file-name-refused", "This file name cannot be used.", "不能使用这个文件名。")


def _as_document(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """What is only drawn cannot go wrong when it runs."""
    for found in problems:
        if found.code == "no-executable-process":
            yield replace(
                found,
                severity="warning",
                code="kept-as-documentation",
                message_en="The file holds no executable process and is kept as documentation.",
                message_zh="文件中没有可执行流程,作为文档保存。",
            )
        else:
            yield replace(found, severity="warning")


def _judged(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """As a house sees them that refuses tasks nobody can work on."""
    for found in problems:
        if found.code not in PERFORMER_RULES:
            yield found
            continue
        en, zh = (f"{said} {why}" for said, why in zip((found.message_en, found.message_zh), _REQUIRED, strict=True))
        yield replace(found, severity="error", message_en=en, message_zh=zh)


def _forms(files: Mapping[str, bytes], problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for name, content in _of_kind(files, "form"):
        try:
            form = load_form(content)
        except FormUnreadable as error:
            problems.extend(
                Problem("error", name, each.component_id, None, each.code, each.message_en, each.message_zh)
                for each in error.problems
            )
            continue
        for component_id, text in form.expressions():
            try:
                feel.compile_expression(text)
            except feel.FeelError as error:
                zh = f"表达式“{text}”无法解析:{error.message_zh}"
                en = f"The expression '{text}' does not parse: {error.message}"
                problems.append(Problem("error", name, component_id, None, "expression-invalid", en, zh))
        yield name, form.id


def _process_keys(files: Mapping[str, bytes]) -> Iterator[str]:
    for _, content in _of_kind(files, "bpmn"):
        try:
            root = parse_xml(content)
        except XmlRefused:
            continue  # read_model reports it
        for element in root.iter(_PROCESS):
            if element.get("isExecutable", "").strip() in ("true", "1"):
                yield element.get("id", "").strip()
        yield from (each.get("id", "") for each in root if each.tag in _GLOBAL_TASKS)


def _twins(kind: str, keys: list[tuple[str, str]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    zh_kind = {"process": "流程", "decision": "决策", "form": "表单"}[kind]
    for name, key in keys:
        if key in first:
            en = f"The {kind} '{key}' stands in {first[key]} as well."
            zh = f"{zh_kind}“{key}”在 {first[key]} 中也有定义。"
            yield Problem("error", name, key, None, f"{kind}-defined-twice", en, zh)
        first.setdefault(key, name)


def kind_of(name: str) -> str | None:
    """`bpmn`, `dmn` or `form` by the file's name, in any case of letters; `None` for what cannot be deployed."""
    ending = name.lower()
    return next((kind for kind, endings in ENDINGS.items() if ending.endswith(endings)), None)


def _kind(name: str, content: bytes) -> str | None:
    """As `kind_of`; a file that is only called `.xml`, as many tools do, is what its root says."""
    if not name.lower().endswith(".xml"):
        return kind_of(name)
    return kind_of(name) or _kind_of_root(content)


def _kind_of_root(content: bytes) -> str | None:
    """`bpmn` or `dmn` by the namespace of the first element, read from its first bytes alone."""
    start = _FIRST_TAG.search(content[:_LOOKED_AT].replace(b"\x00", b""))
    if start is None:
        return None
    bound = b"xmlns:" + start["prefix"][:-1] if start["prefix"] else b"xmlns"
    found = re.search(rb"\s" + re.escape(bound) + rb"""\s*=\s*["']https?://www\.omg\.org/spec/(BPMN|DMN)/""", start[0])
    return None if found is None else found[1].decode().lower()


def _of_kind(files: Mapping[str, bytes], kind: str) -> Iterator[tuple[str, bytes]]:
    return ((name, files[name]) for name in sorted(files) if _kind(name, files[name]) == kind)


def _deployed(tx: Transaction, table: Table) -> frozenset[str]:
    """What a new version may refer to: a draft of another deployment may never be published."""
    return frozenset(tx.scalars(select(table.c.key).where(table.c.activated_at.is_not(None)).distinct()))


def _problem(file: str, code: str, en: str, zh: str) -> Problem:
    return Problem("error", file, None, None, code, en, zh)
