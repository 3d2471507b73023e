"""The list of commands, and the two buttons that other topics show too."""

import re

from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Edition
from handlers import help as help_topic
from handlers.help import Words


def test_every_command_has_a_line_in_the_order_of_the_menu(edition: Edition) -> None:
    _, *lines = re.findall(r"^(.*)$", help_topic.commands(edition).text, re.MULTILINE)
    listed = [re.fullmatch(r"/(\w+) – (.+)", line) for line in lines if line]
    menu = [match.groups() for match in listed if match]
    assert menu == [(command.name, command.menu) for command in edition.commands.values()]


def test_the_list_begins_with_the_introduction(edition: Edition) -> None:
    assert help_topic.commands(edition).text.startswith(f"{edition.words(Words).intro}\n\n/")


def test_a_line_may_hold_any_character(edition: Edition) -> None:
    cramp = edition.commands["cramp"].model_copy(update={"menu": "Rub & warm <now>"})
    changed = edition.model_copy(update={"commands": {**edition.commands, "cramp": cramp}})
    assert f"/{cramp.name} – Rub &amp; warm &lt;now&gt;\n" in help_topic.commands(changed).text


def test_relief_is_the_only_button_below_it(edition: Edition) -> None:
    assert help_topic.commands(edition).buttons == [[help_topic.relief_button(edition)]]


def test_the_buttons_to_relief_and_to_the_list(edition: Edition) -> None:
    words = edition.words(Words)
    relief, listed = help_topic.relief_button(edition), help_topic.help_button(edition)
    assert (relief.text, relief.callback_data, relief.style) == (words.cramp_button, "cramp:steps:relief", Style.DANGER)
    assert (listed.text, listed.callback_data) == (words.help_button, "help")
