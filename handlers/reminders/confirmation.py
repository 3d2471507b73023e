"""What a person sees when a kind has been turned on. The first time, it asks whether the clock is right."""

from datetime import datetime
from typing import Annotated

from telegram import InlineKeyboardButton as Button

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import service
from bot.reminders.rules import Start
from bot.store.snapshots import Snapshot
from handlers.reminders import reminder_kind


class Words(Model):
    """The question whether the clock is right."""

    check: Annotated[Text, Placeholders("moment", "phone")]
    yes_button: Label
    no_button: Label


def question(edition: Edition, snapshot: Snapshot, kind: str, due: datetime, note: str = "") -> Draft:
    """Return the question whether the time of a reminder (``due``, in UTC) is the one that the person's phone shows.

    The text has the time twice, by the bot and by the phone's own clock. If they differ, the time zone is wrong.
    """
    words = edition.words(Words)
    moment, phone = wording.when(edition, due, snapshot.zone, snapshot.now), wording.on_phone(due, snapshot.zone)
    lines = [
        note or f"<b>{escape(edition.reminders[kind].name)}</b>",
        reminder_kind.summary(edition, snapshot.schedules[kind].wish),
        "",
        words.check.format(moment=moment, phone=phone),
    ]
    yes = Button(words.yes_button, callback_data=f"kind:{kind}")
    return Draft("\n".join(lines), [[yes], [Button(words.no_button, callback_data=f"clock:ask:{kind}")]])


def handlers(services: Services) -> list[Handler]:
    """Return no handlers: ``reminder_kind`` handles a yes, and ``clock`` a no."""
    return []


async def show(context: BotContext, kind: str, start: Start | None, *, is_first: bool, undo: str = "") -> None:
    """Show that a kind is on, or why it is not.

    Args:
        context: The update that has turned it on.
        kind: The kind.
        start: What the kind has started with. None if an earlier try of the update has stored that.
        is_first: Whether to ask if the clock is right.
        undo: The data of a button that turns the kind off again.
    """
    snapshot, edition = await service.read_snapshot(context), context.edition
    note = reminder_kind.start_note(edition, kind, start, snapshot.person) if start else ""
    due = snapshot.next_due(kind)
    if is_first and due:
        await context.reply(question(edition, snapshot, kind, due, note))
    else:
        await context.reply(reminder_kind.screen(edition, snapshot, kind, note, undo))
