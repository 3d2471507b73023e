"""The picture of the diary as SVG: a calendar with a number in each cell, the hours of the day, and what helped.

Colours only repeat what the numbers say. They are told apart by their lightness too, so nobody needs to see hues.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from bot.diary.counting import HOURS, Summary

WIDTH, MARGIN, LABEL_WIDTH, GAP = 720, 28, 118, 6
"""Pixels of the picture; a phone shows half as many."""
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 32, 26, 22
DAYS_PER_WEEK = 7
BARS_HEIGHT, ROW_HEIGHT = 120, 46
ALL_LEVELS = 4


@dataclass(frozen=True)
class Theme:
    """Colours of the background, text, empty cells, cells with 1, 2, 3 and more cramps, and the numbers in these."""

    background: str
    text: str
    empty: str
    levels: tuple[str, str, str, str]
    numbers: tuple[str, str, str, str]
    margin: int = MARGIN
    """Pixels on the left and on the right."""


DARK = Theme(
    *("#11161d", "#e9edf2", "#232b36"),
    levels=("#2c5a85", "#3779ad", "#8cc3e6", "#ffe08a"),
    numbers=("#ffffff", "#ffffff", "#10161d", "#10161d"),
)
"""For a phone at night."""
PAPER = Theme(
    *("#ffffff", "#111111", "#eeeeee"),
    levels=("#cfe3f3", "#8db9dc", "#3f7fb5", "#12385c"),
    numbers=("#111111", "#111111", "#ffffff", "#ffffff"),
    margin=0,
)
"""For a page, which has a margin of its own."""


@dataclass(frozen=True)
class Labels:
    """The words in the picture: its headings, the first letters of the weekdays, the weeks, and the methods."""

    calendar: str
    hours: str
    helped: str
    weekdays: Sequence[str]
    weeks: Sequence[str]
    methods: Sequence[str]


def weeks_of(summary: Summary) -> list[date]:
    """Return the Monday of each week that has one of the days."""
    monday = summary.first - timedelta(days=summary.first.weekday())
    return [monday + timedelta(weeks=week) for week in range((summary.last - monday).days // DAYS_PER_WEEK + 1)]


def draw(summary: Summary, labels: Labels, theme: Theme = DARK) -> str:
    """Return the picture as SVG, ``WIDTH`` pixels wide with the margins of ``DARK``."""
    parts: list[str] = []
    bottom = MARGIN
    for section in (_calendar, _hours, _methods):
        drawn, bottom = section(summary, labels, theme, bottom)
        parts += drawn
    height, left, width = bottom + MARGIN // 2, MARGIN - theme.margin, WIDTH - 2 * (MARGIN - theme.margin)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{left} 0 {width} {height}" '
        f'font-family="Noto Sans"><rect width="{WIDTH}" height="{height}" fill="{theme.background}"/>'
        f"{''.join(parts)}</svg>"
    )


def _calendar(summary: Summary, labels: Labels, theme: Theme, top: int) -> tuple[list[str], int]:
    """Draw a row for each week, with a cell for each day."""
    parts = [_text(MARGIN, top + TITLE_SIZE, labels.calendar, theme.text, TITLE_SIZE, weight="bold")]
    top += TITLE_SIZE + 2 * GAP
    cell = (WIDTH - 2 * MARGIN - LABEL_WIDTH) // DAYS_PER_WEEK
    left = MARGIN + LABEL_WIDTH
    for column, name in enumerate(labels.weekdays):
        center = left + column * cell + (cell - GAP) // 2
        parts.append(_text(center, top + SMALL_SIZE, name, theme.text, SMALL_SIZE, anchor="middle"))
    top += SMALL_SIZE + 2 * GAP
    for monday, week in zip(weeks_of(summary), labels.weeks, strict=True):
        parts.append(_text(MARGIN, top + ROW_HEIGHT // 2 + 8, week, theme.text, SMALL_SIZE))
        for column in range(DAYS_PER_WEEK):
            day, x, width, height = monday + timedelta(days=column), left + column * cell, cell - GAP, ROW_HEIGHT - GAP
            if summary.first <= day < summary.logged_from:
                # The day is before the diary. Crossed out, it does not look like a day without cramps.
                cross = f"M{x} {top + height}l{width} {-height}M{x} {top}l{width} {height}"
                parts.append(f'<path class="before" d="{cross}" stroke="{theme.empty}" stroke-width="4"/>')
            elif summary.logged_from <= day <= summary.last:
                parts += _cell(x, top, width, summary.by_day.get(day, 0), theme)
        top += ROW_HEIGHT
    return parts, top + 2 * GAP


def _cell(left: int, top: int, width: int, number: int, theme: Theme) -> Iterator[str]:
    level = min(number, ALL_LEVELS) - 1
    color = theme.levels[level] if number else theme.empty
    yield f'<rect x="{left}" y="{top}" width="{width}" height="{ROW_HEIGHT - GAP}" rx="6" fill="{color}"/>'
    if number:
        center, baseline = left + width // 2, top + ROW_HEIGHT // 2 + 7
        yield _text(center, baseline, str(number), theme.numbers[level], TEXT_SIZE, anchor="middle", weight="bold")


def _hours(summary: Summary, labels: Labels, theme: Theme, top: int) -> tuple[list[str], int]:
    """Draw a bar with its number for each hour of the day."""
    parts = [_text(MARGIN, top + TITLE_SIZE, labels.hours, theme.text, TITLE_SIZE, weight="bold")]
    top += TITLE_SIZE + SMALL_SIZE + 2 * GAP
    step, most = (WIDTH - 2 * MARGIN) / HOURS, max(summary.by_hour) or 1
    base = top + BARS_HEIGHT
    for hour, number in enumerate(summary.by_hour):
        left = MARGIN + hour * step
        height = round(BARS_HEIGHT * number / most)
        if number:
            parts.append(
                f'<rect x="{left + 2:.1f}" y="{base - height}" width="{step - 4:.1f}" height="{height}" '
                f'fill="{theme.levels[2]}"/>'
            )
            parts.append(
                _text(left + step / 2, base - height - 4, str(number), theme.text, SMALL_SIZE - 2, anchor="middle")
            )
        if hour % 6 == 0:
            parts.append(_text(left, base + TEXT_SIZE, f"{hour:02}:00", theme.text, SMALL_SIZE))
    parts.append(f'<rect x="{MARGIN}" y="{base}" width="{WIDTH - 2 * MARGIN}" height="2" fill="{theme.text}"/>')
    return parts, base + TEXT_SIZE + 3 * GAP


def _methods(summary: Summary, labels: Labels, theme: Theme, top: int) -> tuple[list[str], int]:
    """Draw a bar with its number for each method that helped."""
    if not summary.helped:
        return [], top
    parts = [_text(MARGIN, top + TITLE_SIZE, labels.helped, theme.text, TITLE_SIZE, weight="bold")]
    top += TITLE_SIZE + 3 * GAP
    left, most = MARGIN + 2 * LABEL_WIDTH, max(summary.helped.values())
    for name, number in zip(labels.methods, summary.helped.values(), strict=True):
        width = round((WIDTH - left - MARGIN - 60) * number / most)
        middle = top + ROW_HEIGHT // 2 + 7
        parts.append(_text(MARGIN, middle, name, theme.text, TEXT_SIZE))
        height, color = ROW_HEIGHT - 2 * GAP, theme.levels[2]
        parts.append(f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="6" fill="{color}"/>')
        parts.append(_text(left + width + 10, middle, str(number), theme.text, TEXT_SIZE, weight="bold"))
        top += ROW_HEIGHT
    return parts, top


def _text(
    left: float, baseline: float, text: str, color: str, size: int, *, anchor: str = "start", weight: str = "normal"
) -> str:
    return (
        f'<text x="{left:.1f}" y="{baseline:.1f}" font-size="{size}" fill="{color}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(text, quote=False)}</text>'
    )
