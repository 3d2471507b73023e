"""The bot's own account: getMe, its name, descriptions, commands and menu button, and the rights it asks for."""

import re
from collections.abc import Callable
from typing import Any

from simulator.bot_api.chat_access import known_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.state.members import rights_in
from simulator.state.profile import DEFAULT, Profile, Scope, in_language
from simulator.state.world import World

_LONGEST_NAME = 64
_LONGEST_DESCRIPTION = 512
_LONGEST_SHORT_DESCRIPTION = 120
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_COMMAND = re.compile(r"[a-z0-9_]+")
_MOST_COMMANDS = 100
_LONGEST_COMMAND = 32
_LONGEST_COMMAND_DESCRIPTION = 256
_SCOPES_WITHOUT_CHAT = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_SCOPES_WITH_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})


def get_me(world: World, _parameters: Parameters) -> Json:
    """Carry out `getMe`: return the bot as a User object."""
    return world.profile.me()


def _language(parameters: Parameters) -> str:
    code = parameters.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("Invalid language code specified")
    return code


# Name and descriptions

_Texts = Callable[[Profile], dict[str, str]]
"""Picks one of the profile's texts, which are kept by language."""


def _setter(field: str, texts: _Texts, longest: int, complaint: str) -> Callable[[World, Parameters], bool]:
    def set_text(world: World, parameters: Parameters) -> bool:
        language, text = _language(parameters), parameters.text(field)
        if len(text) > longest:
            raise bad_request(complaint)
        if text:
            texts(world.profile)[language] = text
        else:
            texts(world.profile).pop(language, None)
        world.events.publish("bot")
        return True

    return set_text


def _getter(field: str, texts: _Texts) -> Callable[[World, Parameters], Json]:
    def get_text(world: World, parameters: Parameters) -> Json:
        return {field: in_language(texts(world.profile), _language(parameters))}

    return get_text


def _names(profile: Profile) -> dict[str, str]:
    return profile.names


def _descriptions(profile: Profile) -> dict[str, str]:
    return profile.descriptions


def _short_descriptions(profile: Profile) -> dict[str, str]:
    return profile.short_descriptions


_set_name = _setter("name", _names, _LONGEST_NAME, "BOT_TITLE_INVALID")


def set_my_name(world: World, parameters: Parameters) -> bool:
    """Carry out `setMyName`. Unlike the descriptions, the name for all languages cannot be cleared."""
    if not parameters.text("name") and not parameters.text("language_code"):
        raise bad_request("BOT_TITLE_INVALID")
    return _set_name(world, parameters)


# Commands


def set_my_commands(world: World, parameters: Parameters) -> bool:
    """Carry out `setMyCommands` for one scope and language."""
    commands: Any = parameters.value("commands", "Can't parse commands JSON object")
    if not isinstance(commands, list | None):
        raise bad_request("Expected an Array of BotCommand")
    if len(commands or ()) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_checked_command(command) for command in commands or ()]
    world.profile.commands[_scope(world, parameters), _language(parameters)] = checked
    world.events.publish("commands")
    return True


def get_my_commands(world: World, parameters: Parameters) -> list[Json]:
    """Carry out `getMyCommands` for one scope and language."""
    return world.profile.commands.get((_scope(world, parameters), _language(parameters)), [])


def delete_my_commands(world: World, parameters: Parameters) -> bool:
    """Carry out `deleteMyCommands` for one scope and language."""
    world.profile.commands.pop((_scope(world, parameters), _language(parameters)), None)
    world.events.publish("commands")
    return True


def _checked_command(value: Any) -> Json:
    if not isinstance(value, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(value.get(name), str):
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command = value["command"].strip().removeprefix("/")
    description = value["description"].strip()
    if not command:
        raise bad_request("Command must be non-empty")
    if len(command) > _LONGEST_COMMAND:
        raise bad_request(f"Command length must not exceed {_LONGEST_COMMAND}")
    if not description:
        raise bad_request("Command description must be non-empty")
    if len(description) > _LONGEST_COMMAND_DESCRIPTION:
        raise bad_request(f"Command description length must not exceed {_LONGEST_COMMAND_DESCRIPTION}")
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def _scope(world: World, parameters: Parameters) -> Scope:
    scope: Any = parameters.value("scope", "Can't parse BotCommandScope JSON object")
    if scope is None:
        return DEFAULT
    if not isinstance(scope, dict):
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = str(scope.get("type", ""))
    if kind in _SCOPES_WITHOUT_CHAT:
        return kind, 0, 0
    if kind not in _SCOPES_WITH_CHAT:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    chat = known_chat(world, str(scope.get("chat_id", "")))
    return kind, chat.id, Parameters(scope).integer("user_id")


# The menu button


def set_chat_menu_button(world: World, parameters: Parameters) -> bool:
    """Carry out `setChatMenuButton` for one private chat; without a chat, for all without a button of their own."""
    button: Any = parameters.value("menu_button", "Can't parse menu button JSON object")
    if not isinstance(button, dict | None):
        raise bad_request("Can't parse menu button: MenuButton must be an Object")
    button = button or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("Can't parse menu button: MenuButton has unsupported type")
    world.profile.menu_buttons[_menu_chat_id(world, parameters)] = button
    return True


def get_chat_menu_button(world: World, parameters: Parameters) -> Json:
    """Carry out `getChatMenuButton` for one private chat, or without a chat for all others."""
    buttons = world.profile.menu_buttons
    return buttons.get(_menu_chat_id(world, parameters)) or buttons.get(0) or {"type": "commands"}


def _menu_chat_id(world: World, parameters: Parameters) -> int:
    return known_chat(world, parameters.text("chat_id")).id if parameters.has("chat_id") else 0


# The rights that the bot asks for when it is made an administrator


def set_my_default_administrator_rights(world: World, parameters: Parameters) -> bool:
    """Carry out `setMyDefaultAdministratorRights` for groups or for channels. Without `rights`, they are cleared."""
    rights: Any = parameters.value("rights", "Can't parse ChatAdministratorRights JSON object")
    if not isinstance(rights, dict | None):
        raise bad_request("Can't parse ChatAdministratorRights: ChatAdministratorRights must be an Object")
    wanted = frozenset(name for name, is_wanted in (rights or {}).items() if is_wanted)
    world.profile.default_rights[parameters.flag("for_channels")] = wanted
    return True


def get_my_default_administrator_rights(world: World, parameters: Parameters) -> Json:
    """Carry out `getMyDefaultAdministratorRights` for groups or for channels."""
    for_channels = parameters.flag("for_channels")
    wanted = world.profile.default_rights.get(for_channels, frozenset())
    return {right: right in wanted for right in rights_in("channel" if for_channels else "supergroup")}


METHODS: dict[str, Callable[[World, Parameters], Any]] = {
    "getme": get_me,
    "setmyname": set_my_name,
    "getmyname": _getter("name", _names),
    "setmydescription": _setter("description", _descriptions, _LONGEST_DESCRIPTION, "BOT_DESCRIPTION_TOO_LONG"),
    "getmydescription": _getter("description", _descriptions),
    "setmyshortdescription": _setter(
        "short_description", _short_descriptions, _LONGEST_SHORT_DESCRIPTION, "BOT_ABOUT_TOO_LONG"
    ),
    "getmyshortdescription": _getter("short_description", _short_descriptions),
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "setmydefaultadministratorrights": set_my_default_administrator_rights,
    "getmydefaultadministratorrights": get_my_default_administrator_rights,
}
