"""
Checks exports of an Opsflow journal without Opsflow: `python verifier.py --key VKEY [--checkpoint FILE…] EXPORT`.

EXPORT is JSON lines (a journal, or some events with their proofs), or the zip of one case.

Needs Python ≥ 3.11 and `cryptography`, nothing else, no network and no database. What it trusts is the public key given
to it, and checkpoints that were kept elsewhere; never anything inside the export: what is too large, stands twice or is
named so that unpacking it would write elsewhere is refused. The service itself checks with this very file. Exit status
0: everything holds; 1: something does not; 2: it could not be read.

Formats: RFC 6962 §2.1 (tree), C2SP tlog-checkpoint and signed-note (checkpoints), docs/reference/proofs.md (exports).
"""

import argparse
import base64
import binascii
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "opsflow-proof/1"
ZIP_FORMAT = "opsflow-export/1"
PROOF, MANIFEST, MANIFEST_NOTE, TIMELINE = "proof.jsonl", "manifest.json", "manifest.note", "timeline.json"
LATEST = timedelta(minutes=5)
"""How much later than it says an event may be sealed: requests end within seconds, clocks of nodes differ by less."""
EMPTY_ROOT = sha256(b"").digest()
ED25519 = b"\x01"
KEPT_NOUNS = ("deployment", "retention", "backup")
"""Events that stay when retention removes their period."""
_HASH_BYTES = 32
_KEY_ID_BYTES = 4
_LONGEST_NOTE = 1_000_000
_LONGEST_LINE = 1 << 28
_LARGEST_MEMBER = 1 << 28
_LARGEST_ZIP = 1 << 32
_MOST_FAULTS = 1_000
_ZIP_BEGINS = b"PK\x03\x04"
_SYMLINK, _FILE_TYPE = 0o120000, 0o170000
_PLAIN_NAME = re.compile(r"(?!\.)[^\x00-\x1f\x7f/\\:]+(/(?!\.)[^\x00-\x1f\x7f/\\:]+)*")
UNREADABLE = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, MemoryError),
    *(RuntimeError, zipfile.BadZipFile, zlib.error),
)
"""What reading something that was made to break readers raises; a RecursionError is a RuntimeError."""
_BODY_LINES = 3
_AT = "at "


class CheckpointInvalid(Exception):
    """The text is no checkpoint, or was not signed with this key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed root. `at` is the line the log adds about the time, ISO 8601; `None` when it says nothing."""

    origin: str
    size: int
    root: bytes
    at: str | None


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """An Ed25519 key as signed notes name it: `origin+hash+base64`."""

    name: str
    id: bytes
    public: bytes


def leaf_hash(content: bytes) -> bytes:
    """Hash a leaf; 0x00 keeps it apart from an inner node."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node."""
    return sha256(b"\x01" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """Put the complete subtrees of one range together, from the right."""
    if not hashes:
        return EMPTY_ROOT
    *lefts, result = hashes
    for left in reversed(lefts):
        result = node_hash(left, result)
    return result


@dataclass(slots=True)
class Frontier:
    """A tree that grows at its right end and remembers only what its root needs."""

    size: int = 0
    tops: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append a leaf hash."""
        self.tops.append(leaf)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = self.tops.pop()
            self.tops[-1] = node_hash(self.tops[-1], right)

    def root(self) -> bytes:
        """The root of what was added."""
        return folded(self.tops)


def proves_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Check an inclusion proof as RFC 9162 §2.1.3.2 says."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(each, result)
            while not (place & 1 or place == 0):
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, each)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Check a consistency proof as RFC 9162 §2.1.4.2 says; every tree extends the empty one."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and (old_root == new_root if old == new else old_root == EMPTY_ROOT)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(each, found_old), node_hash(each, found_new)
            while not (place & 1 or place == 0):
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


def read_key(text: str) -> VerifierKey:
    """
    Read `origin+hash+base64`.

    Raises:
        CheckpointInvalid: It is no such key, or its hash does not fit.
    """
    name, _, rest = text.strip().partition("+")
    hashed, _, encoded = rest.partition("+")
    public = _decoded(encoded)
    if not name or not public.startswith(ED25519) or len(public) != 1 + _HASH_BYTES:
        raise CheckpointInvalid("this is no Ed25519 verifier key: name+hash+base64")
    made = VerifierKey(name, key_id(name, public[1:]), public[1:])
    if made.id.hex() != hashed:
        raise CheckpointInvalid("the verifier key's hash does not fit its name and key")
    return made


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature names its key."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:_KEY_ID_BYTES]


def read_note(note: str, key: VerifierKey) -> list[str]:
    """
    Read the lines of a note that was signed with `key`, the first of which is its name; other signatures do not count.

    Raises:
        CheckpointInvalid: It is no signed note, belongs to another log, or its signature is wrong.
    """
    body, separator, signatures = note.partition("\n\n")
    if len(note) > _LONGEST_NOTE or not separator or not signatures.endswith("\n"):
        raise CheckpointInvalid("this is no signed note")
    if not any(_is_signed_by(line, key, f"{body}\n".encode()) for line in signatures.splitlines()):
        raise CheckpointInvalid(f"no valid signature of {key.name} with this key")
    if body.split("\n")[0] != key.name:
        raise CheckpointInvalid(f"this is no checkpoint of {key.name}")
    return body.split("\n")


def read_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """Read a checkpoint; raises `CheckpointInvalid` as `read_note` does, and when it has no size or root."""
    lines = read_note(note, key)
    if len(lines) < _BODY_LINES:
        raise CheckpointInvalid(f"this is no checkpoint of {key.name}")
    root = _decoded(lines[2])
    if not lines[1].isascii() or not lines[1].isdigit() or len(root) != _HASH_BYTES:
        raise CheckpointInvalid("the checkpoint has no size or root")
    said = [line.removeprefix(_AT) for line in lines[_BODY_LINES:] if line.startswith(_AT)]
    return Checkpoint(lines[0], int(lines[1]), root, said[0] if said else None)


def names_key(note: str, key: VerifierKey) -> bool:
    """Whether a note says to be signed with `key`, rightly or not, or says nothing about who signed it."""
    signatures = [line.split(" ") for line in note.partition("\n\n")[2].splitlines()]
    ids = [_decoded(words[-1])[:_KEY_ID_BYTES] for words in signatures if words[0] == "—"]
    return not ids or key.id in ids


def _is_signed_by(line: str, key: VerifierKey, text: bytes) -> bool:
    words = line.split(" ")
    signature = _decoded(words[-1])
    if words[:-1] != ["—", key.name] or signature[:_KEY_ID_BYTES] != key.id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature[_KEY_ID_BYTES:], text)
    except InvalidSignature:
        return False
    return True


def read_json(text: str | bytes) -> Any:  # noqa: ANN401 - JSON
    """
    Read JSON that has one meaning: no member stands twice, and every number is one.

    Raises:
        ValueError: It has none, or is no JSON.
    """
    return json.loads(text, object_pairs_hook=_members, parse_constant=_no_number)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


@dataclass(slots=True)
class Check:
    """One pass over an export: what was found so far."""

    key: VerifierKey
    outside: Sequence[Checkpoint]
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    events: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    known_files: set[str] = field(default_factory=set)
    named_files: set[str] = field(default_factory=set)
    needed_files: set[str] = field(default_factory=set)
    checkpoint: Checkpoint | None = None
    is_whole: bool = False
    is_thinned: bool = False
    _last: int = -1
    _by_size: dict[int, list[Checkpoint]] = field(default_factory=dict)
    _passed: int = 0
    _removed: list[tuple[int, int]] = field(default_factory=list)
    _told_removed: list[dict[str, Any]] = field(default_factory=list)
    _for_ever: set[int] = field(default_factory=set)

    @property
    def removed(self) -> int:
        """How many events are known by their hash only."""
        return sum(end - first for first, end in self._removed)

    def header(self, said: dict[str, Any]) -> None:
        """Read the first line: what kind of export, and its checkpoint."""
        if said.get("format") != FORMAT or said.get("kind") not in ("journal", "events"):
            raise CheckpointInvalid(f"this is no export of the format {FORMAT}")
        self.is_whole = said["kind"] == "journal"
        if said.get("checkpoint") is None:
            self.fault("the export has no checkpoint: nobody says that these events were sealed")
        else:
            self._read_own(str(said["checkpoint"]))
        for each in self.outside:
            self._compare(each, [_decoded(part) for part in said.get("consistency", {}).get(str(each.size), [])])

    def fault(self, text: str) -> None:
        """Note a fault; the first thousand are enough."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(text)

    def _read_own(self, note: str) -> None:
        try:
            self.checkpoint = read_checkpoint(note, self.key)
        except CheckpointInvalid as error:
            self.fault(f"the export's checkpoint: {error}")

    def _compare(self, kept: Checkpoint, proof: Sequence[bytes]) -> None:
        """A checkpoint that was kept elsewhere must be the beginning of this export's tree."""
        own = self.checkpoint
        if own is None or self.is_whole:
            return  # the roots of a whole journal are computed, not believed
        if kept.size > own.size:
            self.fault(f"the tail is cut: {kept.size} events were signed, the export knows {own.size}")
        elif not proves_consistency(kept.size, own.size, kept.root, own.root, proof):
            self.fault(f"not shown to extend the checkpoint of {kept.size} events kept elsewhere")

    def event(self, said: dict[str, Any]) -> None:
        """Check one event; of a whole journal it is only added, the roots decide."""
        content, index = str(said.get("event")).encode(), _index(said)
        leaf = leaf_hash(content)
        self.events += 1
        row = self._row(content, index)
        self._remember(row, index)
        self._doubt(row, index)
        if self.is_whole:
            self._expect_next(index)
            self.frontier.add(leaf)
            self._at_root(self._outside_of(self.frontier.size), "kept elsewhere")
            return
        if index <= self._last:
            self.fault(f"event {row.get('id')} stands twice, or out of its order")
        self._last = index
        if self.checkpoint is not None:
            proof = [_decoded(part) for part in said.get("proof", [])]
            if not proves_inclusion(leaf, index, self.checkpoint.size, proof, self.checkpoint.root):
                self.fault(f"event {row.get('id')} ({row.get('type')}) is not the one that was sealed")

    def _row(self, content: bytes, index: int) -> dict[str, Any]:
        """What an event says; of one that cannot be read, nothing: its hash speaks all the same."""
        try:
            row = read_json(content)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            self.warn(f"event {index} cannot be read; its hash is checked all the same")
            return {}
        return row

    def warn(self, text: str) -> None:
        """Note a question; the first thousand are enough."""
        if len(self.warnings) < _MOST_FAULTS:
            self.warnings.append(text)

    def _expect_next(self, index: int) -> None:
        if index != self.frontier.size:
            self.fault(f"event {self.frontier.size} is missing: {index} follows")

    def leaf(self, said: dict[str, Any]) -> None:
        """Of an event that retention removed the hash is left; whether it was retention is seen at the end."""
        content, place = _decoded(str(said.get("leaf"))), self.frontier.size
        if not self.is_whole or len(content) != _HASH_BYTES:
            raise CheckpointInvalid("a hash stands where this export has an event")
        self._expect_next(_index(said))
        first = self._removed.pop()[0] if self._removed and self._removed[-1][1] == place else place
        self._removed.append((first, place + 1))
        self.frontier.add(content)
        self._at_root(self._outside_of(self.frontier.size), "kept elsewhere")

    def _withheld(self) -> Iterator[str]:
        """Whole periods go, one after the other from the beginning; in them only what stays for ever is kept."""
        end, kept = 0, set[int]()
        for each in sorted(self._told_removed, key=lambda told: int(told["first_leaf"])):
            if int(each["first_leaf"]) != end:
                yield f"a removal begins with event {each['first_leaf']}; the one before ends at {end}"
                break
            end = int(each["end_leaf"])
            kept.update(each["kept"])
        for first, last in self._removed:
            for index in range(first, last):
                if index >= end or index in kept:
                    yield f"event {index} is withheld, and no sealed event tells of its removal"
        for index in sorted(kept - self._for_ever):
            yield f"event {index} stayed in a period that was removed: nothing of its kind does"

    def _doubt(self, row: dict[str, Any], index: int) -> None:
        """Whoever writes an event later than it says is no forger yet, but is asked."""
        while self._passed < len(self.outside) and self.outside[self._passed].size <= index:
            self._passed += 1
        kept = self.outside[self._passed - 1] if self._passed else None
        if (
            kept is not None
            and row.get("at") is not None
            and is_backdated(datetime.fromisoformat(str(row.get("at"))), kept)
        ):
            said = f"event {row.get('id')} ({row.get('type')}) says {row.get('at')}, but came after the checkpoint of "
            self.warn(f"{said}{kept.size} events, signed at {kept.at}")

    def file(self, said: dict[str, Any]) -> None:
        """A diagram, decision or form must be what its hash says."""
        found = sha256(_decoded(str(said.get("content")))).hexdigest()
        self.known_files.add(found)
        if found != said.get("file"):
            self.fault(f"the file {said.get('name')} is not the one deployed: its hash is {found}")

    def end(self) -> None:
        """Check what only the whole export shows."""
        if self.is_whole and self.checkpoint is not None:
            if self.frontier.size != self.checkpoint.size:
                self.fault(f"{self.checkpoint.size} events were signed, the export has {self.frontier.size}")
            self._at_root([self.checkpoint], "in the export")
            for each in self.outside:
                if each.size > self.frontier.size:
                    self.fault(f"the tail is cut: {each.size} events were signed, the export has {self.frontier.size}")
        for text in self._withheld():
            self.fault(text)
        for name in sorted(self._absent()):
            self.fault(f"the file {name} that events name is not here")
        for name in sorted(self._unnamed()):
            self.fault(f"the file {name} is named by no sealed event")

    def _at_root(self, checkpoints: Iterable[Checkpoint], where: str) -> None:
        for each in checkpoints:
            if each.size == self.frontier.size and each.root != self.frontier.root():
                self.fault(f"the first {each.size} events are not those signed in the checkpoint {where}")

    def _outside_of(self, size: int) -> Sequence[Checkpoint]:
        if not self._by_size:
            for each in self.outside:
                self._by_size.setdefault(each.size, []).append(each)
        return self._by_size.get(size, ())

    def _remember(self, row: dict[str, Any], index: int) -> None:
        if row.get("definition_hash"):
            self.needed_files.add(row["definition_hash"])
        self.is_thinned |= row.get("type") == "deployment.deleted"
        if str(row.get("type")).partition(".")[0] in KEPT_NOUNS:
            self._for_ever.add(index)
        if row.get("type") == "retention.removed":
            self._told_removed.append(row["payload"])
        if row.get("type") == "deployment.created":
            brought = self.needed_files if self.is_whole else self.named_files
            brought.update(row["payload"].get("files", {}).values())

    def _absent(self) -> set[str]:
        is_complete = self.known_files and not self.is_thinned
        return self.needed_files - self.known_files if is_complete else set()

    def _unnamed(self) -> set[str]:
        return self.known_files - self.named_files - self.needed_files


def _index(said: dict[str, Any]) -> int:
    """Where an event stands; a number and no truth value."""
    index = said.get("index")
    if type(index) is not int:
        raise CheckpointInvalid("an event does not say where it stands")
    return index


def is_backdated(at: datetime, kept: Checkpoint) -> bool:
    """Whether an event that came after a checkpoint says that it was before."""
    return kept.at is not None and at < datetime.fromisoformat(kept.at) - LATEST


def check_export(lines: Iterable[str], key: VerifierKey, outside: Sequence[Checkpoint]) -> Check:
    """
    Check an export, line by line.

    Raises:
        CheckpointInvalid: It is no export.
    """
    check = Check(key, sorted(outside, key=lambda each: each.size))
    for before, each in pairwise(check.outside):
        if before.size == each.size and before.root != each.root:
            check.fault(
                f"two different trees of {each.size} events were signed: whoever has the key shows two histories"
            )
    for number, said in enumerate(_objects(lines)):
        if number == 0:
            check.header(said)
        elif "event" in said:
            check.event(said)
        elif "leaf" in said:
            check.leaf(said)
        elif "file" in said:
            check.file(said)
        else:
            raise CheckpointInvalid(f"line {number + 1} is not what an export has")
    if check.checkpoint is None and not check.faults:
        raise CheckpointInvalid("the export is empty")
    check.end()
    return check


def check_case(archive: zipfile.ZipFile, key: VerifierKey, outside: Sequence[Checkpoint]) -> Check:
    """
    Check a case's zip: its proof, its signed manifest, every member's hash, and that its timeline tells sealed events.

    Raises:
        CheckpointInvalid: Something is missing without which nothing can be said.
    """
    names = _names(archive)
    if not {PROOF, MANIFEST, MANIFEST_NOTE, TIMELINE} <= names:
        raise CheckpointInvalid("the zip has no proof or manifest: whoever made it had no key to sign with")
    check = check_export(_lines(io.TextIOWrapper(archive.open(PROOF), encoding="utf-8")), key, outside)
    manifest = _content(archive, MANIFEST)
    said = read_json(manifest)
    try:
        lines = read_note(_content(archive, MANIFEST_NOTE).decode(), key)
        if lines[1:3] != [ZIP_FORMAT, sha256(manifest).hexdigest()]:
            check.faults.append("the manifest is not the one that was signed")
    except CheckpointInvalid as error:
        check.faults.append(f"the manifest's signature: {error}")
    for name in sorted(names | set(said["members"])):
        if name not in names:
            check.faults.append(f"{name} is missing")
        elif name not in {MANIFEST, MANIFEST_NOTE} and _hash_of(archive, name) != said["members"].get(name):
            check.faults.append(f"{name} is not what the manifest names")
        if name.startswith("models/") and name in names and _hash_of(archive, name) not in check.known_files:
            check.faults.append(f"{name} is named by no sealed event")
    for text in _misquoted(archive, str(said["case_number"]), is_readable=said["is_readable"] is True):
        check.fault(text)
    return check


def _names(archive: zipfile.ZipFile) -> set[str]:
    """The members of a zip that every program reads alike, and that unpacks into its own folder."""
    members = archive.infolist()
    names = {each.filename for each in members}
    if len({name.casefold() for name in names}) != len(members):
        raise CheckpointInvalid("a member of the zip stands twice: programs differ in which they show")
    for each in members:
        if not _PLAIN_NAME.fullmatch(each.filename) or each.external_attr >> 16 & _FILE_TYPE == _SYMLINK:
            raise CheckpointInvalid(f"the zip has a member that would be written elsewhere: {each.filename}")
    if sum(each.file_size for each in members) > _LARGEST_ZIP:
        raise CheckpointInvalid("the zip is larger than any export")
    return names


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member that is read as a whole."""
    if archive.getinfo(name).file_size > _LARGEST_MEMBER:
        raise CheckpointInvalid(f"{name} is larger than any export has it")
    return archive.read(name)


def _misquoted(archive: zipfile.ZipFile, case_number: str, *, is_readable: bool) -> Iterator[str]:
    """Tell where the timeline is not what was sealed; people's words in plain cannot be compared with references."""
    sealed = {}
    for line in _lines(io.TextIOWrapper(archive.open(PROOF), encoding="utf-8")):
        said = read_json(line)
        if "event" in said:
            row = read_json(said["event"])
            if row["case_number"] == case_number:
                sealed[row["id"]] = row
    for told in read_json(_content(archive, TIMELINE)):
        row = sealed.pop(told.get("id"), None)
        names = [] if row is None else [name for name in told.keys() & row.keys() if name not in {"at", "payload"}]
        is_same = row is not None and all(told[name] == row[name] for name in names)
        is_same = is_same and datetime.fromisoformat(told["at"]) == datetime.fromisoformat(row["at"])
        if not is_same or not (is_readable or told["payload"] == row["payload"]):
            yield f"the timeline's event {told.get('id')} ({told.get('type')}) is not what was sealed"
    yield from (f"the timeline leaves out event {each}" for each in sorted(sealed))


def _hash_of(archive: zipfile.ZipFile, name: str) -> str:
    digest = sha256()
    with archive.open(name) as content:
        while chunk := content.read(1 << 16):
            digest.update(chunk)
    return digest.hexdigest()


def _lines(file: IO[str]) -> Iterator[str]:
    """Lines that memory can hold."""
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise CheckpointInvalid("a line is longer than any export has it")
        yield line


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        try:
            said = read_json(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise CheckpointInvalid(f"line {number} is not what an export has")
        yield said


def _checked(export: Path, key: VerifierKey, outside: Sequence[Checkpoint]) -> Check:
    with export.open("rb") as file:
        is_zip = file.read(len(_ZIP_BEGINS)) == _ZIP_BEGINS
    if is_zip:
        with zipfile.ZipFile(export) as archive:
            return check_case(archive, key, outside)
    with export.open(encoding="utf-8") as text:
        return check_export(_lines(text), key, outside)


def _say(text: str, file: IO[str] | None = None) -> None:
    """Print what an export may have had a hand in: no sign of it steers the terminal, or breaks the printing."""
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    encoding = sys.stdout.encoding or "ascii"
    print(shown.encode(encoding, "replace").decode(encoding), file=file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one export and say what was found."""
    parser = argparse.ArgumentParser(description="Checks an export of an Opsflow journal with the public key only.")
    parser.add_argument("--key", required=True, help="verifier key (name+hash+base64), or a file that holds it")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, help="a checkpoint kept elsewhere")
    parser.add_argument("export", type=Path)
    said = parser.parse_args(arguments)
    try:
        key = read_key(Path(said.key).read_text("utf-8") if Path(said.key).is_file() else said.key)
        outside = [read_checkpoint(each.read_text("utf-8"), key) for each in said.checkpoint]
        check = _checked(said.export, key, outside)
    except (CheckpointInvalid, *UNREADABLE) as error:
        _say(f"cannot check: {str(error) or type(error).__name__}", sys.stderr)
        return 2
    for warning in check.warnings:
        _say(f"⚠ {warning}")
    for fault in check.faults:
        _say(f"✘ {fault}")
    if check.removed:
        _say(f"{check.removed} events were removed by retention: their hashes are in the tree, what they said is not")
    if not check.is_whole:
        _say("each event is proven by itself: whether there are more of them is not")
    sealed = check.checkpoint
    who = "nobody" if sealed is None else f"{sealed.origin}: {sealed.size} events, {sealed.at or 'no time'}"
    _say(f"{check.events} events, {len(check.known_files)} files, {len(check.faults)} faults; checkpoint of {who}")
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
