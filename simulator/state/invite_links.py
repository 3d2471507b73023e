"""Invite links to a chat, and who asks to join."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from simulator.json_objects import Json, without_none


@dataclass(slots=True)
class InviteLink:
    """A link with which people join a chat.

    - `creator`: the User object of who made it.
    - `expires`: in Unix time; None is never.
    - `most_members`: how many may join with it; None is as many as want to.
    - `asks`: whether people who use it have to be approved.
    - `is_primary`: whether it is the one link of its creator that can be replaced, but not deleted.
    """

    url: str
    creator: Json
    name: str = ""
    expires: int | None = None
    most_members: int | None = None
    asks: bool = False
    is_primary: bool = False
    is_revoked: bool = False
    joined: set[int] = field(default_factory=set)
    asking: set[int] = field(default_factory=set)

    def as_json(self) -> Json:
        """Return the ChatInviteLink object."""
        return without_none(
            invite_link=self.url,
            creator=self.creator,
            creates_join_request=self.asks,
            is_primary=self.is_primary,
            is_revoked=self.is_revoked,
            name=self.name or None,
            expire_date=self.expires,
            member_limit=self.most_members,
            pending_join_request_count=len(self.asking) or None,
        )

    def is_usable(self, now: int) -> bool:
        """Return whether somebody can join with the link at this moment, in Unix time."""
        is_expired = self.expires is not None and now >= self.expires
        is_used_up = self.most_members is not None and len(self.joined) >= self.most_members
        return not (self.is_revoked or is_expired or is_used_up)


class InviteLinks:
    """The links of one chat."""

    def __init__(self, chat_id: int) -> None:
        self._chat_id = chat_id
        self._numbers = count(1)
        self._by_url: dict[str, InviteLink] = {}

    def __iter__(self) -> Iterator[InviteLink]:
        return iter(self._by_url.values())

    def get(self, url: str) -> InviteLink | None:
        """Return the link with this address."""
        return self._by_url.get(url)

    def add(self, creator: Json, *, is_primary: bool = False) -> InviteLink:
        """Make a link with an address of its own."""
        url = f"https://t.me/+{abs(self._chat_id)}x{next(self._numbers)}"
        link = self._by_url[url] = InviteLink(url, creator, is_primary=is_primary)
        return link

    def primary(self, creator_id: int) -> InviteLink | None:
        """Return the primary link of a user, if they have one that is not revoked."""
        primary = (link for link in self if link.is_primary and not link.is_revoked)
        return next((link for link in primary if link.creator["id"] == creator_id), None)

    def asked_by(self, user_id: int) -> InviteLink | None:
        """Return the link with which a user asks to join."""
        return next((link for link in self if user_id in link.asking), None)
