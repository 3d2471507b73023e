"""The list of the entries: whatever was logged can be corrected or deleted, however old it is."""

from datetime import timedelta

from bot.app import Services
from bot.content import Edition
from bot.store.cramps import Cramp, Muscle, Side
from handlers.diary.entries import PER_PAGE, Words
from handlers.diary.log import Words as LogWords
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.cramps import BAD, NIGHT
from tests.support.diaries import agree, entries_of
from tests.support.reminders import STOCKHOLM


def shown(message: dict[str, object]) -> list[str]:
    """Return the entries in the list, as they read."""
    return [label for label, data in buttons(message).items() if data.startswith("log:show:")]


async def test_each_entry_is_on_one_page(anna: Conversation, edition: Edition, services: Services) -> None:
    diary = [Cramp(NIGHT - timedelta(days=9 * number), STOCKHOLM, pain=number % 11) for number in range(12)]
    await agree(services, anna, *diary)
    said = edition.words(Words)
    page = await anna.press(await anna.ask("/history"), "entries:0")
    seen = []
    for number in range(3):
        check_limits(page)
        seen += shown(page)
        assert len(shown(page)) == (PER_PAGE, PER_PAGE, 2)[number]
        assert (said.newer_button in buttons(page), said.older_button in buttons(page)) == (number > 0, number < 2)
        page = await anna.press(page, buttons(page).get(said.older_button, "entries:0"))
    assert len(set(seen)) == len(diary)
    assert "1" in words(page), "behind the last page comes the first"


async def test_an_old_entry_can_be_corrected_and_deleted(bo: Conversation, services: Services) -> None:
    old = Cramp(NIGHT - timedelta(days=300), STOCKHOLM, side=Side.LEFT, muscle=Muscle.CALF)
    await agree(services, bo, BAD, old)
    page = await bo.press(await bo.ask("/history"), "entries:0")
    assert shown(page) == ["Sun 1 Nov 03:12, left calf", "Mon 5 Jan 03:12, left calf"]
    (number,) = [entry.number for entry in await entries_of(services, bo) if entry == old]
    entry = await bo.press(page, f"log:show:{number}")
    await bo.press(await bo.press(entry, f"log:ask:{number}:side"), f"log:set:{number}:side:right")
    assert [entry.side for entry in await entries_of(services, bo)] == [Side.RIGHT, Side.LEFT]
    deleted = await bo.press(entry, f"log:undo:{number}")
    assert await entries_of(services, bo) == [BAD]
    assert len(shown(await bo.press(deleted, "entries:0"))) == 1


async def test_an_answer_can_be_taken_back(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    said = services.content["en"].words(LogWords)
    (stored,) = await entries_of(services, bo)
    entry = await bo.press(await bo.press(await bo.ask("/history"), "entries:0"), f"log:show:{stored.number}")
    question = await bo.press(entry, f"log:ask:{stored.number}:pain")
    assert "6 of 10" in words(question), "it shows what is stored"
    entry = await bo.press(question, buttons(question)[said.unknown_button])
    assert [cramp.pain for cramp in await entries_of(services, bo)] == [None]
    question = await bo.press(entry, f"log:note:{stored.number}")
    assert str(BAD.note) in words(question)
    entry = await bo.press(question, buttons(question)[said.remove_note_button])
    assert str(BAD.note) not in words(entry)
    assert [cramp.note for cramp in await entries_of(services, bo)] == [None]
    question = await bo.press(entry, f"log:note:{stored.number}")
    assert said.remove_note_button not in buttons(question), "there is none"
    assert said.skip_button in buttons(await bo.press(question, f"log:ask:{stored.number}:pain"))


async def test_a_diary_without_entries_has_an_empty_list(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    page = await bo.press(await bo.ask("/history"), "entries:0")
    assert words(page) == services.content["en"].words(Words).none


async def test_without_a_diary_it_asks_for_one(bo: Conversation, services: Services) -> None:
    assert "consent:ask:" in buttons(await bo.press(await bo.ask("/export"), "entries:0")).values()
