"""A file and the files it imports (DMN 1.5 §6.3.3): who is known by which name, and where a reference leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.dmn.names import NAMESPACES, attribute, children, line_of, tag_of
from engine.dmn.problems import DmnInvalid, DmnProblem
from engine.feel.tokens import canonical_name
from engine.xml import XmlRefused, parse_xml

MAX_BYTES = 10_000_000
MAX_SOURCES = 50
_MAX_WAYS = 50


@dataclass(frozen=True, slots=True)
class Source:
    """
    One file of a model.

    Attributes:
        prefix: What its elements' ids get in front so that they are unique among all files; empty for the main file.
        imports: The files it imports, each with the name under which its expressions know it.
    """

    root: etree._Element
    namespace: str
    prefix: str
    imports: tuple[tuple[str, Source], ...]

    def key_of(self, href: str) -> str:
        """The unique id that a reference (`#id`, `namespace#id`) of this file leads to."""
        namespace, _, element_id = href.rpartition("#")
        if namespace in {"", self.namespace}:
            return self.prefix + element_id
        return next((source.prefix + element_id for _, source in self.imports if source.namespace == namespace), href)

    def group_of(self, href: str) -> str | None:
        """The import name under which what is referred to is seen; None for the file's own."""
        namespace = href.rpartition("#")[0]
        if namespace in {"", self.namespace}:
            return None
        return next((name or None for name, source in self.imports if source.namespace == namespace), None)

    def all(self) -> Iterator[Source]:
        """This file and all it imports, each once, what is imported first."""
        seen: set[str] = set()
        for _, source in self.imports:
            for inner in source.all():
                if inner.prefix not in seen:
                    seen.add(inner.prefix)
                    yield inner
        yield self

    def ways(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """By prefix, the import names that lead to each file; several when two files import the same."""
        found: dict[str, tuple[tuple[str, ...], ...]] = {}
        waiting: list[tuple[Source, tuple[str, ...]]] = [(self, ())]
        while waiting:
            source, way = waiting.pop(0)
            known = found.get(source.prefix, ())
            if len(known) < _MAX_WAYS:
                found[source.prefix] = (*known, way)
                waiting.extend((inner, (*way, name) if name else way) for name, inner in source.imports)
        return found


def read_root(source: bytes) -> etree._Element:
    """The `<definitions>` of a file; raises DmnInvalid."""
    try:
        root = parse_xml(source, max_bytes=MAX_BYTES)
    except XmlRefused as error:
        problem = DmnProblem(None, error.line, "dmn_xml", error.message, error.message_zh)
        raise DmnInvalid((problem,)) from error
    if tag_of(root) != "definitions":
        message_en = f"<{root.tag}> is no <definitions> of DMN 1.1 to 1.5."
        message_zh = f"<{root.tag}> 不是 DMN 1.1 至 1.5 的 <definitions>。"
        raise DmnInvalid((DmnProblem(None, line_of(root), "dmn_namespace", message_en, message_zh),))
    return root


def read_sources(main: bytes, imported: Iterable[bytes]) -> tuple[Source, tuple[DmnProblem, ...]]:
    """
    The main file with all it imports, and the imports that cannot be had.

    Raises:
        DmnInvalid: It cannot be read.
    """
    gathering = _Gathering({root.get("namespace", ""): root for root in _readable(imported)})
    source = gathering.source(read_root(main), "", ())
    return source, tuple(gathering.problems)


def _readable(sources: Iterable[bytes]) -> Iterator[etree._Element]:
    """A file that cannot be read matters only to those that import it, as one that is not there."""
    for source in sources:
        try:
            yield read_root(source)
        except DmnInvalid:
            continue


class _Gathering:
    """Files on their way to sources, each made once."""

    def __init__(self, others: Mapping[str, etree._Element]) -> None:
        self.others = others
        self.made: dict[str, Source] = {}
        self.problems: list[DmnProblem] = []

    def source(self, root: etree._Element, prefix: str, path: tuple[str, ...]) -> Source:
        """A file and, before it, those it imports; `path` are the namespaces that led here."""
        path = (*path, root.get("namespace", ""))
        imports: list[tuple[str, Source]] = []
        for element in children(root, "import"):
            target = attribute(element, "namespace") or ""
            problem = _problem(element, target, self.others, path)
            if problem is not None:
                self.problems.append(problem)
                continue
            if target not in self.made:
                self.made[target] = self.source(self.others[target], f"{target}#", path)
            imports.append((canonical_name(attribute(element, "name") or ""), self.made[target]))
        return Source(root, path[-1], prefix, tuple(imports))


def _problem(
    element: etree._Element, target: str, others: Mapping[str, etree._Element], path: tuple[str, ...]
) -> DmnProblem | None:
    kind = attribute(element, "importType") or ""
    if kind not in NAMESPACES:
        facts = (
            "dmn_import_type",
            f"Imports of “{kind}” are not supported; only DMN.",
            f"不支持导入“{kind}”，仅支持 DMN。",
        )
    elif target in path or len(path) > MAX_SOURCES:
        facts = ("dmn_import_cycle", f"“{target}” imports itself.", f"“{target}”直接或间接导入自身。")
    elif target not in others:
        facts = ("dmn_import", f"The imported model “{target}” is not there.", f"缺少被导入的模型“{target}”。")
    else:
        return None
    return DmnProblem(attribute(element, "id"), line_of(element), *facts)
