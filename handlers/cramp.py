"""Relief: the steps at once, and what follows from the buttons below them.

Nothing is asked first and nothing is looked up: the words are in memory, the picture is with Telegram.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import KeyboardButton, Message, ReplyKeyboardMarkup, Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler
from telegram.ext.filters import ChatType, MessageFilter

from bot import json
from bot.app import BotContext, Handler, Services
from bot.content import Content
from bot.edition import Edition, Label, Model, Placeholders, Screen, Text, Toast
from bot.errors import StoreError
from bot.later import Draw, Turn
from bot.sender import Draft, Place, Rows
from bot.spoken import closest, command, plain
from bot.store import Connection, later
from bot.store.outbox import Due
from bot.verdict import Verdict

log = logging.getLogger(__name__)
URGENT = ("cramp:steps:", "cramp:still", "cramp:danger")
"""The presses that wait for nobody."""
HOLD, CHECK = "cramp.hold", "cramp.check"
"""What is put off: the next second of a count, and the look back when a cramp should be over."""
STEP, LONGEST = timedelta(seconds=5), timedelta(minutes=2)
"""How often a count is shown, and how long it goes on by itself."""
CHECK_AFTER = timedelta(minutes=10)
NOTING_SECONDS = 1.0
"""How long what comes next waits for the database to note what is put off."""
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
    check: Screen
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


def checked(edition: Edition, screen: str) -> Draft:
    """A look back on top of what is shown: whether it is over, and whom to call if it is not."""
    draft = still(edition) if screen == "still" else steps(edition, screen)
    return replace(draft, text=f"{edition.html(edition.words(Words).check)}\n\n{draft.text}")


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
    if place := await context.reply(steps(context.edition, muscle)):
        await _note(context, partial(_check_later, place, _data(context, muscle), context.services.clock()))


async def branch(update: Update, context: BotContext) -> None:
    """Show what follows; the warning as a message of its own, as a stretch is pictured above these buttons."""
    assert context.matches
    match context.matches[0][1]:
        case "danger":
            await asyncio.gather(context.send(danger(context.edition)), context.toast(), let_go(context))
        case "still":
            await let_go(context)
            if place := await context.reply(still(context.edition)):
                await _note(context, lambda each: later.change(each, CHECK, place, _data(context, "still")))
        case _:
            await let_go(context, HOLD, CHECK)
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
        await _note(context, partial(_count, place, _data(context, muscle), context.services.clock()))


async def let_go(context: BotContext, *kinds: str) -> None:
    """Stop counting on the message whose button was pressed, so that no count overwrites what comes next."""
    place = context.place
    if context.event.callback_query and place:
        await _note(context, lambda each: later.leave(each, place.chat_id, place.message_id, *kinds or (HOLD,)))


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
    return json.dumps(shown).decode()


def _check_later(place: Place, data: str, now: datetime, connection: Connection) -> None:
    if not later.change(connection, CHECK, place, data):
        later.edit(connection, CHECK, place, now + CHECK_AFTER, data)


def _count(place: Place, data: str, now: datetime, connection: Connection) -> None:
    later.edit(connection, HOLD, place, now + STEP, data)
    later.put_off(connection, CHECK, place, now + LONGEST + STEP)


async def count(services: Services, due: Due) -> Turn:
    """The steps with the seconds held so far; at last without them."""
    shown = json.loads((due.data or "{}").encode())
    edition, seconds = services.content.edition(shown["language"]), int(services.clock().timestamp() - shown["since"])
    if seconds < LONGEST.total_seconds():
        return Turn(steps(edition, shown["screen"], seconds), again=STEP)
    return Turn(steps(edition, shown["screen"]))


async def look_back(services: Services, due: Due) -> Turn:
    """The check, ten minutes on, without a sound."""
    shown = json.loads((due.data or "{}").encode())
    return Turn(checked(services.content.edition(shown["language"]), shown["screen"]))


LATER: dict[str, Draw] = {HOLD: count, CHECK: look_back}
