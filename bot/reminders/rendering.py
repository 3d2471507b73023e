"""How a reminder looks: one cue, one small action, the answers to it, and the way out."""

from functools import cache

from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Markup
from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Answers, Edition, Reminder, paragraph
from bot.messages.sender import Draft
from bot.parsing import lenient_json
from bot.store.people import Person

QUARTER, HOUR = 15, 60
"""For how many minutes a reminder can be put off."""
NUMBER = "{number}"
"""Where the number of a reminder belongs in the buttons that are drawn beforehand; no label may have braces."""


def reminder(edition: Edition, kind: str, number: int, person: Person, *, silent: bool) -> Draft:
    """The reminder of ``kind`` whose number in the outbox is ``number``."""
    block = edition.reminders[kind]
    drawn = lenient_json.loads(_drawn(edition.answers, block.page).replace(NUMBER, str(number)).encode())
    return Draft(_text(edition, block, person), drawn=drawn, silent=silent)


def buttons(answers: Answers, page: str | None, number: str) -> list[list[Button]]:
    """What can be said to the reminder of this number, and the way to more about it."""
    rows = [
        [Button(answers.done_button, callback_data=f"answer:done:{number}", style=Style.SUCCESS)],
        [
            Button(answers.quarter_button, callback_data=f"answer:later:{number}:{QUARTER}"),
            Button(answers.hour_button, callback_data=f"answer:later:{number}:{HOUR}"),
        ],
        [Button(answers.skip_button, callback_data=f"answer:skip:{number}")],
        [Button(answers.stop_button, callback_data=f"answer:stop:{number}")],
    ]
    if page:
        rows[2].append(Button(answers.more_button, callback_data=f"more:{page}"))
    return rows


@cache  # they differ in nothing but the number, and drawing them takes a sixth of all that a reminder costs
def _drawn(answers: Answers, page: str | None) -> str:
    return lenient_json.dumps(Markup(buttons(answers, page, NUMBER)).to_dict()).decode()


def next_tip(edition: Edition, person: Person) -> str:
    """The person's next tip as HTML. People start at different tips, and go round."""
    tips = list(edition.tips.values())
    return paragraph(tips[(person.chat_id + person.tips_seen) % len(tips)], edition.marks.long)


def _text(edition: Edition, block: Reminder, person: Person) -> str:
    return block.text or next_tip(edition, person)
