"""Every place of China since 2002: by code, by name, and which lies in which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

Row = Mapping[str, str]

COUNTRY = "100000"
_RANKS = {"country": 0, "province": 1, "city": 2, "district": 3}
_AUTONOMOUS = re.compile(r"自治([州县旗])$")
_PEOPLE = re.compile(
    "(?:[回藏苗彝壮满侗瑶白傣黎佤畲水土羌京]|布依|朝鲜|土家|哈尼|傈僳|高山|拉祜|东乡|纳西|景颇|达斡尔"
    "|仫佬|布朗|撒拉|毛南|仡佬|阿昌|普米|怒|鄂温克|德昂|保安|裕固|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各)族$"
    "|(?:蒙古|哈萨克|维吾尔|柯尔克孜|锡伯|塔吉克)族?$"
)
_KIND = re.compile("(?:特别行政区|地区|林区|新区|矿区|特区|[省市盟州旗区县])$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A place, of today or dissolved.

    Args:
        adcode: Its own code.
        name: Its official name.
        rank: 0 country, 1 province, 2 city, 3 district or county.
        targets: Codes of `regions.csv` that it is kept as: itself, the city it lies in, or what
            succeeded it; more than one where it was divided.
        until: Year in which it was dissolved or renamed; None for places of today.
    """

    adcode: str
    name: str
    rank: int
    targets: tuple[str, ...]
    until: int | None = None

    @property
    def raised(self) -> bool:
        """Whether a place of today is kept as the city it lies in."""
        return self.until is None and self.rank == 3 and self.adcode not in self.targets


@dataclass(frozen=True, slots=True)
class Walk:
    """What a text names, read from left to right.

    Args:
        units: Places that fit all names found, the most particular of them.
        rest: Text after the last name.
        full: Whether the last name was written in full, 天河区 rather than 天河.
        names: How many names were found.
        other: Places named at the beginning of the rest that do not fit those before.
    """

    units: tuple[Unit, ...]
    rest: str
    full: bool
    names: int
    other: tuple[Unit, ...] = ()


class Gazetteer:
    """Places by code and by name.

    Args:
        regions: Rows of `regions.csv`.
        counties: Rows of `counties.csv`.
        successors: Rows of `region_successors.csv`.
        synonyms: Adcode and further name; alone such a name means that place.
    """

    def __init__(
        self,
        regions: Iterable[Row],
        counties: Iterable[Row],
        successors: Iterable[Row],
        synonyms: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Index the places."""
        self.regions = {row["adcode"]: row for row in regions}
        self.above = {code: self._above(row) for code, row in self.regions.items()}
        self.by_code: dict[str, list[Unit]] = {}
        self.by_name: dict[str, list[tuple[Unit, bool]]] = {}
        self.by_english: dict[str, list[Unit]] = {}
        self.preferred: dict[str, Unit] = {}
        for row in self.regions.values():
            self._add_region(row)
        for row in counties:
            unit = Unit(row["adcode"], row["name_zh"], 3, (row["city"],))
            self._add(unit, short_name(unit.name))
        for unit in _dissolved(successors):
            self._add(unit, short_name(unit.name))
        for code, name in synonyms:
            self._add_synonym(code, name)
        self._lengths = _lengths(self.by_name)

    def _above(self, row: Row) -> frozenset[str]:
        codes = {row["adcode"], row["city"], row["province"], COUNTRY}
        return frozenset(codes - {""})

    def _add_region(self, row: Row) -> None:
        code, rank = row["adcode"], _RANKS[row["level"]]
        if rank == 2 and self.regions[row["province"]]["name_zh"] == row["name_zh"]:
            unit = Unit(code, row["name_zh"], rank, (code,))  # 北京市 is named by its province
            self.by_code.setdefault(code, []).append(unit)
            return
        only = code[:2] + "0100"
        whole = rank == 1 and self.regions.get(only, row)["name_zh"] == row["name_zh"]
        unit = Unit(code, row["name_zh"], rank, (only if whole and only in self.regions else code,))
        self._add(unit, row["short_zh"])
        english = romanised(row["name_en"])
        self.by_english.setdefault(english, []).append(unit)

    def _add(self, unit: Unit, short: str) -> None:
        self.by_code.setdefault(unit.adcode, []).append(unit)
        self._name(unit, unit.name, full=True)
        kind = _AUTONOMOUS.search(unit.name)
        if kind and short != unit.name:
            self._name(unit, short + kind[1], full=True)
        if short not in (unit.name, ""):
            self._name(unit, short, full=False)

    def _name(self, unit: Unit, name: str, full: bool) -> None:
        held = self.by_name.setdefault(name, [])
        if all(other is not unit for other, _ in held):
            held.append((unit, full))

    def _add_synonym(self, code: str, name: str) -> None:
        """A further name of a place; alone it means that place even where others have it too."""
        unit = self.today(code)
        if unit is None:
            return
        key = romanised(name)
        self.preferred[key] = unit
        if key.isascii():
            self.by_english.setdefault(key, []).append(unit)
        else:
            self._name(unit, key, full=bool(_KIND.search(key)))

    @cached_property
    def names(self) -> list[str]:
        """Every Chinese name."""
        return list(self.by_name)

    @cached_property
    def english_names(self) -> list[str]:
        """Every English name, romanised."""
        return list(self.by_english)

    @cached_property
    def divided(self) -> frozenset[str]:
        """Cities that have districts or counties in the list."""
        cities = {
            unit.targets[0] for units in self.by_code.values() for unit in units if unit.raised
        }
        return frozenset(
            cities | {row["city"] for row in self.regions.values() if row["level"] == "district"}
        )

    def today(self, code: str) -> Unit | None:
        """The place that has a code today."""
        return next((unit for unit in self.by_code.get(code, ()) if unit.until is None), None)

    def within(self, inner: Unit, outer: Unit) -> bool:
        """Whether a place lies in another, or is the same."""
        if inner is outer:
            return True
        if inner.rank <= outer.rank:
            return False
        return any(
            target in self.above.get(code, ()) for code in inner.targets for target in outer.targets
        ) or any(outer.adcode in self.above.get(code, ()) for code in inner.targets)

    def walk(self, said: str) -> Walk | None:
        """Read the names at the beginning of a text; the reading that leaves least is taken.

        Args:
            said: Chinese text without spaces and separators.
        """
        best: Walk | None = None
        open_ends: list[tuple[int, tuple[Unit, ...], bool, int]] = [(0, (), False, 0)]
        while open_ends:
            at, held, full, names = open_ends.pop()
            if held and (best is None or len(said) - at < len(best.rest)):
                best = Walk(held, said[at:], full, names)
            if at == len(said):
                break
            for step in reversed(self._steps(said, at, held)):
                open_ends.append((at + step[0], step[1], step[2], names + 1))
        if best is not None and best.rest:
            at = len(said) - len(best.rest)
            return Walk(best.units, best.rest, best.full, best.names, self._other(said, at))
        return best

    def _steps(
        self, said: str, at: int, held: tuple[Unit, ...]
    ) -> list[tuple[int, tuple[Unit, ...], bool]]:
        """Names that begin at a place of the text and fit what is held, the longest first."""
        found: list[tuple[int, tuple[Unit, ...], bool]] = []
        for length in self._lengths.get(said[at : at + 1], ()):
            named = self.by_name.get(said[at : at + length]) if at + length <= len(said) else None
            if not named:
                continue
            units = self.narrowed(held, [unit for unit, _ in named])
            if units:
                found.append((length, units, any(full for _, full in named)))
        if held and said.startswith("市辖区", at):
            found.append((3, held, True))
        return found

    def narrowed(self, held: tuple[Unit, ...], units: Sequence[Unit]) -> tuple[Unit, ...]:
        """Of places held and places named next, those of one within another: the inner ones."""
        if not held:
            return tuple(units)
        kept: dict[Unit, None] = {}
        for old in held:
            for new in units:
                if self.within(new, old):
                    kept[new] = None
                elif self.within(old, new):
                    kept[old] = None
        return tuple(kept)

    def _other(self, said: str, at: int) -> tuple[Unit, ...]:
        """Places whose full name begins here."""
        for length in self._lengths.get(said[at : at + 1], ()):
            named = self.by_name.get(said[at : at + length]) if at + length <= len(said) else None
            units = tuple(unit for unit, full in named or () if full)
            if units:
                return units
        return ()

    def english(self, said: str) -> tuple[Unit, ...]:
        """Places that an English name means: Guangzhou, Guangzhou City, Nansha District."""
        key = romanised(said)
        if key in self.preferred:
            return (self.preferred[key],)
        if key in self.by_english:
            return tuple(self.by_english[key])
        for suffix, ranks in _ENGLISH_KINDS:
            if key.endswith(suffix) and key != suffix:
                units = self.by_english.get(key.removesuffix(suffix), ())
                return tuple(unit for unit in units if unit.rank in ranks)
        return ()

    def nearest(self, said: str, most: int = 3) -> tuple[Unit, ...]:
        """Places whose names are most like a text that names none."""
        key = romanised(said)
        names, table = (
            (self.english_names, self.by_english)
            if key.isascii()
            else (self.names, {name: [u for u, _ in held] for name, held in self.by_name.items()})
        )
        found = process.extract(key, names, scorer=fuzz.ratio, limit=6, score_cutoff=60)
        units = [unit for name, _, _ in found for unit in table[name]]
        return tuple(dict.fromkeys(units))[:most]

    def title(self, unit: Unit) -> tuple[str, str]:
        """Name of a place with those above it, in Chinese and English."""
        rows = self.regions
        own = rows.get(unit.adcode)
        target = rows[unit.targets[0]]
        chain = [code for code in (target["province"], target["city"]) if code]
        if own is not None and unit.until is None:
            zh = "".join(dict.fromkeys([rows[code]["name_zh"] for code in chain] + [unit.name]))
            en = ", ".join(
                dict.fromkeys(
                    [own["name_en"], *(rows[code]["name_en"] for code in reversed(chain))]
                )
            )
            return zh, en
        if unit.until is not None:
            chain = chain[:1]
        zh = "".join(dict.fromkeys([*(rows[code]["name_zh"] for code in chain), unit.name]))
        en = ", ".join(
            [unit.name, *dict.fromkeys(rows[code]["name_en"] for code in reversed(chain))]
        )
        return zh, en


_ENGLISH_KINDS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("specialadministrativeregion", (1,)),
    ("autonomousregion", (1,)),
    ("autonomousprefecture", (2,)),
    ("municipality", (1, 2)),
    ("prefecture", (2,)),
    ("province", (1,)),
    ("district", (3,)),
    ("county", (3,)),
    ("shi", (1, 2)),
    ("city", (1, 2, 3)),
    ("sar", (1,)),
    ("qu", (3,)),
)


def short_name(name: str) -> str:
    """A name without its kind and peoples: 延边朝鲜族自治州 is 延边, 城区 stays 城区."""
    short = name
    if _AUTONOMOUS.search(name):
        short = _AUTONOMOUS.sub("", name)
        while _PEOPLE.search(short) and _PEOPLE.sub("", short):
            short = _PEOPLE.sub("", short)
    else:
        short = _KIND.sub("", name)
    return short if len(short) > 1 else name


def romanised(said: str) -> str:
    """A name for comparison: without accents, spaces, dots, apostrophes and case."""
    plain = unicodedata.normalize("NFKD", said)
    return "".join(c for c in plain if c.isalnum() and not unicodedata.combining(c)).casefold()


def _dissolved(rows: Iterable[Row]) -> list[Unit]:
    """Dissolved places; the rows of a divided one become one place with several targets."""
    targets: dict[tuple[str, str], list[str]] = {}
    until: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["adcode"], row["name_zh"])
        targets.setdefault(key, []).append(row["successor"])
        until[key] = int(row["until"])
    return [
        Unit(
            code,
            name,
            2 if code.endswith("00") or code[2:4] == "90" else 3,
            tuple(codes),
            until[code, name],
        )
        for (code, name), codes in targets.items()
    ]


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Lengths of the names that begin with a character, the longest first."""
    found: dict[str, set[int]] = {}
    for name in names:
        found.setdefault(name[:1], set()).add(len(name))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}
