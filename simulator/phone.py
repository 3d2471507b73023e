"""What people do on their phones: write, press buttons, react, block the bot, make groups."""

import asyncio
import re
from collections.abc import Iterable
from typing import Any

from simulator.json_objects import Json, seconds
from simulator.markup import Formatted, as_json
from simulator.markup.detection import with_found
from simulator.state.people import Chat, Message, Person, member
from simulator.state.world import World

ANSWER_WITHIN = 10.0

_FOR_THE_BOT = re.compile(r"/\w+(?:@(\w+))?(?:\s|$)")


class Phone:
    """The people's side of a simulated Telegram. Chats default to the private one with the person.

    `answer_within`: seconds a pressed button waits for the bot.
    """

    def __init__(self, world: World, answer_within: float = ANSWER_WITHIN) -> None:
        self._world = world
        self._answer_within = answer_within

    # Writing

    def say(self, person: Person, text: str, chat: Chat | None = None) -> Message:
        """Write a text. ValueError if the person has blocked the bot."""
        return self.send(person, _written(text), chat)

    def share_location(self, person: Person, place: tuple[float, float] | None = None) -> Message:
        """Send a place (latitude, longitude), by default where the person is."""
        latitude, longitude = place or person.location
        return self.send(person, {"location": {"latitude": latitude, "longitude": longitude}})

    def send(self, person: Person, fields: Json, chat: Chat | None = None) -> Message:
        """Send a message with any fields of a Bot API Message; what is in `fields` wins."""
        chat = chat or self._private(person)
        if person.blocked and chat.type == "private":
            raise ValueError("who has blocked the bot cannot write to it")
        body = {
            "message_id": self._world.next_message_id(chat),
            "from": person.user(),
            "chat": chat.card(),
            "date": seconds(self._world.clock()),
            **fields,
        }
        message = Message(body, mine=True)
        self._start(person, chat)
        chat.add(message)
        self._world.show("message", chat, message)
        if self._reaches_bot(chat, body):
            self._world.updates.add("message", body, chat.id)
        return message

    def edit(self, person: Person, message_id: int, text: str) -> Message:
        """Change the text of a message of one's own."""
        chat = self._private(person)
        message = chat.messages[message_id]
        kept = {name: value for name, value in message.body.items() if name != "entities"}
        message.body = {**kept, **_written(text), "edit_date": seconds(self._world.clock())}
        message.edited = True
        self._world.show("edit", chat, message)
        self._world.updates.add("edited_message", message.body, chat.id)
        return message

    def _start(self, person: Person, chat: Chat) -> None:
        if chat.type == "private" and not person.started:
            person.started = True
            self._world.events.tell("person", person.id, card=person.card())

    def _private(self, person: Person) -> Chat:
        return self._world.chats[person.id]

    def _reaches_bot(self, chat: Chat, body: Json) -> bool:
        """In groups a bot hears commands, answers to itself and service messages, unless it is an administrator."""
        if chat.type == "private" or chat.bot_status == "administrator":
            return True
        if chat.bot_status != "member":
            return False
        if "text" not in body:
            return not {"photo", "document", "location", "caption"} & body.keys()
        command = _FOR_THE_BOT.match(body["text"])
        is_for_us = command is not None and command[1] in (None, self._world.profile.username)
        answered = body.get("reply_to_message", {}).get("from", {}).get("id")
        return is_for_us or answered == self._world.profile.id

    # Pressing and reacting

    async def press(self, person: Person, message_id: int, data: str, chat: Chat | None = None) -> Json:
        """Press a button and wait for the bot: {"answered", "text", "show_alert"}.

        Any data may be sent, as a forged client can. A message that is gone reaches the bot as inaccessible.
        """
        chat = chat or self._private(person)
        press = self._world.presses.add()
        query = {"id": press.id, "from": person.user(), "chat_instance": str(chat.id * 7919), "data": data}
        query["message"] = self._accessible(chat, message_id)
        self._world.updates.add("callback_query", query, chat.id)
        try:
            async with asyncio.timeout(self._answer_within):
                await press.answered.wait()
        except TimeoutError:
            pass
        return press.answer or {"answered": False, "text": None, "show_alert": False}

    def _accessible(self, chat: Chat, message_id: int) -> Json:
        message = chat.present(message_id)
        return message.body if message else {"chat": chat.card(), "message_id": message_id, "date": 0}

    def react(self, person: Person, message_id: int, emoji: str, chat: Chat | None = None) -> None:
        """React to a message with one emoji, or with "" take the reaction back. KeyError if it is not there."""
        chat = chat or self._private(person)
        message = chat.messages[message_id]
        old, new = message.reactions.get(person.id, []), [emoji] if emoji else []
        message.reactions[person.id] = new
        self._world.tell(chat, "reaction", message_id=message_id, emoji=new, mine=True)
        change = {"chat": chat.card(), "message_id": message_id, "user": person.user()}
        change |= {"date": seconds(self._world.clock()), "old_reaction": _kinds(old), "new_reaction": _kinds(new)}
        self._world.updates.add("message_reaction", change, chat.id)

    # Blocking, groups, channels

    def block(self, person: Person) -> None:
        """Block the bot."""
        self._set_blocked(person, blocked=True)

    def unblock(self, person: Person) -> None:
        """Let the bot write again."""
        self._set_blocked(person, blocked=False)

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked
        self._world.events.tell("person", person.id, card=person.card())
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self._change_status(self._private(person), person, old, new)

    def new_group(self, owner: Person, title: str, members: Iterable[Person] = (), kind: str = "group") -> Chat:
        """Make a group, supergroup or channel with the bot in it (in a channel it is an administrator)."""
        people = {owner.id, *(person.id for person in members)}
        chat = self._world.add_group(title, people, kind)
        chat.administrators.add(owner.id)
        self.set_bot_status(owner, chat, "administrator" if kind == "channel" else "member", old="left")
        return chat

    def set_bot_status(self, actor: Person, chat: Chat, status: str, old: str | None = None) -> None:
        """Make the bot a "member", an "administrator", or throw it out ("left", "kicked")."""
        before, chat.bot_status = old or chat.bot_status, status
        self._change_status(chat, actor, before, status)

    def _change_status(self, chat: Chat, actor: Person, old: str, new: str) -> None:
        bot = self._world.profile.user()
        change = {"chat": chat.card(), "from": actor.user(), "date": seconds(self._world.clock())}
        change |= {"old_chat_member": member(bot, old), "new_chat_member": member(bot, new)}
        self._world.updates.add("my_chat_member", change, chat.id)

    def migrate(self, group: Chat) -> Chat:
        """Turn a group into a supergroup; the bot hears of it in both. Returns the new chat."""
        supergroup = self._world.add_group(group.title, group.members, "supergroup")
        supergroup.administrators, supergroup.bot_status = group.administrators, group.bot_status
        group.migrated_to = supergroup.id
        self._serve(group, {"migrate_to_chat_id": supergroup.id})
        self._serve(supergroup, {"migrate_from_chat_id": group.id})
        return supergroup

    def _serve(self, chat: Chat, fields: Json) -> None:
        body = {"message_id": self._world.next_message_id(chat), "chat": chat.card(), **fields}
        body |= {"date": seconds(self._world.clock()), "from": _ANONYMOUS}
        self._world.updates.add("message", body, chat.id)

    def post(self, channel: Chat, text: str) -> Message:
        """Publish something in a channel."""
        body = {"message_id": self._world.next_message_id(channel), "sender_chat": channel.card(), "text": text}
        body |= {"chat": channel.card(), "date": seconds(self._world.clock())}
        message = Message(body, mine=True)
        channel.add(message)
        self._world.updates.add("channel_post", body, channel.id)
        return message


_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def _written(text: str) -> Json:
    entities = as_json(with_found(Formatted(text)).entities)
    return {"text": text, "entities": entities} if entities else {"text": text}


def _kinds(emoji: list[str]) -> list[dict[str, Any]]:
    return [{"type": "emoji", "emoji": each} for each in emoji]
