"""Blocking the bot, making groups and channels, joining and leaving them."""

from collections.abc import Iterable

from simulator.json_objects import Json, unix_seconds
from simulator.phone.hand import Hand
from simulator.state.chats import Chat
from simulator.state.members import KICKED, LEFT, MEMBER, OWNER, Membership, administrator
from simulator.state.people import Person


class Groups(Hand):
    """Acts for people in groups and channels, and blocks the bot for them."""

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
        """Make a group with the bot in it. In a channel it is an administrator.

        Args:
            owner: Who makes it.
            title: Its title.
            members: Who else is in it.
            kind: "group", "supergroup", "forum" (a supergroup with topics) or "channel".
        """
        people = {person.id: MEMBER for person in members} | {owner.id: OWNER}
        chat = self._world.add_group(title, people, "supergroup" if kind == "forum" else kind)
        if kind == "forum":
            chat.make_forum()
        self.set_bot_status(owner, chat, "administrator" if kind == "channel" else "member")
        return chat

    def set_bot_status(self, actor: Person, chat: Chat, status: str) -> None:
        """Make the bot a "member" or an "administrator" with all rights, or remove it ("left", "kicked")."""
        is_administrator = status == "administrator"
        self._set_bot_place(actor, chat, administrator(chat.type, actor.id) if is_administrator else Membership(status))

    def _set_bot_place(self, actor: Person, chat: Chat, place: Membership) -> None:
        self._world.set_member(chat, self._world.profile.id, place, actor.user())

    def migrate(self, group: Chat) -> Chat:
        """Turn a group into a supergroup and return the new chat. The bot gets a service message in both."""
        supergroup = self._world.add_group(group.title, group.memberships.copy(), "supergroup")
        group.migrated_to = supergroup.id
        self._world.add_service_message(group, {"migrate_to_chat_id": supergroup.id}, _GROUP_ANONYMOUS_BOT)
        self._world.add_service_message(supergroup, {"migrate_from_chat_id": group.id}, _GROUP_ANONYMOUS_BOT)
        return supergroup

    # Members

    def join(self, person: Person, chat: Chat, link: str = "") -> None:
        """Join a group or channel, with an invite link or without one. A link may ask for approval first.

        Raises:
            ValueError: if the person is banned, or the link does not work any more.
        """
        if self._world.member(chat, person.id)["status"] == "kicked":
            raise ValueError(f"{person.name} is banned from {chat.title}")
        invite = chat.links.get(link) if link else None
        if link and not (invite and invite.is_usable(unix_seconds(self._world.clock()))):
            raise ValueError(f"the link {link} does not work")
        if invite and invite.asks:
            invite.asking.add(person.id)
            request = {"chat": chat.as_json(), "from": person.user(), "user_chat_id": person.id}
            request |= {"date": unix_seconds(self._world.clock()), "invite_link": invite.as_json()}
            if self._world.place_in(chat).allows("can_invite_users"):
                self._world.updates.add("chat_join_request", request, chat.id)
            return
        more: Json = {}
        if invite:
            invite.joined.add(person.id)
            more = {"invite_link": invite.as_json()}
        self._world.set_member(chat, person.id, MEMBER, person.user(), **more)

    def leave(self, person: Person, chat: Chat) -> None:
        """Leave a group or channel."""
        self._world.set_member(chat, person.id, LEFT, person.user())

    def set_member(self, actor: Person, chat: Chat, person: Person, status: str) -> None:
        """Make somebody a "member" or an "administrator" with all rights, or remove them ("left", "kicked")."""
        place = administrator(chat.type, actor.id) if status == "administrator" else Membership(status)
        self._world.set_member(chat, person.id, place, actor.user())


# Telegram's stand-in for an author that is a group. The id is the same everywhere.
_GROUP_ANONYMOUS_BOT = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
