"""What a summary of the diary reads like: rows of labels and values, a picture, and the data of the page."""

from typing import Any
from unicodedata import category, normalize

from bot.content import Edition, wording
from bot.content.telegram_html import escape
from bot.diary import chart, font
from bot.diary.chart import PAPER, Labels
from bot.diary.counting import HOURS, WINDOW, Summary
from bot.diary.entry import shortened
from bot.diary.words import Words

MOST_NOTES, LONGEST_NOTE = 4, 110
"""How many notes a page has room for, and how many characters of each."""
LONGEST_COPY = 256
"""Telegram's limit for a text that a button copies, in characters."""
MOST_COPIED = 2
"""How many answers of each list the copied text names, so that it has room for all lists."""
INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""The Unicode categories of characters that are not shown, and could turn a line around: they are left out."""
REPLACEMENT = "\ufffd"
"""Stands for a character that the page's font does not have."""


def rows(edition: Edition, summary: Summary, most: int | None = None) -> list[tuple[str, str]]:
    """Return a label and a value for each count that says something. A list ends after its ``most`` first answers."""
    words = edition.words(Words)
    counts, named = words.counts, words.names
    days = {"days": len(summary.by_day), "all": summary.logged_days}
    one_day = counts.cramps_of_one_day.format(count=summary.count)
    cramps = one_day if summary.logged_days == 1 else counts.cramps_value.format(count=summary.count, **days)
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
    for field, count_by_answer in listed.items():
        labels = words.answers(field)
        parts = [f"{labels[answer]} {number}" for answer, number in list(count_by_answer.items())[:most]]
        if parts:
            values.append((getattr(named, field), ", ".join(parts)))
    if summary.longest:
        values.append((counts.longest, words.answers("lasted")[summary.longest]))
    if summary.outside_calf_and_foot:
        values.append((counts.outside, str(summary.outside_calf_and_foot)))
    return values


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
    """Return the counts as plain text that a button can copy: as many as fit, and a hint if there are more."""
    first, last = (wording.short_date(edition, day) for day in (summary.first, summary.last))
    words, listed = edition.words(Words), rows(edition, summary, most=MOST_COPIED)
    counts, names = words.counts, words.names
    title, rest = counts.short.format(first=first, last=last), f" {counts.short_rest}"
    important = (counts.cramps, counts.pain, names.muscle, names.helped, counts.woke)
    chosen: set[str] = set()
    for label, value in sorted(listed, key=lambda row: row[0] not in important):
        text = f". {label}: {value}"
        if len(f"{title}{''.join(chosen)}{text}.{rest}") <= LONGEST_COPY:
            chosen.add(text)
    texts = [f". {label}: {value}" for label, value in listed]
    return f"{title}{''.join(text for text in texts if text in chosen)}.{rest if len(chosen) < len(texts) else ''}"


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
    unprintable = edition.words(Words).counts.unprintable
    notes = [
        f"{wording.short_date(edition, day)}: {_printable(note) or unprintable}"
        for day, note in summary.notes[:MOST_NOTES]
    ]
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


def _printable(note: str) -> str:
    """Return a note in one line of characters that the page's font has; empty if it has none of them."""
    in_font = font.characters()
    # Composed, because a letter and its accent may be two characters, as some phones write them.
    visible = (
        character for character in normalize("NFC", note) if character.isspace() or category(character) not in INVISIBLE
    )
    drawn = "".join(it if it.isspace() or it in in_font else REPLACEMENT for it in visible)
    return shortened(" ".join(drawn.split()), LONGEST_NOTE) if drawn.replace(REPLACEMENT, "").strip() else ""
