"""What a file leaves open of its amounts and points: asked here, never guessed, saved with it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

import streamlit as st

from analytics.records.forms import FORMS
from analytics.records.layout import columns_of
from analytics.records.matching import Proposal
from analytics.records.types import Heading, Mapping, Rate
from analytics.ui.intake.session import Job
from analytics.ui.state import Viewing

UNITS = ("元", "万元", "亿元")
SYSTEMS = ("wgs84", "gcj02", "bd09")
CURRENCIES = ("USD", "HKD", "MOP", "EUR", "JPY", "GBP", "SGD", "KRW", "TWD")
_HAS_UNIT = re.compile(r"[元圆万亿￥¥$€]|yuan|cny|rmb|million", re.IGNORECASE)


def conventions(job: Job, proposal: Proposal, mapping: Mapping, view: Viewing) -> Mapping:
    """The mapping with the unit of amounts, how bounds are taken, and rates of currencies."""
    form = FORMS[proposal.dataset]
    money = [name for name in mapping.fields if form.field(name).kind == "money"]
    if not money:
        return mapping
    key = f"{job.mark}_{view.language}_{proposal.layout.sheet.number}_{proposal.dataset}"
    silent = [name for name in money if _is_silent(proposal, mapping.fields[name])]
    if silent:
        mapping = replace(mapping, units=_units(key, silent, mapping, view))
    with st.expander(view.say("data.amounts")):
        above = st.toggle(
            view.say("data.above"),
            value=bool(mapping.above),
            key=f"w_above_{key}",
            help=view.say("data.above_help"),
        )
        rates = _rates(key, mapping, view)
    return replace(mapping, above=tuple(money) if above else (), rates=rates)


def _is_silent(proposal: Proposal, title: str) -> bool:
    """Whether neither the header nor the cells of a column say the unit."""
    return any(_says_nothing(heading) for heading in columns_of(proposal.layout, title))


def _says_nothing(heading: Heading) -> bool:
    samples = heading.samples
    return not heading.unit and not (samples and all(_HAS_UNIT.search(cell) for cell in samples))


def _units(key: str, silent: list[str], mapping: Mapping, view: Viewing) -> dict[str, str]:
    held = next((mapping.units[name] for name in silent if name in mapping.units), None)
    box, _ = st.columns((1, 3))
    with box:
        unit = st.selectbox(
            view.say("data.unit"),
            UNITS,
            index=UNITS.index(held) if held in UNITS else None,
            key=f"w_unit_{key}",
            format_func=lambda value: view.say(f"data.unit_{UNITS.index(value)}"),
            placeholder=view.say("data.choose"),
        )
        if unit is None:
            st.caption(f":orange[{view.say('data.unit_asked')}]")
    others = {name: said for name, said in mapping.units.items() if name not in silent}
    return {**others, **(dict.fromkeys(silent, unit) if unit else {})}


def _rates(key: str, mapping: Mapping, view: Viewing) -> dict[str, Rate]:
    """What one unit of a foreign currency is worth, and on which day; both are kept beside it."""
    currencies = st.multiselect(
        view.say("data.currencies"),
        list(dict.fromkeys((*CURRENCIES, *mapping.rates))),
        default=list(mapping.rates),
        key=f"w_currencies_{key}",
        format_func=lambda code: view.say(f"data.currency_{code}") if code in CURRENCIES else code,
        placeholder=view.say("data.currencies_none"),
        select_all=False,
    )
    found: dict[str, Rate] = {}
    for code in currencies:
        held = mapping.rates.get(code)
        left, right = st.columns(2)
        with left:
            said = st.text_input(
                view.say("data.rate", currency=code),
                str(held.cny) if held else "",
                key=f"w_rate_{code}_{key}",
                placeholder="7.1234",
            )
        with right:
            day = st.text_input(
                view.say("data.rate_day"),
                f"{held.on}" if held else "",
                key=f"w_rate_day_{code}_{key}",
                placeholder="2025-06-30",
            )
        rate = _rate(said, day)
        if rate:
            found[code] = rate
        else:
            st.caption(f":orange[{view.say('data.rate_asked', currency=code)}]")
    return found


def _rate(said: str, day: str) -> Rate | None:
    try:
        cny, on = Decimal(said.strip()), date.fromisoformat(day.strip())
    except (InvalidOperation, ValueError):
        return None
    return Rate(cny, on) if cny.is_finite() and cny > 0 else None


def coordinates(job: Job, proposal: Proposal, mapping: Mapping, view: Viewing) -> Mapping:
    """The mapping with the system of its coordinates, where it has any."""
    if "lon" not in mapping.fields or "lat" not in mapping.fields:
        return mapping
    key = f"w_crs_{job.mark}_{view.language}_{proposal.layout.sheet.number}_{proposal.dataset}"
    box, _ = st.columns((1, 3))
    with box:
        system = st.selectbox(
            view.say("data.crs"),
            SYSTEMS,
            index=SYSTEMS.index(mapping.crs) if mapping.crs in SYSTEMS else None,
            key=key,
            format_func=lambda value: view.say(f"data.crs_{value}"),
            placeholder=view.say("data.choose"),
        )
        if system is None:
            st.caption(f":orange[{view.say('data.crs_asked')}]")
    return replace(mapping, crs=system or "")
