"""Places: where things come from and go to, how large they are and how far apart."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.records.demo.chance import Flags, Floats, Ints, Rng, Words, pick_by_row, words

REFERENCE = Path(__file__).resolve().parents[3] / "data" / "reference"
GUANGZHOU = "440100"
HOME_FACTOR = 3.2  # the association's own city weighs more in its own records
DEFAULT_SIZE = 0.22

# Weight of a city as a source and a market of technology; invented, in the order people expect.
CITY_SIZES = {
    "440100": 30, "440300": 26, "440600": 10, "441900": 9.5, "440400": 6, "442000": 4.5,
    "441300": 4, "440700": 3, "441200": 2, "810000": 6, "820000": 1.6, "710000": 2.4,
    "110100": 24, "310100": 20, "320500": 9, "320100": 9, "330100": 11, "330200": 5,
    "420100": 9, "510100": 9, "500100": 8, "610100": 8, "430100": 6.5, "120100": 7,
    "340100": 6, "370100": 4.5, "370200": 5.5, "410100": 5, "210100": 4, "210200": 3.6,
    "350100": 3.4, "350200": 4, "360100": 3, "450100": 2.6, "460100": 1.8, "530100": 2.2,
    "520100": 2, "230100": 3, "220100": 2.8, "130100": 2.2, "140100": 1.9, "620100": 1.4,
    "650100": 1, "150100": 0.9, "640100": 0.6, "630100": 0.4, "540100": 0.2, "320200": 5,
    "320400": 3, "330400": 2.4, "331000": 1.8, "340200": 1.8, "340700": 0.8, "341100": 0.9,
    "440500": 1.6, "440800": 1.3, "441800": 1.4, "441600": 0.7, "440200": 0.8, "445200": 0.8,
    "430200": 1.6, "360700": 1.2, "450300": 1.1, "350500": 1.8, "310110": 3.2,
}  # fmt: skip
DISTRICT_SHARES = {
    "440112": 0.25, "440106": 0.23, "440113": 0.12, "440115": 0.11, "440105": 0.08,
    "440111": 0.07, "440104": 0.05, "440118": 0.03, "440114": 0.03, "440103": 0.02,
    "440117": 0.01, "440305": 0.36, "440306": 0.2, "440307": 0.14, "440304": 0.1,
    "440309": 0.07, "440311": 0.06, "440310": 0.04, "440303": 0.02, "440308": 0.01,
}  # fmt: skip
# Countries that exhibit, sell and buy; the first are those the sources name.
FOREIGN_WEIGHTS = {
    "IL": 14, "DE": 13, "US": 12, "KR": 10, "JP": 10, "SG": 8, "GB": 6, "UA": 5, "BY": 4,
    "NO": 3.5, "FR": 4, "CA": 4, "NL": 3, "FI": 3, "SE": 3, "CH": 3, "IT": 3, "AU": 3,
    "RU": 3, "MY": 2.4, "AT": 2, "BE": 1.8, "DK": 1.8, "ES": 1.8, "IN": 1.8, "NZ": 1.2,
    "PL": 1.2, "IE": 1.2, "CZ": 1, "TH": 1, "AE": 1, "EE": 0.8, "PT": 0.8, "HU": 0.8,
    "KZ": 0.6, "BR": 0.6, "VN": 0.6, "ID": 0.6, "TR": 0.5, "GR": 0.5, "ZA": 0.4, "LU": 0.4,
}  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Places by position: regions of China first, countries abroad after them.

    Args:
        adcode: Region code, None abroad.
        country: ISO alpha-2.
        city: Code of the city (or of the special region itself), None abroad.
        province: Code of the province, None abroad.
        in_gba: Whether within the Greater Bay Area.
        lon: Longitude in degrees, WGS-84; 0 abroad.
        lat: Latitude in degrees.
        size: Weight as a source or a market.
    """

    adcode: Words
    country: Words
    city: Words
    province: Words
    in_gba: Flags
    lon: Floats
    lat: Floats
    size: Floats

    @property
    def abroad(self) -> Flags:
        """Which places are countries."""
        return self.country != "CN"

    @property
    def home(self) -> Flags:
        """Which places are districts of Guangzhou."""
        return self.city == GUANGZHOU

    @property
    def mainland(self) -> Flags:
        """Which places lie on the mainland."""
        special = np.isin(self.city.astype(str), ("710000", "810000", "820000"))
        return ~self.abroad & ~special

    def find(self, adcode: str) -> int:
        """Position of a region."""
        return int(np.flatnonzero(self.adcode == adcode)[0])

    def weights(self, mask: Flags) -> Floats:
        """Sizes where `mask` holds, nought elsewhere."""
        return np.where(mask, self.size, 0.0)

    def gravity(self, targets: Flags) -> Floats:
        """How strongly each place draws each: size against distance; abroad only size."""
        east = np.radians(self.lon)[:, None] - np.radians(self.lon)[None, :]
        north = np.radians(self.lat)[:, None] - np.radians(self.lat)[None, :]
        half = np.sin(north / 2) ** 2 + np.outer(
            np.cos(np.radians(self.lat)), np.cos(np.radians(self.lat))
        ) * (np.sin(east / 2) ** 2)
        km = 12742 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
        pull = np.where(self.abroad[:, None] | self.abroad[None, :], 1.0, (km + 25.0) ** -0.9)
        return pull * self.weights(targets)[None, :]

    def drawn(self, rng: Rng, sources: Ints, targets: Flags) -> Ints:
        """A target for each source, by gravity."""
        return pick_by_row(rng, self.gravity(targets), sources)


def read(name: str) -> list[dict[str, str]]:
    """Rows of a reference file."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load_places() -> Places:
    """Districts of the bay area's mainland cities, other cities, special regions, countries."""
    rows = _leaves(read("regions"))
    sizes = _sizes(rows)
    foreign = list(FOREIGN_WEIGHTS.items())
    none: list[str | None] = [None] * len(foreign)
    zeros = [0.0] * len(foreign)
    return Places(
        adcode=words([r["adcode"] for r in rows] + none),
        country=words(["CN"] * len(rows) + [code for code, _ in foreign]),
        city=words([_city(r) for r in rows] + none),
        province=words([r["province"] or r["adcode"] for r in rows] + none),
        in_gba=np.array([r["in_gba"] in ("1", "true") for r in rows] + [False] * len(foreign)),
        lon=np.array([float(r["lon"]) for r in rows] + zeros),
        lat=np.array([float(r["lat"]) for r in rows] + zeros),
        size=np.array(sizes + [weight for _, weight in foreign]),
    )


def _city(row: dict[str, str]) -> str:
    return row["city"] or row["adcode"]


def _leaves(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Regions that stand in records: districts of the bay area and Yangpu, other cities."""
    divided = {r["parent"] for r in rows if _is_fine_district(r)}
    parents = {r["parent"] for r in rows if r["level"] in ("city", "district")}
    return [
        r
        for r in rows
        if _is_fine_district(r)
        or r["adcode"] == "310110"
        or (r["level"] == "city" and r["adcode"] not in divided)
        or (r["level"] == "province" and r["adcode"] not in parents)
    ]


def _is_fine_district(row: dict[str, str]) -> bool:
    return row["level"] == "district" and row["in_gba"] in ("1", "true")


def _sizes(rows: list[dict[str, str]]) -> list[float]:
    """Size of each place: of its city, shared among the districts."""
    shares = [_share(rows, i) for i in range(len(rows))]
    return [_city_size(row) * share for row, share in zip(rows, shares, strict=True)]


def _city_size(row: dict[str, str]) -> float:
    own = CITY_SIZES.get(row["adcode"]) or CITY_SIZES.get(_city(row), DEFAULT_SIZE)
    return own * HOME_FACTOR if _city(row) == GUANGZHOU else own


def _share(rows: list[dict[str, str]], position: int) -> float:
    """A district's share of its city: told, or falling with its rank."""
    row = rows[position]
    if not _is_fine_district(row):
        return 1.0
    if row["adcode"] in DISTRICT_SHARES:
        return DISTRICT_SHARES[row["adcode"]]
    siblings = [r["adcode"] for r in rows if r["parent"] == row["parent"]]
    falling = [1 / (i + 1) for i in range(len(siblings))]
    return falling[siblings.index(row["adcode"])] / sum(falling)
