"""What a DMN file says about itself before it is read as a model: its namespace, and the files it imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from engine.dmn.names import NAMESPACES, attribute, children
from engine.dmn.problems import DmnInvalid
from engine.dmn.sources import read_root


@dataclass(frozen=True, slots=True)
class Import:
    """An import of DMN; `file_name` is the last part of its `locationURI`, which tools write only sometimes."""

    namespace: str
    file_name: str | None


@dataclass(frozen=True, slots=True)
class Header:
    """The namespace of a file, and its imports of DMN."""

    namespace: str
    imports: tuple[Import, ...]


@lru_cache(maxsize=256)
def read_header(source: bytes) -> Header | None:
    """The header of a file; None if it is no DMN. Cached by content."""
    try:
        root = read_root(source)
    except DmnInvalid:
        return None
    imports = (
        Import(attribute(element, "namespace") or "", _last_part(attribute(element, "locationURI")))
        for element in children(root, "import")
        if (attribute(element, "importType") or "") in NAMESPACES
    )
    return Header(root.get("namespace", ""), tuple(imports))


def _last_part(location: str | None) -> str | None:
    return PurePosixPath(location).name or None if location else None


def imports_of(source: bytes) -> tuple[Import, ...]:
    """The imports of a file; none of one that is no DMN."""
    if b"import" not in source:  # reading a file to learn that costs more than evaluating a small table
        return ()
    header = read_header(source)
    return () if header is None else header.imports


def chosen(wanted: Import, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of the files that an import may mean; one, where its location says which."""
    named = [name for name, source in files.items() if _namespace_of(source) == wanted.namespace]
    exact = [name for name in named if PurePosixPath(name).name == wanted.file_name]
    return tuple(exact[:1] or named)


def _namespace_of(source: bytes) -> str | None:
    header = read_header(source)
    return None if header is None else header.namespace
