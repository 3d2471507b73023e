"""The bot's profile: name, descriptions and commands for each language, and the menu button of each chat."""

from dataclasses import dataclass, field

from simulator.json_objects import Json

Scope = tuple[str, int, int]
"""A BotCommandScope: its type, its chat id and its user id (0 where the type has none)."""

DEFAULT: Scope = ("default", 0, 0)


@dataclass(slots=True)
class Profile:
    """The bot's own account.

    Texts are kept by language code; "" holds for every language without a text of its own. `menu_buttons` are kept by
    chat id; 0 holds for every chat without a button of its own.

    - `default_rights`: what the bot asks for as an administrator of channels (True) and of groups (False).
    - `reads_all_group_messages`: whether privacy mode is off.
    - `has_inline_mode`: whether people can write the bot's name and a query in any chat.
    """

    id: int
    username: str
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Scope, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    default_rights: dict[bool, frozenset[str]] = field(default_factory=dict)
    reads_all_group_messages: bool = False
    has_inline_mode: bool = True

    def user(self) -> Json:
        """Return the bot as a User object."""
        return {"id": self.id, "is_bot": True, "first_name": self.names[""], "username": self.username}

    def me(self) -> Json:
        """Return the longer User object that getMe answers with."""
        abilities = dict.fromkeys(_ABILITIES, False)
        abilities |= {"can_read_all_group_messages": self.reads_all_group_messages, "can_join_groups": True}
        return {**self.user(), **abilities, "supports_inline_queries": self.has_inline_mode}

    def commands_for(self, person: int, language: str, group: int = 0, *, administers: bool = False) -> list[Json]:
        """Return a person's command menu in a group, or in their private chat (`group` 0).

        The narrowest scope that has commands wins, and within it the person's language. The order is that of
        "Determining list of commands" in the Bot API's section on BotCommandScope.
        """
        scopes: list[Scope] = [("chat", person, 0), ("all_private_chats", 0, 0), DEFAULT]
        if group:
            scopes = [
                ("chat_member", group, person),
                ("chat_administrators", group, 0),
                ("chat", group, 0),
                ("all_chat_administrators", 0, 0),
                ("all_group_chats", 0, 0),
                DEFAULT,
            ]
        for scope in scopes:
            if scope[0].endswith("administrators") and not administers:
                continue
            for code in (language, ""):
                if commands := self.commands.get((scope, code)):
                    return commands
        return []


def in_language(texts: dict[str, str], language: str) -> str:
    """Return the text for a language; if it has none of its own, the text for all other languages."""
    return texts.get(language) or texts.get("", "")


_ABILITIES = (
    "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business", "has_main_web_app",
    "has_topics_enabled", "allows_users_to_create_topics", "can_manage_bots",
)  # fmt: skip
