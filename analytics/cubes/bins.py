"""Amounts in bins of one 128th of a decade, and quantiles from how many each bin holds.

A bin is 1.8 % wide. The amount that stands for all of a bin is the harmonic mean of its ends:
none in it is further off than 0.9 % of itself, whatever the amounts are. So a quantile, which
interpolates between two amounts as `quantile_cont` does, is within 0.9 % too. Zero has a bin of
its own and negative amounts mirror the positive ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.model.cubes import BINS_A_DECADE, FIRST_BIN

BIN = "bin"
"""Column of a cube's bins."""
_RATIO = 10 ** (1 / BINS_A_DECADE)
_MIDDLE = 2 * _RATIO / (1 + _RATIO)
AMOUNT = f"sign({BIN}) * {_MIDDLE!r}e0 * power(10, (abs({BIN}) - {FIRST_BIN}) / {BINS_A_DECADE}e0)"
"""SQL of the amount that stands for all of a bin; 0 for the bin of zero."""


def quantiles(relation: str, keys: Sequence[str], columns: Sequence[tuple[str, float]]) -> str:
    """The statement that gives quantiles of a cube's amounts.

    Args:
        relation: The filtered cube.
        keys: SQL of each dimension, with its name: `sql as name`.
        columns: Name and share of each quantile.
    """
    names = [key.rpartition(" as ")[2] for key in keys]
    grouped = "".join(f"{name}, " for name in names)
    partition = f"partition by {', '.join(names)} " if names else ""
    by = f" group by {', '.join(names)}" if names else ""
    keyed = "".join(f"{key}, " for key in keys)
    return (
        f"with binned as (select {keyed}{BIN}, sum(records) as counted from {relation} "
        f"where {BIN} is not null group by all), "
        f"placed as (select {grouped}{AMOUNT} as amount, counted, "
        f"sum(counted) over ({partition}order by {BIN}) as upto, "
        f"sum(counted) over ({partition.strip()}) as whole from binned) "
        f"select {grouped}{', '.join(_quantile(name, share) for name, share in columns)} "
        f"from placed{by}"
    )


def _quantile(name: str, share: float) -> str:
    """As `quantile_cont`: between the two amounts around place share × (count - 1)."""
    place = f"{share!r}e0 * (whole - 1)"
    low, high = (
        f"max(case when {end}({place}) >= upto - counted and {end}({place}) < upto then amount end)"
        for end in ("floor", "ceil")
    )
    part = f"max({place} - floor({place}))"
    return f'{low} + ({high} - {low}) * {part} as "{name}"'
