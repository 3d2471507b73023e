"""Everything the simulator knows: the bot, people, chats, updates, files, and what was delivered."""

from collections.abc import Iterable
from itertools import count

from simulator.bot_api.refusals import CHAT_NOT_FOUND, Refusal, bad_request, forbidden
from simulator.clock import SkippableClock
from simulator.json_objects import Json, seconds
from simulator.state.callback_queries import Presses
from simulator.state.events import Events
from simulator.state.files import Files
from simulator.state.judge import Judge
from simulator.state.people import Chat, Message, Person
from simulator.state.profile import Profile
from simulator.updates.queue import UpdateQueue
from simulator.updates.webhook import Webhook

_NAMES = ("Astrid", "Bo", "Cilla", "David", "Elsa", "Farid", "Greta", "Hugo", "Ines", "Johan")
FIRST_PERSON = 1_000_001
FIRST_GROUP = -2_000_001
FIRST_SUPERGROUP = -1_002_000_000_001


class World:
    """The state of one simulated Telegram with one bot in it."""

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
        self.webhook = Webhook()
        self.judge = Judge(None if keep is None else 100 * keep)
        self.request = 0
        """The number of the request that is being carried out."""

        self._message_ids = count(1)
        self._person_ids = count(FIRST_PERSON)
        self._group_ids = count(FIRST_GROUP, -1)
        self._supergroup_ids = count(FIRST_SUPERGROUP, -1)

    # People and chats

    def add_person(self, name: str = "", *, language: str = "en", started: bool = False, **more: object) -> Person:
        """Somebody new, and the private chat with them. `started`: they have written to the bot before."""
        number = next(self._person_ids)
        name = name or _NAMES[(number - FIRST_PERSON) % len(_NAMES)]
        person = Person(number, name, language, started=started, **more)  # type: ignore[arg-type]
        self.people[number] = person
        self.chats[number] = Chat(number, "private", name, self.keep, {number})
        self.events.tell("person", number, card=person.card())
        return person

    def add_group(self, title: str, members: Iterable[int] = (), kind: str = "group") -> Chat:
        """A new group, supergroup or channel with these people in it; the bot is in it too."""
        ids = self._group_ids if kind == "group" else self._supergroup_ids
        chat = Chat(next(ids), kind, title, self.keep, set(members))
        self.chats[chat.id] = chat
        return chat

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count for themselves, all other chats together."""
        if chat.type in ("supergroup", "channel"):
            chat.last_message_id += 1
            return chat.last_message_id
        return next(self._message_ids)

    # Chats as the bot may use them

    def chat(self, chat_id: str) -> Chat:
        """The chat a bot names. Refused if the bot has never met it."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        try:
            chat = self.chats[int(chat_id)]
        except (KeyError, ValueError):
            raise bad_request(CHAT_NOT_FOUND) from None
        if chat.type == "private" and not self._has_met(chat.id):
            raise bad_request(CHAT_NOT_FOUND)
        return chat

    def _has_met(self, person: int) -> bool:
        known = self.people[person]
        return known.started or known.blocked or self._is_in_a_group(person)

    def _is_in_a_group(self, person: int) -> bool:
        return any(person in chat.members for chat in self.chats.values() if chat.type != "private")

    def writable_chat(self, chat_id: str) -> Chat:
        """The chat, if the bot may write there; refused in Telegram's words otherwise."""
        chat = self.chat(chat_id)
        complaint = self._private_complaint(chat.id) if chat.type == "private" else group_complaint(chat)
        if complaint:
            raise complaint
        return chat

    def _private_complaint(self, person_id: int) -> Refusal | None:
        person = self.people[person_id]
        if person.deactivated:
            return forbidden("user is deactivated")
        if person.blocked:
            return forbidden("bot was blocked by the user")
        return None if person.started else forbidden("bot can't initiate conversation with a user")

    def message(self, chat: Chat, message_id: int, purpose: str) -> Message:
        """A message that is there; `purpose` ("message to edit") begins the refusal otherwise."""
        message = chat.present(message_id)
        if message is None:
            raise bad_request(f"{purpose} not found")
        return message

    # What happens in chats

    def post(self, chat: Chat, content: Json, method: str, *, silent: bool = False) -> Message:
        """The bot's message enters the chat: from here on it is delivered."""
        now = self.clock()
        author = {"sender_chat": chat.card()} if chat.type == "channel" else {"from": self.profile.user()}
        body = {"message_id": self.next_message_id(chat), **author, "chat": chat.card(), "date": seconds(now)}
        message = Message(body | content, mine=False, silent=silent)
        chat.add(message)
        chat.typing_until = None
        self.judge.note(now, self.request, method, chat.id, message.body)
        self.show("message", chat, message)
        return message

    def edit(self, chat: Chat, message: Message, body: Json, method: str) -> None:
        """The bot changed its message."""
        now = self.clock()
        message.body = {**body, "edit_date": seconds(now)}
        message.edited = True
        self.judge.note(now, self.request, method, chat.id, message.body)
        self.show("edit", chat, message)

    def delete(self, chat: Chat, message: Message) -> None:
        """A message is gone for everybody."""
        message.deleted = True
        self.tell(chat, "delete", message_id=message.id)

    def show(self, kind: str, chat: Chat, message: Message) -> None:
        """Announce a message to everybody in its chat."""
        if self.events.watched:
            self.tell(chat, kind, message=message.on_phone())

    def tell(self, chat: Chat, kind: str, **payload: object) -> None:
        """Announce something to everybody in a chat."""
        for person in chat.members:
            self.events.tell(kind, person, **payload)


def group_complaint(chat: Chat) -> Refusal | None:
    """Why the bot may not write in a group or channel; None if it may."""
    kind = f"{chat.type} chat"
    if chat.migrated_to:
        reason = "group chat was upgraded to a supergroup chat"
        return bad_request(reason, migrate_to_chat_id=chat.migrated_to)
    if chat.deleted:
        return forbidden("the group chat was deleted")
    if chat.bot_status == "kicked":
        return forbidden(f"bot was kicked from the {kind}")
    return forbidden(f"bot is not a member of the {kind}") if chat.bot_status == "left" else None
