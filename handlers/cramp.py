"""Relief: the steps at once, and what follows from the buttons below them.

Nothing is asked first and nothing is looked up: the words are in memory, the picture is with Telegram.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import KeyboardButton, Message, ReplyKeyboardMarkup, Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler
from telegram.ext.filters import ChatType, MessageFilter

from bot.app import BotContext, Handler, Services
from bot.content import Content
from bot.edition import Edition, Label, Model, Placeholders, Screen, Text, Toast
from bot.errors import StoreError
from bot.sender import Draft, Rows
from bot.spoken import closest, command, plain
from bot.store import holds
from bot.store.holds import Hold
from bot.verdict import Verdict

log = logging.getLogger(__name__)
URGENT = ("cramp:steps:", "cramp:still", "cramp:danger")
"""The presses that wait for nobody."""
LET_GO_SECONDS = 1.0
"""How long what comes next waits for a count to end."""
MUSCLES = ("relief", "foot", "thigh", "hamstring")
"""The screens of steps. The calf, where most cramps are, is the one that comes unasked."""


class Words(Model):
    """The words of relief. The steps fit under a picture; ``still`` and ``eased`` take their place there."""

    key: Label
    hears: tuple[str, ...]
    relief: Screen
    foot: Screen
    thigh: Screen
    hamstring: Screen
    still: Screen
    danger: Screen
    eased: Screen
    counting: Annotated[Text, Placeholders("seconds")]
    hold_button: Label
    eased_button: Label
    still_button: Label
    danger_button: Label
    foot_button: Label
    thigh_button: Label
    hamstring_button: Label
    calf_button: Label
    pin_button: Label
    again_button: Label
    pinned: Toast
    holding: Toast


def key(edition: Edition) -> ReplyKeyboardMarkup:
    """The key below the chat that is always there."""
    button = KeyboardButton(edition.words(Words).key, style=Style.DANGER)
    return ReplyKeyboardMarkup([[button]], is_persistent=True, resize_keyboard=True)


def steps(edition: Edition, muscle: str = "relief", seconds: int | None = None) -> Draft:
    """The steps for a muscle under their picture; ``seconds`` stand on top while someone holds the stretch with us."""
    draft = _drawn(edition, muscle, seconds is not None)
    if seconds is None:
        return draft
    counting = edition.words(Words).counting.format(seconds=seconds)
    return replace(draft, text=f"<b>{counting}</b>\n\n{draft.text}")


@cache
def _drawn(edition: Edition, muscle: str, held: bool) -> Draft:
    words = edition.words(Words)
    screen: Screen = getattr(words, muscle)
    return Draft(edition.html(screen), _buttons(words, muscle, held), screen.picture)


def still(edition: Edition) -> Draft:
    """What else to try, and when to call whom."""
    words = edition.words(Words)
    return Draft(edition.html(words.still), [[_danger(words)], [_eased(words), _again(words)]])


def danger(edition: Edition) -> Draft:
    """What to do when it may be something else than a cramp."""
    words = edition.words(Words)
    return Draft(edition.html(words.danger), [[_again(words)]])


def eased(edition: Edition) -> Draft:
    """A good end: nothing to read, nothing to buy."""
    words = edition.words(Words)
    return Draft(edition.html(words.eased), [[_again(words)]])


def _buttons(words: Words, muscle: str, held: bool) -> Rows:
    hold = Button(words.hold_button, callback_data=f"cramp:hold:{muscle}", style=Style.PRIMARY)
    return [
        [_eased(words)] if held else [hold, _eased(words)],
        [_danger(words)],
        [Button(words.still_button, callback_data="cramp:still"), Button(words.pin_button, callback_data="cramp:pin")],
        [Button(label, callback_data=f"cramp:steps:{name}") for name, label in _others(words, muscle)],
    ]


def _others(words: Words, muscle: str) -> list[tuple[str, str]]:
    """The other places where it may hurt, two at a time: the back of the thigh is found by the thigh."""
    if muscle == "relief":
        return [("foot", words.foot_button), ("thigh", words.thigh_button)]
    if muscle == "thigh":
        return [("relief", words.calf_button), ("hamstring", words.hamstring_button)]
    return [("relief", words.calf_button), ("thigh", words.thigh_button)]


def _eased(words: Words) -> Button:
    return Button(words.eased_button, callback_data="cramp:eased", style=Style.SUCCESS)


def _danger(words: Words) -> Button:
    return Button(words.danger_button, callback_data="cramp:danger", style=Style.DANGER)


def _again(words: Words) -> Button:
    return Button(words.again_button, callback_data="cramp:steps:relief")


def relief_calls(content: Content) -> Callable[[str], bool]:
    """A test for calls for relief: the command or a slip of it, one of the words, the key, or the link for it."""
    topics = {name: topic for topic in content.edition().commands for name in content.names(topic)}
    words = [edition.words(Words) for edition in content.values()]
    heard = {plain(each) for each_words in words for each in (each_words.key, *each_words.hears)}

    def calls(text: str) -> bool:
        name = command(text)
        if name is None:
            return plain(text) in heard
        if name == "start":
            return text.split()[1:] == ["cramp"]
        return topics.get(name if name in topics else closest(name, topics) or "") == "cramp"

    return calls


class _Calls(MessageFilter):
    def __init__(self, calls: Callable[[str], bool]) -> None:
        super().__init__()
        self._calls = calls

    def filter(self, message: Message) -> bool:
        return self._calls(message.text or "")


def handlers(services: Services) -> list[Handler]:
    """The command, everything that means it, and the buttons."""
    names = services.content.names("cramp")
    return [
        CommandHandler(names, cramp),
        MessageHandler(ChatType.PRIVATE & _Calls(relief_calls(services.content)), cramp),
        CallbackQueryHandler(cramp, f"^cramp:steps:({'|'.join(MUSCLES)})$"),
        CallbackQueryHandler(hold, f"^cramp:hold:({'|'.join(MUSCLES)})$"),
        CallbackQueryHandler(branch, "^cramp:(still|danger|eased)$"),
        CallbackQueryHandler(pin, "^cramp:pin$"),
    ]


async def cramp(update: Update, context: BotContext) -> None:
    """Show the steps."""
    muscle = context.matches[0][1] if context.matches else "relief"
    await let_go(context)
    await context.reply(steps(context.edition, muscle))


async def branch(update: Update, context: BotContext) -> None:
    """Show what follows; the warning as a message of its own, as a stretch is pictured above these buttons."""
    assert context.matches
    match context.matches[0][1]:
        case "danger":
            await asyncio.gather(context.send(danger(context.edition)), context.toast(), let_go(context))
        case "still":
            await let_go(context)
            await context.reply(still(context.edition))
        case _:
            await let_go(context)
            await context.reply(eased(context.edition))


async def pin(update: Update, context: BotContext) -> None:
    """Pin the steps, silently, so that they can be read when nothing answers."""
    outcome = await context.services.sender.pin(context.place) if context.place else None
    pinned = outcome is not None and outcome.verdict is Verdict.SENT
    await context.toast(context.edition.words(Words).pinned if pinned else None)


async def hold(update: Update, context: BotContext) -> None:
    """Count along on the steps until they are let go."""
    assert context.matches
    muscle, edition = context.matches[0][1], context.edition
    place = await context.reply(steps(edition, muscle, seconds=0), edition.words(Words).holding)
    if place:
        held = Hold(*place, muscle, edition.code, context.services.clock())
        await context.services.store.write(lambda connection: holds.start(connection, held))


async def let_go(context: BotContext) -> None:
    """Stop counting on the message whose button was pressed, so that no count overwrites what comes next.

    What comes next does not fail with it, and hardly waits for it.
    """
    place = context.place
    if context.event.callback_query is None or place is None:
        return
    try:
        async with asyncio.timeout(LET_GO_SECONDS):
            await context.services.store.write(lambda each: holds.end(each, place.chat_id, place.message_id))
    except (StoreError, TimeoutError) as error:
        log.warning("a count may go on that was let go: %s", error or "the database is slow")
