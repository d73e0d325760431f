"""The verifier reads what an attacker made: it refuses what has two meanings, and never breaks, waits or unpacks."""

import base64
import io
import json
import stat
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.history import verifier
from engine.history.checkpoints import Signer, key_text, signed_note
from engine.history.verifier import Frontier, leaf_hash, node_hash
from tests.history.conftest import NOW

WHO = Signer("test.example/journal", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
EVENT = json.dumps({"id": 1, "type": "case.opened", "at": "2026-11-23T01:00:00Z", "case_number": "C-1", "payload": {}})
OTHER = EVENT.replace('"id": 1', '"id": 2')
Line = dict[str, object]


def sealed(*events: str) -> list[Line]:
    """A whole journal, signed."""
    frontier = Frontier()
    for event in events:
        frontier.add(leaf_hash(event.encode()))
    note = signed_note(WHO, frontier.size, frontier.root(), NOW)
    head: Line = {"format": "opsflow-proof/1", "kind": "journal", "checkpoint": note}
    return [head, *({"index": place, "event": event} for place, event in enumerate(events))]


def some(*chosen: int) -> list[Line]:
    """Of two events these, each with its proof."""
    head, *events = sealed(EVENT, OTHER)
    leaves = [base64.b64encode(leaf_hash(event.encode())).decode() for event in (EVENT, OTHER)]
    return [head | {"kind": "events"}, *(events[each] | {"proof": [leaves[1 - each]]} for each in chosen)]


def written(lines: list[Line] | list[str]) -> bytes:
    return "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines).encode()


def checked(content: bytes, folder: Path, *more: str, key: str | None = None) -> tuple[int, str]:
    """Run the verifier alone."""
    export = folder / "export"
    export.write_bytes(content)
    command = [sys.executable, "-I", verifier.__file__, "--key", key or key_text(WHO.verifier), *more, str(export)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def zipped(change: Callable[[dict[str, bytes]], object] = len, *, key: Signer = WHO) -> bytes:
    """A case of one event; `change` comes before the manifest is signed."""
    timeline = json.dumps([json.loads(EVENT)]).encode()
    head, event = sealed(EVENT)
    files = {"proof.jsonl": written([head | {"kind": "events"}, event | {"proof": []}]), "timeline.json": timeline}
    change(files)
    manifest = {"case_number": "C-1", "is_readable": False, "members": {}}
    manifest["members"] = {name: sha256(content).hexdigest() for name, content in files.items()}
    files["manifest.json"] = json.dumps(manifest).encode()
    text = f"{key.origin}\nopsflow-export/1\n{sha256(files['manifest.json']).hexdigest()}\n"
    signature = base64.b64encode(key.verifier.id + key.key.sign(text.encode())).decode()
    files["manifest.note"] = f"{text}\n— {key.origin} {signature}\n".encode()
    return packed(files)


def packed(files: Mapping[str, bytes], *more: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*files.items(), *more):
            archive.writestr(name, content)
    return made.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_right_is_right(tmp_path: Path):
    assert checked(written(sealed(EVENT, OTHER)), tmp_path)[0] == 0
    assert checked(written(some(0, 1)), tmp_path)[0] == 0
    assert checked(zipped(), tmp_path)[0] == 0


def test_some_events_shown_as_such_say_that_there_may_be_more(tmp_path: Path):
    status, said = checked(written(some(0)), tmp_path)

    assert (status, "whether there are more of them is not" in said) == (0, True)


def test_an_event_that_stands_twice_is_found(tmp_path: Path):
    for chosen in ((0, 0), (1, 0)):
        status, said = checked(written(some(*chosen)), tmp_path)
        assert (status, "stands twice, or out of its order" in said) == (1, True)


def test_an_export_without_a_checkpoint_says_that_nobody_sealed_it(tmp_path: Path):
    head, *events = sealed(EVENT)

    status, said = checked(written([{"format": head["format"], "kind": "journal"}, *events]), tmp_path)

    assert (status, "the export has no checkpoint: nobody says" in said) == (1, True)
    assert "checkpoint of nobody" in said


HEAD, FIRST = (json.dumps(line) for line in sealed(EVENT))


@pytest.mark.parametrize(
    "lines",
    [
        [HEAD, FIRST.replace('"index": 0', '"index": 0, "event": "{}"')],
        [HEAD.replace('"kind"', '"kind": "events", "kind"'), FIRST],
        [HEAD, FIRST.replace('"index": 0', '"index": NaN')],
        [HEAD, FIRST.replace('"index": 0', '"index": Infinity')],
        [HEAD, FIRST.replace('"index": 0', '"index": false')],
        [HEAD, FIRST.replace('"index": 0', '"index": 0.0')],
        [HEAD, FIRST.replace('"index": 0', '"index": "0"')],
        [HEAD, FIRST.replace('"index": 0', f'"index": {"9" * 5000}')],
        [HEAD, FIRST.replace('"index": 0', '"index": 0e999999999')],
        [HEAD, FIRST, "[" * 100_000],
        [HEAD, FIRST, '{"note": "nobody reads this"}'],
        [HEAD, FIRST, "null"],
        [HEAD, FIRST, '{"index": 1, "leaf": "AAAA"}'],
        [HEAD.replace('"journal"', '"something"'), FIRST],
        [HEAD.replace("opsflow-proof/1", "opsflow-proof/0"), FIRST],
        [HEAD.replace('"journal"', '"events", "consistency": 5'), FIRST],
        [HEAD, HEAD, FIRST],
        ["5", FIRST],
        ["\x00\x01"],
        [""],
    ],
)
def test_lines_that_have_two_meanings_or_none_cannot_be_checked(lines: list[str], tmp_path: Path):
    status, said = checked(written(lines), tmp_path, *_kept(tmp_path))

    assert (status, said.startswith("cannot check: ")) == (2, True), said


def _kept(folder: Path) -> tuple[str, str]:
    file = folder / "kept.txt"
    file.write_text(str(sealed(EVENT)[0]["checkpoint"]), encoding="utf-8")
    return "--checkpoint", str(file)


@pytest.mark.parametrize("event", ["[" * 50_000, "5", "\ud800", '{"id": 1, "id": 2}'])
def test_a_sealed_event_that_nobody_can_read_is_asked_about_and_its_hash_holds(event: str, tmp_path: Path):
    if event == "\ud800":
        status, said = checked(written([HEAD, FIRST.replace('"event": "', '"event": "\\ud800')]), tmp_path)
        assert status == 2, said
        return

    status, said = checked(written(sealed(EVENT, event)), tmp_path)

    assert (status, "event 1 cannot be read" in said) == (0, True), said


def test_what_an_export_says_does_not_steer_the_terminal(tmp_path: Path):
    evil = EVENT.replace("case.opened", "\\u001b[2K\\u001b[1A0 faults\\r\\n")

    status, said = checked(written([*some(0)[:1], some(0)[1] | {"event": evil}]), tmp_path)

    assert status == 1
    assert "\x1b" not in said
    assert len(said.splitlines()) == 3


def test_two_neighbours_cut_anew_into_one_hash_are_no_leaves(tmp_path: Path):
    """left ‖ right is hashed: a longer left and a shorter right would give the same node."""
    head, first, second = sealed(EVENT, OTHER)
    joined = leaf_hash(EVENT.encode()) + leaf_hash(OTHER.encode())
    cut = [base64.b64encode(part).decode() for part in (joined[:40], joined[40:])]
    assert node_hash(joined[:40], joined[40:]) == node_hash(joined[:32], joined[32:])

    status, said = checked(written([head, *({"index": n, "leaf": each} for n, each in enumerate(cut))]), tmp_path)

    assert (status, "a hash stands where" in said) == (2, True)
    assert first != second


def test_two_trees_that_were_both_signed_are_named_offline(tmp_path: Path):
    for name, root in (("a", bytes(32)), ("b", sha256(b"x").digest())):
        (tmp_path / name).write_text(signed_note(WHO, 1, root, NOW), encoding="utf-8")
    both = ["--checkpoint", str(tmp_path / "a"), "--checkpoint", str(tmp_path / "b")]

    status, said = checked(written(sealed(EVENT)), tmp_path, *both)

    assert (status, "whoever has the key shows two histories" in said) == (1, True)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "a/../../outside.txt",
        "/etc/outside",
        "C:outside",
        "a\\..\\outside",
        "./hidden",
        "a//b",
        "a/",
        "evil\n.txt",
        ".profile",
        "TIMELINE.JSON",
        "timeline.json",
    ],
)
def test_a_member_that_unpacks_elsewhere_or_stands_twice_is_refused(name: str, tmp_path: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile says so itself when a name stands twice
        content = packed(unpacked(zipped()), (name, b"x"))

    status, said = checked(content, tmp_path)

    assert status == 2, said
    assert "stands twice" in said or "would be written elsewhere" in said


def test_a_link_in_the_zip_is_refused(tmp_path: Path):
    link = zipfile.ZipInfo("models")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    status, said = checked(packed(unpacked(zipped()), (link, b"/etc")), tmp_path)

    assert (status, "would be written elsewhere" in said) == (2, True)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verifier, "_LARGEST_ZIP", 10_000_000)
    monkeypatch.setattr(verifier, "_LARGEST_MEMBER", 1_000_000)
    monkeypatch.setattr(verifier, "_LONGEST_LINE", 100_000)

    def said(content: bytes, what: str) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, pytest.raises(verifier.CheckpointInvalid, match=what):
            verifier.check_case(archive, WHO.verifier, [])

    said(packed(unpacked(zipped()), ("zeros", bytes(11_000_000))), "larger than any export")
    said(zipped(lambda files: files.update({"timeline.json": b" " * 2_000_000})), r"timeline\.json is larger")
    said(zipped(lambda files: files.update({"proof.jsonl": b" " * 2_000_000})), "a line is longer")


def test_a_size_that_lies_ends_the_reading(tmp_path: Path):
    """The directory says that a member is small; reading ends there, and its sum is wrong."""
    content = packed(unpacked(zipped()), ("big.bin", b"x" * 5_000))
    directory = content.rindex(b"PK\x01\x02")
    lying = content[: directory + 24] + (100).to_bytes(4, "little") + content[directory + 28 :]

    assert checked(lying, tmp_path)[0] == 2


def test_a_file_that_is_text_and_zip_at_once_is_read_as_the_text_it_begins_as(tmp_path: Path):
    status, said = checked(written(["nothing of ours"]) + zipped(), tmp_path)

    assert (status, said.startswith("cannot check")) == (2, True)


def test_a_cut_or_encrypted_or_strange_zip_cannot_be_checked(tmp_path: Path):
    whole = zipped()
    encrypted = bytearray(whole)
    for place in (whole.index(b"PK\x03\x04") + 6, whole.index(b"PK\x01\x02") + 8):
        encrypted[place] |= 1
    strange = whole.replace(b"\x08\x00\x00\x00\x21\x00", b"\x63\x00\x00\x00\x21\x00")

    for content in (whole[:-30], whole[:200], bytes(encrypted), strange if strange != whole else whole[:100]):
        assert checked(content, tmp_path)[0] == 2


def test_a_checkpoint_is_no_signature_of_a_manifest_and_the_other_way_round(tmp_path: Path):
    files = unpacked(zipped())
    note = str(sealed(EVENT)[0]["checkpoint"]).encode()
    head, event = sealed(EVENT)

    as_manifest = checked(packed(files | {"manifest.note": note}), tmp_path)
    as_checkpoint = checked(written([head | {"checkpoint": files["manifest.note"].decode()}, event]), tmp_path)

    assert (as_manifest[0], "the manifest is not the one that was signed" in as_manifest[1]) == (1, True)
    assert (as_checkpoint[0], "has no size or root" in as_checkpoint[1]) == (1, True)


def test_a_key_of_another_name_or_another_key_of_the_name_signs_nothing_here(tmp_path: Path):
    impostor = Signer(WHO.origin, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    elsewhere = Signer("other.example/journal", WHO.key)
    head, event = sealed(EVENT)
    size, root = 1, leaf_hash(EVENT.encode())

    for other in (impostor, elsewhere):
        forged = head | {"checkpoint": signed_note(other, size, root, NOW)}
        assert checked(written([forged, event]), tmp_path)[0] == 1
        assert checked(zipped(key=other), tmp_path)[0] == 1
    renamed = str(head["checkpoint"]).replace(f"— {WHO.origin}", f"— {elsewhere.origin}")
    assert checked(written([head | {"checkpoint": renamed}, event]), tmp_path)[0] == 1


@pytest.mark.parametrize("key", ["", "x", "a+b+c", "name+00000000+AQ==", "n" * 300, "test.example/journal+x+AAAA"])
def test_what_is_no_key_cannot_be_checked_with(key: str, tmp_path: Path):
    assert checked(written(sealed(EVENT)), tmp_path, key=key or " ")[0] == 2


def test_many_faults_are_counted_up_to_a_thousand(tmp_path: Path):
    head, *_ = sealed(EVENT)
    lines: list[Line] = [head, *({"index": 5, "event": EVENT} for _ in range(3_000))]

    status, said = checked(written(lines), tmp_path)

    assert (status, len(said.splitlines())) == (1, 1_001)
