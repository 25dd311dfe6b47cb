"""What a deal's record says besides who and when: value, type, field, registration, event."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.model.codes import CONTRACT_TYPES
from analytics.records.demo import calibration as to
from analytics.records.demo import industries
from analytics.records.demo.bases import Bases
from analytics.records.demo.chance import (
    Days,
    Flags,
    Floats,
    Rng,
    Words,
    blank,
    fit_total,
    ids,
    keep,
    lognormal,
    pick_by_row,
    stream,
    take,
    tidy_money,
    words,
    years_of,
)
from analytics.records.demo.deals import Deals
from analytics.records.demo.organisations import Organisations
from analytics.records.demo.places import GUANGZHOU, Places
from analytics.records.demo.projects import Projects

# Median in yuan and spread of tickets by channel.
TICKETS = {
    "expo": (20_000_000.0, 1.3),
    "centre": (4_600_000.0, 1.65),
    "showroom": (4_000_000.0, 1.2),
    "base": (1_900_000.0, 1.35),
    "other": (2_100_000.0, 1.5),
}
# Weights of development, assignment, licence, consulting, services.
TYPES = {
    "expo": (36, 19, 17, 4, 24),
    "centre": (30, 18, 20, 5, 27),
    "showroom": (26, 27, 27, 4, 16),
    "base": (31, 8, 8, 9, 44),
    "other": (28, 8, 7, 9, 48),
}
EVENT_KINDS = ("matchmaking", "roadshow", "investor")
EVENT_SHARE = {"expo": 0.3, "centre": 0.5, "showroom": 0.5, "base": 0.25}
EVENT_DAYS = 75  # a contract is put down to an event held at most so long before
ROUND_SHARE = 0.03
CITY_ONLY = 0.05  # places in Guangzhou told without the district
MONTH_ONLY = 0.05


def deal_table(
    deals: Deals,
    places: Places,
    orgs: Organisations,
    bases: Bases,
    projects: Projects,
    events: pd.DataFrame,
    scale: int,
    seed: int,
) -> pd.DataFrame:
    """The deals as records."""
    rng = stream(seed, "deals records")
    told = _about(stream(seed, "deals value"), deals)
    value = _values(stream(seed, "deals value"), deals, told, scale)
    month = _month_only(stream(seed, "deals precision"), deals)
    signed = np.where(month, deals.signed.astype("datetime64[M]"), deals.signed)
    table = pd.DataFrame(
        {
            "deal_id": None,
            "registration_no": _registrations(rng, deals, places),
            "project_id": take(projects.id, deals.project),
            "edition": keep(deals.edition > 0, deals.edition),
            "signed_on": signed.astype("datetime64[D]"),
            "signed_precision": np.where(month, "month", "day"),
            "contract_type": _types(rng, deals),
            "technical_field": blank(rng, industries.draw_fields(rng, deals.area), 0.015),
            "industry": industries.codes(deals.area),
            "seller_id": orgs.named(deals.seller_org),
            "seller_adcode": _regions(rng, places, deals.seller, 0.0),
            "seller_country": _countries(places, deals.seller),
            "buyer_id": blank(rng, orgs.named(deals.buyer_org), 0.05),
            "buyer_adcode": _regions(rng, places, deals.buyer, 0.015),
            "buyer_country": _countries(places, deals.buyer),
            "value_cny": value,
            "value_note": keep(told, words(["约"] * len(deals))),
            "technical_value_cny": _technical(rng, value),
            "channel": deals.channel,
            "event_id": _events(stream(seed, "deals events"), deals, events),
            "base_id": take(bases.table["base_id"].to_numpy(dtype=object), deals.base),
        }
    )
    table = table.sort_values("signed_on", kind="stable").reset_index(drop=True)
    table["deal_id"] = ids("D", len(table), 6)
    return table


def _about(rng: Rng, deals: Deals) -> Flags:
    """Deals whose source says 'about'."""
    return rng.random(len(deals)) < ROUND_SHARE


def _values(rng: Rng, deals: Deals, told: Flags, scale: int) -> Floats:
    """Log-normal tickets, scaled so that what was published comes out."""
    median = np.array([TICKETS[c][0] for c in TICKETS])
    sigma = np.array([TICKETS[c][1] for c in TICKETS])
    at = pd.Categorical(deals.channel, categories=list(TICKETS)).codes
    area = np.where(deals.area < 0, industries.OTHER, deals.area)
    raw = lognormal(rng, median[at] * industries.TICKET[area], sigma[at], len(deals))
    value = tidy_money(np.clip(raw, 2e4, 2.4e9))
    magnitude = 10.0 ** np.floor(np.log10(value))
    value = np.where(told, np.round(value / magnitude * 2) / 2 * magnitude, value)
    for mask, total in _totals(deals):
        value[mask] = fit_total(value[mask], float(total * scale), told[mask] & (value[mask] < 1e7))
    return value


def _totals(deals: Deals) -> list[tuple[Flags, int]]:
    """Groups of deals whose sum is given."""
    expo = deals.channel == "expo"
    centre = (deals.channel == "centre") & (deals.signed <= to.CLAIM_JULY)
    showroom = (
        (deals.channel == "showroom")
        & (deals.signed >= to.SHOWROOM_COUNT_FROM)
        & (deals.signed <= to.SHOWROOM_COUNT_TO)
    )
    editions = [(expo & (deals.edition == e.year), e.value) for e in to.EDITIONS]
    return [*editions, (centre, to.CENTRE_VALUE), (showroom, to.SHOWROOM_VALUE)]


def _month_only(rng: Rng, deals: Deals) -> Flags:
    """Deals of which only the month is known: old ones, of channels that no claim counts."""
    plain = np.isin(deals.channel.astype(str), ("other",)) & (deals.project < 0)
    return plain & (years_of(deals.signed) < 2020) & (rng.random(len(deals)) < MONTH_ONLY)


def _types(rng: Rng, deals: Deals) -> Words:
    weight = np.array([TYPES[c] for c in TYPES], dtype=float)
    at = pd.Categorical(deals.channel, categories=list(TYPES)).codes.astype(np.int64)
    return words(CONTRACT_TYPES)[pick_by_row(rng, weight, at)]


def _registrations(rng: Rng, deals: Deals, places: Places) -> Words:
    """Invented numbers of 16 digits for most contracts, more of them as the years pass."""
    year = years_of(deals.signed)
    share = 0.56 + 0.024 * (year - 2015)
    across = places.abroad[np.maximum(deals.seller, 0)] | places.abroad[deals.buyer]
    has = rng.random(len(deals)) < np.where(across, 0.35, share)
    number = ids("99", len(deals), 10)
    return words([f"{y}{n}" if h else None for y, n, h in zip(year, number, has, strict=True)])


def _regions(rng: Rng, places: Places, place: np.ndarray, missing: float) -> Words:
    """Codes of places; some of Guangzhou without the district, some not told."""
    adcode = take(places.adcode, place)
    coarse = places.home[np.maximum(place, 0)] & (place >= 0)
    adcode[coarse & (rng.random(len(place)) < CITY_ONLY)] = GUANGZHOU
    adcode[rng.random(len(place)) < missing] = None
    return adcode


def _countries(places: Places, place: np.ndarray) -> Words:
    country = take(places.country, place)
    country[place < 0] = "CN"
    return country


def _technical(rng: Rng, value: Floats) -> Words:
    """The technology part: all of it for half the contracts, 40 % or more for the others."""
    part = np.where(rng.random(len(value)) < 0.52, 1.0, 0.4 + 0.6 * rng.beta(2.2, 1.5, len(value)))
    amount = np.where(part == 1.0, value, np.ceil(value * part / 100) * 100)
    return blank(rng, np.minimum(amount, value), 0.04)


def _events(rng: Rng, deals: Deals, events: pd.DataFrame) -> Words:
    """The event a contract is put down to: one of the last of its channel (and edition)."""
    out = np.full(len(deals), None, dtype=object)
    usable = events.loc[events["kind"].isin(EVENT_KINDS)]
    for channel, share in EVENT_SHARE.items():
        mine = usable.loc[usable["channel"] == channel]
        rows = np.flatnonzero((deals.channel == channel) & (rng.random(len(deals)) < share))
        held = mine["held_on"].to_numpy("datetime64[D]")
        at = np.searchsorted(held, deals.signed[rows], side="right") - 1
        at = at - rng.integers(0, 3, len(rows))
        fits = _fits(deals, rows, mine, held, at)
        out[rows[fits]] = mine["event_id"].to_numpy(dtype=object)[at[fits]]
    return out


def _fits(deals: Deals, rows: np.ndarray, mine: pd.DataFrame, held: Days, at: np.ndarray) -> Flags:
    """Whether the event was held shortly before the signature, in the same edition."""
    known = np.maximum(at, 0)
    since = (deals.signed[rows] - held[known]).astype(np.int64)
    edition = mine["edition"].fillna(0).to_numpy(dtype=np.int64)[known]
    return (at >= 0) & (since >= 0) & (since <= EVENT_DAYS) & (edition == deals.edition[rows])
