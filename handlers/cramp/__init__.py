"""Relief: the steps at once, and what the buttons below them lead to.

Nothing is asked and nothing is read from the database before they are sent. The words are in memory, the picture is
with Telegram.
"""

import asyncio

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.messages.outcome import Verdict
from bot.messages.sender import Draft
from bot.parsing.intent import Intent, Understanding
from handlers.cramp import follow_up, own_method
from handlers.cramp.follow_up import CHECK, CHECK_AFTER, DEFERRED, GUIDES, HOLD, LONGEST, STEP
from handlers.cramp.heard import HEARD, SWOLLEN, URGENT_INTENTS, Heard, listener, words_of
from handlers.cramp.screens import (
    CALF,
    MUSCLES,
    Words,
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
    "HEARD",
    "HOLD",
    "LONGEST",
    "MUSCLES",
    "STEP",
    "SWOLLEN",
    "URGENT",
    "URGENT_INTENTS",
    "Heard",
    "Words",
    "danger",
    "eased",
    "emergency",
    "handlers",
    "key",
    "listener",
    "muscle_names",
    "muscles",
    "pinned_steps",
    "show_steps_for",
    "signs",
    "steps",
    "still_hurts",
    "ten_minute_check",
    "today",
    "words_of",
]
URGENT = ("cramp:steps:", "cramp:muscles:", "cramp:still", "cramp:danger", "cramp:signs")
"""The data of buttons that are calls for relief, which wait neither for the database nor in a queue."""


def handlers(services: Services) -> list[Handler]:
    listen, any_muscle = listener(services.content), "|".join(MUSCLES)
    maybe = f"(?::({any_muscle}))?"  # buttons of earlier versions name no muscle
    return [
        MessageHandler(ChatType.PRIVATE & Heard(listen, HEARD), hear),
        CommandHandler(services.content.names("cramp"), hear, Heard(listen)),
        CallbackQueryHandler(show_muscle, f"^cramp:steps:({any_muscle})$"),
        CallbackQueryHandler(choose_muscle, f"^cramp:muscles:({any_muscle})$"),
        CallbackQueryHandler(hold, f"^cramp:hold:({any_muscle})$"),
        CallbackQueryHandler(send_next, f"^cramp:(still|danger){maybe}$"),
        CallbackQueryHandler(show_signs, f"^cramp:signs{maybe}$"),
        CallbackQueryHandler(end, rf"^cramp:eased{maybe}(?::(\d{{1,10}}))?$"),
        CallbackQueryHandler(pin, f"^cramp:pin{maybe}$"),
    ]


async def show_muscle(update: Update, context: BotContext) -> None:
    await _show_steps(context, context.match[1])


async def _show_steps(context: BotContext, muscle: str) -> None:
    await follow_up.cancel(context)
    if place := await context.switch_to(steps(context.edition, muscle)):
        await follow_up.start_check(context, place, muscle)
        await own_method.show(context, place, muscle)


async def choose_muscle(update: Update, context: BotContext) -> None:
    """Keep the steps, and replace the buttons below them with the other muscles."""
    await follow_up.cancel(context)
    await context.reply(muscles(context.edition, context.match[1]))


async def hear(update: Update, context: BotContext) -> None:
    """Show the screen that a text calls for, by default the steps for the calf, where most cramps are."""
    (understanding,), edition = context.heard, context.edition
    muscle = _muscle_of(understanding)
    match understanding.intent:
        case Intent.EMERGENCY:
            await _interrupt(context, emergency(edition, muscle))
        case Intent.SAME_DAY:
            await _interrupt(context, today(edition, understanding.about, muscle))
        case Intent.STILL:
            await _interrupt(context, still_hurts(edition, muscle))
        case Intent.EASED:
            await follow_up.cancel_all(context)
            await context.send(_good_night(context, muscle))
        case _:
            await _show_steps(context, muscle)


async def _interrupt(context: BotContext, draft: Draft) -> None:
    """Send a screen and stop guided stretching at the same time, because nobody in pain waits for the database."""
    await asyncio.gather(context.send(draft), follow_up.interrupt(context))


async def show_steps_for(context: BotContext, understanding: Understanding) -> None:
    """Show the steps for a text that ``listener`` left to the diary and the diary did not take."""
    await _show_steps(context, _muscle_of(understanding))


def _muscle_of(understanding: Understanding) -> str:
    return understanding.muscle if understanding.muscle in MUSCLES else CALF


async def send_next(update: Update, context: BotContext) -> None:
    """Send what else to try, or the danger screen.

    The screen is a new message: the pressed button is below the picture of a stretch, which does not suit the screen.
    """
    pressed = context.message_ref.message_id if context.message_ref else None
    edition, muscle = context.edition, context.match[2] or CALF
    draft = danger(edition, muscle) if context.match[1] == "danger" else still_hurts(edition, muscle, pressed)
    # All at once, because nobody in pain waits for the database.
    await asyncio.gather(context.send_once(draft), context.stop_spinner(), follow_up.return_to_steps(context))


async def show_signs(update: Update, context: BotContext) -> None:
    """Replace the danger screen with all signs of danger."""
    await context.reply(signs(context.edition, context.match[1] or CALF))


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
