"""Coordinates: the three systems, degrees as they are written, and points in the wrong place."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.records.types import Finding
from analytics.records.values.coordinates import Points, from_wgs84, gcj02_to_bd09, to_wgs84
from tests.intake.reading_cells import reader, references, said, sentences

LONGITUDE = reader("longitude")
LATITUDE = reader("latitude")
CHINA = st.tuples(st.floats(73.6, 135.0), st.floats(18.2, 53.5))
SYSTEMS = st.sampled_from(["gcj02", "bd09", "wgs84"])


def millimetres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Over a globe of 6,371 km."""
    across = sin(radians(b[1] - a[1]) / 2) ** 2
    along = sin(radians(b[0] - a[0]) / 2) ** 2 * cos(radians(a[1])) * cos(radians(b[1]))
    return 2 * 6.371e9 * asin(sqrt(across + along))


def test_published_pairs() -> None:
    """The pairs that coordtransform prints beside its formulas."""
    beijing = (116.404, 39.915)
    assert from_wgs84(*beijing, "gcj02") == pytest.approx((116.41024449916938, 39.91640428150164))
    assert gcj02_to_bd09(*beijing) == pytest.approx((116.41036949371029, 39.92133699351021))


@given(CHINA, SYSTEMS)
def test_forward_and_back_within_a_millimetre(point: tuple[float, float], crs: str) -> None:
    assert millimetres(point, to_wgs84(*from_wgs84(*point, crs), crs)) < 1
    assert millimetres(point, from_wgs84(*to_wgs84(*point, crs), crs)) < 1


@given(CHINA)
def test_the_displacement_is_some_hundred_metres(point: tuple[float, float]) -> None:
    assert 10e3 < millimetres(point, from_wgs84(*point, "gcj02")) < 1500e3
    assert millimetres(point, from_wgs84(*point, "bd09")) < 3000e3


def test_abroad_nothing_is_displaced() -> None:
    assert from_wgs84(2.35, 48.86, "gcj02") == (2.35, 48.86)


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [("113.3612", 113.3612), ("113°21′40.32″", 113.3612), ("113度21分40.32秒", 113.3612),
     ("E113.3612", 113.3612), ("东经113.3612°", 113.3612), ("113.3612E", 113.3612),
     ("113°21'40.32\"E", 113.3612), ("１１３．３６１２", 113.3612), ("-74.006", -74.006),
     ("74.006W", -74.006), ("113", 113.0)],
)  # fmt: skip
def test_longitudes(cell: str, degrees: float) -> None:
    assert said(LONGITUDE.read(cell)) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [("23.1291N", "longitude_exchanged"), ("北纬23.1291", "longitude_exchanged"),
     ("113.3612,23.1291", "degrees_two"), ("190", "degrees_outside"),
     ("天河", "degrees_unreadable"), ("113°70′", "degrees_unreadable")],
)  # fmt: skip
def test_longitudes_refused(cell: str, problem: str) -> None:
    read = LONGITUDE.read(cell)
    assert said(read) == f"({problem})"
    assert all(sentences(read))


def test_latitudes_refused() -> None:
    assert said(LATITUDE.read("113.3612")) == "(degrees_outside)"
    assert said(LATITUDE.read("E113.3612")) == "(latitude_exchanged)"


def told(key: str, details: dict[str, str]) -> tuple[str, str]:
    finding = Finding("f", "s", 1, 0, "h", "v", key, details, "warning")
    return finding.sentence("zh"), finding.sentence("en")


def test_a_point_comes_out_in_wgs84() -> None:
    true = (113.3612, 23.1291)
    for crs in ("gcj02", "bd09", "wgs84"):
        lon, lat = from_wgs84(*true, crs)
        read = Points(references(), crs).read(lon, lat, "440106")
        assert (read.problem, read.warning) == ("", "")
        assert (read.lon, read.lat) == pytest.approx(true, abs=2e-7)
    untold = Points(references(), "").read(*true, "440106")
    assert (untold.lon, untold.lat) == true


@pytest.mark.parametrize(
    ("lon", "lat", "problem"),
    [(23.1291, 113.3612, "point_exchanged"), (0, 0, "point_nowhere"), (113.3, None, "point_half"),
     (None, 23.1, "point_half"), (2.35, 48.86, "point_outside_china")],
)  # fmt: skip
def test_points_that_cannot_be(lon: float | None, lat: float | None, problem: str) -> None:
    read = Points(references()).read(lon, lat, "440106")
    assert (read.problem, read.lon, read.lat) == (problem, None, None)
    assert all(told(read.problem, read.details))
    assert Points(references()).read(None, None).problem == ""


@pytest.mark.parametrize(
    ("lon", "lat", "adcode", "there"),
    [
        (113.3612, 23.1291, "440115", "天河区"),
        (116.40, 39.90, "440100", "北京市"),
        (116.40, 39.90, "440000", "北京市"),
        (116.40, 39.90, "320500", "北京市"),
        (113.27, 23.13, "310110", "越秀区"),
        (113.27, 23.13, "440802", "越秀区"),
        (120.0, 20.0, "440100", "境外或海上"),
    ],
)
def test_points_that_lie_elsewhere_are_told(
    lon: float, lat: float, adcode: str, there: str
) -> None:
    read = Points(references(), "wgs84").read(lon, lat, adcode)
    assert read.lon is not None
    assert (read.warning, read.details["found"]) == ("point_elsewhere", there)
    zh, en = told(read.warning, read.details)
    assert there in zh and there not in en


def test_every_place_s_own_point_lies_where_it_should() -> None:
    points = Points(references(), "wgs84")
    for code, row in references().places.regions.items():
        if row["level"] != "country":
            assert points.away(float(row["lon"]), float(row["lat"]), code) == {}, row["name_zh"]


def test_the_region_of_a_point_is_the_smallest_outline() -> None:
    points = Points(references())
    assert points.region_of_point(113.3612, 23.1291) == "440106"
    assert points.region_of_point(114.06, 22.55) == "440300"
    assert points.region_of_point(116.40, 39.90) == "110000"
    assert points.region_of_point(150.0, 30.0) == ""
