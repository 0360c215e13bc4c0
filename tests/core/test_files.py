"""Files that people send: names, kinds, sizes, and where they are kept."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import files
from portal.core.errors import NotFound, Refused
from portal.core.files import Kind


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("客户.csv", "客户.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\客户.xlsx", "客户.xlsx"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("zero\u200bwidth\u2066.csv", "zerowidth.csv"),
        ("tab\tline\nnul\0.csv", "tab line nul .csv"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("e\u0301.csv", "é.csv"),
    ],
)
def test_a_name_is_shown_without_tricks(sent: str, shown: str) -> None:
    assert files.display_name(sent) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = files.display_name("长" * 300 + ".xlsx")
    assert len(shown) == files.LONGEST_NAME
    assert shown.endswith("长.xlsx")


@given(st.text(max_size=400))
def test_no_name_is_dangerous_or_changes_when_cleaned_again(sent: str) -> None:
    shown = files.display_name(sent)
    assert 0 < len(shown) <= files.LONGEST_NAME
    assert not set(shown) & set("/\\\0\r\n\u202e")
    assert not shown.startswith(".")
    assert files.display_name(shown) == shown


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"name,phone\r\n", "a.csv", Kind.CSV),
        (b"PK\x03\x04rest", "a.xlsx", Kind.XLSX),
        (b"name,phone\r\n", "really-csv.xlsx", Kind.CSV),
        ("\ufeff名称,电话".encode("utf-16"), "a.TXT", Kind.CSV),
        ("名称,电话".encode("gb18030"), "a.csv", Kind.CSV),
        (b"name,phone\nli\0,1\n" + b"x" * 100, "a.csv", Kind.CSV),
    ],
)
def test_the_content_says_what_a_file_is(head: bytes, name: str, kind: Kind) -> None:
    assert files.kind_of(head, name) is kind


@pytest.mark.parametrize(
    ("head", "name", "reason"),
    [
        (b"", "a.csv", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls", "old"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xlsx", "password"),
        (b"name,phone", "a.exe", "Only CSV"),
        (b"%PDF-1.7", "a.csv", "Only CSV"),
        (b"\x89PNG\r\n", "a.csv", "Only CSV"),
        (b"PK\x05\x06", "a.xlsx", "Only CSV"),
        (b"<!DOCTYPE html>", "a.csv", "Only CSV"),
        (bytes(range(256)), "a.csv", "Only CSV"),
        ("name,phone".encode("utf-16-le"), "a.csv", "Only CSV"),
    ],
)
def test_what_cannot_be_read_is_refused(head: bytes, name: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        files.kind_of(head, name)


class Endless:
    """A file of 50 MB of which nobody should read much."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        piece = min(size, 50 * 2**20 - self.given)
        self.given += piece
        return b"x" * piece


def test_a_large_file_is_refused_before_it_is_read() -> None:
    sent = Endless()
    with pytest.raises(Refused, match="larger than 20 MB"):
        files.read_upload(sent)
    assert sent.given == files.UPLOAD_LIMIT + 1
    assert files.read_upload(BytesIO(b"x" * files.UPLOAD_LIMIT)) == b"x" * files.UPLOAD_LIMIT


def test_a_file_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    content = b"name\r\n" * 1_000
    kept = files.keep(BytesIO(content), tmp_path / "files")
    assert kept == files.keep(BytesIO(content), tmp_path / "files")
    assert kept == files.Kept(hashlib.sha256(content).hexdigest(), len(content))
    with files.open_kept(tmp_path / "files", kept.sha256) as file:
        assert file.read() == content
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert stored[0].stat().st_mode & 0o077 == 0


def test_what_is_too_large_or_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken:
        def read(self, _size: int) -> bytes:
            raise OSError("connection lost")

    with pytest.raises(Refused, match="larger"):
        files.keep(Endless(), tmp_path)
    with pytest.raises(OSError, match="lost"):
        files.keep(Broken(), tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd", "0" * 63 + "G", "0" * 64 + "\n"])
def test_what_was_not_kept_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        files.open_kept(tmp_path, name)
