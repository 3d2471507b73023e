"""One person's talk with the bot: say or press something, and get what came of it."""

import asyncio
import re
from typing import Any

from bot.content.telegram_html import length
from simulator import Chat, Person, Simulator
from tests.support.running_bot import PATIENCE_SECONDS

Json = dict[str, Any]
LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA, LONGEST_TOAST = 4096, 1024, 64, 200
"""Telegram's limits: UTF-16 units of a text and of a caption, bytes of callback data, characters of a notice."""

SHORT_LABEL, SHORTISH_LABEL = 5, 12


class Conversation:
    """What ``person`` says in ``chat`` (by default in private) and what is seen there. All messages are as received."""

    def __init__(self, simulator: Simulator, person: Person, chat: Chat | None = None) -> None:
        self.simulator = simulator
        self.person = person
        self.chat = chat or simulator.world.chats[person.id]
        self.toast: str | None = None
        """What the last press was answered with."""

    async def say(self, text: str, answers: int = 1) -> list[Json]:
        """Say something and wait for so many new messages; all that came are given."""
        before = self.simulator.judge.total
        self.simulator.phone.say(self.person, text, self.chat)
        return await self.arrived(answers, before)

    async def ask(self, text: str) -> Json:
        """Say something that is answered by one message."""
        (answer,) = await self.say(text)
        return answer

    async def send(self, fields: Json, answers: int = 1) -> list[Json]:
        """As ``say``, with any fields of a message."""
        before = self.simulator.judge.total
        self.simulator.phone.send(self.person, fields, self.chat)
        return await self.arrived(answers, before)

    async def press(self, message: Json, data: str) -> Json:
        """Press the button with this data and wait for the message, edited or new, that comes of it."""
        before = self.simulator.judge.total
        await self.touch(message, data)
        (change,) = await self.arrived(1, before, edits=True)
        return change

    async def touch(self, message: Json, data: str) -> None:
        """Press a button and wait until it stops spinning."""
        answer = await self.simulator.phone.press(self.person, message["message_id"], data, self.chat)
        assert answer["answered"], f"nobody answered the button {data}"
        assert len(answer["text"] or "") <= LONGEST_TOAST
        self.toast = answer["text"]

    async def arrived(self, count: int, after: int, *, edits: bool = False) -> list[Json]:
        """What came into the chat after delivery number ``after``, as soon as it is so much."""
        judge, number = self.simulator.judge, self.chat.id
        async with asyncio.timeout(PATIENCE_SECONDS):
            await judge.until(lambda each: len(each.received(number, after=after, edits=edits)) >= count)
        return [each.message for each in judge.received(number, after=after, edits=edits)]

    async def silent(self, text: str) -> None:
        """Say something that is not answered: the next thing said, and only that, is."""
        before = self.simulator.judge.total
        self.simulator.phone.say(self.person, text, self.chat)
        await self.nothing_came(before)

    async def unanswered(self, fields: Json) -> None:
        """As ``silent``, with any fields of a message."""
        before = self.simulator.judge.total
        self.simulator.phone.send(self.person, fields, self.chat)
        await self.nothing_came(before)

    async def nothing_came(self, before: int) -> None:
        """Fail if anything came into the chat after delivery number ``before``: what is said is answered in order."""
        self.simulator.phone.say(self.person, "/help", self.chat)
        (answer,) = await self.arrived(1, before)
        assert re.search("/cramp|/kramp", words(answer)), "something else came first"


def words(message: Json) -> str:
    """The text of a message, or the caption of its picture."""
    text = message.get("text") or message.get("caption") or ""
    assert isinstance(text, str)
    return text


def buttons(message: Json) -> dict[str, str]:
    """The buttons below a message that the bot hears of: what stands on each, and its data."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}


def room(labels: list[str]) -> int:
    """How many buttons of such a length a row takes: figures are found four in a row, two short words three."""
    longest = max(map(len, labels))
    return 4 if longest <= SHORT_LABEL else 3 if longest <= SHORTISH_LABEL else 2


def check_limits(message: Json) -> None:
    """Fail where Telegram would cut or refuse."""
    assert 0 < length(words(message)) <= (LONGEST_CAPTION if "photo" in message else LONGEST_TEXT)
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [[button["text"] for button in row] for row in rows]
    assert all(1 <= len(row) <= room(row) for row in labels), "a large thumb finds no more, a small phone cuts them off"
    for label, data in buttons(message).items():
        assert label.strip()
        assert len(data.encode()) <= LONGEST_DATA
