"""Files that people send: how large, of which kind, under which name they are shown, where they are kept.

A file is kept under the hash of its content, so its name never becomes a path. It is on disk for good,
content and folders synced, before `keep` returns.
"""

import hashlib
import os
import re
import unicodedata
import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from portal.core.errors import NotFound, Refused
from portal.core.words import N_

UPLOAD_LIMIT = 20 * 2**20
"""Bytes of one file."""
LONGEST_NAME = 120
HEAD = 4_096
"""Bytes that `kind_of` wants to see."""
CHUNK = 2**20

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")
# What a table of text never begins with: PDF, images, archives, programs, pages.
FOREIGN = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ",
    b"\x7fELF", b"MZ\x90", b"PK", b"<!DOCTYPE", b"<!doctype", b"<html", b"<?xml", b"<svg",
)  # fmt: skip
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_HASH = re.compile(r"[0-9a-f]{64}")


class Readable(Protocol):
    """What a request's file, an open file and bytes in memory have in common."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Kind(StrEnum):
    """What can be read."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on disk: `sha256` in hexadecimal, `size` in bytes."""

    sha256: str
    size: int


def display_name(raw: str) -> str:
    """The name under which a sent file is shown and offered: no folders, no invisible or turning characters.

    Cut to LONGEST_NAME characters, the ending kept; «file» if nothing is left.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    visible = "".join(
        char if unicodedata.category(char)[0] not in "CZ" else " " for char in last if not _turns(char)
    )
    name = " ".join(visible.split()).lstrip(". ") or "file"
    ending = PurePosixPath(name).suffix[:12]
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(ending)].rstrip() + ending


def kind_of(head: bytes, name: str) -> Kind:
    """What a file is by its first HEAD bytes; Refused if it is nothing that can be read, or is named so."""
    if not head:
        raise Refused(N_("The file is empty."), "file")
    if head.startswith(OLD_OFFICE):
        raise Refused(
            N_("This Excel file is old (.xls) or has a password. Save it as .xlsx without one."), "file"
        )
    if not name.lower().endswith(ENDINGS) or _is_foreign(head):
        raise Refused(N_("Only CSV and Excel files (.xlsx) can be read."), "file")
    return Kind.XLSX if head.startswith(ZIP) else Kind.CSV


def read_upload(stream: Readable, limit: int = UPLOAD_LIMIT) -> bytes:
    """The content of a sent file; Refused beyond `limit` bytes, of which no more is read than one."""
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise _too_large(limit)
    return content


def keep(stream: Readable, folder: Path, limit: int = UPLOAD_LIMIT) -> Kept:
    """Store a sent file below `folder`; the same content is stored once. Refused beyond `limit` bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    coming = folder / f".coming-{uuid.uuid4().hex}"
    try:
        kept = _copy(stream, coming, limit)
        place = _place(folder, kept.sha256)
        place.parent.mkdir(exist_ok=True)
        coming.replace(place)
        _sync_folder(place.parent)
        _sync_folder(folder)
    finally:
        coming.unlink(missing_ok=True)
    return kept


def open_kept(folder: Path, sha256: str) -> BinaryIO:
    """A kept file, open for reading; NotFound if there is none of this hash."""
    if not _HASH.fullmatch(sha256):
        raise NotFound
    try:
        return _place(folder, sha256).open("rb")
    except FileNotFoundError:
        raise NotFound from None


def _turns(char: str) -> bool:
    """Whether a character is invisible and may turn or hide its neighbours (bidi marks, joiners)."""
    return unicodedata.category(char) == "Cf"


def _is_foreign(head: bytes) -> bool:
    if head.startswith(FOREIGN):
        return not head.startswith(ZIP)
    with_mark = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not with_mark and len(_CONTROL.findall(head)) * 20 > len(head)


def _too_large(limit: int) -> Refused:
    return Refused(N_("The file is larger than %(limit)s MB."), "file", limit=limit // 2**20)


def _copy(stream: Readable, target: Path, limit: int) -> Kept:
    digest = hashlib.sha256()
    size = 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Kept(digest.hexdigest(), size)


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
