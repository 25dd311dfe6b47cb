"""The expo page: what was shown at each edition, and what came of it whenever it happened."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from tests import oracle
from tests.oracle import Selection, complete_until, in_gba, strategic
from tests.oracles.measures import measured

DAYS = 30
"""Days that count as a month after the opening."""


def expo(chosen: Selection, *left_out: str) -> Selection:
    """What the expo makes of a selection: its own channel, whole contract values, sellers."""
    plain = replace(chosen, channels=("expo",), basis="", side="", compare="")
    return replace(plain, **dict.fromkeys(left_out, ()))


def opened(chosen: Selection) -> pd.DataFrame:
    """Editions of the period, by their opening."""
    found = oracle.in_period(oracle.editions(chosen), "opened_on", chosen)
    return found.sort_values("opened_on", ignore_index=True)[["edition", "opened_on"]]


def ages(opened_on: pd.Series) -> pd.Series:
    """Days from the openings to the end of the records."""
    end = complete_until("expo_editions", "expo_exhibits", "projects", "stage_events", "deals")
    return (end - opened_on).dt.days


def _of(editions: pd.DataFrame, rows: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """The rows of each edition."""
    return {edition: rows[rows["edition"] == edition] for edition in editions["edition"]}


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def editions(chosen: Selection, months: int) -> pd.DataFrame:
    """One row per edition: what was shown, what landed, what was signed."""
    meant = expo(chosen, "editions")
    held = opened(meant)
    shown = _of(held, oracle.exhibits(meant))
    landed = _of(held, oracle.landings(meant))
    signed = _of(held, oracle.deals(meant))
    return pd.DataFrame(
        {
            "edition": edition,
            "edition_opened_on": day,
            "expo_exhibits.exhibits": len(shown[edition]),
            "expo_exhibits.published": shown[edition]["published"].sum(),
            "landings.projects": len(landed[edition]),
            "landings.per_exhibit": _over(len(landed[edition]), len(shown[edition])),
            "deals.contracts": len(signed[edition]),
            "deals.value": signed[edition]["amount"].sum(),
            "deals.average": signed[edition]["amount"].mean(),
            "incomplete": age < DAYS * months,
        }
        for edition, day, age in zip(
            held["edition"], held["opened_on"], ages(held["opened_on"]), strict=True
        )
    )


def industries(chosen: Selection) -> pd.DataFrame:
    """Exhibits of each edition by industry, those without one last."""
    meant = expo(chosen, "editions", "industries")
    rows = oracle.in_period(oracle.exhibits(meant), "opened_on", meant)
    keys = [rows["edition"], oracle.area(rows["industry"])]
    found = rows.groupby(keys, dropna=False).size().rename("expo_exhibits.exhibits").reset_index()
    whole = found.groupby("edition")["expo_exhibits.exhibits"].transform("sum")
    return found.assign(exhibit_share=found["expo_exhibits.exhibits"] / whole)


def bay_area(chosen: Selection, months: int) -> pd.DataFrame:
    """The Greater Bay Area's share of each edition's exhibits and landings."""
    meant = expo(chosen, "editions", "regions")
    held = opened(meant)
    shown = _of(held, oracle.exhibits(meant))
    landed = _of(held, oracle.landings(meant))
    return pd.DataFrame(
        {
            "edition": edition,
            "expo_exhibits.exhibits": len(shown[edition]),
            "expo_exhibits.from_gba": in_gba(shown[edition]["origin_adcode"]).sum(),
            "expo_exhibits.gba_share": in_gba(shown[edition]["origin_adcode"]).mean(),
            "landings.projects": len(landed[edition]),
            "landings.in_gba": in_gba(landed[edition]["landed_adcode"]).sum(),
            "landings.gba_share": in_gba(landed[edition]["landed_adcode"]).mean(),
            "incomplete": age < DAYS * months,
        }
        for edition, age in zip(held["edition"], ages(held["opened_on"]), strict=True)
    )


def pair(chosen: Selection, first: int, second: int) -> pd.DataFrame:
    """Two editions, or the last two, counted to the younger one's age."""
    meant = expo(chosen, "editions").undated()
    held = opened(meant)
    held = held[held["edition"].isin((first, second))] if first else held.tail(2)
    age = ages(held["opened_on"]).min()
    shown = _of(held, oracle.exhibits(meant))
    forums = _of(held, oracle.events(meant).query("kind == 'forum'"))
    landed = _of(held, _in_time(oracle.landings(meant), "landed_on", held, age))
    signed = _of(held, _in_time(oracle.deals(meant), "signed_on", held, age))
    return pd.DataFrame(
        {
            "edition": edition,
            "days_counted": age,
            "expo_exhibits.exhibits": len(shown[edition]),
            "expo_exhibits.published": shown[edition]["published"].sum(),
            "expo_exhibits.strategic_share": strategic(shown[edition]).mean(),
            "expo_exhibits.gba_share": in_gba(shown[edition]["origin_adcode"]).mean(),
            "expo_exhibits.countries": shown[edition]
            .query("is_abroad")["origin_country"]
            .nunique(),
            "events.forums": len(forums[edition]),
            "landings.projects": len(landed[edition]),
            "landings.per_exhibit": _over(len(landed[edition]), len(shown[edition])),
            "landings.gba_share": in_gba(landed[edition]["landed_adcode"]).mean(),
            "deals.value": signed[edition]["amount"].sum(),
            "deals.average": signed[edition]["amount"].mean(),
        }
        for edition in held["edition"]
    )


def _in_time(rows: pd.DataFrame, day: str, held: pd.DataFrame, age: int) -> pd.DataFrame:
    """Rows of these editions that happened by so many days after the opening, or before it."""
    dated = rows.merge(held, on="edition")
    return dated[(dated[day] - dated["opened_on"]).dt.days <= age]


def progress(chosen: Selection, months: int) -> pd.DataFrame:
    """Landings of each edition so many months after its opening, as far as the records reach."""
    meant = expo(chosen, "editions")
    held = opened(meant)
    rows = oracle.landings(meant).merge(held, on="edition")
    days = (rows["landed_on"] - rows["opened_on"]).dt.days
    return pd.DataFrame(
        [
            (edition, month, (days[rows["edition"] == edition] <= DAYS * month).sum())
            for edition, age in sorted(zip(held["edition"], ages(held["opened_on"]), strict=True))
            for month in range(months + 1)
            if age >= DAYS * month
        ],
        columns=["edition", "months_since", "landings.projects"],
    )


def countries(chosen: Selection) -> pd.DataFrame:
    """Exhibits from abroad by country, the most first."""
    meant = expo(chosen, "regions")
    rows = oracle.in_period(oracle.exhibits(meant), "opened_on", meant).query("is_abroad")
    found = rows.groupby("origin_country")["edition"].agg(["size", "nunique"]).reset_index()
    found.columns = ["country", "expo_exhibits.international", "expo_editions.editions"]
    return found.sort_values(
        ["expo_exhibits.international", "country"], ascending=[False, True], ignore_index=True
    )


def events(chosen: Selection) -> pd.DataFrame:
    """Events of each edition by kind, whenever they were held."""
    meant = expo(chosen, "editions", "regions")
    rows = oracle.events(meant)
    rows = rows[rows["edition"].isin(opened(meant)["edition"])]
    grouped = rows.assign(strategic=strategic(rows)).groupby(["edition", "kind"])
    found = grouped.agg(
        **{
            "events.events": ("event_id", "size"),
            "strategic_events": ("strategic", "sum"),
            "strategic_share": ("strategic", "mean"),
        }
    )
    # As of a sum in SQL: nothing where no event of the kind told its participants.
    found["events.participants"] = grouped["participants"].sum(min_count=1)
    return (
        found.reset_index()
        .rename(columns={"kind": "event_kind"})
        .sort_values(
            ["edition", "events.events", "event_kind"],
            ascending=[True, False, True],
            ignore_index=True,
        )
    )


ORACLES = {
    "expos-editions": editions,
    "expos-industry": industries,
    "expos-gba": bay_area,
    "expos-pair": pair,
    "expos-progress": progress,
    "expos-countries": countries,
    "expos-international": measured(
        "expo_exhibits.countries",
        "expo_exhibits.international",
        by=("edition",),
        of=lambda chosen: expo(chosen, "editions", "regions"),
    ),
    "expos-events": events,
}
