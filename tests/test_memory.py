"""What is kept is made once, however many ask, and belongs to nobody."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from analytics.ui.memory import kept, kept_frames


def test_what_many_ask_at_once_is_made_once() -> None:
    made: list[int] = []

    @kept(8)
    def slow(number: int) -> int:
        made.append(number)
        time.sleep(0.05)
        return number * 2

    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(slow, [7] * 40)) == {14}
    assert made == [7]


def test_an_error_reaches_everyone_and_is_not_kept() -> None:
    asked: list[int] = []

    @kept(8)
    def failing(number: int) -> int:
        asked.append(number)
        if len(asked) == 1:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError):
        failing(1)
    assert failing(1) == 1


def test_whoever_changes_a_frame_changes_only_their_own() -> None:
    @kept_frames(8)
    def made() -> pd.DataFrame:
        return pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})

    mine = made()
    mine["a"] = mine["a"] * 10
    mine.loc[0, "b"] = "changed"
    mine.insert(0, "c", 0)
    assert made().to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}
