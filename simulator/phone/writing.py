"""Writing messages, in private chats, groups and channels."""

import re

from simulator.json_objects import Json, unix_seconds
from simulator.markup import Formatted, as_json, with_detected_entities
from simulator.phone.hand import Hand
from simulator.state.chats import Chat, Message
from simulator.state.content import content_of
from simulator.state.files import Upload
from simulator.state.people import Person
from simulator.state.pictures import picture_size

_COMMAND = re.compile(r"/\w+(?:@(\w+))?(?:\s|$)")

_FILE_DETAILS: dict[str, Json] = {"voice": {"duration": 1}, "document": {}}
"""The fields that the Bot API requires for a kind of file, besides its ids. A recording gets a made-up length."""


class Writing(Hand):
    """Writes texts for people, and shares where they are and who they are."""

    def say(self, person: Person, text: str, chat: Chat | None = None, *, reply_to: int | None = None) -> Message:
        """Write a text; with `reply_to`, as a reply to the message with that id.

        Raises:
            KeyError: if the message replied to is not there.
            ValueError: if the person has blocked the bot.
        """
        fields = _text_fields(text)
        if reply_to is not None:
            original = (chat or self._private_chat(person)).messages[reply_to].body
            # As in the Bot API, the message replied to has no reply_to_message of its own.
            fields["reply_to_message"] = {name: part for name, part in original.items() if name != "reply_to_message"}
        return self.send(person, fields, chat)

    def share_location(
        self, person: Person, location: tuple[float, float] | None = None, chat: Chat | None = None
    ) -> Message:
        """Send a latitude and longitude in degrees, by default those of the person."""
        latitude, longitude = location or person.whereabouts
        return self.send(person, {"location": {"latitude": latitude, "longitude": longitude}}, chat)

    def share_contact(self, person: Person, chat: Chat | None = None) -> Message:
        """Send the person's own contact, as a key with `request_contact` does."""
        contact = {"phone_number": person.phone_number, "first_name": person.name, "user_id": person.id}
        if person.last_name:
            contact["last_name"] = person.last_name
        return self.send(person, {"contact": contact}, chat)

    def send_file(self, person: Person, kind: str, upload: Upload, chat: Chat | None = None) -> Message:
        """Send a picture ("photo"), a recording ("voice") or any other file ("document").

        Raises:
            ValueError: if the file is no picture, or there is no such kind.
        """
        files = self._world.files
        if kind == "photo":
            if (sides := picture_size(upload.content)) is None:
                raise ValueError(f"{upload.name} is not a picture")
            return self.send(person, {kind: [size.as_photo_size() for size in files.add_photo(upload, *sides)]}, chat)
        if kind not in _FILE_DETAILS:
            raise ValueError(f"unknown kind of file: {kind}; known: photo, {', '.join(_FILE_DETAILS)}")
        return self.send(person, {kind: files.add(kind, upload, _FILE_DETAILS[kind]).as_object(kind)}, chat)

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
        chat.forced_reply = None
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

    def post(self, channel: Chat, text: str) -> Message:
        """Publish a text in a channel. Its author is the channel, not a person."""
        body = {"message_id": self._world.next_message_id(channel), "sender_chat": channel.as_json(), "text": text}
        body |= {"chat": channel.as_json(), "date": unix_seconds(self._world.clock())}
        message = Message(body, mine=True)
        channel.add(message)
        self._world.updates.add("channel_post", body, channel.id)
        return message

    def _reaches_bot(self, chat: Chat, body: Json) -> bool:
        """Return whether the bot receives a message that a person wrote.

        In a group it receives commands, replies to its own messages, what was sent with its help, and service messages;
        as an administrator, everything. This is the privacy mode of
        https://core.telegram.org/bots/features#privacy-mode.
        """
        place = self._world.place_in(chat)
        if chat.type == "private" or place.status == "administrator":
            return True
        if not place.is_member or self._world.profile.reads_all_group_messages:
            return place.is_member
        if not content_of(body) or "via_bot" in body:
            return True
        command = _COMMAND.match(body.get("text") or body.get("caption") or "")
        is_for_this_bot = command is not None and command[1] in (None, self._world.profile.username)
        replied_to = body.get("reply_to_message", {}).get("from", {}).get("id")
        return is_for_this_bot or replied_to == self._world.profile.id


def _text_fields(text: str) -> Json:
    entities = as_json(with_detected_entities(Formatted(text)).entities)
    return {"text": text, "entities": entities} if entities else {"text": text}
