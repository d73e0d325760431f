"""What the house ships: each process in its own folder, with the decisions beside it that it asks."""

import re
from dataclasses import dataclass
from pathlib import Path

_PROCESS = re.compile(rb'<(?:\w+:)?process\b[^>]*?\bid="([^"]+)"')


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """
    One folder of the catalogue.

    Attributes:
        key: The folder's name, which is the key of its main process.
        process_keys: All processes of its diagram, also those only it calls.
        decisions: Decision files, each called like the decision it is asked for.
        purpose: First line of its README, in both languages.
    """

    key: str
    diagram: Path
    process_keys: tuple[str, ...]
    decisions: tuple[Path, ...]
    purpose: str

    @property
    def files(self) -> tuple[Path, ...]:
        """What is deployed."""
        return (self.diagram, *self.decisions)


def load_catalogue(root: Path) -> tuple[CatalogueEntry, ...]:
    """
    Read the folders below `root` that hold a diagram of their own name.

    Raises:
        FileNotFoundError: A folder has its diagram but no README: its owner could not read what it is for.
    """
    folders = sorted(path for path in root.iterdir() if (path / f"{path.name}.bpmn").is_file())
    return tuple(_entry(folder) for folder in folders)


def deployable_files(*roots: Path) -> dict[str, bytes]:
    """Content by file name of every diagram, decision and form at any depth below the roots."""
    paths = [path for root in roots for path in sorted(root.rglob("*")) if path.suffix in (".bpmn", ".dmn", ".form")]
    return {path.name: path.read_bytes() for path in paths}


def _entry(folder: Path) -> CatalogueEntry:
    diagram = folder / f"{folder.name}.bpmn"
    keys = tuple(match.decode() for match in _PROCESS.findall(diagram.read_bytes()))
    purpose = (folder / "README.md").read_text("utf-8").lstrip("# ").partition("\n")[0]
    return CatalogueEntry(folder.name, diagram, keys, tuple(sorted(folder.glob("*.dmn"))), purpose)
