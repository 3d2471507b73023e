"""Reminders from a person's view: turned on in a few taps, on time, answered in place, and stopped with one word."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from handlers import stop
from handlers.reminders import answers
from simulator import Simulator, SkippableClock
from tests.support import running_bot
from tests.support.conversation import Conversation, Json, buttons, words

EVENING = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)  # 21:00 in Stockholm, a Sunday
pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """Serve a Telegram whose clock stands still until a test skips it."""
    async with running_bot.telegram(clock=SkippableClock(lambda: EVENING)) as telegram:
        yield telegram


async def set_up(who: Conversation, *kinds: str) -> Json:
    """Turn kinds on by tapping the buttons that are shown."""
    message = await who.ask("/remind")
    for kind in kinds:
        message = await who.press(message, f"remind:on:{kind}")
        if (may := f"remind:may:{kind}") in buttons(message).values():
            message = await who.press(message, may)
        for data in buttons(message).values():
            if data.startswith("clock:zone:Europe/"):
                message = await who.press(message, f"clock:zone:Europe/Stockholm:{kind}")
                break
        message = await who.press(message, "remind")
    return message


async def wait_for(who: Conversation, span: timedelta) -> Json:
    """Skip the clock; return the only message that arrives."""
    before = who.simulator.judge.total
    who.simulator.clock.skip(span)
    (message,) = await who.arrived(1, before)
    return message


async def test_a_reminder_arrives_on_time_in_the_persons_language(anna: Conversation, edition: Edition) -> None:
    await set_up(anna, "stretch")
    came = await wait_for(anna, timedelta(minutes=30))
    assert words(came) == visible(edition.reminders["stretch"].text or "")
    texts = edition.answers
    assert {texts.done_button, texts.later_button, texts.skip_button, texts.stop_button} < buttons(came).keys()
    done = await anna.press(came, buttons(came)[texts.done_button])
    name = edition.reminders["stretch"].name
    assert words(done).startswith(visible(edition.words(answers.Words).done.format(name=name, time="21:30")))
    assert done["message_id"] == came["message_id"]
    assert buttons(done) == {}, "no big buttons are left"


async def test_a_reminder_arrives_again_the_next_day(anna: Conversation, edition: Edition) -> None:
    await set_up(anna, "stretch")
    first = await wait_for(anna, timedelta(minutes=30))
    second = await wait_for(anna, timedelta(days=1))
    assert words(first) == words(second) == visible(edition.reminders["stretch"].text or "")


async def test_a_snoozed_reminder_arrives_once_more(anna: Conversation, edition: Edition) -> None:
    await set_up(anna, "stretch")
    came = await wait_for(anna, timedelta(minutes=30))
    offered = await anna.press(came, buttons(came)[edition.answers.later_button])
    assert words(offered) == words(came), "only the buttons change"
    await anna.press(offered, buttons(offered)[edition.answers.hour_button])
    again = await wait_for(anna, timedelta(hours=1))
    assert words(again) == visible(edition.reminders["stretch"].text or ""), "at 22:30, as the person chose"
    await anna.press(again, buttons(again)[edition.answers.done_button])


async def test_no_reminder_arrives_after_a_stop(anna: Conversation, edition: Edition, simulator: Simulator) -> None:
    await set_up(anna, "stretch", "water")
    other = Conversation(simulator, simulator.add_person("Bystander"))
    await set_up(other, "stretch")
    off = await anna.ask("stop")
    assert words(off) == visible(edition.words(stop.Words).all_off)
    before = simulator.judge.total
    await wait_for(other, timedelta(minutes=30))
    await anna.nothing_came(before)


async def test_a_logged_glass_of_water_skips_the_next_reminder(anna: Conversation, edition: Edition) -> None:
    await set_up(anna, "water")
    anna.simulator.clock.skip(timedelta(hours=11))  # 08:00
    assert "09:00" in words(await anna.ask("/water"))
    before = anna.simulator.judge.counts[anna.chat.id]
    came = await wait_for(anna, timedelta(hours=4))  # 12:00: only the reminder of 12:00 comes
    assert words(came) == visible(edition.reminders["water"].text or "")
    assert anna.simulator.judge.counts[anna.chat.id] == before + 1


async def test_each_weekly_tip_is_a_new_one_and_the_command_repeats_none(anna: Conversation, edition: Edition) -> None:
    await set_up(anna, "tip")
    anna.simulator.clock.skip(timedelta(hours=12, minutes=59))  # Monday 09:59
    weekly, asked = [], []
    for days in (6, 7, 7):
        weekly.append(await wait_for(anna, timedelta(days=days, minutes=2 if days == 6 else 0)))
        asked.append(words(await anna.ask("/tip")))
    again = await anna.press(weekly[-1], f"answer:later:{number_of(weekly[-1])}:15")
    assert again
    snoozed = await wait_for(anna, timedelta(minutes=15))
    in_sweden = running_bot.content().edition(edition.code, country="SE")
    tips = [visible(tip.text) for tip in in_sweden.tips.values()]
    shown = [next(tip for tip in tips if tip in text) for text in (*map(words, weekly), *asked)]
    assert len(set(shown)) == 6
    assert words(snoozed) == words(weekly[-1]), "a tip that is put off stays the same"


def number_of(reminder: Json) -> str:
    """Return the number of a reminder, which its buttons have."""
    return next(data.split(":")[2] for data in buttons(reminder).values() if data.startswith("answer:done:"))


async def test_no_reminder_arrives_during_a_pause_and_all_do_after_it(anna: Conversation, simulator: Simulator) -> None:
    await set_up(anna, "stretch")
    other = Conversation(simulator, simulator.add_person("Bystander"))
    await set_up(other, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:for:1")
    before = simulator.judge.total
    await wait_for(other, timedelta(minutes=30))
    await anna.nothing_came(before)
    before = simulator.judge.total
    simulator.clock.skip(timedelta(days=1))
    arrived = await anna.arrived(1, before)
    assert any(data.startswith("answer:done:") for message in arrived for data in buttons(message).values())


async def test_reminders_are_sent_in_private_and_not_in_a_group(anna: Conversation, simulator: Simulator) -> None:
    group = simulator.phone.new_group(anna.person, "Night shift")
    there = Conversation(simulator, anna.person, group)
    await there.ask("/remind")
    await set_up(anna, "stretch")
    before = simulator.judge.counts[group.id]
    await wait_for(anna, timedelta(minutes=30))
    assert simulator.judge.counts[group.id] == before
