from typing import Any

import pytest

from simulator import Person
from tests.support.bot_api_client import Client

PRIVATE = {"type": "all_private_chats"}
CRAMP = {"command": "cramp", "description": "It hurts now"}


async def test_me(bot: Client) -> None:
    me = await bot("getMe")
    assert (me["id"], me["is_bot"], me["first_name"], me["username"]) == (1234567890, True, "Charley", "charley_bot")
    assert me["can_read_all_group_messages"] is False


@pytest.mark.parametrize(
    ("method", "field"),
    [("MyName", "name"), ("MyDescription", "description"), ("MyShortDescription", "short_description")],
)
async def test_texts_per_language(bot: Client, method: str, field: str) -> None:
    await bot(f"set{method}", **{field: "plain"})
    await bot(f"set{method}", **{field: "svenska"}, language_code="sv")
    assert await bot(f"get{method}") == {field: "plain"}
    assert await bot(f"get{method}", language_code="sv") == {field: "svenska"}
    assert await bot(f"get{method}", language_code="de") == {field: "plain"}
    await bot(f"set{method}", **{field: ""}, language_code="sv")
    assert await bot(f"get{method}", language_code="sv") == {field: "plain"}


@pytest.mark.parametrize(
    ("method", "parameters", "description"),
    [
        ("setMyName", {"name": "a" * 65}, "BOT_TITLE_INVALID"),
        ("setMyName", {"name": ""}, "BOT_TITLE_INVALID"),
        ("setMyDescription", {"description": "a" * 513}, "BOT_DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "a" * 121}, "BOT_ABOUT_TOO_LONG"),
        ("setMyName", {"name": "a", "language_code": "swe"}, "invalid language code specified"),
        ("setMyCommands", {"commands": "["}, "can't parse commands JSON object"),
        ("setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
        ("setMyCommands", {"commands": ["a"]}, "can't parse BotCommand: expected an Object"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, "can't parse BotCommand: Can't find field \"description\""),
        ("setMyCommands", {"commands": [{"command": "/", "description": "a"}]}, "command must be non-empty"),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": " "}]},
            "command description must be non-empty",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "a" * 33, "description": "a"}]},
            "command length must not exceed 32",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": "a" * 257}]},
            "command description length must not exceed 256",
        ),
        ("setMyCommands", {"commands": [{"command": "Ä", "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [CRAMP] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", {"scope": "{"}, "can't parse BotCommandScope JSON object"),
        ("setMyCommands", {"scope": []}, "can't parse BotCommandScope: BotCommandScope must be an Object"),
        ("setMyCommands", {"scope": {"type": "all"}}, "can't parse BotCommandScope: Unsupported type specified"),
        ("setMyCommands", {"scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        ("setChatMenuButton", {"menu_button": "{"}, "can't parse menu button JSON object"),
        ("setChatMenuButton", {"menu_button": []}, "can't parse menu button: MenuButton must be an Object"),
        (
            "setChatMenuButton",
            {"menu_button": {"type": "x"}},
            "can't parse menu button: MenuButton has unsupported type",
        ),
        ("setChatMenuButton", {"chat_id": 5}, "chat not found"),
    ],
)
async def test_refusals(bot: Client, method: str, parameters: dict[str, Any], description: str) -> None:
    assert await bot.refusal(method, **parameters) == f"Bad Request: {description}"


async def test_commands_per_scope_and_language(bot: Client, anna: Person) -> None:
    await bot("setMyCommands", commands=[CRAMP | {"command": "/cramp"}])
    await bot("setMyCommands", commands=[], scope=PRIVATE, language_code="sv")
    assert await bot("getMyCommands") == [CRAMP]
    assert await bot("getMyCommands", scope=PRIVATE) == []
    for scope in ({"type": "chat", "chat_id": anna.id}, {"type": "chat_member", "chat_id": anna.id, "user_id": 5}):
        await bot("setMyCommands", commands=[CRAMP], scope=scope)
        assert await bot("getMyCommands", scope=scope) == [CRAMP]
        await bot("deleteMyCommands", scope=scope)
        assert await bot("getMyCommands", scope=scope) == []
    await bot("deleteMyCommands")
    assert await bot("getMyCommands") == []


async def test_the_menu_button(bot: Client, anna: Person) -> None:
    assert await bot("getChatMenuButton") == {"type": "commands"}
    await bot("setChatMenuButton", chat_id=anna.id, menu_button={"type": "default"})
    assert await bot("getChatMenuButton", chat_id=anna.id) == {"type": "default"}
    assert await bot("getChatMenuButton") == {"type": "commands"}
    await bot("setChatMenuButton")
    assert await bot("getChatMenuButton") == {"type": "default"}


async def test_default_rights_of_an_administrator(bot: Client) -> None:
    await bot("setMyDefaultAdministratorRights", rights={"can_pin_messages": True, "can_delete_messages": False})
    await bot("setMyDefaultAdministratorRights", rights={"can_post_messages": True}, for_channels=True)
    in_groups = await bot("getMyDefaultAdministratorRights")
    in_channels = await bot("getMyDefaultAdministratorRights", for_channels=True)
    assert [right for right, is_wanted in in_groups.items() if is_wanted] == ["can_pin_messages"]
    assert [right for right, is_wanted in in_channels.items() if is_wanted] == ["can_post_messages"]
    await bot("setMyDefaultAdministratorRights")
    assert not any((await bot("getMyDefaultAdministratorRights")).values())
    refused = await bot.refused("setMyDefaultAdministratorRights", rights=["can_pin_messages"])
    assert "must be an Object" in refused.description
