"""The deals page as it is usually written: pandas over one file, plotly express, all on each run.

The same eight charts, headline and table as pages/deals.py, kept only to be measured against.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.express as px
import streamlit as st

DATA = Path(os.environ["TRANSFERSCOPE_DATA"])


@st.cache_data
def load() -> pd.DataFrame:
    frame = pd.read_parquet(DATA / "demo" / "deals.parquet")
    for column in ("value_cny", "technical_value_cny"):
        frame[column] = frame[column].astype(float)
    frame["signed_on"] = pd.to_datetime(frame["signed_on"])
    return frame


@st.cache_data
def load_events() -> pd.DataFrame:
    frame = pd.read_parquet(DATA / "demo" / "events.parquet")
    frame["held_on"] = pd.to_datetime(frame["held_on"])
    return frame


st.title("Deals")
deals, events = load(), load_events()
since, until = st.sidebar.slider("Period", 2015, 2025, (2019, 2024))
chosen = deals[deals["signed_on"].dt.year.between(since, until)]
held = events[events["held_on"].dt.year.between(since, until)]
outside = (chosen["seller_country"] != "CN") | (chosen["buyer_country"] != "CN")
cards = st.columns(6)
yearly = deals.groupby(deals["signed_on"].dt.year)["value_cny"]
for card, (name, value) in zip(
    cards,
    {
        "Value": chosen["value_cny"].sum(),
        "Contracts": len(chosen),
        "Average": chosen["value_cny"].mean(),
        "Median": chosen["value_cny"].median(),
        "Per event": chosen["event_id"].notna().sum() / max(len(held), 1),
        "Cross-border": chosen.loc[outside, "value_cny"].sum() / chosen["value_cny"].sum(),
    }.items(),
    strict=True,
):
    card.metric(name, f"{value:,.2f}", chart_data=yearly.sum().tolist())
quarters = chosen.groupby(chosen["signed_on"].dt.to_period("Q").astype(str))["value_cny"]
st.plotly_chart(px.bar(quarters.agg(["sum", "size"]).reset_index(), x="signed_on", y="sum"))
st.plotly_chart(
    px.bar(
        chosen.groupby("industry", as_index=False)["value_cny"].sum(), x="value_cny", y="industry"
    )
)
flows = (
    chosen.assign(sold=chosen["seller_adcode"].str[:4], bought=chosen["buyer_adcode"].str[:4])
    .groupby(["sold", "bought"], as_index=False)["value_cny"]
    .sum()
    .nlargest(40, "value_cny")
)
st.plotly_chart(px.parallel_categories(flows, dimensions=["sold", "bought"]))
st.plotly_chart(
    px.imshow(
        chosen.pivot_table(
            index="industry", columns="contract_type", values="value_cny", aggfunc="sum"
        )
    )
)
st.plotly_chart(
    px.bar(
        chosen.groupby("technical_field", as_index=False)["value_cny"].sum(),
        x="value_cny",
        y="technical_field",
    )
)
st.plotly_chart(px.histogram(chosen.assign(size=np.log10(chosen["value_cny"])), x="size"))
per_event = (
    chosen[chosen["event_id"].notna()].groupby("channel").size() / held.groupby("channel").size()
)
st.plotly_chart(px.bar(per_event.rename("ratio").reset_index(), x="ratio", y="channel"))
crossing = deals.assign(
    outside=(deals["seller_country"] != "CN") | (deals["buyer_country"] != "CN"),
    year=deals["signed_on"].dt.year,
).pivot_table(index="year", columns="outside", values="value_cny", aggfunc="sum")
st.plotly_chart(px.bar(crossing.reset_index(), x="year", y=crossing.columns.tolist()))
st.dataframe(chosen.head(20))
