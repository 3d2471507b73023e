"""What people do on their phones: write, press buttons, react, block the bot, make groups and channels."""

import asyncio
import re
from collections.abc import Iterable

from simulator.json_objects import Json, unix_seconds
from simulator.markup import Formatted, as_json, with_detected_entities
from simulator.state.chats import Chat, Message
from simulator.state.members import KICKED, MEMBER, OWNER, Membership, administrator
from simulator.state.people import Person
from simulator.state.world import World

ANSWER_WITHIN_SECONDS = 10.0

_COMMAND = re.compile(r"/\w+(?:@(\w+))?(?:\s|$)")


class Phone:
    """The phones of all people. Where a chat can be given, the default is the person's private chat with the bot.

    `answer_within`: how many seconds a press of a button waits for the bot.
    """

    def __init__(self, world: World, answer_within: float = ANSWER_WITHIN_SECONDS) -> None:
        self._world = world
        self._answer_within = answer_within

    # Writing

    def say(self, person: Person, text: str, chat: Chat | None = None) -> Message:
        """Write a text. ValueError if the person has blocked the bot."""
        return self.send(person, _text_fields(text), chat)

    def share_location(self, person: Person, location: tuple[float, float] | None = None) -> Message:
        """Send a latitude and longitude in degrees, by default those of the person."""
        latitude, longitude = location or person.whereabouts
        return self.send(person, {"location": {"latitude": latitude, "longitude": longitude}})

    def send(self, person: Person, fields: Json, chat: Chat | None = None) -> Message:
        """Send a message with any fields of a Message object. They override the usual ones, such as the date.

        Raises:
            ValueError: if the person has blocked the bot.
        """
        chat = chat or self._private_chat(person)
        if person.blocked and chat.type == "private":
            raise ValueError(f"{person.name} has blocked the bot and cannot write to it")
        body = {
            "message_id": self._world.next_message_id(chat),
            "from": person.user(),
            "chat": chat.as_json(),
            "date": unix_seconds(self._world.clock()),
            **fields,
        }
        message = Message(body, mine=True)
        if chat.type == "private" and not person.started:
            person.started = True
            self._world.publish_person(person)
        chat.add(message)
        self._world.publish_message("message", chat, message)
        if self._reaches_bot(chat, body):
            self._world.updates.add("message", body, chat.id)
        return message

    def edit(self, person: Person, message_id: int, text: str) -> Message:
        """Change the text of a message that the person wrote in their private chat."""
        chat = self._private_chat(person)
        message = chat.messages[message_id]
        kept = {name: value for name, value in message.body.items() if name != "entities"}
        message.body = {**kept, **_text_fields(text), "edit_date": unix_seconds(self._world.clock())}
        message.edited = True
        self._world.publish_message("edit", chat, message)
        self._world.updates.add("edited_message", message.body, chat.id)
        return message

    def _private_chat(self, person: Person) -> Chat:
        return self._world.chats[person.id]

    def _reaches_bot(self, chat: Chat, body: Json) -> bool:
        """Return whether the bot receives a message that a person wrote.

        In a group it receives commands, replies to its own messages and service messages, unless it is an
        administrator there. This is the privacy mode of https://core.telegram.org/bots/features#privacy-mode.
        """
        place = self._world.place_in(chat)
        if chat.type == "private" or place.status == "administrator":
            return True
        if not place.is_member:
            return False
        if "text" not in body:
            return not {"photo", "document", "location", "caption"} & body.keys()
        command = _COMMAND.match(body["text"])
        is_for_this_bot = command is not None and command[1] in (None, self._world.profile.username)
        replied_to = body.get("reply_to_message", {}).get("from", {}).get("id")
        return is_for_this_bot or replied_to == self._world.profile.id

    # Pressing and reacting

    async def press(self, person: Person, message_id: int, data: str, chat: Chat | None = None) -> Json:
        """Press a button and wait for the bot's answer.

        Args:
            person: Who presses.
            message_id: The message that has the button. If it is gone, the bot gets an inaccessible message.
            data: The callback data. It need not belong to a button, as a modified app can send any data.
            chat: Where the message is.

        Returns:
            The fields `answered` (False if the bot does not answer in time), `text` and `show_alert`.
        """
        chat = chat or self._private_chat(person)
        message = chat.present(message_id)
        # InaccessibleMessage: the date 0 is what tells it from a Message.
        inaccessible = {"chat": chat.as_json(), "message_id": message_id, "date": 0}
        press = self._world.presses.add()
        chat_instance = str(chat.id * 7919)  # any value that differs from chat to chat
        query = {"id": press.id, "from": person.user(), "chat_instance": chat_instance, "data": data}
        query["message"] = message.body if message else inaccessible
        self._world.updates.add("callback_query", query, chat.id)
        try:
            async with asyncio.timeout(self._answer_within):
                await press.answered.wait()
        except TimeoutError:
            pass
        return press.answer or {"answered": False, "text": None, "show_alert": False}

    def react(self, person: Person, message_id: int, emoji: str, chat: Chat | None = None) -> None:
        """React to a message with one emoji; "" removes the reaction. KeyError if the message is not there."""
        chat = chat or self._private_chat(person)
        message = chat.messages[message_id]
        old, new = message.reactions.get(person.id, []), [emoji] if emoji else []
        message.reactions[person.id] = new
        self._world.publish(chat, "reaction", message_id=message_id, emoji=new, mine=True)
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
        poll = self._world.polls[chat.messages[message_id].body["poll"]["id"]]
        numbers = list(options)
        chosen = poll.vote(person.id, numbers, self._world.clock())
        if not poll.is_anonymous:
            answer = {"poll_id": poll.id, "user": person.user(), "option_ids": numbers, "option_persistent_ids": chosen}
            self._world.updates.add("poll_answer", answer, chat.id)
        self._world.refresh_poll(poll)

    # Blocking, groups, channels

    def block(self, person: Person) -> None:
        """Block the bot: it can no longer write to the person."""
        self._set_blocked(person, blocked=True)

    def unblock(self, person: Person) -> None:
        """Unblock the bot: it can write to the person again."""
        self._set_blocked(person, blocked=False)

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked
        self._world.publish_person(person)
        self._set_bot_place(person, self._private_chat(person), KICKED if blocked else MEMBER)

    def new_group(self, owner: Person, title: str, members: Iterable[Person] = (), kind: str = "group") -> Chat:
        """Make a group, supergroup or channel (`kind`) with the bot in it. In a channel it is an administrator."""
        chat = self._world.add_group(title, {person.id: MEMBER for person in members} | {owner.id: OWNER}, kind)
        self.set_bot_status(owner, chat, "administrator" if kind == "channel" else "member")
        return chat

    def set_bot_status(self, actor: Person, chat: Chat, status: str) -> None:
        """Make the bot a "member" or an "administrator" with all rights, or remove it ("left", "kicked")."""
        is_administrator = status == "administrator"
        self._set_bot_place(actor, chat, administrator(chat.type, actor.id) if is_administrator else Membership(status))

    def _set_bot_place(self, actor: Person, chat: Chat, place: Membership) -> None:
        bot = self._world.profile.id
        change = {"chat": chat.as_json(), "from": actor.user(), "date": unix_seconds(self._world.clock())}
        change["old_chat_member"] = self._world.member(chat, bot)
        chat.memberships[bot] = place
        change["new_chat_member"] = self._world.member(chat, bot)
        self._world.updates.add("my_chat_member", change, chat.id)

    def migrate(self, group: Chat) -> Chat:
        """Turn a group into a supergroup and return the new chat. The bot gets a service message in both."""
        supergroup = self._world.add_group(group.title, group.memberships.copy(), "supergroup")
        group.migrated_to = supergroup.id
        self._send_service_message(group, {"migrate_to_chat_id": supergroup.id})
        self._send_service_message(supergroup, {"migrate_from_chat_id": group.id})
        return supergroup

    def _send_service_message(self, chat: Chat, fields: Json) -> None:
        body = {"message_id": self._world.next_message_id(chat), "chat": chat.as_json(), **fields}
        body |= {"date": unix_seconds(self._world.clock()), "from": _GROUP_ANONYMOUS_BOT}
        self._world.updates.add("message", body, chat.id)

    def post(self, channel: Chat, text: str) -> Message:
        """Publish a text in a channel. Its author is the channel, not a person."""
        body = {"message_id": self._world.next_message_id(channel), "sender_chat": channel.as_json(), "text": text}
        body |= {"chat": channel.as_json(), "date": unix_seconds(self._world.clock())}
        message = Message(body, mine=True)
        channel.add(message)
        self._world.updates.add("channel_post", body, channel.id)
        return message


# Telegram's stand-in for an author that is a group. The id is the same everywhere.
_GROUP_ANONYMOUS_BOT = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def _text_fields(text: str) -> Json:
    entities = as_json(with_detected_entities(Formatted(text)).entities)
    return {"text": text, "entities": entities} if entities else {"text": text}


def _reaction_types(emoji: list[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": symbol} for symbol in emoji]
