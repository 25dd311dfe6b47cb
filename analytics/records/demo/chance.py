"""Drawing: named streams, weighted picks, quotas, working days and sums that come out."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]
Words = NDArray[np.object_]
Rng = np.random.Generator

# January to December: contracts are signed towards the year's end, hardly at New Year.
MONTHS = np.array([0.75, 0.45, 0.85, 0.85, 0.9, 1.1, 0.9, 0.9, 1.05, 0.95, 1.3, 1.95])
# Monday to Sunday.
WEEKDAYS = np.array([1.0, 1.1, 1.1, 1.1, 1.05, 0.07, 0.04])


def stream(seed: int, name: str) -> Rng:
    """A generator of its own for a dataset, so that a change in one leaves the others alone."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def words(values: Sequence[str | None]) -> Words:
    """An array of texts."""
    return np.array(list(values), dtype=object)


def pick(rng: Rng, weights: Sequence[float] | Floats, n: int) -> Ints:
    """Draw `n` positions, each as likely as its weight."""
    share = np.asarray(weights, dtype=np.float64)
    return rng.choice(len(share), size=n, p=share / share.sum())


def pick_by_row(rng: Rng, weights: Floats, rows: Ints) -> Ints:
    """Draw one column for each of `rows`, by that row's weights."""
    ladder = np.cumsum(weights, axis=1)
    ladder = ladder / ladder[:, -1:] + np.arange(len(weights))[:, None]
    drawn = np.searchsorted(ladder.ravel(), rows + rng.random(len(rows)), side="right")
    return np.minimum(drawn - rows * weights.shape[1], weights.shape[1] - 1)


def chosen(rng: Rng, n: int, count: int) -> Flags:
    """Flag exactly `count` of `n`."""
    flags = np.zeros(n, dtype=bool)
    flags[rng.permutation(n)[:count]] = True
    return flags


def lognormal(rng: Rng, median: float | Floats, sigma: float | Floats, n: int) -> Floats:
    """Right-skewed positive numbers with the median given."""
    return np.asarray(median) * np.exp(np.asarray(sigma) * rng.standard_normal(n))


def years_of(days: Days) -> Ints:
    """Calendar years."""
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def months_of(days: Days) -> Ints:
    """Calendar months, 1 to 12."""
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1


def working_days(
    rng: Rng, first: np.datetime64, last: np.datetime64, n: int, growth: float = 0.0
) -> Days:
    """Draw days from first to last, seasonal, seldom at weekends, growing by the year."""
    days = np.arange(first, last + 1)
    weekday = (days.astype(np.int64) + 3) % 7
    age = (days - first).astype(np.float64) / 365.25
    weight = MONTHS[months_of(days) - 1] * WEEKDAYS[weekday] * (1 + growth) ** age
    return days[pick(rng, weight, n)]


def plain_days(rng: Rng, first: np.datetime64, last: np.datetime64, n: int) -> Days:
    """Draw days from first to last, weekdays only, no season."""
    days = np.arange(first, last + 1)
    open_days = days[np.is_busday(days)]
    return open_days[rng.integers(0, len(open_days), n)]


def tidy_money(values: Floats) -> Floats:
    """Round as contracts do: the larger, the rounder."""
    step = np.select([values >= 1e8, values >= 1e7, values >= 1e6], [1e5, 1e4, 1e3], 1e2)
    return np.maximum(np.round(values / step), 1) * step


def fit_total(values: Floats, total: float, fixed: Flags) -> Floats:
    """Scale values so that they sum to `total` exactly; `fixed` ones keep their round look.

    The largest value that is not fixed takes up what rounding left.
    """
    free = ~fixed
    factor = (total - values[fixed].sum()) / values[free].sum()
    out = values.copy()
    out[free] = tidy_money(values[free] * factor)
    largest = int(np.argmax(np.where(free, out, -1.0)))
    out[largest] += total - out.sum()
    return out


def split_total(rng: Rng, total: int, parts: int, least: int, sigma: float) -> Ints:
    """Split a whole number into skewed parts, each at least `least`."""
    share = lognormal(rng, 1.0, sigma, parts)
    rest = total - least * parts
    out = np.floor(share / share.sum() * rest).astype(np.int64)
    out[np.argsort(-share)[: rest - int(out.sum())]] += 1
    return out + least


def take(values: Words, where: Ints) -> Words:
    """Values at positions, None where the position is negative."""
    out = values[np.maximum(where, 0)]
    out[where < 0] = None
    return out


def keep(mask: Flags, values: NDArray[Any]) -> Words:
    """Values where the mask holds, None elsewhere."""
    out = values.astype(object)
    out[~mask] = None
    return out


def ids(prefix: str, n: int, width: int) -> Words:
    """Running identifiers: prefix and a padded number from 1."""
    return words([f"{prefix}{i:0{width}d}" for i in range(1, n + 1)])


def blank(rng: Rng, values: NDArray[Any], share: float) -> Words:
    """Leave a share of the values empty, as real files do."""
    out = values.astype(object)
    out[rng.random(len(out)) < share] = None
    return out
