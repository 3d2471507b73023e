"""What a summary of the diary reads like: rows of labels and values, a picture, and the data of the page."""

from typing import Any
from unicodedata import category

from bot.content import Edition, wording
from bot.content.telegram_html import escape
from bot.diary import chart
from bot.diary.chart import PAPER, Labels
from bot.diary.counting import HOURS, WINDOW, Summary
from bot.diary.entry import shortened
from bot.diary.words import Words

MOST_NOTES, LONGEST_NOTE = 4, 110
"""How many notes a page has room for, and how many characters of each."""
LONGEST_COPY = 256
"""Telegram's limit for a text that a button copies, in characters."""
INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""The Unicode categories of characters that are not shown, and could turn a line around: they are left out."""
REPLACEMENT = "\ufffd"
"""Stands for a character that the page's font does not have."""
FONT_RANGES = ((0x20, 0x7F), (0xA0, 0x250), (0x374, 0x378), (0x390, 0x3A2), (0x3A3, 0x3CF), (0x400, 0x52F))
"""The characters of the page's font: Latin, Greek and Cyrillic, and punctuation."""


def rows(edition: Edition, summary: Summary) -> list[tuple[str, str]]:
    """Return a label and a value for each count that says something."""
    words = edition.words(Words)
    counts, named = words.counts, words.names
    cramps = counts.cramps_value.format(count=summary.count, days=len(summary.by_day), all=summary.logged_days)
    if summary.per_week is not None:
        cramps += f" {counts.per_week.format(week=wording.decimal(edition, summary.per_week))}"
    values: list[tuple[str, str]] = [(counts.cramps, cramps)]
    if summary.logged_from > summary.first:
        values.append((counts.logged_from, wording.full_date(edition, summary.logged_from)))
    if hours := summary.busiest_hours:
        start, number = hours
        end = (start + WINDOW) % HOURS
        span = {"start": f"{start:02}:00", "end": f"{end:02}:00"}
        values.append((counts.hours, counts.hours_value.format(number=number, all=summary.count, **span)))
    if summary.woke[1]:
        values.append((counts.woke, counts.woke_value.format(number=summary.woke[0], known=summary.woke[1])))
    if summary.median_pain is not None:
        middle = summary.median_pain
        median = f"{middle:.0f}" if middle.is_integer() else wording.decimal(edition, middle)
        pain = counts.pain_value.format(median=median, worst=summary.worst_pain)
        values.append((counts.pain, pain))
    listed = {
        "muscle": summary.muscles,
        "side": summary.sides,
        "situation": summary.situations,
        "helped": summary.helped,
    }
    values += [
        (getattr(named, field), _listed(words.answers(field), found)) for field, found in listed.items() if found
    ]
    if summary.longest:
        values.append((counts.longest, words.answers("lasted")[summary.longest]))
    if summary.outside_calf_and_foot:
        values.append((counts.outside, str(summary.outside_calf_and_foot)))
    return values


def _listed(labels: dict[str, str], counts: dict[str, int]) -> str:
    return ", ".join(f"{labels[key]} {number}" for key, number in counts.items())


def in_words(edition: Edition, summary: Summary) -> str:
    """Return all counts as HTML, a line for each."""
    if not summary.count:
        return edition.words(Words).counts.none.format(days=summary.days)
    return "\n".join(f"{escape(label)}: {escape(value)}" for label, value in rows(edition, summary))


def period(edition: Edition, summary: Summary) -> str:
    """Return the days in words: ``"2 Nov to 1 Dec (30 days)"``."""
    first, last = (wording.full_date(edition, day) for day in (summary.first, summary.last))
    return edition.words(Words).counts.period.format(first=first, last=last, days=summary.days)


def short_text(edition: Edition, summary: Summary) -> str:
    """Return the counts as plain text that a button can copy: as many of them as fit."""
    first, last = (wording.short_date(edition, day) for day in (summary.first, summary.last))
    text = edition.words(Words).counts.short.format(first=first, last=last)
    for label, value in rows(edition, summary):
        longer = f"{text}. {label}: {value}"
        text = longer if len(longer) < LONGEST_COPY else text
    return f"{text}."


def labels(edition: Edition, summary: Summary) -> Labels:
    """Return the words in the picture."""
    words = edition.words(Words)
    methods = words.answers("helped")
    return Labels(
        calendar=words.counts.calendar,
        hours=words.counts.hours_title,
        helped=words.names.helped,
        weekdays=[wording.weekday(edition, day)[:2] for day in range(1, 8)],
        weeks=[wording.short_date(edition, monday).partition(" ")[2] for monday in chart.weeks_of(summary)],
        methods=[methods[key] for key in summary.helped],
    )


def page_data(edition: Edition, summary: Summary, texts: dict[str, str]) -> dict[str, Any]:
    """Return the data of the page. ``texts`` are those of the page itself: title, origin, headings and foot."""
    drawn = chart.draw(summary, labels(edition, summary), PAPER) if summary.count else None
    notes = [f"{wording.short_date(edition, day)}: {_shortened(note)}" for day, note in summary.notes[:MOST_NOTES]]
    data = {
        "language": edition.code,
        "period": period(edition, summary),
        "rows": [list(row) for row in rows(edition, summary)],
        "chart": drawn,
        "notes": notes,
        **texts,
    }
    data["header"] = [texts["header_what"], texts["header_count"]]
    return data


def _shortened(note: str) -> str:
    """Return a note in one line of characters that the page's font has."""
    visible = (character for character in note if character.isspace() or category(character) not in INVISIBLE)
    line = " ".join("".join(character if _is_in_font(character) else REPLACEMENT for character in visible).split())
    return shortened(line, LONGEST_NOTE)


def _is_in_font(character: str) -> bool:
    return character.isspace() or any(first <= ord(character) < end for first, end in FONT_RANGES)
