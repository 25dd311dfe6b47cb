"""Units as headers and unit lines write them."""

from __future__ import annotations

import re
import unicodedata

MONEY = ("元", "美元", "港元", "澳门元", "欧元", "日元", "英镑")
_CHINESE = re.compile(
    r"(?P<scale>[十百千万亿]*)(?P<of>元|圆|美元|美金|港元|港币|港币元|澳门元|澳门币|欧元|日元|英镑|人民币|"
    r"人次|人|名|位|项|个|件|家|次|场|台|套|篇|份|户|所|座|期|届|亩|公顷|平方米|平方公里|吨|公里|度|"
    r"天|小时|百分比|%|‰|°)"
)
_SAME = {
    "圆": "元",
    "人民币": "元",
    "美金": "美元",
    "港币": "港元",
    "港币元": "港元",
    "澳门币": "澳门元",
    "百分比": "%",
}
_ENGLISH_SCALES = (
    ("100million|hundredmillion", "亿"),
    ("10000|tenthousand|10k|10thousand", "万"),
    ("10million|tenmillion", "千万"),
    ("billion|bn", "十亿"),
    ("million|mn|mio", "百万"),
    ("1000|thousand|k", "千"),
    ("", ""),
)
_ENGLISH_MONEY = {
    "yuan": "元",
    "rmb": "元",
    "cny": "元",
    "rmbyuan": "元",
    "yuanrmb": "元",
    "cnyyuan": "元",
    "usd": "美元",
    "us$": "美元",
    "usdollar": "美元",
    "usdollars": "美元",
    "hkd": "港元",
    "hk$": "港元",
    "mop": "澳门元",
    "eur": "欧元",
    "euro": "欧元",
    "euros": "欧元",
    "jpy": "日元",
    "gbp": "英镑",
}
_ENGLISH_COUNTS = {
    "item": "项",
    "items": "项",
    "contract": "项",
    "contracts": "项",
    "case": "件",
    "cases": "件",
    "person": "人",
    "persons": "人",
    "people": "人",
    "percent": "%",
    "percentage": "%",
}
_BRACKET = re.compile(r"\s*[(（\[【〔]\s*([^()（）\[\]【】〔〕]{1,40})\s*[)）\]】〕]")
_LABEL = re.compile(r"^(?:计量|金额|货币|数值)?单位\s*[:：]?\s*|^unit\s*[:：]?\s*", re.I)
_AFTER_SIGN = re.compile(r"^(?P<text>.*\S)\s*[/／,，:：—_-]\s*(?P<unit>[^/／,，:：—_-]{1,12})$")
_BARE = re.compile(r"^(?P<text>.+?)(?P<unit>(?:百|千|万|百万|千万|亿)元|[%％‰])$")
_LINE = re.compile(r"(?:单位|\bunits?)\s*[:：]\s*", re.I)
_EDGES = " ()（）。.]】"
_MANY = re.compile(r"[、,，;；/／和及]|\s+")


def unit_of(said: str) -> str:
    """The unit that a text is, as the readers know it (万元, 美元, 项, %); empty if it is none."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", said)).casefold()
    text = re.sub(
        r"[(]?(?:人民币|rmb|cny)[)]?(?=.*元)|(?<=元)[(]?(?:人民币|rmb|cny)[)]?$", "", text
    )
    found = _CHINESE.fullmatch(text)
    if found:
        return found["scale"] + _SAME.get(found["of"], found["of"])
    return _english(text.replace(",", "").replace(".", ""))


def unit_of_cell(cell: str) -> str:
    """The unit that a whole header cell is; Contracts is one only in brackets, else a title."""
    said = cell.strip()
    bare = said.strip("()（）[]【】 ")
    is_word = bare == said and bare.casefold() in _ENGLISH_COUNTS
    return "" if is_word else unit_of(bare)


def _english(text: str) -> str:
    if text in _ENGLISH_COUNTS:
        return _ENGLISH_COUNTS[text]
    for money, name in _ENGLISH_MONEY.items():
        for words, scale in _ENGLISH_SCALES:
            for word in words.split("|"):
                if text in (word + money, money + word):
                    return scale + name
    return ""


def is_money(unit: str) -> bool:
    """Whether a unit is one of money."""
    return unit.lstrip("十百千万亿") in MONEY


def split_unit(text: str) -> tuple[str, str]:
    """A header's text and the unit in it: 金额（万元）, 金额/万元, 金额：万元, 合同金额万元."""
    for found in _BRACKET.finditer(text):
        inside = _LABEL.sub("", found[1])
        unit = unit_of(inside) or unit_of(re.split(r"[，,；;、]", inside)[0])
        if unit:
            return (text[: found.start()] + " " + text[found.end() :]).strip(), unit
    found = _AFTER_SIGN.match(text)
    if found and unit_of(_LABEL.sub("", found["unit"])):
        return found["text"], unit_of(_LABEL.sub("", found["unit"]))
    found = _BARE.match(text)
    return (found["text"], unit_of(found["unit"])) if found else (text, "")


def unit_of_line(line: str) -> str:
    """The unit that a line above a table says holds for it.

    Of several units (单位：项、万元) the one of money, since counts need none; empty where two are
    of money, or where 单位 means an organisation (填报单位：...).
    """
    for found in _LINE.finditer(line):
        units = _units_in(line[found.end() :])
        if units:
            return _the_one(units)
    inside = (unit_of(_LABEL.sub("", found[1])) for found in _BRACKET.finditer(line))
    return _the_one([unit for unit in inside if unit])


def _units_in(text: str) -> list[str]:
    """The units at the beginning of a text; other words may follow them."""
    whole = unit_of(text.strip(_EDGES))
    if whole:
        return [whole]
    found: list[str] = []
    for word in _MANY.split(text):
        unit = unit_of(word.strip(_EDGES))
        if not unit:
            break
        found.append(unit)
    return found


def _the_one(units: list[str]) -> str:
    units = list(dict.fromkeys(units))
    money = [unit for unit in units if is_money(unit)]
    if len(money) == 1:
        return money[0]
    return units[0] if units and not money else ""
