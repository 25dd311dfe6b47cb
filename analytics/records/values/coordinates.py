"""Coordinates: GCJ-02 and BD-09 to WGS-84 and back, and whether a point lies where it should.

Maps sold in China are displaced by some hundred metres: GCJ-02 by two sums of sines over an
ellipsoid (Krasovsky 1940), BD-09 by a further rotation of GCJ-02. Neither formula is published by
its makers; these are the ones in general use (eviltransform, coordtransform). The way back has no
formula, so it is found by repeating the way there: it ends within a millimetre of where it began.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any

from analytics.records.values.references import References
from analytics.text import text

Point = tuple[float, float]
"""Longitude and latitude in degrees."""
_AXIS = 6378245.0
_FLATTENED = 0.00669342162296594323
_BD_PI = pi * 3000 / 180
_FAR = 20.0
"""Kilometres that an outline may be off before a point beside it is told."""
_FAR_FROM_DISTRICT = 120.0
_FAR_FROM_CITY = 700.0
_EARTH = 6371.0088


def to_wgs84(lon: float, lat: float, crs: str) -> Point:
    """A point in WGS-84.

    Args:
        lon: Longitude in degrees.
        lat: Latitude in degrees.
        crs: What it is in: `wgs84`, `gcj02` or `bd09`.

    Raises:
        KeyError: Another system.
    """
    return _TO_WGS84[crs](lon, lat)


def from_wgs84(lon: float, lat: float, crs: str) -> Point:
    """A point of WGS-84 in another system: the inverse of `to_wgs84`."""
    return _FROM_WGS84[crs](lon, lat)


def wgs84_to_gcj02(lon: float, lat: float) -> Point:
    """Displace a point as maps sold in China do; beyond the square around China it stays."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    bent = 1 - _FLATTENED * sin(radians(lat)) ** 2
    meridian = _AXIS * (1 - _FLATTENED) / (bent * sqrt(bent))
    parallel = _AXIS / sqrt(bent) * cos(radians(lat))
    return lon + east * 180 / (parallel * pi), lat + north * 180 / (meridian * pi)


def gcj02_to_bd09(lon: float, lat: float) -> Point:
    """Turn a point of GCJ-02 into Baidu's."""
    distance = hypot(lon, lat) + 0.00002 * sin(lat * _BD_PI)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BD_PI)
    return distance * cos(angle) + 0.0065, distance * sin(angle) + 0.006


def _wgs84_to_bd09(lon: float, lat: float) -> Point:
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def _same(lon: float, lat: float) -> Point:
    return lon, lat


def _back(there: Callable[[float, float], Point]) -> Callable[[float, float], Point]:
    """The inverse of a displacement that changes slowly: start at the point, mend, repeat."""

    def inverse(lon: float, lat: float) -> Point:
        x, y = lon, lat
        for _ in range(30):
            east, north = there(x, y)
            x, y = x + lon - east, y + lat - north
            if abs(lon - east) < 1e-11 and abs(lat - north) < 1e-11:
                break
        return x, y

    return inverse


_FROM_WGS84 = {"wgs84": _same, "gcj02": wgs84_to_gcj02, "bd09": _wgs84_to_bd09}
_TO_WGS84 = {name: _back(there) for name, there in _FROM_WGS84.items()}


@dataclass(frozen=True)
class PointRead:
    """What two cells say of a place on the map.

    Args:
        lon: Longitude in WGS-84; None where the point cannot be used.
        lat: Latitude in WGS-84.
        problem: Key in `text/findings.toml` of why it cannot be used.
        warning: Key of what the user should look at.
        details: What fills the sentence.
    """

    lon: float | None = None
    lat: float | None = None
    problem: str = ""
    warning: str = ""
    details: dict[str, str] = field(default_factory=lambda: {})


class Points:
    """Reads points in pairs and tells those that lie elsewhere.

    Args:
        references: The places.
        crs: System of the file: `wgs84`, `gcj02`, `bd09`; empty where nothing says so: the
            points are then kept as they stand, which for WGS-84 is right.
    """

    def __init__(self, references: References, crs: str = "") -> None:
        """Take the places; the outlines are read when first needed."""
        self.places = references.places
        self.crs = crs
        self.outlines = outlines(references.home / "geo")

    def read(self, lon: float | None, lat: float | None, adcode: str | None = None) -> PointRead:
        """A point of the file, in WGS-84.

        Args:
            lon: Longitude as read.
            lat: Latitude as read.
            adcode: Where it should lie; None where nothing says so.
        """
        if lon is None and lat is None:
            return PointRead()
        if lon is None or lat is None:
            return PointRead(problem="point_half")
        if lon == 0 and lat == 0:
            return PointRead(problem="point_nowhere")
        if not _in_china(lon, lat):
            exchanged = _in_china(lat, lon)
            return PointRead(problem="point_exchanged" if exchanged else "point_outside_china")
        east, north = to_wgs84(lon, lat, self.crs or "wgs84")
        east, north = round(east, 7), round(north, 7)
        away = self.away(east, north, adcode) if adcode else {}
        if away:
            return PointRead(east, north, warning="point_elsewhere", details=away)
        return PointRead(east, north)

    def away(self, lon: float, lat: float, adcode: str) -> dict[str, str]:
        """Where a point lies, if that is not in its place; empty if it is."""
        row = self.places.regions.get(adcode)
        if row is None or row["level"] == "country":
            return {}
        distance = self._off(lon, lat, adcode)
        if distance <= 0:
            return {}
        found = self.region_of_point(lon, lat)
        there = self.places.regions.get(found)
        return {
            "expected": row["name_zh"],
            "expected_en": row["name_en"],
            "found": there["name_zh"] if there else text("findings.point_at_sea", "zh"),
            "found_en": there["name_en"] if there else text("findings.point_at_sea", "en"),
            "distance": f"{max(round(distance), 1)}",
        }

    def _off(self, lon: float, lat: float, adcode: str) -> float:
        """Kilometres by which a point misses its place; 0 where it is near enough."""
        row = self.places.regions[adcode]
        for code, near in ((adcode, 2.0), (row["city"], 5.0), (row["province"], _FAR)):
            outline = self.outlines.of(code) if code else None
            if outline:
                missed = outline.distance(lon, lat)
                if missed > near:
                    return missed
                break
        limit = {"district": _FAR_FROM_DISTRICT, "city": _FAR_FROM_CITY}.get(row["level"])
        if limit is None or (row["level"] == "district" and self.outlines.of(adcode)):
            return 0.0
        away = distance_km(lon, lat, float(row["lon"]), float(row["lat"]))
        return away if away > limit else 0.0

    def region_of_point(self, lon: float, lat: float) -> str:
        """Adcode of the smallest outline that a point lies in; empty where it lies in none."""
        return self.outlines.smallest(lon, lat)


class Outlines:
    """Outlines of `data/geo`: provinces, the Greater Bay Area's cities, Guangzhou's districts."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder."""
        self.folder = folder

    @cached_property
    def _all(self) -> dict[str, Outline]:
        """Every outline by adcode, larger places first."""
        found: dict[str, Outline] = {}
        for name in ("china", "gba", "guangzhou"):
            text = (self.folder / f"{name}.geojson").read_text(encoding="utf-8")
            for feature in json.loads(text)["features"]:
                found[feature["properties"]["adcode"]] = Outline(feature["geometry"])
        return found

    def of(self, adcode: str) -> Outline | None:
        """The outline of a place, where there is one."""
        return self._all.get(adcode)

    def smallest(self, lon: float, lat: float) -> str:
        """Adcode of the smallest outline around a point."""
        around = [code for code, outline in self._all.items() if outline.holds(lon, lat)]
        return around[-1] if around else ""


@lru_cache(2)
def outlines(folder: Path) -> Outlines:
    """The outlines of a data folder, read once."""
    return Outlines(folder)


class Outline:
    """Polygons with holes, by the even-odd rule."""

    def __init__(self, geometry: dict[str, Any]) -> None:
        """Take the rings of a Polygon or MultiPolygon, each with its box."""
        single = geometry["type"] == "Polygon"
        polygons = [geometry["coordinates"]] if single else geometry["coordinates"]
        rings = [[(p[0], p[1]) for p in ring] for polygon in polygons for ring in polygon]
        self.rings = [(_box(ring), ring) for ring in rings]

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies inside."""
        inside = False
        for (west, south, east, north), ring in self.rings:
            if west <= lon <= east and south <= lat <= north and _in_ring(lon, lat, ring):
                inside = not inside
        return inside

    def distance(self, lon: float, lat: float) -> float:
        """Kilometres from a point to the outline; 0 inside it."""
        if self.holds(lon, lat):
            return 0.0
        wide = cos(radians(lat)) * 111.195
        best = float("inf")
        for (west, south, east, north), ring in self.rings:
            box = hypot(
                max(west - lon, lon - east, 0) * wide, max(south - lat, lat - north, 0) * 111.195
            )
            if box < best:
                best = min(best, _to_ring(lon, lat, ring, wide))
        return best


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Kilometres between two points over the globe (haversine)."""
    across = sin(radians(other_lat - lat) / 2) ** 2
    along = sin(radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(across + cos(radians(lat)) * cos(radians(other_lat)) * along))


def _in_china(lon: float, lat: float) -> bool:
    return 73.0 <= lon <= 136.0 and 3.0 <= lat <= 54.0


def _box(ring: list[Point]) -> tuple[float, float, float, float]:
    lons, lats = [p[0] for p in ring], [p[1] for p in ring]
    return min(lons), min(lats), max(lons), max(lats)


def _in_ring(lon: float, lat: float, ring: list[Point]) -> bool:
    inside = False
    x0, y0 = ring[-1]
    for x1, y1 in ring:
        if (y1 > lat) != (y0 > lat) and lon < (x0 - x1) * (lat - y1) / (y0 - y1) + x1:
            inside = not inside
        x0, y0 = x1, y1
    return inside


def _to_ring(lon: float, lat: float, ring: list[Point], wide: float) -> float:
    """Kilometres to the nearest side of a ring, on a plane around the point."""
    best = float("inf")
    x0, y0 = (ring[-1][0] - lon) * wide, (ring[-1][1] - lat) * 111.195
    for east, north in ring:
        x1, y1 = (east - lon) * wide, (north - lat) * 111.195
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        part = min(max(-(x0 * dx + y0 * dy) / length, 0.0), 1.0) if length else 0.0
        best = min(best, hypot(x0 + part * dx, y0 + part * dy))
        x0, y0 = x1, y1
    return best
