"""/tip: one tip at a time. A person sees all of them before one comes again."""

import asyncio

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from simulator import Simulator
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.running_bot import content

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]


async def test_every_tip_comes_once_before_any_comes_again(anna: Conversation, edition: Edition) -> None:
    message = await anna.ask("/tip")
    seen = [words(message)]
    for _ in range(2 * len(edition.tips) - 1):
        message = await anna.press(message, "tip")
        check_limits(message)
        seen.append(words(message))
    half = len(edition.tips)
    assert len(set(seen[:half])) == half
    assert seen[half:] == seen[:half]


async def test_the_command_and_the_button_count_together(anna: Conversation, edition: Edition) -> None:
    first = await anna.ask("/tip")
    second = await anna.ask(f"/{edition.commands['tip'].name}")
    third = await anna.press(first, "tip")
    assert len({words(first), words(second), words(third)}) == 3
    assert "page:prevent" in buttons(third).values()


async def test_nobody_elses_tips_are_counted_as_ones_own(bo: Conversation, simulator: Simulator) -> None:
    others = [Conversation(simulator, simulator.add_person()) for _ in range(5)]
    seen = []
    for _ in range(3):
        seen.append(words(await bo.ask("/tip")))
        await asyncio.gather(*(talk.ask("/tip") for talk in others))
    tips = [visible(tip.text) for tip in content()["en"].tips.values()]
    places = [next(place for place, tip in enumerate(tips) if text.endswith(tip)) for text in seen]
    assert [(place - places[0]) % len(tips) for place in places] == [0, 1, 2]


async def test_two_people_in_a_group_each_get_all_their_tips(simulator: Simulator, edition: Edition) -> None:
    """They ask in turn, and faster than the bot answers."""
    people = [simulator.add_person(name) for name in ("Anna", "Bo")]
    group = simulator.phone.new_group(people[0], "Night shift", people)
    senders = {}
    for _ in range(len(edition.tips)):
        for person in people:
            message = simulator.phone.say(person, "/tip", group)
            senders[message.id] = person.id
    await Conversation(simulator, people[0], group).arrived(len(senders), 0)
    seen: dict[int, list[str]] = {person.id: [] for person in people}
    for sent in simulator.judge.received(group.id):
        seen[senders[sent.message["reply_to_message"]["message_id"]]].append(words(sent.message))
    for tips in seen.values():
        assert len(set(tips)) == len(edition.tips), "some tips came twice while others had not come yet"
