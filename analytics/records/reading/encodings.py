"""How a text is encoded, and the same text in UTF-8.

UTF-8 is held to be true where it decodes, since hardly any other text does; else GB18030, which
holds GBK and GB2312. A damaged text is refused with its line, never read with a guess.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import Unusable

HEAD = 1 << 20
_CHUNK = 1 << 20
UTF8 = "utf-8"
GB18030 = "gb18030"
UTF16_LE = "utf-16-le"
UTF16_BE = "utf-16-be"
_MARKS = (
    (b"\xef\xbb\xbf", UTF8),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", UTF16_LE),
    (b"\xfe\xff", UTF16_BE),
)
NAMES = {
    UTF8: "UTF-8",
    GB18030: "GB18030",
    UTF16_LE: "UTF-16 LE",
    UTF16_BE: "UTF-16 BE",
    "utf-32-le": "UTF-32 LE",
    "utf-32-be": "UTF-32 BE",
}
_EAST = re.compile("[\u0800-\U0010ffff]")
_RUN = re.compile(rb"[\x80-\xff]+")
_ENOUGH = 5
_FEW = 200


@dataclass(frozen=True)
class Encoding:
    """An encoding, and whether the text itself leaves no doubt about it."""

    name: str
    sure: bool


def guess_encoding(head: bytes) -> Encoding:
    """Encoding of a text by its beginning."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, True)
    wide = _wide(head)
    if wide:
        return Encoding(wide, True)
    decoder = codecs.getincrementaldecoder(UTF8)()
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError as error:
        before = head[: error.start].decode(UTF8, "ignore")
        if len(_EAST.findall(before)) >= _ENOUGH:
            return Encoding(UTF8, True)
        return Encoding(GB18030, _decodes(head, GB18030))
    if _EAST.search(text):
        return Encoding(UTF8, True)
    return Encoding(GB18030, False) if _rather_chinese(head, text) else Encoding(UTF8, False)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: half of the bytes of digits, commas and line ends are zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    most, least = max(even, odd), min(even, odd)
    if most * 100 < len(head) or least * 10 > most:
        return ""
    name = UTF16_LE if odd > even else UTF16_BE
    return name if _decodes(head, name) else ""


def _decodes(head: bytes, name: str) -> bool:
    """Whether a beginning decodes; a character cut at its end does not count."""
    try:
        codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _rather_chinese(head: bytes, text: str) -> bool:
    """Whether a short text that decodes as UTF-8 by chance is GB2312: 联通 was the famous one.

    So it is where all of its few letters would be from the alphabets that take two bytes in UTF-8
    (beyond Latin-1) and all are Chinese characters in GB2312.
    """
    runs = _RUN.findall(head)
    if not runs or sum(map(len, runs)) > _FEW or all(ord(letter) < 0x100 for letter in text):
        return False
    try:
        return all(run.decode("gb2312") for run in runs)
    except UnicodeDecodeError:
        return False


def to_utf8(path: Path, target: Path, encoding: str, name: str) -> tuple[int, int]:
    """Write a text in UTF-8 without mark and NUL characters, CR LF as LF.

    Args:
        path: The text.
        target: Where to.
        encoding: Its encoding.
        name: The file's name for sentences.

    Returns:
        How many NUL characters were taken out, and on which line the first stood.

    Raises:
        Unusable: Bytes that are no characters in this encoding, told with their line.
    """
    count = first = 0
    line = 1
    held = "\ufeff"
    with target.open("w", encoding=UTF8, newline="") as out:
        for text in _decoded(path, encoding, name):
            if "\0" in text:
                count += text.count("\0")
                first = first or line + text.count("\n", 0, text.index("\0"))
            line += text.count("\n")
            text = text.replace("\0", "")
            text = text.removeprefix("\ufeff") if held == "\ufeff" else held + text
            held = "\r" if text.endswith("\r") else ""
            out.write(text.removesuffix("\r").replace("\r\n", "\n"))
        out.write(held.strip("\ufeff"))
    return count, first


def _decoded(path: Path, encoding: str, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, "ignore")
                raise Unusable(
                    "bad_bytes" if chunk else "text_cut_off",
                    file=name,
                    line=line + before.count("\n"),
                    encoding=NAMES[encoding],
                    found=error.object[error.start : error.start + 4].hex(" ").upper(),
                ) from error
            line += text.count("\n")
            yield text
            if not chunk:
                return
