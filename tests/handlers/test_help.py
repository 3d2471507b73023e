"""The list of commands, and the two buttons that other topics show too."""

import re

from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Edition
from handlers import help as help_topic
from handlers.help import Words


def test_every_command_stands_in_the_line_of_its_topic(edition: Edition) -> None:
    _, *lines = help_topic.commands(edition).text.split("\n\n")
    topics = ("relief", "reading", "reminders", "other")
    for line, topic in zip(lines, topics, strict=True):
        before = getattr(edition.words(Words), topic).partition("{")[0]
        assert line.startswith(before)
        names = [command.name for command in edition.commands.values() if command.topic == topic]
        assert re.findall(r"/(\w+)", line.removeprefix(before)) == names


def test_relief_comes_first(edition: Edition) -> None:
    text = help_topic.commands(edition).text
    assert re.findall(r"(?<!<)/(\w+)", text)[0] == edition.commands["cramp"].name
    assert text.startswith(edition.words(Words).intro)


def test_relief_is_the_only_button_below_it(edition: Edition) -> None:
    assert help_topic.commands(edition).buttons == [[help_topic.relief_button(edition)]]


def test_the_buttons_to_relief_and_to_the_list(edition: Edition) -> None:
    words = edition.words(Words)
    relief, listed = help_topic.relief_button(edition), help_topic.help_button(edition)
    assert (relief.text, relief.callback_data, relief.style) == (words.cramp_button, "cramp:steps:relief", Style.DANGER)
    assert (listed.text, listed.callback_data) == (words.help_button, "help")
