"""How logging looks: its words, the questions, and an entry with what can be changed in it."""

from datetime import datetime
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Edition, Label, Model, Paragraph, Placeholders, Text
from bot.content.telegram_html import escape
from bot.diary import entry
from bot.diary.words import Words as DiaryWords
from bot.messages.sender import Draft, Rows, rows_of
from bot.store.cramps import Cramp, Lasted, Situation
from bot.store.people import Person
from handlers.cramp.screens import Words as CrampWords

MOST_CHOICES = 10
"""How many moments can be offered: the hours of a night, one of which comes twice when the clocks go back."""


class Questions(Model):
    """The question for each field."""

    pain: Text
    side: Text
    muscle: Text
    lasted: Text
    situation: Text
    helped: Text
    woke: Text


class Words(Model):
    """The words for logging a cramp."""

    ask: Text
    ask_without_clock: Text
    now_button: Label
    hour_button: Label
    night_button: Label
    clock_button: Label
    diary_button: Label
    which: Text
    not_read: Text
    logged: Annotated[Text, Placeholders("moment")]
    changed: Annotated[Text, Placeholders("moment")]
    questions: Questions
    skip_button: Label
    unknown_button: Label
    finish_button: Label
    undo_button: Label
    delete_button: Label
    time_button: Label
    note_button: Label
    morning_button: Label
    another_button: Label
    ask_time: Text
    ask_note: Text
    present_note: Annotated[Text, Placeholders("note")]
    remove_note_button: Label
    entries_button: Label
    back_button: Label
    undone: Text
    gone: Text
    full: Text
    morning: Text
    ask_morning: Annotated[Text, Placeholders("moment")]
    details_button: Label
    growing: Paragraph


def start(edition: Edition, person: Person) -> Draft:
    """Return the question for the time of the cramp."""
    words = edition.words(Words)
    now = Button(words.now_button, callback_data="log:new:", style=Style.PRIMARY)
    settings = [Button(words.diary_button, callback_data="diary")]
    if person.zone is None:
        return Draft(words.ask_without_clock, [[now], [Button(words.clock_button, callback_data="clock")], settings])
    earlier = [
        Button(words.hour_button, callback_data="log:hour"),
        Button(words.night_button, callback_data="log:night"),
    ]
    return Draft(words.ask, [[now], *([button] for button in earlier), settings])


def choice(edition: Edition, moments: list[datetime], zone: str, data: str) -> Draft:
    """Return the question for one of several moments (UTC). ``data`` begins the data of each button."""
    drawn = [(entry.moment(edition, Cramp(at), zone), at) for at in moments[:MOST_CHOICES]]
    buttons = [Button(label, callback_data=data.format(minutes=int(at.timestamp()) // 60)) for label, at in drawn]
    return Draft(edition.words(Words).which, [buttons[start : start + 2] for start in range(0, len(buttons), 2)])


def question(
    edition: Edition, cramp: Cramp, field: str, warnings: list[str], zone: str | None, *, may_wait: bool = False
) -> Draft:
    """Return the question for a field, below what is known. ``warnings`` stand at the top.

    With ``may_wait``, a button puts the question off until the morning.
    """
    words = edition.words(Words)
    known = _known(edition, words.logged, cramp, zone)
    text = "\n\n".join([*warnings, known, f"<b>{getattr(words.questions, field)}</b>"])
    data = f"log:set:{cramp.number}:{field}"
    answers = [
        Button(label, callback_data=f"{data}:{key}") for key, label in edition.words(DiaryWords).answers(field).items()
    ]
    if getattr(cramp, field) is None:
        skip = Button(words.skip_button, callback_data=f"log:skip:{cramp.number}:{field}")
    else:
        skip = Button(words.unknown_button, callback_data=f"log:clear:{cramp.number}:{field}")
    finish = Button(words.finish_button, callback_data=f"log:show:{cramp.number}")
    morning = [[Button(words.morning_button, callback_data=f"log:morning:{cramp.number}")]] if may_wait else []
    # Numbers stand in rows of four, other answers in pairs if a small phone has room for two.
    longest = max(len(button.text) for button in answers)
    per_row = 4 if longest <= 2 else 2 if longest <= 14 else 1  # noqa: PLR2004 - letters on a button
    last = [[skip, finish], *morning, [_delete_button(words.undo_button, cramp)]]
    rows = [*rows_of(answers, per_row), *last]
    return Draft(text, [*_danger_rows(edition, cramp), *rows])


def summary(edition: Edition, cramp: Cramp, warnings: list[str], zone: str | None) -> Draft:
    """Return all that is known of a cramp, with the ways to change it."""
    words = edition.words(Words)
    text = "\n\n".join([*warnings, _known(edition, words.changed, cramp, zone)])
    names = edition.words(DiaryWords).names
    fields = [Button(getattr(names, field), callback_data=f"log:ask:{cramp.number}:{field}") for field in entry.FIELDS]
    others = [
        Button(words.time_button, callback_data=f"log:time:{cramp.number}"),
        Button(words.note_button, callback_data=f"log:note:{cramp.number}"),
    ]
    buttons = [*fields, *others]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    last = [
        [_delete_button(words.delete_button, cramp)],
        [Button(words.another_button, callback_data="log")],
        [_entries_button(words)],
    ]
    return Draft(text, [*_danger_rows(edition, cramp), *rows, *last])


def note_question(edition: Edition, cramp: Cramp) -> Draft:
    """Return the question for a note. It shows the present note, which can be removed."""
    words = edition.words(Words)
    back = [Button(words.back_button, callback_data=f"log:show:{cramp.number}")]
    if not cramp.note:
        return Draft(words.ask_note, [back])
    present = words.present_note.format(note=escape(entry.shortened(cramp.note, entry.LONGEST_SHOWN)))
    remove = [Button(words.remove_note_button, callback_data=f"log:clear:{cramp.number}:note", style=Style.DANGER)]
    return Draft(f"{words.ask_note}\n\n{present}", [remove, back])


def time_question(edition: Edition, cramp: Cramp) -> Draft:
    """Return the question for the time of an entry."""
    words = edition.words(Words)
    return Draft(words.ask_time, [[Button(words.back_button, callback_data=f"log:show:{cramp.number}")]])


def deleted(edition: Edition) -> Draft:
    """Return the news that an entry is deleted."""
    words = edition.words(Words)
    return Draft(words.undone, [[Button(words.another_button, callback_data="log")], [_entries_button(words)]])


def full(edition: Edition) -> Draft:
    """Return the news that the diary is full, with a button to the entries that can be deleted."""
    words = edition.words(Words)
    return Draft(words.full, [[_entries_button(words)]])


def warnings_for(edition: Edition, cramp: Cramp, *, growing: bool = False) -> list[str]:
    """Return the safety notes that an entry calls for, as HTML: they are shown at once and at the top."""
    pages = edition.pages
    notes = {
        "long": (pages["ease"].body["long"], cramp.lasted is Lasted.OVER_10),
        "growing": (edition.words(Words).growing, growing),
        "walking": (pages["causes"].body["walking"], cramp.situation is Situation.WALKING),
        "one_leg": (pages["ease"].body["check"], entry.is_one_leg(cramp)),
    }
    return [f"<blockquote>{note.text}</blockquote>" for note, applies in notes.values() if applies]


def _known(edition: Edition, title: str, cramp: Cramp, zone: str | None) -> str:
    return "\n".join([title.format(moment=entry.moment(edition, cramp, zone)), *entry.lines(edition, cramp)])


def _danger_rows(edition: Edition, cramp: Cramp) -> Rows:
    """Return the button to the danger screen for a cramp of one leg."""
    if not entry.is_one_leg(cramp):
        return []
    return [[Button(edition.words(CrampWords).danger_button, callback_data="cramp:danger", style=Style.DANGER)]]


def _entries_button(words: Words) -> Button:
    return Button(words.entries_button, callback_data="entries:0")


def _delete_button(label: str, cramp: Cramp) -> Button:
    return Button(label, callback_data=f"log:undo:{cramp.number}")
