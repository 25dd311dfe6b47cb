"""Columns of personal contact data: they are told, and never stored."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analytics.records.contacts import contacts_in

_HEADERS = (
    ("identity", re.compile(r"身份证|证件号|公民身份|护照号|\bid card\b|identity|passport", re.I)),
    ("mail", re.compile(r"邮箱|电邮|电子邮件|邮件地址|e-?mail", re.I)),
    (
        "phone",
        re.compile(r"电话|手机|联系方式|传真|座机|微信|\bphone|\bmobile|\btel\b|\bfax\b", re.I),
    ),
)
_NUMBERED = re.compile(r"(?:号|编码|代码|\bid|\bno\.?|number)$", re.I)
_SHARE = 0.3
"""A column is personal from this share of cells that hold such data."""


def personal_kind(title: str, cells: Sequence[str]) -> str:
    """`phone`, `identity` or `mail` where a column holds such data, else empty.

    Args:
        title: Its header, in one language.
        cells: Some of its cells.
    """
    for kind, pattern in _HEADERS:
        if pattern.search(title):
            return kind
    held = [contacts_in(cell) for cell in cells]
    for kind in ("identity", "mail", "phone"):
        # 15440100421 is a phone number only where the header does not call it 合同编号.
        possible = cells and not (kind == "phone" and _NUMBERED.search(title))
        if possible and sum(kind in found for found in held) >= _SHARE * len(cells):
            return kind
    return ""
