"""All reminders in one message: what is on and when, and the ways to turn on, change, pause and stop."""

from collections.abc import Collection
from dataclasses import replace
from datetime import time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, Rows, rows_of
from bot.reminders import rules, service
from bot.reminders.rules import Start
from bot.reminders.time_codes import CODE, decode, encode
from bot.store.snapshots import Snapshot
from bot.timetable import sorted_times
from handlers import membership
from handlers.reminders import confirmation, reminder_kind
from handlers.timezone import clock

KINDS_PER_ROW = 2


class Words(Model):
    """The words around all reminders."""

    title: Label
    none: Text
    on_line: Annotated[Text, Placeholders("name", "summary")]
    off_line: Annotated[Text, Placeholders("name")]
    paused_line: Annotated[Text, Placeholders("moment")]
    next_line: Annotated[Text, Placeholders("name", "moment")]
    offer: Text
    on_button: Annotated[Label, Placeholders("kind")]
    off_button: Annotated[Label, Placeholders("kind")]
    turn_on_button: Label
    pause_button: Label
    resume_button: Label
    stop_button: Label
    clock_button: Label
    settings_button: Label
    yes_button: Label
    no_button: Label
    back_button: Label


def overview(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return every kind, on or off, with its times, and the next reminder of all kinds."""
    words = edition.words(Words)
    lines = [f"<b>{escape(words.title)}</b>"]
    if not snapshot.active:
        lines += [words.none, edition.reminder_consent]
    lines.append("")
    for kind, block in edition.reminders.items():
        name = f"<b>{escape(block.name)}</b>"
        if kind in snapshot.active:
            summary = reminder_kind.summary(edition, snapshot.schedules[kind].wish)
            lines.append(words.on_line.format(name=name, summary=summary))
        else:
            lines.append(words.off_line.format(name=name))
    if snapshot.paused_until and snapshot.active:
        moment = wording.end_of_pause(edition, snapshot.paused_until, snapshot.zone, snapshot.now)
        lines += ["", words.paused_line.format(moment=moment)]
    if first := snapshot.first():
        kind, due = first
        moment = wording.when(edition, due, snapshot.zone, snapshot.now)
        lines += ["", words.next_line.format(name=escape(edition.reminders[kind].name), moment=moment)]
    return Draft("\n".join(lines), _buttons(edition, snapshot))


def _buttons(edition: Edition, snapshot: Snapshot) -> Rows:
    """Return the buttons: first those of the kinds that are on, several in a row, then one row for each other kind.

    If a kind is on, the buttons for all kinds follow: to pause, to stop, to set the clock and the settings.
    """
    words = edition.words(Words)
    on = [_kind_button(edition, kind, on=True) for kind in edition.reminders if kind in snapshot.active]
    off = [[_kind_button(edition, kind, on=False)] for kind in edition.reminders if kind not in snapshot.active]
    if not on:
        return off
    pause = Button(words.pause_button, callback_data="pause")
    if snapshot.paused_until:
        pause = Button(words.resume_button, callback_data="resume")
    return [
        *rows_of(on, KINDS_PER_ROW),
        *off,
        [pause, Button(words.stop_button, callback_data="stop")],
        [Button(words.clock_button, callback_data="clock"), Button(words.settings_button, callback_data="settings")],
    ]


def _kind_button(edition: Edition, kind: str, *, on: bool) -> Button:
    words, label = edition.words(Words), edition.reminders[kind].button
    if on:
        return Button(words.on_button.format(kind=label), callback_data=f"kind:{kind}", style=Style.SUCCESS)
    return Button(words.off_button.format(kind=label), callback_data=f"remind:on:{kind}")


def offer(edition: Edition, snapshot: Snapshot, kind: str, start: Start) -> Draft:
    """Return the offer of a kind: the times with which it starts, what is then stored, and a button to turn it on."""
    words, block = edition.words(Words), edition.reminders[kind]
    if not start.wish.times:
        at, why = start.refused[0]
        return Draft(reminder_kind.reason(edition, at, why, block, snapshot.person), [[_back_button(words)]])
    lines = [f"<b>{escape(block.name)}</b>", reminder_kind.summary(edition, start.wish)]
    lines += reminder_kind.moved_lines(edition, kind, start, snapshot.person)
    turn_on = Button(
        words.turn_on_button, callback_data=f"remind:on:{kind}.{encode(start.wish.times)}", style=Style.SUCCESS
    )
    return Draft("\n".join([*lines, "", words.offer, edition.reminder_consent]), [[turn_on], [_back_button(words)]])


def question(edition: Edition, kind: str, code: str = "") -> Draft | None:
    """Return the question that is asked before a kind is turned on, at the times in ``code``; None if it has none."""
    words, text = edition.words(Words), edition.reminders[kind].question
    if text is None:
        return None
    # The question asks for a reason against the kind, so yes means that it is not offered.
    yes = Button(words.yes_button, callback_data=f"remind:refused:{kind}")
    no = Button(words.no_button, callback_data=f"remind:may:{kind}{f'.{code}' if code else ''}")
    # No mark: in a question it reads like an error, and no line at its foot explains it.
    return Draft(text.text, [[yes, no], [_back_button(words)]])


def refused(edition: Edition, kind: str) -> Draft:
    """Return why a kind is not offered to somebody who answered its question with yes."""
    return Draft(edition.reminders[kind].refused or "", [[_back_button(edition.words(Words))]])


def _back_button(words: Words) -> Button:
    return Button(words.back_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [
        CommandHandler(services.content.names("remind"), show, ChatType.PRIVATE),
        CallbackQueryHandler(show, "^remind$"),
        CallbackQueryHandler(begin, rf"^remind:on:({kinds})(?:\.({CODE}))?$"),
        CallbackQueryHandler(turn_on, rf"^remind:may:({kinds})(?:\.({CODE}))?$"),
        CallbackQueryHandler(refuse, f"^remind:refused:({kinds})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show all reminders. Somebody who has come back is first asked whether they still want them."""
    if context.person.blocked and await membership.welcome_back(context):
        return
    await context.stop_waiting()
    await context.reply(overview(context.edition, await service.read_snapshot(context)))


async def begin(update: Update, context: BotContext) -> None:
    """Ask the kind's question, or turn the kind on if it has none."""
    if draft := question(context.edition, context.match[1], context.match[2] or ""):
        await context.reply(draft)
    else:
        await turn_on(update, context)


async def turn_on(update: Update, context: BotContext) -> None:
    """Turn a kind on. If the time zone is unknown, ask for it first; the answer then turns the kind on."""
    kind, code = context.match[1], context.match[2]
    if context.person.zone is None:
        await context.reply(await clock.ask(context, f"{kind}.{code}" if code else kind))
    else:
        await _turn_on(context, kind, decode(code or ""))


async def offer_or_turn_on(context: BotContext, snapshot: Snapshot, kind: str, times: Collection[time]) -> None:
    """Turn on a kind, at these times. Ask first if anything has to be asked.

    Somebody without a reminder or a time zone gets the offer with the text of consent. A tap on it leads to the kind's
    question and to the time zone, if these are needed.
    """
    edition, block = context.edition, context.edition.reminders[kind]
    wish = replace(snapshot.wish(kind) or rules.without_times(block), times=sorted_times(times))
    start = rules.start(block, snapshot.person, wish, snapshot.others(kind))
    if snapshot.person.zone is None or not snapshot.active or not start.wish.times:
        await context.reply(offer(edition, snapshot, kind, start))
    elif draft := question(edition, kind, encode(start.wish.times)):
        await context.reply(draft)
    else:
        await _turn_on(context, kind, times, undo=f"kind:off:{kind}")


async def _turn_on(context: BotContext, kind: str, times: Collection[time], undo: str = "") -> None:
    is_first = not (await service.read_snapshot(context)).schedules
    start = await context.change(service.turn_on(context, kind, times))
    await confirmation.show(context, kind, start, is_first=is_first, undo=undo)


async def refuse(update: Update, context: BotContext) -> None:
    await context.reply(refused(context.edition, context.match[1]))
