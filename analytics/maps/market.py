"""The technology market on the map of China: three sides, one document, fixed classes.

Every function takes the answer of `market_provinces` (year, province, output, output_rank,
output_share, absorbed, absorbed_rank, absorbed_share, net_output; CNY, ranks, shares from 0 to 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import pandas as pd
import pydeck as pdk

from analytics.formats import is_missing, number, written
from analytics.look import Look
from analytics.maps.classes import GAP, classify, legend, swatch
from analytics.maps.decks import choropleth
from analytics.maps.geometry import documents, only, values_address, with_values
from analytics.text import LANGUAGES, text

SIDES = {"output": "output", "absorbed": "absorbed", "net": "net_output"}
"""What a map can show, and the column that holds it."""
BREAKS: Mapping[str, tuple[float, ...]] = {
    "output": (1e9, 5e9, 2e10, 1e11, 3e11),
    "absorbed": (1e9, 5e9, 2e10, 1e11, 3e11),
    "net": (-1e11, -2e10, 0.0, 2e10, 1e11),
}
"""Bounds between classes: the same in all years, and for both sides of a contract."""
_SHARE = 1.45 / 2.45
"""Part of the page's width that the map has."""
_DIVERGING = (0, 2, 3, 6, 7, 9)


def loaded(frame: pd.DataFrame, ringed: tuple[str, ...] = ()) -> tuple[bytes, bytes]:
    """What the map loads: the provinces with every side and year, and outlines that stand out.

    Args:
        frame: Answer of `market_provinces`; its frames are named by side and year: `output2023`.
        ringed: Provinces that are to stand out.
    """
    return _outlines(_records(frame)), _ring(ringed)


def provinces_map(
    frame: pd.DataFrame,
    look: Look,
    side: str,
    year: int,
    ringed: tuple[str, ...] = (),
    height: int | None = None,
) -> pdk.Deck:
    """The map of one side in one year; all years load the same outlines.

    Args:
        frame: Answer of `market_provinces`.
        look: Language, theme and width of screen.
        side: output, absorbed or net.
        year: A year of the answer.
        ringed: Provinces that stand out.
        height: Height of the canvas on a wide screen.
    """
    shown = frame[frame["year"] == year]
    values = dict(zip(shown["province"], shown[SIDES[side]], strict=True))
    outlines, ring = (_address(document) for document in loaded(frame, ringed))
    return choropleth(
        outlines,
        f"{side}{year}",
        values,
        BREAKS[side],
        "china",
        look,
        None if look.narrow else height,
        None if look.narrow else look.room(_SHARE),
        colours=_diverging(look) if side == "net" else (),
        ringed=ring if ringed else "",
    )


def provinces_legend(look: Look, side: str) -> str:
    """What the colours mean, as Markdown; for the net, which way it goes stands in words."""
    if side != "net":
        return legend(BREAKS[side], "cny", look)
    colours = _diverging(look)
    unit = look.pick("亿元", "CNY bn")
    small, large = look.pick("200 1,000", "20 100").split()
    bought, sold = (text(f"market.net_{way}", look.language) for way in ("bought", "sold"))
    sizes = (f"≥{large}", f"{small}–{large}", f"<{small}")
    buyers = GAP.join(swatch("■", *pair) for pair in zip(colours[:3], sizes, strict=True))
    sellers = GAP.join(swatch("■", *pair) for pair in zip(colours[3:], sizes[::-1], strict=True))
    absent = swatch("■", look.colours.no_data, text("maps.absent", look.language))
    return GAP.join(
        [f":gray[{unit}]", f":gray[{bought}]", buyers, f":gray[{sold}]", sellers, absent]
    )


def describe_map(frame: pd.DataFrame, look: Look, side: str, year: int) -> str:
    """One sentence: the three provinces that stand out in a year, and how many are printed."""
    column = SIDES[side]
    rows = frame[frame["year"] == year].dropna(subset=[column])
    if rows.empty:
        return text("charts.nothing", look.language)
    rows = rows.sort_values(column, ascending=False)
    first = look.pick("、", ", ").join(
        f"{row['province_name']} {written(row[column], 'cny', look.language)}"
        for row in rows.head(3).to_dict("records")
    )
    return text(
        "market.alt_map",
        look.language,
        year=year,
        measure=text(f"market.side_{side}", look.language),
        count=len(rows),
        first=first,
        last=str(rows.iloc[-1]["province_name"]),
    )


@cache
def _ground() -> tuple[bytes, bytes]:
    found = documents()
    return found["china"], found["inset"]


_READ = ("year", "province", *SIDES.values(), "output_rank", "output_share", "absorbed_rank",
         "absorbed_share")  # fmt: skip


def _records(frame: pd.DataFrame) -> tuple[tuple[Any, ...], ...]:
    """What a document is made of, as a value that equals itself: blanks as None."""
    known = frame[list(_READ)].astype(object)
    return tuple(known.where(known.notna(), None).itertuples(index=False, name=None))


@lru_cache(maxsize=32)
def _outlines(records: tuple[tuple[Any, ...], ...]) -> bytes:
    rows = [dict(zip(_READ, record, strict=True)) for record in records]
    china, inset = _ground()
    return with_values(
        china, pd.DataFrame([f for side in SIDES for f in _frames(rows, side)]), inset
    )


@lru_cache(maxsize=64)
def _ring(codes: tuple[str, ...]) -> bytes:
    return only(_ground()[0], codes)


@lru_cache(maxsize=96)
def _address(document: bytes) -> str:
    return values_address(document)


def _diverging(look: Look) -> tuple[str, ...]:
    return tuple(look.colours.diverging[index] for index in _DIVERGING)


def _frames(rows: Sequence[Mapping[str, Any]], side: str) -> list[dict[str, Any]]:
    codes = classify([row[SIDES[side]] for row in rows], BREAKS[side])
    return [
        {
            "adcode": row["province"],
            "frame": f"{side}{row['year']}",
            "code": code,
            **{language: _said(row, side, language) for language in LANGUAGES},
        }
        for row, code in zip(rows, codes, strict=True)
    ]


def _said(row: Mapping[str, Any], side: str, language: str) -> str:
    """What a tooltip says under the province's name."""
    value = row[SIDES[side]]
    if is_missing(value):
        return text("maps.absent", language)
    if side == "net":
        return text(
            "market.tip_sold" if value >= 0 else "market.tip_bought",
            language,
            year=row["year"],
            value=written(abs(value), "cny", language),
            output=written(row["output"], "cny", language),
            absorbed=written(row["absorbed"], "cny", language),
        )
    return text(
        f"market.tip_{side}",
        language,
        year=row["year"],
        value=written(value, "cny", language),
        rank=number(row[f"{side}_rank"], 0, language),
        share=written(row[f"{side}_share"], "share", language),
    )
