"""How a reminder looks: one cue, one small action, the buttons that answer it, and the button that turns it off."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache

from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Markup
from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Answers, Edition, paragraph
from bot.messages.sender import Draft, Rows
from bot.parsing import lenient_json
from bot.store.people import Person

QUARTER, HOUR = 15, 60
"""The minutes by which a reminder can be put off."""
NUMBER = "{number}"
"""Stands for the reminder's number in buttons that are rendered in advance. No label may contain braces."""


def reminder(
    edition: Edition, kind: str, number: int, person: Person, *, silent: bool, tip: str | None = None
) -> Draft:
    """Return the reminder of ``kind`` to send to ``person``.

    Args:
        edition: The content in the person's language.
        kind: The kind of reminder.
        number: The reminder's id in the outbox.
        person: The person.
        silent: Whether it comes without a sound.
        tip: How many tips the person had seen when the reminder was planned, which decides the tip. None: as of now.
    """
    block = edition.reminders[kind]
    keyboard = lenient_json.loads(
        _keyboard(edition.answers, block.page, guided=block.guided is not None).replace(NUMBER, str(number)).encode()
    )
    text = block.text or next_tip(edition, replace(person, tips_seen=int(tip)) if tip else person)
    return Draft(text, drawn=keyboard, silent=silent)


def buttons(answers: Answers, page: str | None, number: str, *, guided: bool = False) -> Rows:
    """Return the buttons that answer the reminder with this number.

    ``page`` is the page that says more, if there is one. A ``guided`` reminder has a button that starts its routine.
    """
    rows = [
        [
            Button(answers.done_button, callback_data=f"answer:done:{number}", style=Style.SUCCESS),
            Button(answers.later_button, callback_data=f"answer:later:{number}"),
        ],
        [
            Button(answers.skip_button, callback_data=f"answer:skip:{number}"),
            Button(answers.stop_button, callback_data=f"answer:stop:{number}"),
        ],
    ]
    start = Button(answers.start_button, callback_data=f"answer:start:{number}", style=Style.PRIMARY)
    more = [[Button(answers.more_button, callback_data=f"more:{page}")]] if page else []
    return [*([[start]] if guided else []), *rows, *more]


def later_buttons(answers: Answers, number: int, minutes: Collection[int]) -> Rows:
    """Return the buttons that put a reminder off by one of these numbers of minutes, and the one that leads back."""
    labels = {QUARTER: answers.quarter_button, HOUR: answers.hour_button}
    row = [Button(labels[span], callback_data=f"answer:later:{number}:{span}") for span in minutes]
    return [row, [Button(answers.back_button, callback_data=f"answer:back:{number}")]]


@cache  # Rendering the keyboard takes a sixth of the time of a reminder, and only the number differs.
def _keyboard(answers: Answers, page: str | None, *, guided: bool) -> str:
    """Return the keyboard as JSON, with ``NUMBER`` in place of the reminder's number."""
    return lenient_json.dumps(Markup(buttons(answers, page, NUMBER, guided=guided)).to_dict()).decode()


def next_tip(edition: Edition, person: Person) -> str:
    """Return the tip that the person sees next, as HTML.

    Each person starts at a different tip and sees all of them before one comes again.
    """
    tips = list(edition.tips.values())
    return paragraph(tips[(person.chat_id + person.tips_seen) % len(tips)], edition.marks.long)
