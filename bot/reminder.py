"""How a reminder looks: one cue, one small action, the answers to it, and the way out."""

from telegram import InlineKeyboardButton as Button
from telegram.constants import KeyboardButtonStyle as Style

from bot.edition import Edition, Reminder, paragraph
from bot.sender import Draft
from bot.store.people import Person

QUARTER, HOUR = 15, 60
"""For how many minutes a reminder can be put off."""


def reminder(edition: Edition, kind: str, number: int, person: Person, *, silent: bool) -> Draft:
    """The reminder of ``kind`` whose number in the outbox is ``number``."""
    block, answers = edition.reminders[kind], edition.answers
    buttons = [
        [Button(answers.done_button, callback_data=f"answer:done:{number}", style=Style.SUCCESS)],
        [
            Button(answers.quarter_button, callback_data=f"answer:later:{number}:{QUARTER}"),
            Button(answers.hour_button, callback_data=f"answer:later:{number}:{HOUR}"),
        ],
        [Button(answers.skip_button, callback_data=f"answer:skip:{number}")],
        [Button(answers.stop_button, callback_data=f"answer:stop:{number}")],
    ]
    if block.page:
        buttons[2].append(Button(answers.more_button, callback_data=f"more:{block.page}"))
    return Draft(_text(edition, block, person), buttons, silent=silent)


def next_tip(edition: Edition, person: Person) -> str:
    """The person's next tip as HTML. People start at different tips, and go round."""
    tips = list(edition.tips.values())
    return paragraph(tips[(person.chat_id + person.tips_seen) % len(tips)], edition.marks.long)


def _text(edition: Edition, block: Reminder, person: Person) -> str:
    return block.text or next_tip(edition, person)
