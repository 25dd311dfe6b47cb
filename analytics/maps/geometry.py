"""The outlines as they are served: compact GeoJSON, the inset of the South China Sea, values.

Coordinates are WGS-84 and leave this module as they stand in `data/geo`; only the inset is a
scaled copy, since it is a second map on the same canvas.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from math import atan, degrees, exp, log, pi, radians, tan
from pathlib import Path
from typing import Any, cast

import pandas as pd

from analytics.formats import is_missing
from analytics.text import text

HOME = Path(__file__).parents[2] / "data"
OUTLINES = ("china", "gba", "guangzhou")
NAMES = ("china", "china_lines", "inset", "gba", "guangzhou")
WINDOW = (104.5, 2.6, 123.5, 24.6)
FRAME_WEST, FRAME_EAST, FRAME_SOUTH = 127.0, 137.0, 19.5
_LANGUAGES = ("zh", "en")
_DIGITS = 5

Point = tuple[float, float]
Ring = list[Point]
Feature = dict[str, Any]


def documents(home: Path = HOME) -> dict[str, bytes]:
    """The documents of outlines by name.

    Args:
        home: Folder that holds `geo/`.

    Returns:
        `china` (34 provinces), `china_lines` (boundaries at sea, nine-dash line), `inset`
        (land, dashes and frame, told apart by the property `kind`), `gba` and `guangzhou`.
        Polygons carry adcode, name_zh and name_en.
    """
    found = {name: _features(home, name) for name in (*OUTLINES, "china_lines")}
    found["inset"] = _inset(found["china"], found["china_lines"])
    return {name: _dump(found[name]) for name in NAMES}


@cache
def version(home: Path = HOME) -> str:
    """Short hash of the outlines and of the inset's window, for addresses that never go stale."""
    seen = hashlib.sha256(repr((WINDOW, FRAME_WEST, FRAME_EAST, FRAME_SOUTH)).encode())
    for name in (*OUTLINES, "china_lines"):
        seen.update((home / "geo" / f"{name}.geojson").read_bytes())
    return seen.hexdigest()[:12]


def address(name: str, home: Path = HOME) -> str:
    """Where a document is served; the address changes when the outlines change."""
    return f"/geo/{name}.geojson?v={version(home)}"


def content_name(document: bytes) -> str:
    """A name made of the content, the same for the same bytes."""
    return hashlib.sha256(document).hexdigest()[:20]


def values_address(document: bytes) -> str:
    """Where a document made by `with_values` is served once it is registered."""
    return f"/geo/values/{content_name(document)}.geojson"


def with_values(document: bytes, values: pd.DataFrame, inset: bytes | None = None) -> bytes:
    """Outlines that carry the class and the tooltip of each region in each frame.

    Args:
        document: A document of `documents()`.
        values: One row per region and frame: adcode, frame (for instance 2023), code (class, see
            `classify`; negative or missing where there is no value), zh and en (what the tooltip
            says under the name; lines are parted by a line feed).
        inset: The inset's document, whose land then takes part in the same colours.

    Returns:
        Polygons with c2023, zh2023 and en2023 for a frame 2023; a region without a row has no
        class and a tooltip that says so.
    """
    frames = [str(frame) for frame in dict.fromkeys(values["frame"])]
    by_region = _by_region(values)
    features = _land(document) + (_land(inset) if inset else [])
    for feature in features:
        properties = feature["properties"]
        properties.update(_absent(frames) | by_region.get(properties["adcode"], {}))
    return _dump(features)


def only(document: bytes, codes: Iterable[str]) -> bytes:
    """The outlines of some regions alone, without values.

    Args:
        document: A document of `documents()`.
        codes: Their adcodes.
    """
    wanted = set(codes)
    kept = (outline for code, outline in _outlines(document) if code in wanted)
    return f'{{"type":"FeatureCollection","features":[{",".join(kept)}]}}'.encode()


@lru_cache(maxsize=8)
def _outlines(document: bytes) -> tuple[tuple[str, str], ...]:
    """Each region's code and outline; to read a document takes longer than all else of a map."""
    return tuple(
        (
            kept["properties"]["adcode"],
            _compact(_feature(kept["geometry"]["type"], kept["geometry"]["coordinates"])),
        )
        for kept in _land(document)
    )


def regions(document: bytes) -> list[str]:
    """Codes of the regions of a document, in its order."""
    return [feature["properties"]["adcode"] for feature in _land(document)]


def mercator(latitude: float) -> float:
    """Mercator's ordinate of a latitude, in degrees of longitude at the equator."""
    return degrees(log(tan(pi / 4 + radians(latitude) / 2)))


def latitude_of(ordinate: float) -> float:
    """The latitude of a Mercator ordinate."""
    return degrees(2 * atan(exp(radians(ordinate))) - pi / 2)


def inset_point(point: Sequence[float]) -> Point:
    """Where a place of the South China Sea stands in the inset."""
    scale = (FRAME_EAST - FRAME_WEST) / (WINDOW[2] - WINDOW[0])
    north = mercator(FRAME_SOUTH) + (mercator(point[1]) - mercator(WINDOW[1])) * scale
    east = FRAME_WEST + (point[0] - WINDOW[0]) * scale
    return round(east, _DIGITS), round(latitude_of(north), _DIGITS)


def frame_box() -> tuple[float, float, float, float]:
    """West, south, east and north of the inset's frame."""
    return (*inset_point(WINDOW[:2]), *inset_point(WINDOW[2:]))


def _features(home: Path, name: str) -> list[Feature]:
    source = json.loads((home / "geo" / f"{name}.geojson").read_bytes())
    return source["features"]


def _dump(features: Iterable[Feature]) -> bytes:
    return _compact({"type": "FeatureCollection", "features": list(features)}).encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _land(document: bytes) -> list[Feature]:
    features: list[Feature] = json.loads(document)["features"]
    return [feature for feature in features if "adcode" in feature["properties"]]


def _by_region(values: pd.DataFrame) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in cast("list[dict[str, Any]]", values.to_dict("records")):
        code = row["code"]
        known = not is_missing(code) and int(code) >= 0
        more: dict[str, Any] = {f"c{row['frame']}": int(code)} if known else {}
        more |= {f"{language}{row['frame']}": row[language] for language in _LANGUAGES}
        found.setdefault(str(row["adcode"]), {}).update(more)
    return found


def _absent(frames: Sequence[str]) -> dict[str, str]:
    return {
        f"{language}{frame}": text("maps.absent", language)
        for language in _LANGUAGES
        for frame in frames
    }


def _inset(land: list[Feature], lines: list[Feature]) -> list[Feature]:
    found = [part for feature in land for part in _inset_land(feature)]
    dashes = next(feature for feature in lines if feature["properties"]["name_zh"] == "九段线")
    pieces = [piece for line in dashes["geometry"]["coordinates"] for piece in _clip_line(line)]
    west, south, east, north = WINDOW
    corners = [(west, south), (west, north), (east, north), (east, south), (west, south)]
    return [
        *found,
        _feature("MultiLineString", [_moved(piece) for piece in pieces], kind="dash"),
        _feature("LineString", _moved(corners), kind="frame"),
    ]


def _inset_land(feature: Feature) -> list[Feature]:
    geometry = feature["geometry"]
    single = geometry["type"] == "Polygon"
    polygons = [geometry["coordinates"]] if single else geometry["coordinates"]
    kept: list[list[Ring]] = []
    for polygon in polygons:
        rings = [_moved([*ring, ring[0]]) for ring in map(_clip_ring, polygon) if len(ring) > 2]
        if rings:
            kept.append(rings)
    if not kept:
        return []
    return [_feature("MultiPolygon", kept, **feature["properties"], kind="land")]


def _feature(shape: str, coordinates: Any, **properties: Any) -> Feature:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _moved(points: Iterable[Sequence[float]]) -> Ring:
    return [inset_point(point) for point in points]


def _clip_ring(ring: Sequence[Sequence[float]]) -> Ring:
    """The part of a closed ring within the window, after Sutherland and Hodgman; left open."""
    points: Ring = [(point[0], point[1]) for point in ring[:-1]]
    for axis, bound, sign in _SIDES:
        points = _clip_side(points, axis, bound, sign)
    return points


_SIDES = ((0, WINDOW[0], 1), (0, WINDOW[2], -1), (1, WINDOW[1], 1), (1, WINDOW[3], -1))


def _clip_side(points: Ring, axis: int, bound: float, sign: int) -> Ring:
    kept: Ring = []
    for before, point in zip([*points[-1:], *points[:-1]], points, strict=True):
        was, is_in = ((p[axis] - bound) * sign >= 0 for p in (before, point))
        if was != is_in:
            kept.append(_cut(before, point, axis, bound))
        if is_in:
            kept.append(point)
    return kept


def _cut(start: Point, end: Point, axis: int, bound: float) -> Point:
    share = (bound - start[axis]) / (end[axis] - start[axis])
    other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
    return (bound, other) if axis == 0 else (other, bound)


def _clip_line(line: Sequence[Sequence[float]]) -> list[Ring]:
    """The runs of a line within the window; a dash that leaves it is cut at its last vertex."""
    runs: list[Ring] = [[]]
    west, south, east, north = WINDOW
    for x, y in line:
        if west <= x <= east and south <= y <= north:
            runs[-1].append((x, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]
