"""Personal contact data in texts: telephone and identity numbers, mail addresses."""

from __future__ import annotations

import re

TAKEN_OUT = "***"
"""What stands where a telephone number or the like was taken out of a text."""
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z]|\.\d)"
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z.])[(（]?0(?:10|2\d|[3-9]\d{2})[-)）— ]{1,2}\d{7,8}(?:-\d{1,5})?(?![0-9A-Za-z])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
MAYBE = r"@|[0-9][0-9 ()（）—-]{6}"
"""Any text that holds such data matches this, in Python and in SQL; few others do."""


def without_contacts(said: str) -> tuple[str, tuple[str, ...]]:
    """A text with `***` where a telephone, identity number or mail address stood, and which.

    Returns:
        The text, and the kinds found: `mail`, `identity`, `phone`.
    """
    found: list[str] = []
    text = _MAIL.sub(TAKEN_OUT, said)
    if text != said:
        found.append("mail")

    def identity(match: re.Match[str]) -> str:
        if not is_identity(match[0]):
            return match[0]
        found.append("identity")
        return TAKEN_OUT

    text = _IDENTITY.sub(identity, text)
    for pattern in (_MOBILE, _LANDLINE):
        text, times = pattern.subn(TAKEN_OUT, text)
        found += ["phone"] * bool(times)
    return text, tuple(dict.fromkeys(found))


def contacts_in(said: str) -> tuple[str, ...]:
    """Which contact data a text holds: `mail`, `identity`, `phone`."""
    return without_contacts(said)[1]


def is_identity(said: str) -> bool:
    """Whether a text is a resident's identity number, by its check digit (GB 11643)."""
    digits, last = said[:17], said[17:].upper()
    if len(said) != 18 or not digits.isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == last
