"""The bot's own account: who it is, its names, commands and menu button."""

import re
from collections.abc import Callable
from typing import Any

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.state.profile import DEFAULT, Profile, Scope, in_language
from simulator.state.world import World

_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_COMMAND = re.compile(r"[a-z0-9_]+")
_MOST_COMMANDS = 100
_LONGEST_COMMAND = 32
_LONGEST_COMMAND_DESCRIPTION = 256
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


def get_me(world: World, _parameters: Parameters) -> Json:
    """`getMe`."""
    return world.profile.me()


def _language(parameters: Parameters) -> str:
    code = parameters.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("Invalid language code specified")
    return code


# Names and descriptions

Texts = Callable[[Profile], dict[str, str]]


def _setter(field: str, texts: Texts, longest: int, complaint: str) -> Callable[[World, Parameters], bool]:
    def set_text(world: World, parameters: Parameters) -> bool:
        language, text = _language(parameters), parameters.text(field)
        if len(text) > longest:
            raise bad_request(complaint)
        _put(texts(world.profile), language, text)
        world.events.tell("bot")
        return True

    return set_text


def _put(texts: dict[str, str], language: str, text: str) -> None:
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)


def _getter(field: str, texts: Texts) -> Callable[[World, Parameters], Json]:
    def get_text(world: World, parameters: Parameters) -> Json:
        return {field: in_language(texts(world.profile), _language(parameters))}

    return get_text


def set_my_name(world: World, parameters: Parameters) -> bool:
    """`setMyName`: without a language it cannot be taken away."""
    if not parameters.text("name") and not parameters.text("language_code"):
        raise bad_request("BOT_TITLE_INVALID")
    return _set_name(world, parameters)


def _names(profile: Profile) -> dict[str, str]:
    return profile.names


def _descriptions(profile: Profile) -> dict[str, str]:
    return profile.descriptions


def _short_descriptions(profile: Profile) -> dict[str, str]:
    return profile.short_descriptions


_set_name = _setter("name", _names, 64, "BOT_TITLE_INVALID")


# Commands


def set_my_commands(world: World, parameters: Parameters) -> bool:
    """`setMyCommands`."""
    commands = _commands(parameters)
    scope, language = _scope(world, parameters), _language(parameters)
    world.profile.commands[scope, language] = commands
    world.events.tell("commands")
    return True


def get_my_commands(world: World, parameters: Parameters) -> list[Json]:
    """`getMyCommands`."""
    return world.profile.commands.get((_scope(world, parameters), _language(parameters)), [])


def delete_my_commands(world: World, parameters: Parameters) -> bool:
    """`deleteMyCommands`."""
    world.profile.commands.pop((_scope(world, parameters), _language(parameters)), None)
    world.events.tell("commands")
    return True


def _commands(parameters: Parameters) -> list[Json]:
    commands: Any = parameters.value("commands", "Can't parse commands JSON object")
    if not isinstance(commands, list | None):
        raise bad_request("Expected an Array of BotCommand")
    if len(commands or ()) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_command(command) for command in commands or ()]


def _command(value: Any) -> Json:
    if not isinstance(value, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(value.get(name), str):
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command = value["command"].strip().removeprefix("/")
    description = value["description"].strip()
    _check_command(command, description)
    return {"command": command, "description": description}


def _check_command(command: str, description: str) -> None:
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


def _scope(world: World, parameters: Parameters) -> Scope:
    scope: Any = parameters.value("scope", "Can't parse BotCommandScope JSON object")
    if scope is None:
        return DEFAULT
    if not isinstance(scope, dict):
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = str(scope.get("type", ""))
    if kind in _PLAIN_SCOPES:
        return kind, 0, 0
    if kind not in _CHAT_SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    chat = world.chat(str(scope.get("chat_id", "")))
    return kind, chat.id, Parameters(scope).integer("user_id")


# The menu button


def set_chat_menu_button(world: World, parameters: Parameters) -> bool:
    """`setChatMenuButton`: for one private chat, or (0) for all that have none of their own."""
    button: Any = parameters.value("menu_button", "Can't parse menu button JSON object")
    if not isinstance(button, dict | None):
        raise bad_request("Can't parse menu button: MenuButton must be an Object")
    button = button or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("Can't parse menu button: MenuButton has unsupported type")
    world.profile.menu_buttons[_menu_chat(world, parameters)] = button
    return True


def get_chat_menu_button(world: World, parameters: Parameters) -> Json:
    """`getChatMenuButton`."""
    buttons = world.profile.menu_buttons
    return buttons.get(_menu_chat(world, parameters)) or buttons.get(0) or {"type": "commands"}


def _menu_chat(world: World, parameters: Parameters) -> int:
    return world.chat(parameters.text("chat_id")).id if parameters.has("chat_id") else 0


METHODS: dict[str, Callable[[World, Parameters], Any]] = {
    "getme": get_me,
    "setmyname": set_my_name,
    "getmyname": _getter("name", _names),
    "setmydescription": _setter("description", _descriptions, 512, "BOT_DESCRIPTION_TOO_LONG"),
    "getmydescription": _getter("description", _descriptions),
    "setmyshortdescription": _setter("short_description", _short_descriptions, 120, "BOT_ABOUT_TOO_LONG"),
    "getmyshortdescription": _getter("short_description", _short_descriptions),
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
}
