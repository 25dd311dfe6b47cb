"""Workstations and transfer bases on the map: what circles and arcs say of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pydeck as pdk

from analytics.figures.base import rows_of
from analytics.formats import day, is_missing, written
from analytics.look import Look
from analytics.maps import decks
from analytics.maps.views import view_of
from analytics.text import text

_OUT_OF_SIGHT = -60.0
_GUANGZHOU = "4401"
_STATES = {"active": "normal", "warned": "warned", "closed": "closed"}


def workstation_map(
    frame: pd.DataFrame, look: Look, view: str, height: int | None = None
) -> pdk.Deck:
    """Workstations as circles whose area is the people brought in.

    Args:
        frame: Answer of `stations_map` with names: station, station_kind, industry, place, host,
            lon, lat, opened_on, closed_on, station_state, academicians, people.
        look: Language, theme and width of screen.
        view: gba, guangzhou or china.
        height: Height of the canvas on a wide screen.
    """
    frame = frame[within(frame["place"], view)]
    rows = rows_of(frame)
    places = pd.DataFrame(
        {
            "lon": frame["lon"].to_numpy(),
            "lat": frame["lat"].to_numpy(),
            "size": frame["people"].to_numpy(),
            "key": frame["station"].to_numpy(),
            "state": [_STATES.get(str(row["station_state"]), "normal") for row in rows],
            "tooltip": [_workstation_says(row, look) for row in rows],
        }
    )
    return decks.points(places, view, look, None if look.narrow else height)


def workstation_map_says(frame: pd.DataFrame, look: Look, view: str) -> str:
    """The line over the map: workstations open at the period's end, and those on this map."""
    standing = frame[frame["station_state"] != "closed"]
    here = int((within(standing["place"], view) & standing["lon"].notna()).sum())
    return text(
        "workstations.map_line" if here == len(standing) else "workstations.map_line_part",
        look.language,
        stations=written(len(standing), "count", look.language),
        here=written(here, "count", look.language),
    )


def base_map(
    frame: pd.DataFrame, look: Look, view: str, year: int | None = None, height: int | None = None
) -> pdk.Deck:
    """Bases open at a year's end as circles, and where their projects landed as arcs.

    Bases of the other years wait out of sight, with one circle of the largest size, so that circles
    keep their scale while years play.

    Args:
        frame: Answer of `bases_map` with names: year, as_of, base, host_kind, place, lon, lat,
            opened_on, landed_place, to_lon, to_lat, landings.
        look: Language, theme and width of screen.
        view: gba, guangzhou or china.
        year: Year shown; by default the last.
        height: Height of the canvas on a wide screen.
    """
    shown = int(frame["year"].max()) if year is None else year
    frame = frame[within(frame["place"], view)]
    whole = base_totals(frame)
    now = whole[whole["year"] == shown]
    last = whole.sort_values("year").drop_duplicates("base", keep="last")
    waiting = last[~last["base"].isin(now["base"])]
    scale = whole.nlargest(1, "landings")
    hidden = pd.concat([waiting, scale]).assign(lat=_OUT_OF_SIGHT)
    rows = pd.concat([now, hidden], ignore_index=True)
    places = pd.DataFrame(
        {
            "lon": rows["lon"].to_numpy(),
            "lat": rows["lat"].to_numpy(),
            "size": rows["landings"].fillna(0).to_numpy(),
            "key": rows["base"].to_numpy(),
            "tooltip": [_base_says(row, look) for row in rows_of(rows)],
        }
    )
    flows = _arcs(frame[frame["year"] == shown], look)
    return decks.bases(places, flows, view, look, None if look.narrow else height)


def within(places: pd.Series, view: str) -> pd.Series:
    """Which places lie in the regions that a view shows; the others would float beside them."""
    codes = places.fillna("").astype(str)
    if view == "china":
        return pd.Series(True, index=places.index)
    if view == "guangzhou":
        return codes.str.startswith(_GUANGZHOU)
    shown = {name.adcode for name in view_of(view).names}
    return (codes.str[:4] + "00").isin(shown) | (codes.str[:2] + "0000").isin(shown)


def base_totals(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per year and base with all its landings, from the answer of `bases_map`."""
    totals = frame.groupby(["year", "base"])["landings"].transform("sum", min_count=1)
    return frame.assign(landings=totals).drop_duplicates(["year", "base"], ignore_index=True)


def base_map_says(frame: pd.DataFrame, look: Look, view: str, year: int | None = None) -> str:
    """The line over the map: bases open at the year's end, those on this map, what landed."""
    shown = int(frame["year"].max()) if year is None else year
    now = base_totals(frame[frame["year"] == shown])
    here = int(within(now["place"], view).sum())
    return text(
        "bases.map_line" if here == len(now) else "bases.map_line_part",
        look.language,
        day=day(now["as_of"].iloc[0].date(), look.language),
        bases=written(len(now), "count", look.language),
        here=written(here, "count", look.language),
        landings=written(now["landings"].sum(min_count=1), "count", look.language),
    )


def _arcs(frame: pd.DataFrame, look: Look) -> pd.DataFrame:
    away = frame[frame["landed_place"].notna() & (frame["landed_place"] != frame["place"])]
    said = [
        f"{row['base_name']} → {row['landed_place_name']}\n"
        + text(
            "bases.map_landings",
            look.language,
            landings=written(row["landings"], "count", look.language),
        )
        for row in rows_of(away)
    ]
    return pd.DataFrame(
        {
            "from_lon": away["lon"].to_numpy(),
            "from_lat": away["lat"].to_numpy(),
            "to_lon": away["to_lon"].to_numpy(),
            "to_lat": away["to_lat"].to_numpy(),
            "size": away["landings"].to_numpy(),
            "key": away["base"].to_numpy(),
            "tooltip": said,
        }
    )


def _workstation_says(row: dict[str, Any], look: Look) -> str:
    language = look.language
    lines = [
        row["station_name"],
        look.pick("，", ", ").join((row["station_kind_name"], row["industry_name"])),
        look.pick("，", ", ").join(
            (row["place_name"], text("charts.opened_on", language, day=_day(row, look)))
        ),
        text(
            "workstations.map_people",
            language,
            people=written(row["people"], "count", language),
            academicians=written(row["academicians"], "count", language),
        ),
    ]
    if row["station_state"] != "active":
        lines.append(str(row["station_state_name"]))
    return "\n".join(lines)


def _base_says(row: dict[str, Any], look: Look) -> str:
    language = look.language
    said = text("charts.opened_on", language, day=_day(row, look))
    return "\n".join(
        (
            row["base_name"],
            look.pick("，", ", ").join((row["host_kind_name"], row["place_name"])),
            said,
            text(
                "bases.map_landings",
                language,
                landings=written(row["landings"], "count", language),
            ),
        )
    )


def _day(row: dict[str, Any], look: Look) -> str:
    return "—" if is_missing(row["opened_on"]) else day(row["opened_on"], look.language)
