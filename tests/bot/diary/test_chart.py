"""The picture: every number that it shows, and nothing that a text could break."""

import itertools
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from bot.content import Edition
from bot.diary import chart, summary
from bot.diary.chart import DARK, PAPER, Theme
from bot.diary.counting import Summary, summarize
from bot.store.cramps import Cramp
from tests.support.cramps import BAD, NIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

SVG = "{http://www.w3.org/2000/svg}"


def counted(number: int, days: int = 30) -> Summary:
    """Return a summary of so many cramps, some on each day."""
    cramps = [replace(BAD, at=NIGHT - timedelta(days=index % days)) for index in range(number)]
    return summarize(sorted(cramps, key=lambda cramp: cramp.at), days, NIGHT + timedelta(hours=6), "Europe/Stockholm")


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(("number", "days"), [(0, 30), (1, 14), (12, 30), (400, 90)])
def test_the_numbers_in_the_cells_are_those_of_the_days(edition: Edition, number: int, days: int) -> None:
    counts = counted(number, days)
    drawn = texts(chart.draw(counts, summary.labels(edition, counts)))
    numbers = [int(text) for text in drawn if text.isdecimal()]
    assert sum(numbers) == number * (2 if number == 0 else 3), "in cells, in hours, and by method"


def test_days_before_the_diary_are_crossed_out(edition: Edition) -> None:
    counts = summarize([BAD], 30, NIGHT + timedelta(hours=6), "Europe/Stockholm", NIGHT.date() - timedelta(days=1))
    drawn = chart.draw(counts, summary.labels(edition, counts))
    assert drawn.count('class="before"') == 28
    assert 'class="before"' not in chart.draw(counted(1), summary.labels(edition, counted(1)))


@pytest.mark.parametrize("theme", [DARK, PAPER])
def test_a_number_can_be_read_on_its_cell(theme: Theme) -> None:
    pairs = [*zip(theme.levels, theme.numbers, strict=True), (theme.background, theme.text)]
    assert [pair for pair in pairs if contrast(*pair) < 4] == []


def test_the_levels_are_told_apart_by_their_lightness() -> None:
    for theme in (DARK, PAPER):
        lightness = [luminance(color) for color in theme.levels]
        assert lightness in (sorted(lightness), sorted(lightness, reverse=True))
        assert all(abs(one - other) > 0.04 for one, other in itertools.pairwise(lightness))


def test_text_is_large_enough_at_half_the_size(edition: Edition) -> None:
    counts = counted(400, 90)
    sizes = map(int, re.findall(r'font-size="(\d+)"', chart.draw(counts, summary.labels(edition, counts))))
    assert min(sizes) / 2 >= 10


def test_a_label_is_only_text(edition: Edition) -> None:
    counts = counted(1)
    labels = replace(summary.labels(edition, counts), calendar='<script x="&">')
    assert '<script x="&">' in texts(chart.draw(counts, labels))


def test_every_week_has_a_row() -> None:
    weeks = chart.weeks_of(summarize([Cramp(NIGHT)], 90, NIGHT, "UTC"))
    assert len(weeks) in {13, 14}
    assert {monday.weekday() for monday in weeks} == {0}


def luminance(color: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear: Sequence[float] = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
