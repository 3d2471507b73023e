"""The page for the doctor."""

import asyncio

import pytest

from bot.app import Services
from bot.app import context as app_context
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.diary import renderer
from bot.diary.renderer import Renderer
from bot.messages.outcome import Outcome
from bot.messages.sender import Destination, Sender
from handlers.diary.report import Words
from tests.support.conversation import Conversation, buttons, words
from tests.support.cramps import BAD
from tests.support.diaries import agree, answers_to_three_taps


async def test_three_quick_taps_make_one_page(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    asked = await bo.ask("/report")
    answers = await answers_to_three_taps(bo, asked, "report:30:en")
    assert ["document" in message for message in answers] == [True, False]


@pytest.mark.parametrize("language", ["en", "sv"])
async def test_the_page_comes_in_either_language_with_a_text_to_copy(
    anna: Conversation, edition: Edition, services: Services, language: str
) -> None:
    await agree(services, anna, BAD)
    question = await anna.ask("/report")
    assert words(question) == visible(edition.words(Words).ask)
    page = await anna.press(question, f"report:30:{language}")
    assert page["document"]["file_name"].endswith("-30.pdf")
    assert words(page) == visible(edition.words(Words).caption)
    (copied,), (other,) = page["reply_markup"]["inline_keyboard"]
    assert copied["copy_text"]["text"].startswith({"en": "Leg cramps", "sv": "Sendrag i benen"}[language])
    assert other["callback_data"] == f"report:30:{'sv' if language == 'en' else 'en'}"


async def test_without_entries_there_is_no_page(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    answer = await bo.press(await bo.ask("/report"), "report:14:en")
    assert "document" not in answer
    assert "14 days" in words(answer)
    assert "log" in buttons(answer).values(), "no screen is the end of the way"


async def test_a_page_that_cannot_be_made_is_told_in_words(
    bo: Conversation, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: Renderer, data: object) -> None:
        return None

    monkeypatch.setattr(Renderer, "page", fail)
    await agree(services, bo, BAD)
    answer = await bo.press(await bo.ask("/report"), "report:30:en")
    assert words(answer).startswith(visible(services.content["en"].words(Words).failed))
    assert "Cramps: 1" in words(answer)
    assert "report" in buttons(answer).values()


async def test_somebody_for_whom_there_is_no_room_gets_the_words(
    bo: Conversation, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "MOST_WAITING", 0)
    await agree(services, bo, BAD)
    answer = await bo.press(await bo.ask("/report"), "report:30:en")
    assert words(answer).startswith(visible(services.content["en"].words(Words).busy))
    assert "photo" not in await bo.ask("/history")


async def test_it_is_shown_again_that_a_page_is_being_made(
    bo: Conversation, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, shown_twice = [], asyncio.Event()
    show_action = Sender.show_action

    async def note(self: Sender, destination: Destination, action: str) -> Outcome:
        shown.append(action)
        if len(shown) == 2:
            shown_twice.set()
        return await show_action(self, destination, action)

    async def page(self: Renderer, data: object) -> bytes:
        await shown_twice.wait()
        return b"%PDF-1.7"

    monkeypatch.setattr(app_context, "ACTION_SECONDS", 0)
    monkeypatch.setattr(Sender, "show_action", note)
    monkeypatch.setattr(Renderer, "page", page)
    await agree(services, bo, BAD)
    assert "document" in await bo.press(await bo.ask("/report"), "report:30:en")


async def test_without_a_diary_it_asks_for_one(bo: Conversation, services: Services) -> None:
    assert "consent:ask:" in buttons(await bo.ask("/report")).values()
