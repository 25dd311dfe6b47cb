"""Aalen-Johansen and Kaplan-Meier with numpy, each variance the sum that the formula writes.

A spell is a number of days and how it closed: 1 by advancing, 2 by ending, 0 not yet (censored).
Those who leave on a day are at risk on it, and so are those censored on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

Z = 1.959963984540054
EPS = 1e-9


@dataclass(frozen=True)
class Curve:
    """The risk table of some spells: one entry per day on which one closes.

    Args:
        days: The days.
        n: Spells at risk.
        d: Spells that leave.
        d1: Spells that advance.
        s: Share that stays until just before the day.
        f: Cumulative incidence of advancing, at the day's end.
        ended: Cumulative incidence of ending.
    """

    days: np.ndarray
    n: np.ndarray
    d: np.ndarray
    d1: np.ndarray
    s: np.ndarray
    f: np.ndarray
    ended: np.ndarray

    @property
    def stay(self) -> np.ndarray:
        """Share that stays, at the day's end."""
        return self.s * (1 - self.d / self.n)

    @property
    def known(self) -> np.ndarray:
        """Spells of which something is known up to the day: at risk, or gone before."""
        return self.n + np.cumsum(self.d) - self.d

    def variance(self, k: int) -> float:
        """Of the incidence on the k-th day (Marubini & Valsecchi 1995)."""
        n, d, d1, s, f = (part[: k + 1] for part in (self.n, self.d, self.d1, self.s, self.f))
        gap = f[-1] - f
        leaving = gap**2 * _over(d, n * (n - d))
        advancing = s**2 * d1 * (n - d1) / n**3
        return max(float((leaving + advancing - 2 * gap * s * d1 / n**2).sum()), 0.0)

    def interval(self, k: int) -> tuple[float, float]:
        """The log(-log) interval of the incidence, or the exact bound at 0 and 1."""
        f, known = self.f[k], self.known[k]
        if f < EPS:
            return 0.0, 1 - 0.025 ** (1 / known)
        if f > 1 - EPS:
            return 0.025 ** (1 / known), 1.0
        spread = np.exp(Z * np.sqrt(self.variance(k)) / (f * abs(np.log(f))))
        return f**spread, f ** (1 / spread)

    def quantile(self, level: float) -> float:
        """First day on which at most so many stay; missing where none is."""
        return _first(self.days, self.stay <= level + EPS)

    def median_interval(self) -> tuple[float, float]:
        """Days on which Greenwood's log(-log) band crosses a half (Brookmeyer & Crowley 1982)."""
        stay = self.stay
        gone, inside = stay <= EPS, (stay > EPS) & (stay < 1 - EPS)
        greenwood = np.cumsum(_over(self.d, self.n * (self.n - self.d)))
        held = np.where(inside, stay, 0.5)
        spread = np.exp(Z * np.sqrt(greenwood) / np.abs(np.log(held)))
        low = gone | (inside & (held**spread <= 0.5 + EPS))
        high = inside & (held ** (1 / spread) <= 0.5 + EPS)
        return _first(self.days, low), _first(self.days, high)

    def advance_days(self) -> float:
        """Median days of those who advance: the incidence comes to half of its last value."""
        last = self.f[-1] if len(self.f) else 0.0
        return _first(self.days, self.f >= last / 2 - EPS) if last > EPS else float("nan")


def curve(days: Sequence[int] | pd.Series, status: Sequence[int] | pd.Series) -> Curve:
    """The risk table of spells."""
    at, place = np.unique(np.asarray(days, int), return_inverse=True)
    closed = np.asarray(status, int)
    closing = np.bincount(place, minlength=len(at)).astype(float)
    d1, d2 = (
        np.bincount(place, weights=closed == how, minlength=len(at)).astype(float) for how in (1, 2)
    )
    n = closing[::-1].cumsum()[::-1]
    d = d1 + d2
    s = np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]]) if len(at) else np.array([])
    return Curve(at, n, d, d1, s, np.cumsum(s * d1 / n), np.cumsum(s * d2 / n))


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """A quotient, 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def _first(days: np.ndarray, holds: np.ndarray) -> float:
    return float(days[holds.argmax()]) if holds.any() else float("nan")
