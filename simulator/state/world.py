"""The whole state of one simulated Telegram, and what happens in its chats."""

from itertools import count
from random import Random

from simulator.clock import SkippableClock
from simulator.json_objects import Json, unix_seconds
from simulator.state.callback_queries import Presses
from simulator.state.chats import Chat, Message
from simulator.state.events import Events
from simulator.state.files import Files
from simulator.state.inline_queries import InlineQueries
from simulator.state.judge import Judge
from simulator.state.members import LEFT, MEMBER, Membership
from simulator.state.people import Person
from simulator.state.polls import Poll, Polls
from simulator.state.profile import Profile
from simulator.updates.queue import UpdateQueue
from simulator.updates.webhook import Webhook

_NAMES = ("Astrid", "Bo", "Cilla", "David", "Elsa", "Farid", "Greta", "Hugo", "Ines", "Johan")

# As in the Bot API, a private chat has the id of its person, the ids of groups are negative, and the ids of
# supergroups and channels start with -100.
FIRST_PERSON = 1_000_001
FIRST_GROUP = -2_000_001
FIRST_SUPERGROUP = -1_002_000_000_001


class World:
    """The bot's profile, people, chats, updates, files, and the record of what was delivered.

    - `checks`: False accepts texts and keyboards unchecked, for load tests.
    - `keep`: messages kept in each chat; None keeps all.
    """

    def __init__(self, profile: Profile, clock: SkippableClock, *, checks: bool, keep: int | None) -> None:
        self.profile = profile
        self.clock = clock
        self.checks = checks
        self.keep = keep
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.updates = UpdateQueue(clock)
        self.files = Files()
        self.events = Events()
        self.presses = Presses(clock)
        self.polls = Polls()
        self.inline_queries = InlineQueries(clock)
        self.inline_messages: dict[str, tuple[Chat, Message]] = {}
        """Messages that people sent with the bot's help, by inline_message_id."""

        self.random = Random(0)  # noqa: S311 (repeatable on purpose)
        self.webhook = Webhook()
        self.judge = Judge(None if keep is None else 100 * keep)
        self.request = 0
        """The number of the Bot API request that is being carried out."""

        self._chats_between: dict[tuple[int, int], Chat] = {}
        self._message_ids = count(1)
        self._person_ids = count(FIRST_PERSON)
        self._group_ids = count(FIRST_GROUP, -1)
        self._supergroup_ids = count(FIRST_SUPERGROUP, -1)
        clock.subscribe(self.close_due_polls)

    # People and chats

    def add_person(self, name: str = "", *, language: str = "en", started: bool = False, **fields: object) -> Person:
        """Add a person and their private chat with the bot.

        Args:
            name: Their first name; without one they get the next of ten names.
            language: The language code of their Telegram app.
            started: Whether they have written to the bot before.
            fields: Other fields of `Person`.
        """
        number = next(self._person_ids)
        name = name or _NAMES[(number - FIRST_PERSON) % len(_NAMES)]
        person = Person(number, name, language, started=started, **fields)  # type: ignore[arg-type]
        self.people[number] = person
        chat = Chat(number, "private", name, self.keep, {number: MEMBER, self.profile.id: MEMBER})
        chat.last_name, chat.username = person.last_name, person.username
        self.chats[number] = chat
        self.publish_person(person)
        return person

    def chat_between(self, person: Person, other: Person) -> Chat:
        """Return the private chat of two people, which no bot sees. Its id is that of the other person."""
        pair = person.id, other.id
        if pair not in self._chats_between:
            people = {person.id: MEMBER, other.id: MEMBER}
            self._chats_between[pair] = Chat(other.id, "private", other.name, self.keep, people)
        return self._chats_between[pair]

    def add_group(self, title: str, memberships: dict[int, Membership], kind: str = "group") -> Chat:
        """Add a group, supergroup or channel (`kind`) with these people and bots in it."""
        ids = self._group_ids if kind == "group" else self._supergroup_ids
        chat = Chat(next(ids), kind, title, self.keep, memberships)
        self.chats[chat.id] = chat
        self.events.publish("groups")
        return chat

    def chat_of(self, person: Person, chat_id: int | None) -> Chat:
        """Return a chat, by default the person's private chat with the bot. KeyError if they are not in it."""
        chat = self.chats[person.id if chat_id is None else chat_id]
        if not chat.is_in(person.id):
            raise KeyError(chat_id)
        return chat

    def known_user(self, user_id: int) -> Json | None:
        """Return the User object of the bot itself or of a person it has met; None for anybody else."""
        if user_id == self.profile.id:
            return self.profile.user()
        return self.people[user_id].user() if self.has_met(user_id) else None

    def has_met(self, person_id: int) -> bool:
        """Return whether the bot knows a person, from their own chat or from a group.

        Otherwise the person's id means nothing to the bot.
        """
        person = self.people.get(person_id)
        if person is None:
            return False
        groups = (chat for chat in self.chats.values() if chat.type != "private")
        return person.started or person.blocked or any(group.is_in(person_id) for group in groups)

    def user(self, user_id: int) -> Json:
        """Return the User object of the bot or of a person. KeyError if there is no such person."""
        return self.profile.user() if user_id == self.profile.id else self.people[user_id].user()

    # Members

    def place_in(self, chat: Chat) -> Membership:
        """Return the bot's own place in a chat."""
        return chat.membership(self.profile.id)

    def member(self, chat: Chat, user_id: int) -> Json:
        """Return the ChatMember object of the bot or of a person. KeyError if there is no such person."""
        membership = chat.membership(user_id)
        if membership.until and unix_seconds(self.clock()) >= membership.until:  # the ban or restriction is over
            membership = chat.memberships[user_id] = MEMBER if membership.is_member else LEFT
        return membership.as_json(self.user(user_id), chat.type, self.profile.id)

    def set_member(self, chat: Chat, user_id: int, membership: Membership, actor: Json, **more: object) -> None:
        """Change a user's place in a chat, and tell the bot about it.

        Args:
            chat: The chat.
            user_id: The bot or a person.
            membership: Their new place.
            actor: The User object of who changes it.
            more: Other fields of the ChatMemberUpdated object.
        """
        old, was_in = self.member(chat, user_id), chat.is_in(user_id)
        chat.memberships[user_id] = membership
        change = {"chat": chat.as_json(), "from": actor, "date": unix_seconds(self.clock()), "old_chat_member": old}
        change |= {"new_chat_member": self.member(chat, user_id), **more}
        is_bot = user_id == self.profile.id
        if is_bot or self.place_in(chat).status == "administrator":
            self.updates.add("my_chat_member" if is_bot else "chat_member", change, chat.id)
        if chat.type in ("group", "supergroup") and chat.is_in(user_id) != was_in and not is_bot:
            moved = {"left_chat_member": self.user(user_id)} if was_in else {"new_chat_members": [self.user(user_id)]}
            self.add_service_message(chat, moved, actor)
            self.events.publish("groups")

    def next_message_id(self, chat: Chat) -> int:
        """Return the id of the next message in a chat.

        Telegram counts the messages of each supergroup and channel separately. Private chats and groups share one
        count, so the ids in one of them have gaps.
        """
        if chat.type in ("supergroup", "channel"):
            chat.last_message_id += 1
            return chat.last_message_id
        return next(self._message_ids)

    def add_service_message(self, chat: Chat, fields: Json, author: Json, *, starts_topic: bool = False) -> Message:
        """Put a message into a chat to say what has happened there, such as a new title. The bot gets it too."""
        body: Json = {"message_id": self.next_message_id(chat), "date": unix_seconds(self.clock())}
        if starts_topic:
            body |= {"message_thread_id": body["message_id"], "is_topic_message": True}
        body |= {"sender_chat": chat.as_json()} if chat.type == "channel" else {"from": author}
        message = Message({**body, "chat": chat.as_json(), **fields}, mine=not author["is_bot"])
        chat.add(message)
        self.publish_message("message", chat, message)
        if self.place_in(chat).is_member:
            self.updates.add("channel_post" if chat.type == "channel" else "message", message.body, chat.id)
        return message

    # What the bot does in chats

    def post(self, chat: Chat, content: Json, method: str, *, silent: bool = False) -> Message:
        """Put a message of the bot into a chat. From here on it counts as delivered.

        Args:
            chat: Where it goes.
            content: What the message holds, as fields of a Message object.
            method: The Bot API method that sends it, for the judge.
            silent: Whether it arrives without a sound.
        """
        now = self.clock()
        author = {"sender_chat": chat.as_json()} if chat.type == "channel" else {"from": self.profile.user()}
        body = {"message_id": self.next_message_id(chat), **author, "chat": chat.as_json(), "date": unix_seconds(now)}
        message = Message(body | content, mine=False, silent=silent)
        chat.add(message)
        chat.typing_until = None  # a message ends it, see the Bot API's sendChatAction
        self.judge.record(now, self.request, method, chat.id, message.body)
        self.publish_message("message", chat, message)
        return message

    def add_inline_message(self, chat: Chat, message: Message) -> None:
        """Put a message that a person sends with the bot's help into a chat. It counts as delivered by the bot."""
        chat.add(message)
        if message.inline_id:
            self.inline_messages[message.inline_id] = chat, message
        self.judge.record(self.clock(), self.request, "answerInlineQuery", chat.id, message.body)
        self.publish_message("message", chat, message)
        if self.chats.get(chat.id) is chat and self.place_in(chat).is_member:
            self.updates.add("message", message.body, chat.id)

    def edit(self, chat: Chat, message: Message, body: Json, method: str) -> None:
        """Replace the Message object of a message that the bot has edited."""
        now = self.clock()
        message.body = {**body, "edit_date": unix_seconds(now)}
        message.edited = True
        self.judge.record(now, self.request, method, chat.id, message.body)
        self.publish_message("edit", chat, message)

    def refresh_poll(self, poll: Poll) -> None:
        """Show a poll as it is now in every message that has it, and tell the bot."""
        for chat in self.chats.values():
            for message in chat.messages.values():
                if message.body.get("poll", {}).get("id") == poll.id:
                    message.body = {**message.body, "poll": poll.as_json()}
                    self.publish_message("edit", chat, message)
        self.updates.add("poll", poll.as_json(), order_key=int(poll.id))

    def close_due_polls(self) -> None:
        """Close every poll whose moment has come, and tell the bot."""
        for poll in self.polls.close_due(self.clock()):
            self.refresh_poll(poll)

    def delete(self, chat: Chat, message: Message) -> None:
        """Delete a message for everybody in its chat."""
        message.deleted = True
        self.publish(chat, "delete", message_id=message.id)

    # Events for the pages

    def publish(self, chat: Chat, kind: str, **payload: object) -> None:
        """Publish an event to the phone of everybody in a chat."""
        if not self.events.has_listeners:
            return
        for person in self.people.keys() & chat.memberships.keys():
            if chat.is_in(person):
                self.events.publish(kind, person, chat=chat.id, **payload)

    def publish_message(self, kind: str, chat: Chat, message: Message) -> None:
        """Publish a message to the phone of everybody in its chat, as a "message" or an "edit"."""
        if self.events.has_listeners:  # copying the message for nobody would slow the load tests
            self.publish(chat, kind, message=message.as_json())

    def publish_person(self, person: Person) -> None:
        """Publish that a person is new or has changed."""
        self.events.publish("person", person.id, details=person.as_json())
