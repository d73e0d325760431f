"""
What a file is by its content, whatever its name or sender says.

Only kinds that are needed as evidence are taken. Nothing of a file is ever run, unpacked or shown in the browser; this
keeps people from sending each other programs and pages under harmless names.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import BinaryIO

from operations.errors import AttachmentRefused

LONGEST_NAME = 200
_HEAD_BYTES = 65_536
_LARGEST_DIRECTORY = 2_000_000
_END_OF_ZIP = b"PK\x05\x06"
_END_OF_ZIP64 = b"PK\x06\x07"
_UNDOCUMENTED = frozenset(range(32)) - {9, 10, 12, 13}

MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
}
_OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_MAGIC: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
}
_INSIDE: Mapping[str, tuple[int, bytes]] = {
    "webp": (8, b"WEBP"),
    "wav": (8, b"WAVE"),
    "mp4": (4, b"ftyp"),
    "m4a": (4, b"ftyp"),
}


def require_plain_name(name: str) -> str:
    """
    Return the extension of a file's name.

    Raises:
        AttachmentRefused: The name is a path, holds characters nobody sees, is too long, or has no extension we take.
    """
    is_path = name in {".", ".."} or any(sign in name for sign in '/\\:*?"<>|') or name.startswith(".")
    if not name.strip() or len(name) > LONGEST_NAME or is_path or not name.isprintable():
        raise _refused("A file's name has 1 to 200 visible characters and is no path.", name)
    extension = PurePosixPath(name).suffix.removeprefix(".").lower()
    if extension not in MEDIA_TYPES:
        raise _refused(f"Files that are taken end in {', '.join(sorted(MEDIA_TYPES))}.", name)
    return extension


def media_type_of(content: BinaryIO, extension: str, name: str) -> str:
    """
    Return the media type of a file whose content is what its extension says.

    Raises:
        AttachmentRefused: It is something else.
    """
    head = content.read(_HEAD_BYTES)
    if extension in _OFFICE:
        is_honest = head.startswith(b"PK\x03\x04") and _is_office(content, _OFFICE[extension])
    elif extension in {"txt", "csv"}:
        is_honest = _is_text(head)
    elif extension in _INSIDE:
        at, mark = _INSIDE[extension]
        is_honest = head[at : at + len(mark)] == mark
    else:
        is_honest = head.startswith(_MAGIC[extension])
    if not is_honest:
        raise _refused(f"The content of this file is not what its name says ({extension}).", name)
    return MEDIA_TYPES[extension]


def _is_text(head: bytes) -> bool:
    if not _UNDOCUMENTED.isdisjoint(head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    cut = 4 if len(head) == _HEAD_BYTES else 0  # the last character may be cut in two
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return cut > 0 and error.start >= len(head) - cut
    return True


def _is_office(content: BinaryIO, folder: str) -> bool:
    """A document of its kind, without macros; the list of contents is read, nothing is unpacked."""
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - _HEAD_BYTES))
    tail = content.read(_HEAD_BYTES)
    end = tail.rfind(_END_OF_ZIP)
    if end < 0 or _END_OF_ZIP64 in tail or int.from_bytes(tail[end + 12 : end + 16], "little") > _LARGEST_DIRECTORY:
        return False
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names) and not has_macros


def _refused(message: str, name: str) -> AttachmentRefused:
    return AttachmentRefused(message, errors=[{"pointer": "/file", "message": message}], file_name=name[:LONGEST_NAME])
