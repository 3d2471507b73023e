from simulator.state.profile import DEFAULT, Profile, in_language


def test_the_narrowest_scope_wins_and_within_it_the_language() -> None:
    profile = Profile(1, "bot", {"": "Bot"})
    every, private, own = [{"command": "a"}], [{"command": "b"}], [{"command": "c"}]
    assert profile.commands_for(5, "sv") == []
    profile.commands[DEFAULT, "sv"] = every
    assert profile.commands_for(5, "sv") == every
    assert profile.commands_for(5, "en") == []
    profile.commands[("all_private_chats", 0, 0), ""] = private
    assert profile.commands_for(5, "sv") == private
    profile.commands[("chat", 5, 0), ""] = own
    assert profile.commands_for(5, "sv") == own
    assert profile.commands_for(6, "sv") == private


def test_the_menu_in_a_group() -> None:
    profile = Profile(1, "bot", {"": "Bot"})
    scopes = ["all_group_chats", "all_chat_administrators", "chat", "chat_administrators", "chat_member"]
    for scope in scopes:
        chat = 0 if scope.startswith("all_") else -7
        profile.commands[(scope, chat, 5 if scope == "chat_member" else 0), ""] = [{"command": scope}]

    def menu(person: int, group: int, *, administers: bool) -> str:
        return str(profile.commands_for(person, "sv", group, administers=administers)[0]["command"])

    assert menu(5, -7, administers=False) == "chat_member"
    assert menu(6, -7, administers=True) == "chat_administrators"
    assert menu(6, -7, administers=False) == "chat"
    assert menu(6, -8, administers=True) == "all_chat_administrators"
    assert menu(6, -8, administers=False) == "all_group_chats"
    assert profile.commands_for(5, "sv") == []


def test_texts_in_languages() -> None:
    assert in_language({"": "a", "sv": "b"}, "sv") == "b"
    assert in_language({"": "a", "sv": "b"}, "de") == "a"
    assert in_language({}, "de") == ""


def test_the_bot_as_a_user() -> None:
    profile = Profile(1, "bot", {"": "Bot"})
    assert profile.user() == {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"}
    assert profile.me().items() > profile.user().items()
