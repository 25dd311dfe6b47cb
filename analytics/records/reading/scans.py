"""Passes over the bytes of a file: its checksum, and what decides how it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 22
_MARK = b"\xef\xbb\xbf"
_ENDS = b"\r\n"


@dataclass
class Scan:
    """What the bytes of a text file say.

    Args:
        sha256: Checksum.
        lines: Lines, the last one also where nothing ends it.
        nul: Whether there are NUL bytes.
        formula: Whether a cell may be written as ="00123".
    """

    sha256: str = ""
    lines: int = 0
    nul: bool = False
    formula: bool = False


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def scan_text(path: Path) -> Scan:
    """Look through a text file, as quickly as its checksum allows."""
    found = Scan()
    digest = hashlib.sha256()
    last = b""
    for chunk in _chunks(path):
        digest.update(chunk)
        found.lines += chunk.count(b"\n")
        found.nul = found.nul or b"\0" in chunk
        if b"=" in chunk or last == b"=":
            found.formula = found.formula or b'="' in last + chunk
        last = chunk[-1:]
    found.lines += last not in (b"", b"\n")
    found.sha256 = digest.hexdigest()
    return found


def has_blank_line(path: Path) -> bool:
    """Whether a text has an empty line before its last line; one in quotation marks counts too."""
    held = b"\n"
    for position, chunk in enumerate(_chunks(path)):
        text = held + (chunk.removeprefix(_MARK) if position == 0 else chunk)
        filled = text.rstrip(_ENDS)
        if b"\n\n" in filled:
            return True
        if b"\r" in filled and (b"\n\r\n" in filled or b"\r\r" in filled):
            return True
        held = text[len(filled) - 1 :] if filled else text[-_CHUNK:]
    return False


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
