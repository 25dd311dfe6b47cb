"""What all figures share: ticks, and whom they are drawn for."""

from __future__ import annotations

import pytest

from analytics.figures.base import tick_texts, ticks
from analytics.look import Look
from analytics.text import LANGUAGES


def test_a_step_of_two_and_a_half_per_cent_is_written_as_it_is() -> None:
    assert tick_texts(ticks(0.1), "share", "zh") == ["0%", "2.5%", "5.0%", "7.5%", "10.0%"]


def test_only_the_last_amount_carries_the_unit_and_zero_is_zero() -> None:
    assert tick_texts(ticks(1e9), "cny", "zh") == ["0", "2.5", "5.0", "7.5", "10.0 亿元"]
    assert tick_texts(ticks(1e9), "cny", "en") == ["0", "0.25", "0.50", "0.75", "1.00 bn"]
    assert tick_texts(ticks(40), "count", "zh", "项") == ["0", "10", "20", "30", "40 项"]


@pytest.mark.parametrize("unit", ["share", "count", "cny"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_tick_labels_are_exact_and_unique(unit: str, language: str) -> None:
    for power in range(-3, 12):
        for lead in (1.0, 1.3, 2.4, 3.7, 6.1, 9.9):
            values = ticks(lead * 10.0**power)
            labels = tick_texts(values, unit, language)
            assert len(set(labels)) == len(values), labels
            figures = [float(label.rstrip("%").split()[0].replace(",", "")) for label in labels]
            step = figures[1] if len(figures) > 1 else 0.0
            assert figures == pytest.approx([step * place for place in range(len(figures))])


def test_a_window_that_stacks_columns_is_drawn_for_like_a_phone() -> None:
    for agent, window, narrow in (("", "", False), ("", "390", True), ("Mobile", "", True)):
        assert Look.of_browser("zh", "light", agent, window).narrow == narrow
    assert Look.of_browser("zh", "light", "iPhone Mobi", "844").narrow
    assert Look.of_browser("zh", "light", "", "x1").window == Look().window
