"""What a bot tells about itself: name, descriptions, commands, menu button; per language and scope."""

from dataclasses import dataclass, field

from simulator.json_objects import Json

Scope = tuple[str, int, int]
"""A BotCommandScope: its type, chat and user (0 where it has none)."""

DEFAULT: Scope = ("default", 0, 0)


@dataclass(slots=True)
class Profile:
    """The bot's own account."""

    id: int
    username: str
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Scope, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def user(self) -> Json:
        """The bot as a User object."""
        return {"id": self.id, "is_bot": True, "first_name": self.names[""], "username": self.username}

    def me(self) -> Json:
        """The answer to getMe."""
        abilities = dict.fromkeys(_ABILITIES, False)
        return {**self.user(), **abilities, "can_join_groups": True}

    def commands_for(self, person: int, language: str) -> list[Json]:
        """The command menu in a person's private chat: the narrowest scope that has one, own language first."""
        scopes: list[Scope] = [("chat", person, 0), ("all_private_chats", 0, 0), DEFAULT]
        for scope in scopes:
            for code in (language, ""):
                if commands := self.commands.get((scope, code)):
                    return commands
        return []


def in_language(texts: dict[str, str], language: str) -> str:
    """The text for a language, or the one for all others."""
    return texts.get(language) or texts.get("", "")


_ABILITIES = (
    "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business", "has_main_web_app",
    "has_topics_enabled", "allows_users_to_create_topics", "can_manage_bots",
)  # fmt: skip
