"""A diary from its first entry to its export, with notes that try to be more than text."""

import csv
import io
import json
import re
from unicodedata import category

import pytest

from bot.diary.entry import LONGEST_SHOWN
from bot.diary.spreadsheet import ESCAPE
from tests.support.conversation import Conversation, Json, buttons, check_limits, words
from tests.support.cramps import HOSTILE_NOTES
from tests.support.diaries import agree_by_tapping
from tests.support.files import content_of

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]


def can_be_sent(text: str) -> bool:
    """Return whether a phone can send a text: half a character is none."""
    return text.encode(errors="ignore").decode() == text


def visible_in(text: str) -> str:
    """Return the characters that can be seen: Telegram replaces some of the others in what a bot sends."""
    return "".join(character for character in text if category(character)[0] not in {"C", "Z"})


async def log_with_note(who: Conversation, note: str) -> tuple[str, Json]:
    """Log a cramp of now with a note; return the note as Telegram delivered it, and the screen with the entry."""
    entry = await who.press(await who.ask("/log"), "log:new:6")
    number = next(data for data in buttons(entry).values() if data.startswith("log:undo:")).rpartition(":")[2]
    await who.press(entry, f"log:note:{number}")
    shown = await who.ask(note)
    said = [message for message in who.chat.messages.values() if message.mine]
    return str(said[-1].body["text"]), shown


async def test_hostile_notes_go_from_the_log_to_the_export_and_inject_nothing(bo: Conversation) -> None:
    await agree_by_tapping(bo)
    notes = []
    for note in filter(can_be_sent, HOSTILE_NOTES):
        delivered, shown = await log_with_note(bo, note)
        check_limits(shown)
        assert visible_in(delivered[: LONGEST_SHOWN - 1]) in visible_in(words(shown)), "shown as it is, not as markup"
        assert all(entity["type"] != "text_link" for entity in shown.get("entities", []))
        notes.append(delivered)
    history = await bo.ask("/history")
    assert "photo" in history
    assert f"{len(notes)}, on 1 day" in words(history)
    page = await bo.press(await bo.ask("/report"), "report:14:en")
    pdf = content_of(bo, page)
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert not re.search(rb"/(JavaScript|JS|URI|Launch|EmbeddedFile)\b", pdf)
    everything, table = await bo.say("/export", answers=2)
    exported = json.loads(content_of(bo, everything))
    assert sorted(cramp["note"] for cramp in exported["cramps"]) == sorted(notes)
    cells = [row["note"] for row in csv.DictReader(io.StringIO(content_of(bo, table).decode("utf-8-sig"), newline=""))]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert sorted(cell.removeprefix(ESCAPE) for cell in cells) == sorted(notes)
