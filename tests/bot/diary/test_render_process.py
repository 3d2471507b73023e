"""The process that renders: pictures and tagged pages, also of hostile notes, in both languages."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.content import Edition
from bot.diary import chart, render_process, summary
from bot.diary.counting import Summary, summarize
from handlers.diary import report
from simulator.state.pictures import picture_size
from tests.bot.diary.test_chart import counted
from tests.support.cramps import BAD, HOSTILE_NOTES, NIGHT


def hostile() -> Summary:
    """Return a summary with every hostile note; the page has room for the latest."""
    notes = [replace(BAD, at=NIGHT - timedelta(hours=number), note=note) for number, note in enumerate(HOSTILE_NOTES)]
    return summarize(notes, 14, NIGHT + timedelta(hours=6), "Europe/Stockholm")


def crowded() -> Summary:
    """Return a summary with all weeks and all methods, whose notes take two lines each."""
    return replace(counted(400, 90), notes=((NIGHT.date(), "a new medicine and hardly any sleep " * 9),) * 9)


@pytest.mark.parametrize("counts", [counted(0), counted(1, 14), counted(12), counted(400, 90), crowded(), hostile()])
def test_a_report_is_one_tagged_page(edition: Edition, counts: Summary) -> None:
    """typst checks PDF/UA-1 itself, and fails for a page that is not: a picture without words, a text that has no glyph."""
    pdf = render_process.page(report.page_data(edition, counts))
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"/MarkInfo" in pdf
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert len(pdf) < 200_000


def test_every_hostile_note_is_only_text_on_the_page(edition: Edition) -> None:
    for note in HOSTILE_NOTES:
        counts = summarize([replace(BAD, note=note)], 14, NIGHT + timedelta(hours=6), "Europe/Stockholm")
        assert len(re.findall(rb"/Type\s*/Page\b", render_process.page(report.page_data(edition, counts)))) == 1


def test_a_picture_is_as_wide_as_two_phones(edition: Edition) -> None:
    counts = counted(12)
    sides = picture_size(render_process.picture(chart.draw(counts, summary.labels(edition, counts))))
    assert sides
    assert sides[0] == chart.WIDTH
