"""Calls for relief and words of danger: found in the raw update, and answered without the rest of it.

The answers wait neither for the database nor in a queue.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from telegram.constants import ChatType, MessageEntityType

from bot.app import BotContext
from bot.content.loading import Content
from bot.messages.sender import Draft
from bot.parsing.intent import Intent, Understanding
from bot.parsing.text import command
from bot.updates.inbound_update import Answer, Raw
from handlers.cramp import follow_up, own_method
from handlers.cramp.heard import ALARMS, listener
from handlers.cramp.screens import (
    CALF,
    MUSCLES,
    crisis,
    danger,
    emergency,
    muscles,
    signs,
    steps,
    still_hurts,
    today,
)

URGENT_INTENTS = ALARMS | {Intent.RELIEF, Intent.STILL}


class Call(NamedTuple):
    """A call for relief, or a danger. If it is ``always_current``, it gets its answer however late it arrives."""

    answer: Answer
    always_current: bool


def call_finder(content: Content, bot_name: str = "") -> Callable[[Raw], Call | None]:
    """Return a function that finds the call in a raw update. It returns None if the update is no call.

    ``bot_name`` is the bot's username, which may follow a command: ``/cramp@charley_bot``.
    """
    listen, names = listener(content), content.names("cramp")
    addressed = re.compile(rf"(/\w+)@{re.escape(bot_name)}(?!\w)", re.IGNORECASE)

    def find(raw: Raw) -> Call | None:
        # The update is not validated yet, so any value may have any type.
        message, press = raw.get("message"), raw.get("callback_query")
        data = press.get("data") if isinstance(press, dict) else None
        if isinstance(data, str):
            matches = ((answer, pattern.match(data)) for pattern, answer in PRESSES.items())
            answers = (partial(answer, match=match) for answer, match in matches if match)
            return next((Call(answer, always_current=True) for answer in answers), None)
        if not isinstance(message, dict):
            return None
        text, chat = message.get("text") or message.get("caption"), message.get("chat")
        if not isinstance(text, str):
            return None
        text = addressed.sub(r"\1", text, count=1)
        # In a group, people talk to each other, so only the command is a call.
        is_private = not isinstance(chat, dict) or chat.get("type") == ChatType.PRIVATE
        if not is_private:
            # Telegram marks no command in captions and code.
            marks = message.get("entities")
            marked = [mark for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []
            kinds = [mark.get("type") for mark in marked if mark.get("offset") == 0]
            if not (MessageEntityType.BOT_COMMAND in kinds and command(text) in names):
                return None
        understanding = listen(text)
        if understanding.intent not in URGENT_INTENTS:
            return None
        answer = partial(answer_words, understanding=understanding)
        return Call(answer, always_current=understanding.intent in ALARMS)

    return find


async def answer_words(context: BotContext, understanding: Understanding) -> None:
    """Show the screen that a text calls for, by default the steps for the calf, where most cramps are."""
    edition, muscle = context.edition, muscle_of(understanding)
    match understanding.intent:
        case Intent.EMERGENCY:
            await _interrupt(context, emergency(edition, muscle))
        case Intent.CRISIS:
            await _interrupt(context, crisis(edition))
        case Intent.SAME_DAY:
            await _interrupt(context, today(edition, understanding.about, muscle))
        case Intent.STILL:
            await _interrupt(context, still_hurts(edition, muscle))
        case _:
            await show_steps(context, muscle)


async def _interrupt(context: BotContext, draft: Draft) -> None:
    """Send a screen and stop guided stretching at the same time, because nobody in pain waits for the database."""
    await asyncio.gather(context.send(draft), follow_up.interrupt(context))


def muscle_of(understanding: Understanding) -> str:
    """Return the muscle that a text names. Without one, it is the calf."""
    return understanding.muscle if understanding.muscle in MUSCLES else CALF


async def show_steps(context: BotContext, muscle: str) -> None:
    """Show the steps for a muscle, with a ten-minute check, and what has helped the person before."""
    await follow_up.cancel(context)
    edition = context.edition
    if place := await context.steps_sent_ahead() or await context.switch_to(steps(edition, muscle)):
        await follow_up.start_check(context, place, edition, muscle)
        await own_method.show(context, place, muscle)


async def show_muscle(context: BotContext, match: re.Match[str]) -> None:
    """Show the steps for the muscle of the button."""
    await show_steps(context, match[1])


async def choose_muscle(context: BotContext, match: re.Match[str]) -> None:
    """Keep the steps, and replace the buttons below them with the other muscles."""
    await follow_up.cancel(context)
    await context.reply(muscles(context.edition, match[1]))


async def send_next(context: BotContext, match: re.Match[str]) -> None:
    """Send what else to try, or the danger screen.

    The screen is a new message: the pressed button is below the picture of a stretch, which does not suit the screen.
    """
    pressed = context.message_ref.message_id if context.message_ref else None
    edition, muscle = context.edition, match[2] or CALF
    draft = danger(edition, muscle) if match[1] == "danger" else still_hurts(edition, muscle, pressed)
    # All at once, because nobody in pain waits for the database.
    await asyncio.gather(context.send_once(draft), context.stop_spinner(), follow_up.return_to_steps(context))


async def show_signs(context: BotContext, match: re.Match[str]) -> None:
    """Replace the danger screen with all signs of danger."""
    await context.reply(signs(context.edition, match[1] or CALF))


ANY_MUSCLE = "|".join(MUSCLES)
MAYBE_MUSCLE = f"(?::({ANY_MUSCLE}))?"
"""Buttons of earlier versions name no muscle."""
PRESSES: dict[re.Pattern[str], Callable[..., Awaitable[None]]] = {
    re.compile(f"^cramp:steps:({ANY_MUSCLE})$"): show_muscle,
    re.compile(f"^cramp:muscles:({ANY_MUSCLE})$"): choose_muscle,
    re.compile(f"^cramp:(still|danger){MAYBE_MUSCLE}$"): send_next,
    re.compile(f"^cramp:signs{MAYBE_MUSCLE}$"): show_signs,
}
"""The answer to each button that calls for relief, by the pattern of the button's data."""
