"""Maps: outlines as they are served, names, classes, decks and the routes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pandas as pd
import pydeck as pdk
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analytics.look import Look
from analytics.maps import classes, decks, geometry, placing, views
from analytics.ui import geometry as served

GEO = Path(__file__).resolve().parents[1] / "data" / "geo"
LOOKS = [Look(*parts) for parts in product(("zh", "en"), ("light", "dark"), (False, True))]
BREAKS = [1e9, 5e9, 2e10, 1e11, 3e11]
URL = "/geo/values/abc.geojson"


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    return geometry.documents()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=served.routes())) as found:
        yield found


def _points(**more: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "lon": [113.5, 113.9, 114.1],
            "lat": [23.1, 22.6, 22.5],
            "size": [4, 100, None],
            "key": ["A", "B", "C"],
            "tooltip": ["甲<br><b>4</b> 项", "乙\n100 项", "丙"],
        }
        | more
    )


def _arcs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "from_lon": [113.3] * 3,
            "from_lat": [23.1] * 3,
            "to_lon": [114.0, 113.5, 113.3],
            "to_lat": [22.5, 22.2, 23.1],
            "size": [5, 50, 9],
            "tooltip": ["a", "b", "self"],
        }
    )


def _layer(deck: pdk.Deck, layer_id: str) -> dict[str, Any]:
    return next(x for x in json.loads(deck.to_json())["layers"] if x["id"] == layer_id)


def _every_deck(look: Look) -> list[pdk.Deck]:
    return [
        *(decks.bases(_points(), _arcs(), view, look) for view in views.VIEWS),
        decks.arcs(_arcs(), _points(label=["甲", "乙", "丙"]), "china", look),
        decks.choropleth(URL, "2023", {"440000": 4e11, "540000": 1e8}, BREAKS, "china", look),
    ]


def _coordinates(found: Any) -> Iterator[tuple[float, float]]:
    if isinstance(found[0], int | float):
        yield found[0], found[1]
    else:
        for part in found:
            yield from _coordinates(part)


# geometry


@pytest.mark.parametrize("name", ["china", "china_lines", "gba", "guangzhou"])
def test_outlines_are_served_as_they_are(documents: dict[str, bytes], name: str) -> None:
    source = json.loads((GEO / f"{name}.geojson").read_bytes())["features"]
    assert json.loads(documents[name])["features"] == source


def test_inset_stays_within_its_frame_and_holds_dashes_islands_and_taiwan(
    documents: dict[str, bytes],
) -> None:
    west, south, east, north = geometry.frame_box()
    features = json.loads(documents["inset"])["features"]
    for feature in features:
        for lon, lat in _coordinates(feature["geometry"]["coordinates"]):
            assert west <= lon <= east and south <= lat <= north
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds.count("dash") == kinds.count("frame") == 1
    dashes = next(f for f in features if f["properties"]["kind"] == "dash")
    assert len(dashes["geometry"]["coordinates"]) == 9
    land = {f["properties"]["adcode"]: f for f in features if f["properties"]["kind"] == "land"}
    assert {"460000", "710000", "440000", "810000", "820000"} <= set(land)
    assert len(land["460000"]["geometry"]["coordinates"]) == 328


def test_inset_lies_off_every_coast(documents: dict[str, bytes]) -> None:
    west, south, east, north = geometry.frame_box()
    for feature in json.loads(documents["china"])["features"]:
        for lon, lat in _coordinates(feature["geometry"]["coordinates"]):
            assert not (west <= lon <= east and south <= lat <= north)


def test_values_join_the_land_of_map_and_inset(documents: dict[str, bytes]) -> None:
    values = pd.DataFrame(
        {
            "adcode": ["440000", "440000", "540000"],
            "frame": [2022, 2023, 2023],
            "code": [4, 5, -1],
            "zh": ["a", "b", "c"],
            "en": ["d", "e", "f"],
        }
    )
    made = geometry.with_values(documents["china"], values, documents["inset"])
    features = json.loads(made)["features"]
    guangdong = [f["properties"] for f in features if f["properties"]["adcode"] == "440000"]
    assert len(guangdong) == 2
    assert all(p["c2022"] == 4 and p["c2023"] == 5 and p["en2023"] == "e" for p in guangdong)
    taiwan = next(f["properties"] for f in features if f["properties"]["adcode"] == "710000")
    assert "c2023" not in taiwan and taiwan["zh2023"] == "资料暂缺"
    xizang = next(f["properties"] for f in features if f["properties"]["adcode"] == "540000")
    assert "c2023" not in xizang and xizang["zh2023"] == "c"
    source = json.loads(documents["china"])["features"]
    assert [f["geometry"] for f in features[:34]] == [f["geometry"] for f in source]


def test_addresses_follow_the_content() -> None:
    assert geometry.address("gba") == f"/geo/gba.geojson?v={geometry.version()}"
    assert geometry.content_name(b"a") == geometry.content_name(b"a") != geometry.content_name(b"b")


# views and names


def test_every_region_is_named_in_both_languages(documents: dict[str, bytes]) -> None:
    for name, view in views.VIEWS.items():
        assert {n.adcode for n in view.names} == set(geometry.regions(documents[name]))
        assert all(n.zh and n.en for n in view.names)
        for look in LOOKS:
            rows = _layer(decks.bases(None, None, name, look), "names")["data"]
            assert len(rows) == len(view.names)


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", views.VIEWS)
def test_names_neither_overlap_nor_leave_the_canvas(name: str, look: Look) -> None:
    stage = views.Stage.of(name, look)
    canvas = stage.canvas()
    boxes = {}
    for known in stage.view.names:
        at = known.at(look)
        x, y = stage.pixels(at.lon, at.lat)
        size = stage.view.text_size(look)
        boxes[known.en] = placing.text_box(known.text(look), x, y, size * 0.92, at.side)
        box = boxes[known.en]
        assert box.shared(canvas) == pytest.approx(box.shared(box))
    for (one, box), (two, other) in combinations(boxes.items(), 2):
        covered = box.shared(other) / min(box.shared(box), other.shared(other))
        assert covered < 0.12, (one, two, covered)


def test_zoom_fits_the_bounds_into_the_canvas() -> None:
    for name, look in product(views.VIEWS, LOOKS):
        stage = views.Stage.of(name, look)
        canvas = stage.canvas()
        west, south, east, north = stage.view.bounds
        left, bottom = stage.pixels(west, south)
        right, top = stage.pixels(east, north)
        assert canvas.left <= left and right <= canvas.right
        assert canvas.top <= top and bottom <= canvas.bottom
    phone, desk = (views.Stage.of("gba", Look(narrow=narrow)).zoom for narrow in (True, False))
    assert phone < desk


def test_texts_give_way_to_circles() -> None:
    circle = placing.circle_box(0, 0, 10)
    wish = placing.Wish("广州", 0, 0, 13, placing.around())
    [spot] = placing.settle([wish], [circle])
    assert spot and not wish.box(spot).shared(circle)
    hemmed = placing.Wish("广州", 0, 0, 13, optional=True)
    assert placing.settle([hemmed], [circle]) == [None]


# classes


def test_classes_have_fixed_bounds_and_know_what_is_missing() -> None:
    found = classes.classify([None, float("nan"), 0, 1e9, 2e11, 9e12], BREAKS)
    assert found == [-1, -1, 0, 1, 4, 5]


def test_legend_names_each_class_in_both_languages() -> None:
    chinese = classes.legend(BREAKS, "cny", Look())
    assert chinese.count("■") == 7 and ":gray[亿元]" in chinese
    plain = chinese.replace("\u2060", "")
    assert ':color[■]{foreground="#183469"}\u00a0≥3,000' in plain
    assert "10–50" in plain and "资料暂缺" in plain
    english = classes.legend(BREAKS, "cny", Look("en", "dark")).replace("\u2060", "")
    assert "CNY bn" in english and "1–5" in english and "No\u00a0data" in english
    assert "12.5%" in classes.legend([0.125, 0.25], "share", Look()).replace("\u2060", "")


def test_colour_is_a_ternary_on_the_class() -> None:
    fill = classes.colour_expression("properties.c2023", ["#010203", "#0A0B0C"], "#FFFFFF")
    assert fill == (
        "properties.c2023 == 1 ? [10, 11, 12, 255] : "
        "(properties.c2023 == 0 ? [1, 2, 3, 255] : ([255, 255, 255, 255]))"
    )
    assert "(" not in fill.replace("(properties", "").replace("([", "")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_names_read_on_every_ground(theme: str) -> None:
    look = Look(theme=theme)
    for count in range(1, 7):
        for ground in (*classes.class_colours(look, count), look.colours.no_data):
            assert classes.contrast(classes.ink(ground), ground) >= 4.5
    for ground in (look.colours.ground, look.colours.land):
        assert classes.contrast(look.colours.muted, ground) >= 4.5
        assert classes.contrast(look.colours.text, ground) >= 4.5
    if theme == "light":
        inks = [classes.ink(colour) for colour in classes.class_colours(look)]
        assert [colour == "#FFFFFF" for colour in inks] == [False] * 3 + [True] * 3


# decks


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_decks_hold_no_outline_and_ask_nobody_outside(look: Look) -> None:
    for deck in _every_deck(look):
        text = deck.to_json()
        spec = json.loads(text)
        assert "http" not in text and "carto" not in text and "mapProvider" not in text
        assert spec["mapStyle"] == "__MAP_STYLE__"  # else Streamlit asks Carto for a style
        assert len(text) < 60_000
        ids = [layer["id"] for layer in spec["layers"]]
        assert len(ids) == len(set(ids)) and all(len(name) < 20 for name in ids)
        for layer in spec["layers"]:
            assert "pickable" in layer
            if isinstance(layer["data"], str):
                assert layer["data"].startswith("/geo/")
            else:
                assert all(
                    row.get("geometry", {"type": "Point"})["type"] == "Point"
                    for row in layer["data"]
                )


def test_circles_grow_by_area_large_first_and_carry_their_key() -> None:
    layer = _layer(decks.points(_points(), "gba", Look()), "points")
    rows = layer["data"]
    assert [row["key"] for row in rows] == ["B", "A", "C"]
    assert rows[0]["r"] == pytest.approx(5 * rows[1]["r"], rel=0.05)
    assert rows[2]["r"] == 3.5 and layer["pickable"]
    assert (rows[1]["head"], rows[1]["body"]) == ("甲", "4 项")


def test_places_without_coordinates_and_arcs_to_themselves_are_left_out() -> None:
    frame = _points(lon=[113.5, None, 114.1])
    deck = decks.bases(frame, _arcs(), "gba", Look())
    assert [row["key"] for row in _layer(deck, "points")["data"]] == ["A", "C"]
    rows = _layer(deck, "arcs")["data"]
    assert [row["head"] for row in rows] == ["a", "b"]
    assert [row["tilt"] for row in rows] == [-32, 32]
    assert 70 <= rows[0]["a"] < rows[1]["a"] == 225 and rows[0]["w"] < rows[1]["w"]
    assert decks.bases(None, None, "gba", Look()).to_json()


def test_labelled_places_replace_the_names_of_their_regions() -> None:
    frame = pd.DataFrame(
        {
            "lon": [113.5],
            "lat": [23.3],
            "size": [3],
            "key": ["440100"],
            "label": ["广州"],
            "tooltip": ["广州"],
        }
    )
    deck = decks.points(frame, "gba", Look())
    names = [row["properties"]["t"] for row in _layer(deck, "names")["data"]]
    placed = [row["properties"]["t"] for row in _layer(deck, "place-names")["data"]]
    assert placed == ["广州"] and "广州" not in names and "深圳" in names


def test_a_frame_changes_colours_but_not_addresses() -> None:
    first, second = (
        decks.choropleth(URL, year, {"440000": 4e11}, BREAKS, "china", Look())
        for year in ("2022", "2023")
    )
    one, two = _layer(first, "regions"), _layer(second, "regions")
    assert one["data"] == two["data"] == URL
    assert one["getFillColor"].startswith("@@=properties.c2022 == 5 ?")
    assert one["updateTriggers"] != two["updateTriggers"]
    assert len(first.to_json()) < 20_000


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tooltips_speak_the_language_in_the_colours_of_the_theme(language: str) -> None:
    for theme in ("light", "dark"):
        look = Look(language, theme)
        deck = decks.choropleth(URL, "2023", {}, BREAKS, "china", look)
        tips: dict[str, Any] = deck._tooltip  # noqa: SLF001 # pyright: ignore
        assert f"{{name_{language}}}" in tips["html"] and f"{{{language}2023}}" in tips["html"]
        style = tips["style"]
        assert classes.contrast(style["color"], style["backgroundColor"]) >= 4.5


def test_foot_and_captions_say_source_and_what_is_missing() -> None:
    assert decks.foot("china", Look()) == "底图：天地图 审图号 GS（2024）0650号 · 台湾省资料暂缺"
    assert decks.foot("gba", Look("en")) == "Base map: Tianditu, review no. GS(2024)0650"
    for look, words in ((Look(), "南海诸岛"), (Look("en"), "South China Sea islands")):
        deck = decks.points(_points(), "china", look)
        [row] = _layer(deck, "inset-name")["data"]
        assert row["properties"]["t"] == words


# routes


def test_outlines_come_compressed_tagged_and_lasting(
    client: TestClient, documents: dict[str, bytes]
) -> None:
    for name in geometry.NAMES:
        answer = client.get(geometry.address(name))
        assert answer.status_code == 200 and answer.content == documents[name]
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-type"] == "application/geo+json"
        assert "immutable" in answer.headers["cache-control"]
    plain = client.get(geometry.address("gba"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.content == documents["gba"]


def test_a_bare_address_is_asked_again_and_answered_briefly(client: TestClient) -> None:
    first = client.get("/geo/gba.geojson")
    assert "must-revalidate" in first.headers["cache-control"]
    again = client.get("/geo/gba.geojson", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content


def test_registered_values_are_served_by_content(client: TestClient) -> None:
    url = served.register(b'{"type":"FeatureCollection","features":[]}')
    assert url == served.register(b'{"type":"FeatureCollection","features":[]}')
    assert client.get(url).json()["features"] == []
    assert client.get("/geo/values/none.geojson").status_code == 404
    assert client.get("/geo/none.geojson").status_code == 404


def test_the_shelf_is_bounded_and_keeps_what_is_used() -> None:
    shelf = served.Shelf(2)
    first, second = shelf.put(b"1"), shelf.put(b"2")
    assert shelf.get(first)
    third = shelf.put(b"3")
    assert shelf.get(second) is None and shelf.get(first)
    kept = shelf.get(third)
    assert kept and gzip.decompress(kept.packed) == b"3"
