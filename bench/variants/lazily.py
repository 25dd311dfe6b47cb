"""polars: lazily over the plain Parquet, and with the same columns loaded into memory."""

from __future__ import annotations

import polars as pl

from bench.generator import Generated
from bench.questions import QUESTIONS, Answers, Selection
from tests.home import HOME


class Lazily:
    """All questions of a page in one `collect_all`, so that polars may share what they share."""

    title = "polars, lazily over plain Parquet"
    bytes_a_deal = 90.0
    in_memory = False
    has_bins = False

    def __init__(self, made: Generated) -> None:
        """Describe the frames; nothing is read."""
        self._deals = _derived(pl.scan_parquet(made.plain / "deals.parquet"))
        editions = pl.scan_parquet(HOME / "demo" / "expo_editions.parquet")
        exhibits = pl.scan_parquet(made.plain / "expo_exhibits.parquet")
        self._exhibits = exhibits.join(
            editions.select("edition", day="opened_on"), on="edition"
        ).with_columns(place=pl.col("origin_adcode"))
        self._events = pl.scan_parquet(made.plain / "events.parquet").with_columns(
            day=pl.col("held_on"), place=pl.col("adcode")
        )
        landed = (
            pl.scan_parquet(HOME / "demo" / "stage_events.parquet")
            .filter(pl.col("stage") == "landed", pl.col("outcome").is_in(["entered", "returned"]))
            .group_by("project_id")
            .agg(day=pl.col("entered_at").min())
        )
        projects = pl.scan_parquet(HOME / "demo" / "projects.parquet")
        self._landings = projects.join(landed, on="project_id").with_columns(
            place=pl.col("landed_adcode")
        )

    def close(self) -> None:
        """Let the memory go."""
        del self._deals, self._exhibits, self._events, self._landings

    def answers(self, selection: Selection) -> Answers:
        """The whole page at once."""
        deals = _chosen(self._deals, "signed_on", selection)
        before = selection.before()
        events = _chosen(self._events, "day", selection)
        sums = {"value": pl.col("value").sum(), "contracts": pl.len()}
        matched = pl.col("kind").is_in(["matchmaking", "roadshow"]).sum()
        headline = [
            deals.select(
                *_figures(""),
                average=pl.col("value").sum() / pl.len(),
                at_events=pl.col("event_id").is_not_null().sum(),
            ),
            events.select(events=pl.len()),
        ]
        if before:
            earlier = _chosen(self._deals, "signed_on", before)
            headline.append(earlier.select(*_figures("_before")))
        asked = {
            "headline": pl.concat(headline, how="horizontal").with_columns(
                per_event=pl.col("at_events") / pl.col("events").replace(0, None)
            ),
            "trend": deals.group_by(month=pl.col("signed_on").dt.truncate("1mo")).agg(**sums),
            "industry": deals.group_by("industry").agg(**sums),
            "regions": deals.group_by("city").agg(**sums),
            "types": deals.group_by("contract_type").agg(**sums),
            "flow": deals.drop_nulls(["province", "to_province"])
            .group_by(from_province="province", to_province="to_province")
            .agg(**sums),
            "distribution": _distribution(deals),
            "funnel": pl.concat(
                [
                    _chosen(self._exhibits, "day", selection).select(shown=pl.len()),
                    events.select(matched=matched),
                    deals.select(contracted=pl.len()),
                    _chosen(self._landings, "day", selection).select(landed=pl.len()),
                ],
                how="horizontal",
            ),
        }
        collected = pl.collect_all([asked[question] for question in QUESTIONS])
        return {
            question: frame.to_pandas()
            for question, frame in zip(QUESTIONS, collected, strict=True)
        }


class Loaded(Lazily):
    """The same questions on frames in memory, codes as categories, derived codes derived."""

    title = "polars, in memory"
    bytes_a_deal = 130.0
    in_memory = True
    has_bins = False

    def __init__(self, made: Generated) -> None:
        """Load only what the questions need."""
        super().__init__(made)
        coded = ("place", "province", "city", "to_province", "industry", "contract_type")
        self._deals = (
            self._deals.select(
                "signed_on",
                "value",
                "crossing",
                *(pl.col(name).cast(pl.Categorical) for name in coded),
                event_id=pl.when(pl.col("event_id").is_not_null()).then(1).cast(pl.Int8),
            )
            .collect()
            .lazy()
        )
        self._exhibits = self._exhibits.select(*_small()).collect().lazy()
        self._events = self._events.select("kind", *_small()).collect().lazy()
        self._landings = self._landings.select(*_small()).collect().lazy()


def _small() -> tuple[pl.Expr, ...]:
    codes = (pl.col(name).cast(pl.Categorical) for name in ("place", "industry"))
    return (pl.col("day"), *codes)


def _derived(deals: pl.LazyFrame) -> pl.LazyFrame:
    seller, buyer = pl.col("seller_adcode"), pl.col("buyer_adcode")
    special = ["71", "81", "82"]
    return deals.with_columns(
        value=pl.col("value_cny").cast(pl.Float64),
        place=seller,
        province=seller.str.slice(0, 2) + "0000",
        city=pl.when(seller.is_in(["810000", "820000"]))
        .then(seller)
        .when(seller.str.slice(2, 4) == "0000")
        .then(None)
        .when(seller.str.slice(2, 2) == "90")
        .then(seller)
        .otherwise(seller.str.slice(0, 4) + "00"),
        to_province=buyer.str.slice(0, 2) + "0000",
        crossing=(pl.col("seller_country") != "CN")
        | (pl.col("buyer_country") != "CN")
        | seller.str.slice(0, 2).is_in(special).fill_null(False)
        | buyer.str.slice(0, 2).is_in(special).fill_null(False),
    )


def _chosen(frame: pl.LazyFrame, day: str, selection: Selection) -> pl.LazyFrame:
    if selection.since and selection.until:
        frame = frame.filter(pl.col(day).is_between(selection.since, selection.until))
    if selection.regions and selection.regions[0].endswith("0000"):
        starts = [code[:2] for code in selection.regions]
        frame = frame.filter(pl.col("place").cast(pl.String).str.slice(0, 2).is_in(starts))
    elif selection.regions:
        frame = frame.filter(pl.col("place").is_in(list(selection.regions)))
    if selection.industries:
        frame = frame.filter(pl.col("industry").is_in(list(selection.industries)))
    return frame


def _figures(suffix: str) -> tuple[pl.Expr, ...]:
    value = pl.col("value")
    return (
        value.sum().alias(f"value{suffix}"),
        pl.len().alias(f"contracts{suffix}"),
        value.median().alias(f"median{suffix}"),
        (value.filter(pl.col("crossing")).sum() / value.sum()).alias(f"crossing_share{suffix}"),
    )


def _distribution(deals: pl.LazyFrame) -> pl.LazyFrame:
    ordered = deals.filter(pl.col("value") > 0).select(pl.col("value").sort())
    value, count = pl.col("value"), pl.len()
    place = pl.int_range(1, pl.len() + 1)
    summary = ordered.select(
        q1=value.quantile(0.25, "linear"),
        median=value.median(),
        q3=value.quantile(0.75, "linear"),
        p90=value.quantile(0.9, "linear"),
        top_share=value.tail(10).sum() / value.sum(),
        gini=2 * (place * value).sum() / (count * value.sum()) - (count + 1) / count,
    )
    # its logarithm of a power of ten may be a hair below the whole number
    bins = ordered.group_by(bin=(value.log10() * 4 + 1e-9).floor().cast(pl.Int32)).agg(
        value=value.sum(), contracts=pl.len()
    )
    return bins.join(summary, how="cross")
