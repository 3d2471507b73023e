"""Pressing buttons, reacting to messages, and voting in polls."""

import asyncio
from collections.abc import Iterable

from simulator.json_objects import Json, unix_seconds
from simulator.phone.hand import Hand
from simulator.state.chats import Chat
from simulator.state.people import Person
from simulator.state.world import World

ANSWER_WITHIN_SECONDS = 10.0


class Touching(Hand):
    """Presses buttons, reacts to messages and votes in polls, in a person's name.

    `answer_within`: how many seconds a press of a button waits for the bot.
    """

    def __init__(self, world: World, answer_within: float = ANSWER_WITHIN_SECONDS) -> None:
        super().__init__(world)
        self._answer_within = answer_within

    async def press(self, person: Person, message_id: int, data: str, chat: Chat | None = None) -> Json:
        """Press a button and wait for the bot's answer.

        Args:
            person: Who presses.
            message_id: The message that has the button. If it is gone, the bot gets an inaccessible message.
            data: The callback data. It need not belong to a button, as a modified app can send any data.
            chat: Where the message is.

        Returns:
            The fields `answered` (False if the bot does not answer in time), `text`, `show_alert` and `url`.
        """
        return await self._press(person, message_id, chat or self._private_chat(person), data=data)

    async def play(self, person: Person, message_id: int, chat: Chat | None = None) -> Json:
        """Press the button that opens a game, and wait for the bot's answer with the `url`, as `press` does.

        KeyError if the message is not there or has no game.
        """
        chat = chat or self._private_chat(person)
        short_name = chat.messages[message_id].body["game"]["title"]
        return await self._press(person, message_id, chat, game_short_name=short_name)

    async def _press(self, person: Person, message_id: int, chat: Chat, **pressed: str) -> Json:
        message = chat.present(message_id)
        # An InaccessibleMessage. Only the date 0 distinguishes it from a Message.
        inaccessible = {"chat": chat.as_json(), "message_id": message_id, "date": 0}
        press = self._world.presses.add(opens_game="game_short_name" in pressed)
        chat_instance = str(chat.id * 7919)  # any value that differs from chat to chat
        query = {"id": press.id, "from": person.user(), "chat_instance": chat_instance, **pressed}
        if message and message.inline_id:
            query["inline_message_id"] = message.inline_id
        else:
            query["message"] = message.body if message else inaccessible
        self._world.updates.add("callback_query", query, chat.id)
        try:
            async with asyncio.timeout(self._answer_within):
                await press.answered.wait()
        except TimeoutError:
            pass
        return press.answer or {"answered": False, "text": None, "show_alert": False, "url": None}

    def react(self, person: Person, message_id: int, emoji: str, chat: Chat | None = None) -> None:
        """React to a message with one emoji; "" removes the reaction. KeyError if the message is not there."""
        chat = chat or self._private_chat(person)
        message = chat.messages[message_id]
        old, new = message.reactions.get(person.id, []), [emoji] if emoji else []
        message.reactions[person.id] = new
        self._world.publish(chat, "reaction", message_id=message_id, user=person.id, emoji=new)
        change = {"chat": chat.as_json(), "message_id": message_id, "user": person.user()}
        change |= {"date": unix_seconds(self._world.clock())}
        change |= {"old_reaction": _reaction_types(old), "new_reaction": _reaction_types(new)}
        self._world.updates.add("message_reaction", change, chat.id)

    def vote(self, person: Person, message_id: int, options: Iterable[int], chat: Chat | None = None) -> None:
        """Choose options of a poll by their numbers; none retracts the vote.

        Raises:
            KeyError: if the message is not there or has no poll.
            ValueError: if the poll does not allow it.
        """
        chat = chat or self._private_chat(person)
        self._world.close_due_polls()
        poll = self._world.polls[chat.messages[message_id].body["poll"]["id"]]
        numbers = list(options)
        chosen = poll.vote(person.id, numbers)
        if not poll.is_anonymous:
            answer = {"poll_id": poll.id, "user": person.user(), "option_ids": numbers, "option_persistent_ids": chosen}
            self._world.updates.add("poll_answer", answer, chat.id)
        self._world.refresh_poll(poll)


def _reaction_types(emoji: list[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": symbol} for symbol in emoji]
