"""Relief: the steps at once, and what the buttons below them lead to.

Nothing is asked and nothing is read from the database before the steps are sent. The words are in memory, the picture
is with Telegram. ``calls`` has the screens that somebody in pain calls for, and this file the others.
"""

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.messages.outcome import Verdict
from bot.messages.sender import Draft
from handlers.cramp import follow_up
from handlers.cramp.calls import ANY_MUSCLE, MAYBE_MUSCLE, URGENT_INTENTS, call_finder, muscle_of, show_steps
from handlers.cramp.follow_up import CHECK, CHECK_AFTER, DEFERRED, GUIDES, HOLD, LONGEST, STEP
from handlers.cramp.heard import SWOLLEN, Eased, listener, words_of
from handlers.cramp.screens import (
    CALF,
    MUSCLES,
    Words,
    crisis,
    danger,
    eased,
    emergency,
    key,
    muscle_names,
    muscles,
    pinned_steps,
    signs,
    steps,
    still_hurts,
    ten_minute_check,
    today,
)

__all__ = [
    "CALF",
    "CHECK",
    "CHECK_AFTER",
    "DEFERRED",
    "GUIDES",
    "HOLD",
    "LONGEST",
    "MUSCLES",
    "STEP",
    "SWOLLEN",
    "URGENT_INTENTS",
    "Words",
    "call_finder",
    "crisis",
    "danger",
    "eased",
    "emergency",
    "handlers",
    "key",
    "listener",
    "muscle_names",
    "muscle_of",
    "muscles",
    "pinned_steps",
    "show_steps",
    "signs",
    "steps",
    "still_hurts",
    "ten_minute_check",
    "today",
    "words_of",
]


def handlers(services: Services) -> list[Handler]:
    return [
        MessageHandler(ChatType.PRIVATE & Eased(listener(services.content)), hear_end),
        CallbackQueryHandler(hold, f"^cramp:hold:({ANY_MUSCLE})$"),
        CallbackQueryHandler(end, rf"^cramp:eased{MAYBE_MUSCLE}(?::(\d{{1,10}}))?$"),
        CallbackQueryHandler(pin, f"^cramp:pin{MAYBE_MUSCLE}$"),
    ]


async def hear_end(update: Update, context: BotContext) -> None:
    """Wish a good night to somebody who writes that the cramp eases, and cancel every count and check."""
    await follow_up.cancel_all(context)
    await context.send(_good_night(context, muscle_of(context.heard[0])))


async def end(update: Update, context: BotContext) -> None:
    """Wish a good night, and cancel the count and the check."""
    await follow_up.cancel(context, check=True)
    muscle, steps_message = context.match.groups()
    if steps_message:  # the button is below "It still hurts", so the check is on the earlier message with the steps
        await follow_up.cancel_check(context, int(steps_message))
    await context.reply(_good_night(context, muscle or CALF))


def _good_night(context: BotContext, muscle: str, *, pinned: bool = False) -> Draft:
    is_inline = context.bot.supports_inline_queries
    return eased(context.edition, muscle, pinned=pinned, private=context.is_private, inline=is_inline)


async def pin(update: Update, context: BotContext) -> None:
    """Pin a copy of the steps without a sound, so that they can be read when the bot does not answer."""
    words, muscle = context.edition.words(Words), context.match[1] or CALF
    copy = await context.send(pinned_steps(context.edition, muscle))
    outcome = await context.services.sender.pin(copy) if copy else None
    if outcome and outcome.verdict is Verdict.SENT:
        await context.reply(_good_night(context, muscle, pinned=True))
    else:
        await context.alert(words.unpinned)


async def hold(update: Update, context: BotContext) -> None:
    """Count the seconds on the steps while the person holds the stretch."""
    muscle = context.match[1]
    if place := await context.reply(steps(context.edition, muscle, seconds=0)):
        await follow_up.start_count(context, place, muscle)
