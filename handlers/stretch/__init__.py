"""Guided stretching: /stretch offers the evening's routine, and one message guides through it.

A run is one pass through a routine. The scheduler edits its message (``bot.stretching``). The buttons below the message
only change how the run goes on.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition
from bot.errors import StoreError
from bot.messages.sender import Draft, MessageRef
from bot.parsing.text import plain
from bot.reminders.deferred import Draw, DueMessage
from bot.store import Connection, deferred, people, runs, schedules
from bot.store.answers import SentReminder
from bot.store.claiming import ClaimedRow
from bot.store.people import Person
from bot.store.runs import Run
from bot.store.tables import Priority, RunState
from bot.stretching import progress
from bot.stretching.guide import Guide
from bot.stretching.progress import Screen
from bot.stretching.showing import show
from bot.stretching.timeline import Timeline, of_routine
from handlers.stretch import evenings, voice_guide
from handlers.stretch.screens import EVENING, Words, done, in_run, offer, others, picture, stopped

__all__ = [
    "DEFERRED",
    "EVENING",
    "GUIDES",
    "KIND",
    "Words",
    "begin",
    "done",
    "handlers",
    "in_run",
    "offer",
    "others",
    "stopped",
]
KIND = "stretch"
"""The kind of these runs."""
SOUND = "stretch.sound"
"""The kind of the deferred message with a sound, at the end of a run."""
SOON = timedelta(seconds=1)
"""After this time the scheduler shows the run, if the press itself could not."""
Change = Callable[[Timeline, Run, datetime], Run]


def handlers(services: Services) -> list[Handler]:
    routines = "|".join(services.content.edition().routines)
    return [
        CommandHandler(services.content.names("stretch"), stretch, ChatType.PRIVATE),
        CallbackQueryHandler(show_routine, f"^stretch:show:({routines})$"),
        CallbackQueryHandler(choose, f"^stretch:others:({routines})$"),
        CallbackQueryHandler(start, f"^stretch:start:({routines})$"),
        CallbackQueryHandler(switch_sound, f"^stretch:sound:({routines})$"),
        CallbackQueryHandler(keep, "^stretch:keep$"),
        CallbackQueryHandler(pause, "^stretch:pause$"),
        CallbackQueryHandler(resume, "^stretch:resume$"),
        CallbackQueryHandler(skip, "^stretch:skip$"),
        CallbackQueryHandler(stop, "^stretch:stop$"),
        *voice_guide.handlers(services),
    ]


async def stretch(update: Update, context: BotContext) -> None:
    """Offer the evening's routine, or the one whose name follows the command."""
    await context.stop_waiting()
    blocks = context.edition.routines.items()
    routines = {plain(name): key for key, block in blocks for name in (key, block.name, block.button)}
    wanted = routines.get(plain(" ".join(context.args or [])), EVENING)
    await context.reply(offer(context.edition, wanted, context.person))


async def show_routine(update: Update, context: BotContext) -> None:
    await context.switch_to(offer(context.edition, context.match[1], context.person))


async def choose(update: Update, context: BotContext) -> None:
    await context.switch_to(others(context.edition, context.match[1]))


async def switch_sound(update: Update, context: BotContext) -> None:
    """Turn the message with a sound at the end on or off."""
    end_sound = not context.person.end_sound
    await context.change(lambda connection, chat_id: people.set_end_sound(connection, chat_id, end_sound=end_sound))
    await context.reply(offer(context.edition, context.match[1], context.person))


async def keep(update: Update, context: BotContext) -> None:
    """Answer that the reminders go on, to somebody who was asked after six weeks."""
    await context.switch_to(Draft(context.edition.words(Words).kept))


async def start(update: Update, context: BotContext) -> None:
    """Begin a run in the message whose button was pressed. A run in another message of the chat stops."""
    name, place = context.match[1], context.message_ref
    if place is None:  # the message is gone, so the run needs another one
        await context.reply(offer(context.edition, name, context.person))
        return
    await begin(context, place, name)


async def begin(context: BotContext, place: MessageRef, name: str, reminder: SentReminder | None = None) -> None:
    """Begin a run of a routine in the message at ``place``, which may be that of a ``reminder``."""
    edition, now = context.edition, context.services.clock()
    shown = picture(edition, edition.routines[name].sequence[0]) if place.pictured else None
    run = Run(
        *(place.chat_id, place.message_id, KIND, name, edition.code, Priority.NORMAL),
        began_at=now,
        due_at=now + SOON,
        picture=shown,
        pictured=place.pictured,
        reminder_id=reminder.id if reminder else None,
    )

    def effect(connection: Connection, chat_id: int) -> tuple[Run | None, int]:
        if reminder:
            schedules.reset_unanswered(connection, chat_id, reminder.kind)
        runs.begin(connection, run)
        return runs.find(connection, place.chat_id, place.message_id), runs.running(connection)

    await _show(context, await context.change(effect))


async def pause(update: Update, context: BotContext) -> None:
    await _press(context, progress.pause)


async def resume(update: Update, context: BotContext) -> None:
    await _press(context, lambda _, run, now: progress.resume(run, now))


async def skip(update: Update, context: BotContext) -> None:
    await _press(context, progress.skip)


async def stop(update: Update, context: BotContext) -> None:
    await _press(context, lambda _, run, now: progress.stop(run, now))


async def _press(context: BotContext, change: Change) -> None:
    """Change the run in the message whose button was pressed, and show the changed run."""
    place, now = context.message_ref, context.services.clock()

    def effect(connection: Connection, _: int) -> tuple[Run | None, int]:
        run = runs.find(connection, place.chat_id, place.message_id) if place else None
        timeline = _timeline(context.edition, run.name) if run else None
        if run is None or timeline is None or not run.is_active:
            return None, 0
        changed = change(timeline, run, now)
        if changed is run:  # nothing to show, for example after a double tap
            return None, 1
        return runs.change(connection, replace(changed, due_at=now + SOON)), runs.running(connection)

    changed = await context.change(effect)
    await _show(context, changed, context.edition.words(Words).over if changed == (None, 0) else None)


async def _show(context: BotContext, changed: tuple[Run | None, int] | None, alert: str | None = None) -> None:
    """Answer the press, and show the changed run at once. If this fails, the scheduler shows it a moment later.

    The person has to close an ``alert``, so it is only for a press that changes nothing.
    """
    run, running = changed or (None, 0)  # None if an earlier try of the press has stored the change already
    if run is None:
        await (context.alert(alert) if alert else context.stop_spinner())
        return
    with suppress(StoreError):
        await asyncio.gather(context.stop_spinner(), show(context.services, GUIDE, run, context.person, running))


def _timeline(edition: Edition, name: str) -> Timeline | None:
    routine = edition.routines.get(name)
    return of_routine(routine) if routine else None


async def _draw(services: Services, edition: Edition, run: Run, screen: Screen, person: Person) -> Draft:
    match screen.state:
        case RunState.DONE:
            return await services.store.read(
                lambda connection: evenings.draw_done(connection, edition, run.name, run.chat_id, run.began_at)
            )
        case RunState.STOPPED:
            return stopped(edition, run.name)
    return in_run(edition, edition.routines[run.name], screen, person, services.clock())


def _finish(services: Services, connection: Connection, run: Run, now: datetime) -> None:
    """Answer the reminder, log the evening, and send a sound, unless every stretch was skipped."""
    edition = services.content.edition(run.language)
    timeline = _timeline(edition, run.name)
    if timeline is None or not progress.has_stretched(timeline, run):
        return
    if people.get(connection, run.chat_id).end_sound:
        deferred.send_asked_for(connection, SOUND, run.chat_id, now, run.language)
    evenings.finish(connection, edition, run.name, run.chat_id, now, reminder_id=run.reminder_id)


async def draw_sound(services: Services, row: ClaimedRow) -> DueMessage:
    """Draw the message whose sound says that the stretching is over."""
    return DueMessage(Draft(services.content.edition(row.data).words(Words).sound))


GUIDE = Guide(_timeline, _draw, _finish)
GUIDES = {KIND: GUIDE}
DEFERRED: dict[str, Draw] = {SOUND: draw_sound}
