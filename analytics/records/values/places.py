"""Places and countries: to an adcode of today, a country, or a refusal with candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analytics.records.types import Field, Read
from analytics.records.values.base import Context, Reader, folded, squeezed
from analytics.records.values.gazetteer import COUNTRY, Unit, Walk, romanised
from analytics.records.values.references import Seeker

_CODE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")
_CODE_AND_NAME = re.compile(
    r"(?P<code>\d{6})[\s\-:_/]*(?P<name>\D+)|(?P<name2>\D+?)[\s(\-:_/]*(?P<code2>\d{6})\)?"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_BETWEEN = re.compile(r"[\s()\[\]{}<>【】〔〕《》“”\"'、,;/\\|·・.>→:_\-—–~]+")
_WHOLE = re.compile("^(?:中华人民共和国|中国大陆|中国内地|中国)(?=.)")
_DISTRICT = re.compile("^.{1,8}?(?:自治县|新区|林区|区|县|市|旗|镇|乡|街道)")
_ZONE = re.compile(
    "^.{0,6}(?:高新技术产业开发区|经济技术开发区|高新技术开发区|工业园区|高新区|经开区|开发区|新区|保税区"
    "|自贸区|示范区|试验区|合作区|科技园|科学园|产业园)$"
)
_SELF = re.compile("本级|[省市]本级|[省市](?:级|直|直属|内)|直属|全[省市]")
_MUNICIPAL = ("11", "12", "31", "50")
_BEYOND = ("71", "81", "82")
_ABROAD = re.compile(
    "[海国境]外(?:地区)?|外国|其他国家|[欧亚非]洲|[北南]美洲?|欧美|欧盟|东南亚|abroad|overseas|foreign|eu(?:rope)?"
)
_HMT = re.compile("港澳台?(?:地区)?|香港澳门(?:台湾)?")
_PATIENCE = 300
"""After so many words that mean nothing a column is not one of places: no candidates are sought."""


class PlaceReader(Reader):
    """Reads a place: `value` is today's adcode, `country` the country it lies in.

    A country other than China, or China as a whole, gives a country and no adcode.
    """

    needs_year = True

    def __init__(self, field: Field, context: Context) -> None:
        """Take the gazetteer; only provinces where the context or the field says so."""
        super().__init__({"value": "VARCHAR", "country": "VARCHAR"})
        self.references = context.references
        self.places = context.references.places
        self.country_kept = "country" in field.also
        self.provinces = context.level == "province"
        self.whole = context.level in ("province", "country")
        self.values = frozenset(field.values)
        self.patience = _PATIENCE

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The place that a cell means."""
        text = folded(said)
        digits = text.removesuffix(".0")
        if _CODE.fullmatch(digits):
            return self._of_code(digits, year)
        both = _CODE_AND_NAME.fullmatch(text)
        if both:
            return self._of_both(both, said, year)
        key = squeezed(text)
        if _ABROAD.fullmatch(key):
            return Read(problem="place_abroad")
        if _HMT.fullmatch(key):
            return self._several(self._units("810000", "820000", "710000"))
        country = self.country(text)
        if country:
            return self._foreign(country, "")
        if _HAN.search(text):
            return self._of_chinese(text, year)
        return self._of_english(text, year)

    # ------------------------------------------------------------------------------- codes

    def _of_code(self, digits: str, year: int | None) -> Read:
        code = digits[:6].ljust(6, "0")
        unit = self._by_code(code, year)
        if isinstance(unit, Read):
            return unit
        return self._kept((unit,), year, coded=True)

    def _by_code(self, code: str, year: int | None) -> Unit | Read:
        """The place of a code in a year, or why there is none."""
        today = self.places.today(code)
        old = [unit for unit in self.places.by_code.get(code, ()) if unit.until is not None]
        reused = [unit for unit in old if today and set(unit.targets) != set(today.targets)]
        if today and reused:
            until = reused[0].until or 0
            if year is None or year == until:
                return self._several((*reused, today))
            return today if year > until else reused[0]
        if today:
            return today
        if not old:
            return self._by_prefix(code)
        in_force = [unit for unit in old if year is not None and year <= (unit.until or 0)]
        if not in_force and len({unit.targets for unit in old}) > 1:
            return self._several(old)
        return min(in_force or old, key=lambda unit: unit.until or 0)

    def _by_prefix(self, code: str) -> Unit | Read:
        """Codes that stand for the districts or counties of a city, and those beyond the list."""
        city = self.places.today(code[:4] + "00")
        if code.endswith("01") and city:
            return city
        if code[:2] in _MUNICIPAL and code[2:] in ("0200", "0300"):
            return self._units(code[:2] + "0100")[0]
        if code[:2] in _BEYOND:
            return self._units(code[:2] + "0000")[0]
        near = [unit for unit in (city, self.places.today(code[:2] + "0000")) if unit]
        return self._unknown(near[:1])

    def _of_both(self, match: re.Match[str], said: str, year: int | None) -> Read:
        """A code beside a name: both must mean the same place."""
        code = match["code"] or match["code2"]
        name = match["name"] or match["name2"]
        by_code = self._of_code(code, year)
        by_name = self.parse(name.strip(" ()[]【】"), "t", year)
        if by_code.problem:
            return by_code
        if by_name.problem in ("place_unknown", "place_unknown_near"):
            return by_name
        target = str(by_code.values.get("value") or "")
        named = str(by_name.values.get("value") or "")
        if by_name.problem or target == named or named in self.places.above.get(target, ()):
            return by_code
        return self._several(self._units(target, named), "place_conflict")

    # ------------------------------------------------------------------------------ chinese

    def _of_chinese(self, text: str, year: int | None) -> Read:
        plain = _BETWEEN.sub("", text)
        plain = _WHOLE.sub("", plain)
        walk = self.places.walk(plain) or self.places.walk(romanised(plain))
        if walk is None:
            return self._country_and_more(plain) or self._unknown(self._near(plain))
        units = self._in_force(walk, year)
        if walk.names == 1:
            preferred = self.places.preferred.get(plain[: len(plain) - len(walk.rest)])
            units = (preferred,) if preferred else units
        if not walk.rest:
            return self._kept(units, year)
        return self._with_rest(walk, units, year)

    def _with_rest(self, walk: Walk, units: tuple[Unit, ...], year: int | None) -> Read:
        """A place with something after it: an address, a zone, or a second place."""
        rank = max(unit.rank for unit in units)
        municipal = all(unit.targets[0][:2] in (*_MUNICIPAL, *_BEYOND) for unit in units)
        if _SELF.fullmatch(walk.rest):
            return self._kept(units, year)
        if _ZONE.search(walk.rest) and (rank > 1 or municipal) and not walk.other:
            return self._kept(units, year, part=walk.rest)
        if walk.other and (rank == 1 or self._has_parts(units)):
            return self._several((*units, *walk.other), "place_conflict")
        second = self.places.walk(walk.rest)
        if second and not second.rest and self._has_parts((*units, *second.units)):
            return self._several((*units, *second.units), "place_conflict")
        part = _DISTRICT.match(walk.rest) if rank <= 2 else None
        named = walk.full or (part and units[0].adcode[:2] in _BEYOND)
        if not named or (rank <= 1 and not municipal):
            return self._unknown(self._near_within(walk.rest, units) or units[:3])
        return self._kept(units, year, part=part[0] if part else "")

    def _has_parts(self, units: Iterable[Unit]) -> bool:
        """Whether one of several places is a city with districts.

        中山 has none in the list, so that 中山市东区 is not the 东区 of another city.
        """
        return any(unit.rank == 2 and unit.targets[0] in self.places.divided for unit in units)

    def _in_force(self, walk: Walk, year: int | None) -> tuple[Unit, ...]:
        """Those of several places that a name means in a year."""
        units = walk.units
        today = [unit for unit in units if unit.until is None]
        valid = [u for u in units if u.until is not None and year is not None and year <= u.until]
        if not valid:
            units = tuple(today) or units
        elif not today:
            units = tuple(valid)
        province = [unit for unit in units if unit.rank <= 1]
        return tuple(province) if province and walk.names == 1 else units

    # ------------------------------------------------------------------------------ english

    def _of_english(self, text: str, year: int | None) -> Read:
        whole = self.places.english(text)
        if whole:
            return self._kept(whole, year)
        parts = [part.strip() for part in re.split(r"[,;/|()]+", text) if part.strip()]
        if len(parts) > 1 and not self.places.english(parts[-1]):
            country = self.country(parts[-1])
            if country and country != "CN":
                return self._foreign(country, text)
        found = [named for part in parts for named in self._words(part)]
        places = [units for units in found if units]
        if not places or (len(parts) == 1 and not all(found)):
            return self._unknown(self._near(text))
        held: tuple[Unit, ...] = ()
        for units in places:
            narrowed = self.places.narrowed(held, units)
            if not narrowed:
                return self._several((*held, *units), "place_conflict")
            held = narrowed
        if not found[-1] and not found[0]:
            return self._unknown(held[:3])
        return self._kept(held, year)

    def _words(self, part: str) -> list[tuple[Unit, ...]]:
        """Places named one after another without commas: Guangzhou Guangdong China."""
        whole = self.places.english(part)
        if whole:
            return [whole]
        words, found, at = part.split(), list[tuple[Unit, ...]](), 0
        while at < len(words):
            for end in range(len(words), at, -1):
                units = self.places.english(" ".join(words[at:end]))
                if units:
                    found.append(units)
                    at = end
                    break
            else:
                return [()]
        return found

    # ----------------------------------------------------------------------------- countries

    def country(self, said: str) -> str:
        """The code of a country's name; empty where a text is none."""
        if len(said) == 2 and said.isascii() and not said.isupper():
            return ""  # "no" and "in" are words, NO and IN are countries
        codes = self.references.codes("countries").find(said)
        return codes[0] if len(codes) == 1 else ""

    def _country_and_more(self, plain: str) -> Read | None:
        """A country with a place in it: 美国硅谷."""
        words = self.references.codes("countries").words
        for end in range(min(len(plain), 12), 1, -1):
            codes = words.get(plain[:end].casefold(), ())
            if len(codes) == 1 and _HAN.match(plain) and codes[0] != "CN":
                return self._foreign(codes[0], plain)
        return None

    def _foreign(self, country: str, more: str) -> Read:
        names = self.references.codes("countries").labels[country]
        told = {"kept": names[0], "kept_en": names[1]}
        if country == "CN":
            if self.whole or COUNTRY in self.values:
                return Read({"value": COUNTRY, "country": "CN"})
            if not self.country_kept:
                return Read(problem="place_too_wide", details=told)
        elif not self.country_kept:
            return Read(problem="place_foreign", details=told)
        values: dict[str, object] = {"value": None, "country": country}
        return Read(values, details=told, note="place_country") if more else Read(values)

    # ------------------------------------------------------------------------------- answers

    def _kept(
        self, units: tuple[Unit, ...], year: int | None, part: str = "", coded: bool = False
    ) -> Read:
        """The adcode that places are kept as, if it is one, and what was done to get it."""
        targets = {self._target(unit, code, coded) for unit in units for code in unit.targets}
        if len(targets) > 1:
            divided = len(units) == 1
            return self._divided(units[0]) if divided else self._several(units)
        target = targets.pop()
        if self.values and target not in self.values:
            return Read(problem="place_not_listed", details=self.told(target))
        if target == COUNTRY:
            return self._foreign("CN", "")
        values: dict[str, object] = {"value": target, "country": "CN"}
        unit = units[0]
        if self.provinces:
            return Read(values)
        if part or all(unit.raised for unit in units):
            return Read(
                values,
                note="place_raised",
                details={"part": part or unit.name, **self.told(target)},
            )
        if all(unit.until is not None for unit in units):
            told = {"old": unit.name, "until": str(unit.until), **self.told(target)}
            return Read(values, note="place_succeeded", details=told)
        return Read(values)

    def _target(self, unit: Unit, code: str, coded: bool) -> str:
        if self.provinces:
            return self.places.regions[code]["province"] or code
        return unit.adcode if coded and unit.rank == 1 and unit.until is None else code

    def told(self, target: str) -> dict[str, str]:
        """The names of what is kept, for a sentence."""
        row = self.places.regions[target]
        return {"kept": row["name_zh"], "kept_en": row["name_en"]}

    def _divided(self, unit: Unit) -> Read:
        details = self._candidates(self._units(*unit.targets))
        return Read(
            problem="place_divided",
            details={"old": unit.name, "until": str(unit.until), **details},
        )

    def _several(self, units: Iterable[Unit], problem: str = "place_several") -> Read:
        return Read(problem=problem, details=self._candidates(units))

    def _unknown(self, near: Iterable[Unit]) -> Read:
        candidates = self._candidates(near)
        if not candidates["candidates"]:
            return Read(problem="place_unknown")
        return Read(problem="place_unknown_near", details=candidates)

    def _candidates(self, units: Iterable[Unit]) -> dict[str, str]:
        """Places as a refusal lists them, with their codes."""
        distinct = list(dict.fromkeys(one for unit in units for one in self._of_today(unit)))[:6]
        titles = [(*self.places.title(unit), unit.adcode) for unit in distinct]
        return {
            "candidates": "、".join(f"{zh}（{code}）" for zh, _, code in titles),
            "candidates_en": "; ".join(f"{en} ({code})" for _, en, code in titles),
        }

    def _of_today(self, unit: Unit) -> tuple[Unit, ...]:
        return (unit,) if unit.until is None else self._units(*unit.targets)

    def _near(self, said: str) -> tuple[Unit, ...]:
        if self.patience <= 0:
            return ()
        self.patience -= 1
        return self.places.nearest(said)

    def _near_within(self, said: str, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        """Places like a text that lie in one of some others: 广东省广洲市."""
        near = self._near(said)
        return tuple(n for n in near if any(self.places.within(n, unit) for unit in units))

    def _units(self, *codes: str) -> tuple[Unit, ...]:
        return tuple(unit for code in codes if (unit := self.places.today(code)))


class CountryReader(Reader):
    """Reads a country: `value` is its ISO code; `place` the adcode of Hong Kong, Macao, Taiwan."""

    def __init__(self, field: Field, context: Context) -> None:
        """Take the list of countries and a reader of places."""
        super().__init__({"value": "VARCHAR", "place": "VARCHAR"})
        self.seeker = Seeker(
            context.references.codes("countries"), "country_unknown", "country_unknown_near"
        )
        self.places = PlaceReader(Field("", "", "place", "", "", also={"country": ""}), context)

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The country that a cell means."""
        country = self.places.country(folded(said))
        if country:
            return Read({"value": country, "place": None})
        place = self.places.read(said, kind, year)
        adcode = place.values.get("value")
        if adcode in ("810000", "820000", "710000"):
            told = place.details or self.places.told(str(adcode))
            return Read({"value": "CN", "place": adcode}, note="country_region", details=told)
        if place.problem in ("place_abroad", "place_several"):
            return place
        if adcode is not None:
            return Read(problem="country_is_place")
        if adcode is None and place.values.get("country"):
            return Read(
                {"value": place.values["country"], "place": None},
                note=place.note,
                details=place.details,
            )
        return self.seeker.refusal(said)
