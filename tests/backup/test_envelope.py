"""The encrypted file of a backup: read anywhere, and nothing of it can be changed, moved or cut off."""

import hashlib
import io
import random
import zipfile

import pytest

from engine.backup.envelope import MAGIC, EnvelopeDamaged, EnvelopeReader, EnvelopeWriter

CHUNK = 1 << 20


def derive(salt: bytes) -> bytes:
    return hashlib.sha256(b"master" + salt).digest()


def sealed(content: bytes, piece: int = 70_001) -> bytes:
    file = io.BytesIO()
    with EnvelopeWriter(file, derive) as envelope:
        for start in range(0, len(content), piece):
            envelope.write(content[start : start + piece])
    return file.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 12_345])
def test_what_was_written_is_read_again_whole_and_from_any_place(size: int):
    content = random.Random(size).randbytes(size)

    reader = io.BufferedReader(EnvelopeReader(io.BytesIO(sealed(content)), derive))
    whole = reader.read()
    middle = size // 3
    reader.seek(middle)

    assert whole == content
    assert reader.read(CHUNK + 7) == content[middle : middle + CHUNK + 7]


def test_a_zip_lies_in_it_as_in_any_file():
    file = io.BytesIO()
    with EnvelopeWriter(file, derive) as envelope, zipfile.ZipFile(envelope, "w") as archive:
        archive.writestr("one", b"1" * 2_000_000)
        archive.writestr("two", b"2")

    archive = zipfile.ZipFile(EnvelopeReader(io.BytesIO(file.getvalue()), derive))

    assert (archive.read("two"), len(archive.read("one"))) == (b"2", 2_000_000)


def test_nothing_of_the_content_can_be_seen_and_no_two_backups_are_alike():
    first, second = sealed(b"secret" * 100), sealed(b"secret" * 100)

    assert first.startswith(MAGIC)
    assert b"secret" not in first
    assert first[len(MAGIC) :] != second[len(MAGIC) :]


@pytest.mark.parametrize("where", [5, len(MAGIC) + 3, len(MAGIC) + 40, len(MAGIC) + CHUNK + 500, -1])
def test_a_changed_byte_is_found_wherever_it_is(where: int):
    content = bytearray(sealed(b"x" * (2 * CHUNK + 10)))
    content[where] ^= 1

    with pytest.raises(EnvelopeDamaged):
        io.BufferedReader(EnvelopeReader(io.BytesIO(bytes(content)), derive)).read()


@pytest.mark.parametrize("cut", [1, 10 + 16, 10 + 16 + 1, CHUNK + 16 + 10 + 16, 2 * CHUNK])
def test_a_file_that_was_cut_off_is_found_when_it_is_opened(cut: int):
    content = sealed(b"x" * (2 * CHUNK + 10))

    with pytest.raises(EnvelopeDamaged):
        EnvelopeReader(io.BytesIO(content[:-cut]), derive)


def test_two_chunks_that_changed_places_are_found():
    content = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    head, size = len(MAGIC) + 32, CHUNK + 16
    swapped = content[:head] + content[head + size : head + 2 * size] + content[head : head + size]
    swapped += content[head + 2 * size :]

    with pytest.raises(EnvelopeDamaged):
        io.BufferedReader(EnvelopeReader(io.BytesIO(swapped), derive)).read()


@pytest.mark.parametrize("content", [b"", b"PK", MAGIC, b"opsflow backup 2\n" + bytes(100)])
def test_what_is_no_backup_is_said_to_be_none(content: bytes):
    with pytest.raises(EnvelopeDamaged):
        EnvelopeReader(io.BytesIO(content), derive)


def test_another_master_key_opens_nothing():
    with pytest.raises(EnvelopeDamaged):
        EnvelopeReader(io.BytesIO(sealed(b"x")), lambda salt: hashlib.sha256(b"other" + salt).digest())
