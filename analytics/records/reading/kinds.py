"""What a file is, told from its bytes; its name may say anything."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from analytics.errors import Unusable
from analytics.records.reading.encodings import GB18030, UTF8, guess_encoding

Kind = Literal["excel", "compound", "html", "xml", "parquet", "archive", "text"]
HEAD = 1 << 16
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What a broken archive makes its library raise."""
_CONTROLS = bytes({*range(1, 9), *range(14, 26), *range(28, 32)})
_MOST_CONTROLS = 0.02
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_OTHERS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    (
        "file_is_picture",
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF"),
    ),
    ("file_is_document", (b"%PDF", b"{\\rtf")),
    (
        "file_is_packed",
        (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"),
    ),
    ("file_is_other_workbook", (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00", b"MIME-Ver")),
    ("not_a_table_file", (b"\x7fELF", b"MZ", b"SQLite format", b"\xca\xfe\xba\xbe")),
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SPREADSHEETML = re.compile(rb"<(\w+:)?workbook[^>]*office:spreadsheet", re.IGNORECASE)
_PAGE = re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|style|div)[\s>]", re.IGNORECASE)


def kind_of(path: Path, name: str) -> Kind:
    """Kind of a file.

    Args:
        path: The file.
        name: Its name for sentences.

    Raises:
        Unusable: It is empty, or a kind of file that holds no table or cannot be read here.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unusable("empty_file", file=name)
    if head.startswith(_ZIP):
        return _packed_kind(path, name)
    if head.startswith(_COMPOUND):
        return "compound"
    if head.startswith(_PARQUET):
        return "parquet"
    for key, beginnings in _OTHERS:
        if head.startswith(beginnings) and _is_binary(head, beginnings):
            raise Unusable(key, file=name)
    return _text_kind(head, name)


def _is_binary(head: bytes, beginnings: tuple[bytes, ...]) -> bool:
    """Whether it is more than a text that happens to begin with the same letters (BM, MZ)."""
    longest = max(len(beginning) for beginning in beginnings if head.startswith(beginning))
    return longest > 2 or any(byte < 9 for byte in head[:512])


def _packed_kind(path: Path, name: str) -> Kind:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = set(packed.namelist())
    except BROKEN as error:
        raise Unusable("damaged_zip", file=name) from error
    if "xl/workbook.xml" in parts:
        return "excel"
    if "[Content_Types].xml" in parts:
        others = any(part.startswith("xl/") for part in parts)
        raise Unusable("file_is_other_workbook" if others else "file_is_document", file=name)
    if "mimetype" in parts or "Index/Document.iwa" in parts:
        raise Unusable("file_is_other_workbook", file=name)
    return "archive"


def _text_kind(head: bytes, name: str) -> Kind:
    """Kind of a text; its letters may be two bytes wide."""
    plain = head.replace(b"\0", b"")
    for mark in _MARKS:
        plain = plain.removeprefix(mark)
    plain = plain.lstrip()
    if _has_controls(head):
        raise Unusable("not_a_table_file", file=name)
    if not plain.startswith(b"<"):
        return "text"
    if _SPREADSHEETML.search(plain):
        return "xml"
    if _PAGE.search(plain):
        return "html"
    if plain.startswith(b"<?xml"):
        raise Unusable("not_a_table_file", file=name)
    return "text"


def _has_controls(head: bytes) -> bool:
    """Whether there are more control characters than a text has; in UTF-16 such bytes are usual."""
    if guess_encoding(head).name not in (UTF8, GB18030):
        return False
    return len(head) - len(head.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(head)
