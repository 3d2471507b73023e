"""Tips come in a round, and people start at different ones."""

import pytest

from bot.app import Services
from bot.content import Edition
from bot.store import people
from bot.store.people import Person
from handlers import tip
from handlers.tip import Words
from tests.support.conversation import Conversation


def shown(edition: Edition, chat: int, seen: int) -> str:
    """Return the key of the tip in a text."""
    text = tip.tip(edition, Person(chat, tips_seen=seen)).text
    (name,) = [key for key, tip in edition.tips.items() if tip.text in text]
    return name


@pytest.mark.parametrize("chat", [1, 2, 1_000_001, 2**52 - 1])
def test_every_tip_comes_once_before_any_comes_again_in_the_same_order(edition: Edition, chat: int) -> None:
    many = len(edition.tips)
    seen = [shown(edition, chat, number) for number in range(2 * many)]
    assert set(seen[:many]) == set(edition.tips)
    assert seen[many:] == seen[:many]


def test_people_start_at_different_tips(edition: Edition) -> None:
    assert {shown(edition, chat, 0) for chat in range(len(edition.tips))} == set(edition.tips)


def test_the_same_tip_comes_in_every_language(services: Services) -> None:
    english, swedish = (services.content[code] for code in ("en", "sv"))
    assert [shown(english, 7, seen) for seen in range(5)] == [shown(swedish, 7, seen) for seen in range(5)]


def test_a_tip_has_a_title_and_two_buttons(edition: Edition) -> None:
    draft, words = tip.tip(edition, Person(1)), edition.words(Words)
    assert draft.text.startswith(f"<b>{words.title}</b>\n")
    rows = [[(button.text, button.callback_data) for button in row] for row in draft.buttons]
    assert rows == [[(words.another_button, "tip")], [(words.more_button, "page:prevent")]]


def test_a_tip_of_ours_is_marked_and_one_of_the_article_is_not(edition: Edition) -> None:
    drafts = {shown(edition, 0, seen): tip.tip(edition, Person(0, tips_seen=seen)) for seen in range(len(edition.tips))}
    marked = {name for name, draft in drafts.items() if f"<blockquote>{edition.marks.long}" in draft.text}
    assert marked == {name for name, tip in edition.tips.items() if tip.source}


async def test_a_tip_is_counted_once(bo: Conversation, services: Services) -> None:
    first = await bo.ask("/tip")
    await bo.press(first, "tip")
    known = await services.store.read(lambda connection: people.get_known(connection, [bo.person.id]))
    assert known[bo.person.id].tips_seen == 2
