"""The evenings of stretching: what a finished routine or a tap on "Done" stores, and the words for it.

Evenings are counted in words, and nothing starts again from zero: one missed evening does no harm.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from telegram import InlineKeyboardButton as Button

from bot.content import Edition
from bot.messages.sender import Draft
from bot.store import Connection, answers, diaries, evenings, people, schedules
from bot.store.evenings import Evenings
from bot.store.people import Person
from bot.timetable import local
from handlers.stretch.screens import Words, done

__all__ = [
    "DAY_BEGINS",
    "REVIEW_AFTER",
    "Evenings",
    "draw_done",
    "evening_of",
    "finish",
    "line",
    "log",
    "read",
    "with_review",
]

DAY_BEGINS = timedelta(hours=4)
"""Until this long after midnight, stretching counts for the evening before."""
REVIEW_AFTER = timedelta(weeks=6)
"""The length of the clinical trial in which stretching helped."""


def evening_of(moment: datetime, zone: str) -> date:
    """Return the local date of the evening that a moment (UTC) belongs to."""
    return local(moment - DAY_BEGINS, zone).date()


def log(connection: Connection, kind: str, person: Person, now: datetime) -> bool:
    """Store that a person did the routine of a ``kind`` of reminder at ``now`` (UTC). That counts as an answer.

    Nothing is stored unless the person has these reminders on or is in a trial of their own, which is the consent.

    Returns:
        Whether it is time to ask if stretching helps. This is asked once.

    """
    schedule = schedules.by_kind(connection, person.chat_id).get(kind)
    is_reminded = schedule is not None and schedule.active
    if person.zone is None or not (is_reminded or diaries.is_in_trial(connection, person.chat_id)):
        return False
    schedules.reset_unanswered(connection, person.chat_id, kind)
    today = evening_of(now, person.zone)
    evenings.log(connection, person.chat_id, today)
    first = evenings.read(connection, person.chat_id, today).first or today
    if person.reviewed_at or today - first < REVIEW_AFTER:
        return False
    people.set_reviewed(connection, person.chat_id, now)
    return True


def finish(
    connection: Connection, edition: Edition, name: str, chat_id: int, now: datetime, *, reminder_id: int | None = None
) -> None:
    """Store that a routine was done at ``now`` (UTC), and mark its reminder as done, or else cancel the next one."""
    kind = _kind_of(edition, name)
    if kind is None:
        return
    reminder = answers.find(connection, chat_id, reminder_id) if reminder_id else None
    if reminder:
        answers.record(connection, reminder, "done")
    else:
        answers.cancel_upcoming(connection, chat_id, kind, now)
    log(connection, kind, people.get(connection, chat_id), now)


def draw_done(connection: Connection, edition: Edition, name: str, chat_id: int, at: datetime) -> Draft:
    """Return the last screen of a routine that was done at a moment (UTC), with the evenings if it counts as one."""
    kind, person = _kind_of(edition, name), people.get(connection, chat_id)
    if kind is None:
        return done(edition, name)
    draft = done(edition, name, line(edition, read(connection, person, at)))
    # `log` stores the moment at which it is time for the question.
    return with_review(draft, edition, kind) if person.reviewed_at == at else draft


def _kind_of(edition: Edition, name: str) -> str | None:
    """Return the kind of reminder that a routine belongs to."""
    return next((kind for kind, block in edition.reminders.items() if block.guided == name), None)


def read(connection: Connection, person: Person, now: datetime) -> Evenings:
    """Return the evenings of a person's last week, which ends with the evening of ``now`` (UTC)."""
    if person.zone is None:
        return Evenings(0, 0, None)
    return evenings.read(connection, person.chat_id, evening_of(now, person.zone))


def line(edition: Edition, week: Evenings) -> str | None:
    """Return the last week in words; None if no evening of it is stored."""
    words = edition.words(Words)
    if week.done == 0:
        return None
    return words.first_evening if week.days == 1 else words.evenings.format(done=week.done, days=week.days)


def with_review(draft: Draft, edition: Edition, kind: str) -> Draft:
    """Return a message with a question below its text, whether stretching helps, and with the answers as buttons."""
    words = edition.words(Words)
    keep = Button(words.keep_button, callback_data="stretch:keep")
    change = Button(words.change_button, callback_data=f"kind:{kind}")
    buttons = [[keep, change], [Button(words.end_button, callback_data=f"kind:off:{kind}")]]
    return replace(draft, text=f"{draft.text}\n\n{words.review}", buttons=buttons)
