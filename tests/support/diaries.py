"""Diaries in tests: agree to one, and read what is in it."""

from functools import partial
from itertools import count
from typing import Any

from bot.app import Services
from bot.store import cramps, diaries, people
from bot.store.cramps import Cramp
from bot.store.diaries import Diary
from tests.support.conversation import Conversation, Json
from tests.support.cramps import VAULT
from tests.support.reminders import STOCKHOLM

_message_ids = count(start=-1, step=-1)
"""A message makes one entry. These are the ids of messages that no chat has."""


async def agree(services: Services, who: Conversation, *entries: Cramp) -> None:
    """Store this person's clock, language and consent, and these entries."""
    number, now = who.person.id, services.clock()
    await services.store.write(partial(people.set_zone, chat_id=number, zone=STOCKHOLM))
    await services.store.write(partial(people.set_telegram_language, chat_id=number, language=who.person.language))
    consent = {"consented_to": "2026-11", "language": "en"}
    await services.store.write(lambda connection: diaries.agree(connection, number, VAULT, now, **consent))
    for cramp in entries:
        entry: dict[str, Any] = {"cramp": cramp, "message_id": next(_message_ids), "now": max(now, cramp.at)}
        await services.store.write(partial(cramps.add, chat_id=number, vault=VAULT, **entry))


async def agree_by_tapping(who: Conversation) -> Json:
    """Take both steps to a diary; return what comes next."""
    introduction = await who.ask("/log")
    await who.press(introduction, "consent:ask:")
    return await who.press(introduction, "consent:agree:")


async def entries_of(services: Services, who: Conversation) -> list[Cramp]:
    """Return this person's entries, the oldest first."""
    sealed = await services.store.read(partial(cramps.read, chat_id=who.person.id))
    return sealed.open(VAULT) if sealed else []


async def diary_of(services: Services, who: Conversation) -> Diary | None:
    """Return this person's diary."""
    return await services.store.read(partial(diaries.read, chat_id=who.person.id))


async def answers_to_three_taps(who: Conversation, message: Json, data: str) -> list[Json]:
    """Tap a button three times in a row, and return the first two messages after that; the last answers /help."""
    before = who.simulator.judge.total
    for _ in range(3):
        await who.touch(message, data)
    who.simulator.phone.say(who.person, "/help")  # a chat is served in order, so its answer comes last
    return await who.arrived(2, before)
