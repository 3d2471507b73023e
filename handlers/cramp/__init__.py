"""Relief: the steps at once, and what follows from the buttons below them.

Nothing is asked first and nothing is looked up: the words are in memory, the picture is with Telegram.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition
from bot.errors import StoreError
from bot.messages.outcome import Verdict
from bot.messages.sender import Place
from bot.parsing import lenient_json
from bot.reminders.deferred import Draw, Turn
from bot.store import Connection, deferred
from bot.store.outbox import Due
from handlers.cramp.heard import Calls, relief_calls, still_calls
from handlers.cramp.screens import (
    MUSCLES,
    Words,
    checked,
    danger,
    eased,
    kept,
    key,
    muscles,
    signs,
    steps,
    still,
)

__all__ = [
    "CHECK",
    "CHECK_AFTER",
    "HOLD",
    "LATER",
    "LONGEST",
    "MUSCLES",
    "STEP",
    "URGENT",
    "Words",
    "checked",
    "danger",
    "eased",
    "handlers",
    "kept",
    "key",
    "muscles",
    "relief_calls",
    "signs",
    "steps",
    "still",
    "still_calls",
]
log = logging.getLogger(__name__)
URGENT = ("cramp:steps:", "cramp:muscles:", "cramp:still", "cramp:danger", "cramp:signs")
"""The presses that wait for nobody."""
HOLD, STEPS, CHECK = "cramp.hold", "cramp.steps", "cramp.check"
"""What is put off: the next second of a count, its end, and the look back when a cramp should be over."""
STEP, LONGEST = timedelta(seconds=5), timedelta(minutes=2)
"""How often a count is shown, and how long it goes on by itself."""
CHECK_AFTER = timedelta(minutes=10)
NOTING_SECONDS = 1.0
"""How long what comes next waits for the database to note what is put off."""


def handlers(services: Services) -> list[Handler]:
    """The command, everything that means it, and the buttons."""
    content, each_muscle = services.content, "|".join(MUSCLES)
    return [
        CommandHandler(content.names("cramp"), cramp),
        MessageHandler(ChatType.PRIVATE & Calls(relief_calls(content)), cramp),
        MessageHandler(ChatType.PRIVATE & Calls(still_calls(content)), still_hurting),
        CallbackQueryHandler(cramp, f"^cramp:steps:({each_muscle})$"),
        CallbackQueryHandler(choose, f"^cramp:muscles:({each_muscle})$"),
        CallbackQueryHandler(hold, f"^cramp:hold:({each_muscle})$"),
        CallbackQueryHandler(branch, "^cramp:(still|danger)$"),
        CallbackQueryHandler(show_signs, "^cramp:signs$"),
        CallbackQueryHandler(end, r"^cramp:eased(?::(\d{1,10}))?$"),
        CallbackQueryHandler(pin, "^cramp:pin$"),
    ]


async def cramp(update: Update, context: BotContext) -> None:
    """Show the steps."""
    muscle = context.match[1] if context.event.callback_query else "relief"
    await let_go(context)
    if place := await context.switch_to(steps(context.edition, muscle)):
        check = _check_later if place == context.place else _check_new
        await _note(context, partial(check, place, _data(context, muscle), context.services.clock()))


async def choose(update: Update, context: BotContext) -> None:
    """Show the other muscles below the steps."""
    await let_go(context)
    await context.reply(muscles(context.edition, context.match[1]))


async def still_hurting(update: Update, context: BotContext) -> None:
    """Show what else to try."""
    await context.send(still(context.edition))


async def branch(update: Update, context: BotContext) -> None:
    """Show what follows as a message of its own, as a stretch is pictured above these buttons."""
    pressed = context.place.message_id if context.place else None
    draft = danger(context.edition) if context.match[1] == "danger" else still(context.edition, pressed)
    await asyncio.gather(context.send_once(draft), context.toast(), end_count(context))


async def show_signs(update: Update, context: BotContext) -> None:
    """Put all the signs in place of some."""
    await context.reply(signs(context.edition))


async def end(update: Update, context: BotContext) -> None:
    """Wish a good night; what was to be said later on the steps is not said."""
    about, place = context.match[1], context.place
    await let_go(context, HOLD, CHECK)
    if about and place:
        await _note(context, lambda each: deferred.leave(each, place.chat_id, int(about), CHECK))
    await context.reply(eased(context.edition))


async def pin(update: Update, context: BotContext) -> None:
    """Pin a copy of the steps, silently, so that they can be read when nothing answers."""
    words = context.edition.words(Words)
    copy = await context.send(kept(context.edition))
    outcome = await context.services.sender.pin(copy) if copy else None
    if outcome and outcome.verdict is Verdict.SENT:
        await context.reply(eased(context.edition, pinned=True), words.pinned)
    else:
        await context.toast(words.unpinned)


async def hold(update: Update, context: BotContext) -> None:
    """Count along on the steps until they are let go."""
    muscle, edition = context.match[1], context.edition
    place = await context.reply(steps(edition, muscle, seconds=0), edition.words(Words).holding)
    if place:
        await _note(context, partial(_count, place, _data(context, muscle), context.services.clock()))


async def let_go(context: BotContext, *kinds: str) -> None:
    """Stop counting on the message whose button was pressed, so that no count overwrites what comes next."""
    place = context.place
    if context.event.callback_query and place:
        await _note(context, lambda each: deferred.leave(each, place.chat_id, place.message_id, *kinds or (HOLD,)))


async def end_count(context: BotContext) -> None:
    """Let the plain steps stand again on a message that counts, and is left as it is otherwise."""
    place, now = context.place, context.services.clock()
    if place:
        await _note(context, lambda each: deferred.turn_into(each, HOLD, STEPS, place, now))


async def _note(context: BotContext, work: Callable[[Connection], object]) -> None:
    """Note something that nobody in pain waits for: what comes next does not fail with it, and hardly waits for it."""
    try:
        async with asyncio.timeout(NOTING_SECONDS):
            await context.services.store.write(work)
    except (StoreError, TimeoutError) as error:
        log.warning("a count or a check could not be noted: %s", error or "the database is slow")


def _data(context: BotContext, screen: str) -> str:
    """What is drawn anew, in which language, since when."""
    shown = {"screen": screen, "language": context.edition.code, "since": context.services.clock().timestamp()}
    return lenient_json.dumps(shown).decode()


def _check_later(place: Place, data: str, now: datetime, connection: Connection) -> None:
    """Of a message that is there already, the check keeps its time."""
    if not deferred.change(connection, CHECK, place, data):
        _check_new(place, data, now, connection)


def _check_new(place: Place, data: str, now: datetime, connection: Connection) -> None:
    deferred.edit(connection, CHECK, place, now + CHECK_AFTER, data)


def _count(place: Place, data: str, now: datetime, connection: Connection) -> None:
    deferred.leave(connection, place.chat_id, place.message_id, HOLD)
    deferred.edit(connection, HOLD, place, now + STEP, data)
    deferred.put_off(connection, CHECK, place, now + LONGEST + STEP)


async def count(services: Services, due: Due) -> Turn:
    """The steps with the seconds held so far; at last without them."""
    edition, screen, since = _shown(services, due)
    seconds = int(services.clock().timestamp() - since)
    return (
        Turn(steps(edition, screen, seconds), STEP)
        if seconds < LONGEST.total_seconds()
        else Turn(steps(edition, screen))
    )


async def let_be(services: Services, due: Due) -> Turn:
    """The steps as they were before somebody held on."""
    edition, screen, _ = _shown(services, due)
    return Turn(steps(edition, screen))


async def look_back(services: Services, due: Due) -> Turn:
    """The check, ten minutes on, without a sound."""
    edition, screen, _ = _shown(services, due)
    return Turn(checked(edition, screen))


def _shown(services: Services, due: Due) -> tuple[Edition, str, float]:
    shown = lenient_json.loads((due.data or "{}").encode())
    return services.content.edition(shown["language"]), shown["screen"], shown["since"]


LATER: dict[str, Draw] = {HOLD: count, STEPS: let_be, CHECK: look_back}
