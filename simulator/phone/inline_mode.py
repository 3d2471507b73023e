"""Inline mode: writing the bot's name and a query in any chat, and sending one of the results."""

import asyncio
from itertools import count

from simulator.json_objects import Json, unix_seconds
from simulator.phone.touching import Touching
from simulator.state.chats import Chat, Message
from simulator.state.people import Person
from simulator.state.world import World


class InlineMode(Touching):
    """Uses inline mode for people. In place of a chat, another person can be given."""

    def __init__(self, world: World, **options: float) -> None:
        super().__init__(world, **options)
        self._inline_ids = count(1)

    async def ask_inline(
        self, person: Person, text: str, chat: Chat | Person | None = None, *, offset: str = ""
    ) -> Json:
        """Write the bot's name and a query, and wait for the results.

        Returns:
            The fields `answered` (False if the bot does not answer in time), `query_id`, `results`, `button` and
            `next_offset`.

        Raises:
            ValueError: if the bot has no inline mode.
        """
        profile = self._world.profile
        if not profile.has_inline_mode:
            raise ValueError(f"@{profile.username} has no inline mode")
        query = self._world.inline_queries.add(person.id, text)
        target = self._target(person, chat)
        chat_type = "sender" if target is self._private_chat(person) else target.type
        inline_query = {"id": query.id, "from": person.user(), "query": text, "offset": offset, "chat_type": chat_type}
        self._world.updates.add("inline_query", inline_query, person.id)
        try:
            async with asyncio.timeout(self._answer_within):
                await query.answered.wait()
        except TimeoutError:
            pass
        answered = {"answered": query.answered.is_set(), "query_id": query.id, "results": query.results}
        return answered | {"button": query.button, "next_offset": query.next_offset}

    def choose(self, person: Person, query_id: str, result_id: str, chat: Chat | Person | None = None) -> Message:
        """Send one of the results of an inline query. KeyError if there is no such query or result."""
        query = self._world.inline_queries[query_id]
        content = query.contents[result_id]
        target = self._target(person, chat)
        chosen = {"result_id": result_id, "from": person.user(), "query": query.text}
        inline_id = f"AAAA{next(self._inline_ids):08d}" if "reply_markup" in content else ""
        if inline_id:  # only a message with buttons can be edited later
            chosen["inline_message_id"] = inline_id
        body = {
            "message_id": self._world.next_message_id(target),
            "from": person.user(),
            "chat": target.as_json(),
            "date": unix_seconds(self._world.clock()),
            "via_bot": self._world.profile.user(),
            **content,
        }
        message = Message(body, mine=True, inline_id=inline_id)
        self._world.add_inline_message(target, message)
        self._world.updates.add("chosen_inline_result", chosen, person.id)
        return message

    def _target(self, person: Person, chat: Chat | Person | None) -> Chat:
        if isinstance(chat, Person):
            return self._world.chat_between(person, chat)
        return chat or self._private_chat(person)
