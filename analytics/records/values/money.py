"""Amounts of money, exact to the fen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache
from itertools import pairwise

from analytics.records.types import Field, Read
from analytics.records.values.base import SPACES, Context, Reader, chinese_number, folded, joined

_FEN = Decimal("0.01")
_NOISE = Decimal("0.0005")
"""Less than this beyond the fen is the noise of binary numbers, not a digit someone wrote."""
_LARGEST = Decimal(10) ** 16 - Decimal("0.01")
_SCALES = {
    "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8,
    "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12, "thousand": 3, "k": 3, "million": 6, "mn": 6,
    "mln": 6, "m": 6, "billion": 9, "bn": 9, "10000": 4, "10,000": 4, "1000": 3, "1,000": 3,
    "100million": 8, "10k": 4, "wan": 4, "yi": 8, "w": 4,
}  # fmt: skip
"""Powers of ten, by word."""
_CURRENCIES = {
    "元": "CNY", "圆": "CNY", "块": "CNY", "人民币": "CNY", "rmb": "CNY", "cny": "CNY",
    "yuan": "CNY", "¥": "CNY", "￥": "CNY", "cn¥": "CNY",
    "美元": "USD", "美金": "USD", "usd": "USD", "us$": "USD", "$": "USD", "usdollar": "USD",
    "usdollars": "USD", "dollars": "USD", "美圆": "USD", "$usd": "USD", "usd$": "USD",
    "港元": "HKD", "港币": "HKD", "港圆": "HKD", "hkd": "HKD", "hk$": "HKD", "港币元": "HKD",
    "澳门元": "MOP", "澳门币": "MOP", "mop": "MOP", "葡币": "MOP", "mop$": "MOP",
    "新台币": "TWD", "台币": "TWD", "twd": "TWD", "nt$": "TWD", "ntd": "TWD",
    "欧元": "EUR", "eur": "EUR", "€": "EUR", "euro": "EUR", "euros": "EUR",
    "英镑": "GBP", "gbp": "GBP", "£": "GBP", "日元": "JPY", "日圆": "JPY", "jpy": "JPY",
    "韩元": "KRW", "韩圆": "KRW", "krw": "KRW", "₩": "KRW", "新加坡元": "SGD", "新元": "SGD",
    "新币": "SGD", "sgd": "SGD", "s$": "SGD", "澳元": "AUD", "aud": "AUD", "a$": "AUD",
    "加元": "CAD", "加币": "CAD", "cad": "CAD", "c$": "CAD", "瑞士法郎": "CHF", "瑞郎": "CHF",
    "chf": "CHF", "卢布": "RUB", "rub": "RUB", "₽": "RUB", "卢比": "INR", "inr": "INR", "₹": "INR",
    "泰铢": "THB", "thb": "THB", "林吉特": "MYR", "马币": "MYR", "myr": "MYR",
    "新西兰元": "NZD", "nzd": "NZD", "瑞典克朗": "SEK", "sek": "SEK", "丹麦克朗": "DKK",
    "dkk": "DKK", "挪威克朗": "NOK", "nok": "NOK",
}  # fmt: skip
"""ISO code by word."""
_BASE = re.compile(r".*(?:[元圆块]|yuan|dollars?)$")
"""Words that name the currency's own unit, not the currency alone."""
_CURRENCY = re.compile("|".join(map(re.escape, sorted(_CURRENCIES, key=len, reverse=True))))
_SCALE = "|".join(map(re.escape, sorted(_SCALES, key=len, reverse=True)))
_UNIT = re.compile(rf"((?:{_CURRENCY.pattern})*)({_SCALE})?(?:of)?((?:{_CURRENCY.pattern})*)")
"""A scale and a currency in either order, the currency perhaps named twice: 万元人民币."""
_BEFORE = re.compile(
    "(?P<below>不超过|不高于|不大于|不多于|低于|少于|小于|不足|不到|不满|至多|最多|<=|≤|<|under|below|upto"
    "|lessthan)"
    "|(?P<above>不低于|不少于|不小于|超过|大于|高于|至少|多于|超|逾|>=|≥|>|over|above|morethan|atleast)"
    "|(?P<about>大约|约为|约计|约合|折合|大概|接近|将近|预计|预估|估计|暂定|暂估|约|近|共计|合计|总计|不含税|含税"
    "|税前|税后|about|approximately|approx\\.?|ca\\.|nearly|~|≈)"
    "|(?P<silent>:)"
)
"""Words before a number: bounds are refused or kept with a note, the rest is kept with a note."""
_AFTER = re.compile(
    "(?P<below>以下|以内|之内|封顶)|(?P<above>及以上|以上|起|开外|\\+)"
    "|(?P<about>左右|上下|多|余|许|不含税|含税|暂定|预估|预计)|(?P<silent>整|正)"
)
"""Words after it, around its unit."""
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+")
_PLAIN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_SCIENTIFIC = re.compile(r"(\d(?:\.\d+)?)e\+?(-?\d{1,3})", re.IGNORECASE)
_RANGE = re.compile(r"\d[^\d,.]{0,4}(?:-|~|–|—|至|到)[^\d]{0,3}\d")
_NEGATIVE = re.compile(r"^[-−－△▲][^\d]{0,4}\d|^\([^\d]{0,4}\d[\d,.]*[^\d()]*\)$|^[^\d(]{0,4}-\d")
_BRACKETS = re.compile(r"\(([^()]*)\)$")
_SEPARATORS = frozenset(("", *",.。、·'"))


class MoneyReader(Reader):
    """Reads an amount in CNY: `value`, and `note`: the words where they said more or less.

    The unit comes from the cell, else from the context; a number without either is refused.
    """

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the column's unit."""
        super().__init__({"value": "DECIMAL(18,2)", "note": "VARCHAR"})
        self.rates = context.rates
        self.above = context.above
        self.unit = unit_of(context.unit) if context.unit else None
        self.unit_said = context.unit
        if self.unit and self.unit.currency in ("", "CNY"):
            self.quick = _quick(self.unit.power or 0)

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The amount that a cell means."""
        text = joined(said)
        if text is None:
            return Read(problem="money_separators")
        if kind in ("d", "b"):
            return Read(problem="money_unreadable")
        text = text.lstrip("'")
        plain = _PLAIN.fullmatch(text)
        if plain:
            return self._amount(Decimal(text.replace(",", "")), "", "")
        if _NEGATIVE.match(text):
            return Read(problem="money_negative")
        if _RANGE.search(text):
            return Read(problem="money_range")
        scientific = _SCIENTIFIC.fullmatch(text)
        if scientific:
            return self._of_scientific(scientific)
        return self._of_words(text, said)

    def _of_scientific(self, match: re.Match[str]) -> Read:
        """1.2E+06 as a spreadsheet saves it: six digits and more mean that others were dropped."""
        digits, exponent = match[1].replace(".", ""), int(match[2])
        if len(digits) >= 6 and exponent >= len(digits):
            return Read(problem="money_cut_short")
        number = Decimal(match[1]).scaleb(exponent)
        read = self._amount(number, "", "")
        if read.problem or read.note:
            return read
        return Read(read.values, note="money_scientific", details={"number": f"{number:f}"})

    def _of_words(self, text: str, said: str) -> Read:
        """A number with a unit, a currency, or words such as 约 and 左右 around it."""
        found = list(_NUMBER.finditer(text))
        if not found:
            return self._of_chinese(text)
        between = {text[a.end() : b.start()] for a, b in pairwise(found)}
        if between & _SEPARATORS or text[found[-1].end() : found[-1].end() + 1] == ".":
            return Read(problem="money_separators")
        if len(found) > 1:
            return Read(problem="money_several")
        number = found[0]
        before, after = text[: number.start()], text[number.end() :]
        words = _Words(before, after)
        if words.problem:
            return Read(problem=words.problem)
        if words.above and not self.above:
            return Read(problem="money_above")
        value = Decimal(number[0].replace(",", ""))
        note = said if words.kept or words.above else ""
        return self._amount(value, words.unit, note)

    def _of_chinese(self, text: str) -> Read:
        """壹佰贰拾万元整, 三百万: numerals with their scale among them."""
        said = text.removeprefix("人民币").removesuffix("整").removesuffix("正")
        whole = said.removesuffix("元").removesuffix("圆")
        number = chinese_number(whole)
        if number is None:
            return Read(problem="money_unreadable")
        explicit = whole != text or any(scale in whole for scale in "万亿")
        return self._amount(Decimal(number), "元" if explicit else "", "")

    def _amount(self, number: Decimal, unit: str, note: str) -> Read:
        """The number in CNY by the cell's own unit, completed by the column's."""
        own = unit_of(unit) if unit else Unit(None, "")
        if own is None:
            return Read(problem="money_unreadable")
        column = self.unit or Unit(None, "")
        currency = own.currency or column.currency or "CNY"
        if own.power is not None:
            return self._in_cny(number, own.power, currency, note)
        if column.power is not None and currency == (column.currency or "CNY"):
            return self._in_cny(number, column.power, currency, note)
        if own.currency:  # the column's 万元 says nothing of dollars
            return self._in_cny(number, 0, currency, note)
        if self.unit_said and self.unit is None:
            return Read(problem="money_unit_unknown", details={"unit": self.unit_said})
        return Read(problem="money_without_unit")

    def _in_cny(self, number: Decimal, power: int, currency: str, note: str) -> Read:
        key, details = "money_kept_words" if note else "", dict[str, str]()
        with localcontext() as exact:
            exact.prec = 60
            amount = number.scaleb(power)
            if currency != "CNY":
                rate = self.rates.get(currency)
                if rate is None:
                    return Read(problem="money_foreign", details={"currency": currency})
                told = (
                    f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"
                )
                details = {
                    "amount": told,
                    "currency": currency,
                    "rate": f"{rate.cny:f}",
                    "on": f"{rate.on}",
                }
                converted = f"{currency} {told} × {rate.cny:f} ({rate.on})"
                note = f"{note}; {converted}" if note else converted
                amount, key = amount * rate.cny, "money_converted"
            if amount >= _LARGEST:
                return Read(problem="money_too_large")
            value = amount.quantize(_FEN, ROUND_HALF_EVEN)
            changed = abs(value - amount) >= _NOISE
        if changed and not key:
            key, details = "money_rounded", {"kept": f"{value:f}"}
        return Read({"value": value, "note": note or None}, note=key, details=details)


class _Words:
    """What stands before and after a number: its unit, and words that say more or less.

    Attributes:
        unit: What is left when those words are taken out.
        above: Whether the number is only a lower bound.
        kept: Whether words were taken out that must be kept beside the number.
        problem: Why the number cannot be used.
    """

    def __init__(self, before: str, after: str) -> None:
        """Take the words apart."""
        self.problem = ""
        self.above = self.kept = False
        rest = _BEFORE.sub(self._take, before), _AFTER.sub(self._take, self._brackets(after))
        self.unit = rest[1] + rest[0]

    def _brackets(self, after: str) -> str:
        """What stands after the number; brackets hold its unit, or a remark that is kept."""
        match = _BRACKETS.search(after)
        if not match:
            return after
        inside, rest = match[1], after[: match.start()]
        if not rest and unit_of(inside):
            return inside
        self.kept = True
        return rest

    def _take(self, match: re.Match[str]) -> str:
        if match.lastgroup == "below":
            self.problem = "money_below"
        elif match.lastgroup == "above":
            self.above = True
        elif match.lastgroup == "about":
            self.kept = True
        return ""


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit of an amount.

    Args:
        power: Power of ten: 4 for 万元; None where only a currency is named, as ￥ and RMB do.
        currency: ISO code; empty where only a scale is named, as 万 does.
    """

    power: int | None
    currency: str


@lru_cache(4096)
def unit_of(said: str) -> Unit | None:
    """What a unit says: 万元, 亿, CNY 10,000, 万美元, 单位：元; None where it is no unit."""
    text = SPACES.sub("", folded(said)).lower()
    text = text.strip("()[]:").removeprefix("单位:").removeprefix("unit:").removeprefix("in")
    match = _UNIT.fullmatch(text)
    if match is None or not text:
        return None
    words = [word for part in (match[1], match[3]) for word in _CURRENCY.findall(part)]
    currencies = {_CURRENCIES[word] for word in words}
    if len(currencies) > 1:
        return None
    own = any(_BASE.fullmatch(word) for word in words)
    power = _SCALES[match[2]] if match[2] else 0 if own else None
    return Unit(power, currencies.pop() if currencies else "")


def _quick(power: int) -> str:
    """SQL for plain digits that the unit leaves exact, or as good as exact: see `_NOISE`.

    A decimal reads `1.5e4` exactly, and three times faster than it multiplies.
    """
    part = "([.][0-9]" + "[0-9]?" * (power + 1) + ")?"
    plain = f"regexp_full_match({{cell}}, '[0-9]+{part}')"
    commas = f"regexp_full_match({{cell}}, '[0-9][0-9]?[0-9]?(,[0-9][0-9][0-9])+{part}')"
    exponent = f"|| 'e{power}' as decimal(18, 2))"
    noisy = (
        "regexp_full_match({cell}, '[0-9]+[.][0-9]+') "
        f"and abs(try_cast({{cell}} || 'e{power}' as decimal(30, 8)) "
        f"- try_cast({{cell}} {exponent}) < {_NOISE}"
    )
    return (
        f"case when {plain} then try_cast({{cell}} {exponent} "
        f"when {commas} then try_cast(replace({{cell}}, ',', '') {exponent} "
        f"when {noisy} then try_cast({{cell}} {exponent} end"
    )
