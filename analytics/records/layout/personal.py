"""Columns of personal contact data: they are told, and never stored."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADERS = (
    ("identity", re.compile(r"身份证|证件号|公民身份|护照号|\bid card\b|identity|passport", re.I)),
    ("mail", re.compile(r"邮箱|电邮|电子邮件|邮件地址|e-?mail", re.I)),
    (
        "phone",
        re.compile(r"电话|手机|联系方式|传真|座机|微信|\bphone|\bmobile|\btel\b|\bfax\b", re.I),
    ),
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MOBILE = re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\dA-Za-z])")
_LANDLINE = re.compile(r"(?<!\d)(?:[(（]0\d{2,3}[)）]|0\d{2,3}[-— ])\d{7,8}(?!\d)")
_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])\d{6}(?:19|20)\d{2}(?:0\d|1[0-2])[0-3]\d\d{3}[\dXx](?![\dA-Za-z])"
)
_NUMBERED = re.compile(r"(?:号|编码|代码|\bid|\bno\.?|number)$", re.I)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
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
    for kind, holds in (("identity", _has_identity), ("mail", _has_mail), ("phone", _has_phone)):
        # 15440100421 is a phone number only where the header does not call it 合同编号.
        possible = cells and not (kind == "phone" and _NUMBERED.search(title))
        if possible and sum(map(holds, cells)) >= _SHARE * len(cells):
            return kind
    return ""


def has_personal(said: str) -> bool:
    """Whether a text has a phone number, an identity number or a mail address in it."""
    return _has_identity(said) or _has_mail(said) or _has_phone(said)


def is_identity_number(said: str) -> bool:
    """Whether 18 characters are a resident's identity number, by its check digit (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(said[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == said[17].upper()


def _has_identity(said: str) -> bool:
    return any(is_identity_number(found) for found in _IDENTITY.findall(said))


def _has_mail(said: str) -> bool:
    return bool(_MAIL.search(said))


def _has_phone(said: str) -> bool:
    return bool(_MOBILE.search(said) or _LANDLINE.search(said))
