"""The settings, and the choice of a language."""

import pytest
from sqlalchemy import select

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import tables
from handlers import cramp, settings
from handlers.reminders import remind
from handlers.settings import Words
from simulator import Fault
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import turn_on
from tests.support.running_bot import content


def test_a_group_sees_only_the_language(edition: Edition) -> None:
    draft, said = settings.overview(edition, None), edition.words(Words)
    assert draft.text == f"<b>{said.title}</b>\n\n{said.language_line.format(language=edition.language)}"
    data = {button.text: button.callback_data for row in draft.buttons for button in row}
    assert data == {said.language_button: "language", said.privacy_button: "page:privacy"}


async def test_the_person_sees_all_that_is_chosen(anna: Conversation, edition: Edition, services: Services) -> None:
    said, shown = edition.words(Words), await anna.ask("/settings")
    check_limits(shown)
    for line in (said.no_clock_line, said.no_reminders_line, said.bedtime_line.format(time="22:00")):
        assert line in words(shown)
    await turn_on(anna, "stretch")
    shown = await anna.ask("/settings")
    assert said.clock_line.format(city="Stockholm", time="21:00") in words(shown)
    assert said.quiet_line.format(start="22:00", end="07:00") in words(shown)
    assert said.reminders_line.format(names=edition.reminders["stretch"].name) in words(shown)
    assert {"clock", "quiet:hours", "quiet:bed", "remind", "diary"} < set(buttons(shown).values())
    assert services.settings


async def test_a_pause_is_shown_with_the_reminders_that_it_stops(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    await anna.ask("pause for 3 days")
    said, name = edition.words(Words), edition.reminders["stretch"].name
    begins = said.paused_reminders_line.format(names=name, moment="").rstrip(". ")
    assert begins in words(await anna.ask("/settings"))
    await anna.ask("/stop")
    until = edition.words(remind.Words).paused_line.format(moment="").rstrip(". ")
    assert until not in words(await anna.ask("/remind"))


def test_each_language_is_offered_in_its_own_words_and_telegrams_language_below(edition: Edition) -> None:
    draft, said = settings.language_question(content(), edition), edition.words(Words)
    rows = [[(button.text, button.callback_data) for button in row] for row in draft.buttons]
    languages = [("English", "language:en"), ("Svenska", "language:sv")]
    assert rows == [languages, [(said.follow_button, "language:follow")]]
    assert draft.text == said.ask


async def chosen(services: Services) -> list[str | None]:
    return list(
        await services.store.read(lambda connection: connection.execute(select(tables.person.c.language)).scalars())
    )


@pytest.mark.parametrize("code", ["en", "sv"])
async def test_a_choice_is_stored_and_confirmed_in_the_language_chosen(
    anna: Conversation, services: Services, code: str
) -> None:
    now = content()[code]
    confirmation = await anna.press(await anna.ask("/language"), f"language:{code}")
    assert words(confirmation) == visible(now.words(Words).chosen.format(language=now.language))
    assert await chosen(services) == [code]


async def test_the_key_below_the_chat_changes_its_language(bo: Conversation, services: Services) -> None:
    await bo.say("/start", 2)
    await bo.press(await bo.ask("/language"), "language:sv")
    assert bo.chat.reply_keyboard
    assert bo.chat.reply_keyboard["keyboard"][0][0]["text"] == services.content["sv"].words(cramp.Words).key


async def test_following_telegram_again_forgets_the_choice(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    question = await anna.ask("/language")
    await anna.press(question, f"language:{'en' if edition.code == 'sv' else 'sv'}")
    confirmation = await anna.press(question, "language:follow")
    assert words(confirmation) == visible(edition.words(Words).following)
    assert await chosen(services) == [None]


async def test_a_language_that_does_not_exist_is_not_chosen(bo: Conversation, services: Services) -> None:
    question = await bo.ask("/language")
    await bo.touch(question, "language:de")
    assert bo.alert
    assert await chosen(services) == []


async def test_the_choice_stands_although_the_press_cannot_be_answered(bo: Conversation, services: Services) -> None:
    question = await bo.ask("/language")
    description = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    number = bo.simulator.faults.add(
        Fault(methods={"answerCallbackQuery"}, status=400, description=description, deliver=True)
    )
    confirmation = await bo.press(question, "language:sv")
    assert bo.simulator.faults.struck(number) == 1
    assert "Svenska" in words(confirmation) or "svenska" in words(confirmation)
    assert await chosen(services) == ["sv"]
