"""Zip archives: their files, unpacked one by one under names of our own."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import Unusable
from analytics.records.limits import Limits
from analytics.records.reading.kinds import BROKEN
from analytics.records.reading.loads import told_when_full
from analytics.records.types import Source
from analytics.records.workbench import Workbench

BETWEEN = " › "
_UTF8_NAMES = 0x800
_ENCRYPTED = 0x1
_CHUNK = 1 << 20
_JUNK = re.compile(
    r"(^|/)(__MACOSX/.*|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|~\$[^/]*)$", re.I
)
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown_name(said: str) -> str:
    """A file's name without what would break a line or turn the direction of writing."""
    return _UNSHOWN.sub("", said).strip() or "?"


@dataclass(frozen=True)
class Member:
    """A file of an archive, unpacked.

    Args:
        source: The file.
        share: How much of the archive lies before it, 0 to 1.
        next_share: How much does when it is done.
    """

    source: Source
    share: float
    next_share: float


def members(path: Path, name: str, bench: Workbench, limits: Limits) -> Iterator[Member]:
    """The files of an archive, unpacked; what systems leave there by themselves is passed over.

    Args:
        path: The archive.
        name: Its name for sentences.
        bench: Where to unpack to.
        limits: What is too much.

    Raises:
        Unusable: It is damaged, locked, empty, or holds or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [item for item in archive.infolist() if _is_wanted(item)]
            if not wanted:
                raise Unusable("archive_empty", file=name)
            if len(wanted) > limits.members:
                raise Unusable("archive_many", file=name, found=len(wanted), most=limits.members)
            left = limits.expanded
            whole = sum(item.file_size for item in wanted) or 1
            done = 0
            for item in wanted:
                member = f"{name}{BETWEEN}{member_name(item)}"
                target = _unpacked(archive, item, member, left, bench, limits)
                left -= target.stat().st_size
                share, done = done / whole, done + item.file_size
                yield Member(Source(member, target), share, done / whole)
    except BROKEN as error:
        raise Unusable("damaged_zip", file=name) from error


def member_name(item: zipfile.ZipInfo) -> str:
    """A file's name in an archive; Windows in China writes names in GBK and does not say so."""
    said = item.filename
    if not item.flag_bits & _UTF8_NAMES:
        raw = said.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                said = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = posixpath.normpath("/" + said.replace("\\", "/")).split("/")
    return shown_name("/".join(part for part in parts if part))


def _is_wanted(item: zipfile.ZipInfo) -> bool:
    return not item.is_dir() and not _JUNK.search(item.filename)


def _unpacked(
    archive: zipfile.ZipFile,
    item: zipfile.ZipInfo,
    name: str,
    left: int,
    bench: Workbench,
    limits: Limits,
) -> Path:
    """Unpack a file, counting what really comes out, whatever the archive declares."""
    if item.flag_bits & _ENCRYPTED:
        raise Unusable("archive_locked", file=name)
    packed = max(item.compress_size, 1)
    target = bench.path(".part")
    written = 0
    with told_when_full(name), archive.open(item) as source, target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            bomb = written > limits.small and written > limits.ratio * packed
            if written > left or bomb:
                raise Unusable("expands_too_much", file=name, most=limits.expanded // 1024**2)
            out.write(chunk)
    return target
