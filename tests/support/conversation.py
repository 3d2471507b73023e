"""One person's conversation with the bot: say something or press a button, and get what the bot answers."""

import asyncio
import re
from datetime import datetime, timezone
from typing import Any

from bot.content.telegram_html import length, visible
from bot.store import people
from bot.store.snapshots import Snapshot
from handlers import help as help_topic
from handlers import settings as settings_topic
from simulator import Chat, Person, Simulator
from tests.support import running_bot
from tests.support.waiting import PATIENCE_SECONDS

Json = dict[str, Any]
LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA, LONGEST_ALERT = 4096, 1024, 64, 200
"""Telegram's limits: UTF-16 units of a text and of a caption, bytes of callback data, characters of a notice."""

LONGEST_OF_FOUR, LONGEST_OF_THREE, LONGEST_OF_TWO = 5, 9, 16
"""Characters that a small phone shows of a label in a row of four, three or two buttons."""

HELP_TEXT = visible(help_topic.commands(running_bot.content()["en"]).text)
"""The answer to ``/help``, in English."""

_NO_CHOICES = Snapshot(people.Person(0), {}, datetime(2026, 1, 1, tzinfo=timezone.utc))
_SETTINGS_TEXTS = {
    visible(settings_topic.overview(edition, snapshot).text)
    for edition in running_bot.content().values()
    for snapshot in (None, _NO_CHOICES)
}
"""The answers to ``/settings`` in every language, in a group and in private, for somebody who has chosen nothing."""


class Conversation:
    """What ``person`` says in ``chat`` (by default in private), and the messages that arrive there, as received."""

    def __init__(self, simulator: Simulator, person: Person, chat: Chat | None = None) -> None:
        self.simulator = simulator
        self.person = person
        self.chat = chat or simulator.world.chats[person.id]
        self.alert: str | None = None
        """The notice that the last press showed, if any."""

    async def say(self, text: str, answers: int = 1) -> list[Json]:
        """Say something, wait for ``answers`` new messages, and return all that arrived."""
        before = self.simulator.judge.total
        self.simulator.phone.say(self.person, text, self.chat)
        return await self.arrived(answers, before)

    async def ask(self, text: str) -> Json:
        """Say something, and return the only message that answers it."""
        (answer,) = await self.say(text)
        return answer

    async def send(self, fields: Json, answers: int = 1) -> list[Json]:
        """Do as ``say``, with any fields of a message."""
        before = self.simulator.judge.total
        self.simulator.phone.send(self.person, fields, self.chat)
        return await self.arrived(answers, before)

    async def press(self, message: Json, data: str) -> Json:
        """Press the button with this data; return the message that was sent or edited because of it."""
        before = self.simulator.judge.total
        await self.touch(message, data)
        (change,) = await self.arrived(1, before, edits=True)
        return change

    async def touch(self, message: Json, data: str) -> None:
        """Press a button, and wait until it stops spinning."""
        answer = await self.simulator.phone.press(self.person, message["message_id"], data, self.chat)
        assert answer["answered"], f"nobody answered the button {data}"
        assert len(answer["text"] or "") <= LONGEST_ALERT
        self.alert = answer["text"]

    async def arrived(self, count: int, after: int, *, edits: bool = False) -> list[Json]:
        """Wait until ``count`` messages have arrived after delivery number ``after``; return all of them."""
        judge, number = self.simulator.judge, self.chat.id
        async with asyncio.timeout(PATIENCE_SECONDS):
            await judge.until(lambda _: len(judge.received(number, after=after, edits=edits)) >= count)
        return [delivery.message for delivery in judge.received(number, after=after, edits=edits)]

    async def all_answers(self, text: str = "/help") -> list[Json]:
        """Say something; return everything that answers it, edits too."""
        before = self.simulator.judge.total
        self.simulator.phone.say(self.person, text, self.chat)
        return await self.all_since(before)

    async def all_since(self, before: int) -> list[Json]:
        """Return everything that arrived after delivery number ``before``, edits too.

        A chat is served in order. So we ask for the settings, and when they arrive, everything else has arrived.
        """
        judge = self.simulator.judge
        self.simulator.phone.say(self.person, "/settings", self.chat)

        def messages() -> list[Json]:
            return [delivery.message for delivery in judge.received(self.chat.id, after=before, edits=True)]

        await judge.until(lambda _: any(words(message) in _SETTINGS_TEXTS for message in messages()), PATIENCE_SECONDS)
        return [message for message in messages() if words(message) not in _SETTINGS_TEXTS]

    async def silent(self, text: str) -> None:
        """Say something, and fail if it is answered."""
        before = self.simulator.judge.total
        self.simulator.phone.say(self.person, text, self.chat)
        await self.nothing_came(before)

    async def unanswered(self, fields: Json) -> None:
        """Do as ``silent``, with any fields of a message."""
        before = self.simulator.judge.total
        self.simulator.phone.send(self.person, fields, self.chat)
        await self.nothing_came(before)

    async def nothing_came(self, before: int) -> None:
        """Fail if anything arrived after delivery number ``before``. A chat is served in order, so ``/help`` is the proof."""
        self.simulator.phone.say(self.person, "/help", self.chat)
        (answer,) = await self.arrived(1, before)
        assert re.search("/cramp|/kramp", words(answer)), "something else arrived first"


def words(message: Json) -> str:
    """Return the text of a message, or the caption of its picture."""
    text = message.get("text") or message.get("caption") or ""
    assert isinstance(text, str)
    return text


def buttons(message: Json) -> dict[str, str]:
    """Return the buttons below a message that send data to the bot: label and data."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}


def room(labels: list[str]) -> int:
    """Return how many buttons with these labels fit in a row."""
    longest = max(map(len, labels))
    limits = {4: LONGEST_OF_FOUR, 3: LONGEST_OF_THREE, 2: LONGEST_OF_TWO}
    return next((buttons for buttons, limit in limits.items() if longest <= limit), 1)


def check_limits(message: Json) -> None:
    """Fail if Telegram would refuse the message, or a phone would cut it."""
    assert 0 < length(words(message)) <= (LONGEST_CAPTION if "photo" in message else LONGEST_TEXT)
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [[button["text"] for button in row] for row in rows]
    assert all(1 <= len(row) <= room(row) for row in labels), "a small phone would cut the labels off"
    for label, data in buttons(message).items():
        assert label.strip()
        assert len(data.encode()) <= LONGEST_DATA
