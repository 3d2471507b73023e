"""All reminders off at once, by command or by a word, and on again as they were with one button."""

from collections.abc import Callable
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler
from telegram.ext.filters import ChatType, MessageFilter

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.content.loading import Content
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.intent import Intent, understand
from bot.parsing.text import command
from bot.reminders import rules
from bot.store import Connection, answers, people, runs, schedules, snapshots
from bot.store.answers import SentReminder
from bot.store.snapshots import Snapshot


class Words(Model):
    """The replies to a stop and to its undoing."""

    run: Text
    run_and_reminders: Text
    all_button: Label
    all_off: Text
    one_off: Annotated[Text, Placeholders("name")]
    nothing: Text
    one_is_off: Annotated[Text, Placeholders("name")]
    back: Annotated[Text, Placeholders("names")]
    full: Text
    undo_button: Label
    remind_button: Label


def turned_off(edition: Edition, snapshot: Snapshot, kinds: list[str], wanted: str | None = None) -> Draft:
    """Return what was turned off, with a button to undo it. If ``kinds`` is empty, nothing was on.

    ``wanted`` is the kind that was to be turned off. None means all.
    """
    words = edition.words(Words)
    remind = [Button(words.remind_button, callback_data="remind")]
    name = escape(_kind_names(edition, [wanted])) if wanted else ""
    if not kinds:
        return Draft(words.one_is_off.format(name=name) if wanted else words.nothing, [remind])
    text = words.one_off.format(name=name) if wanted else words.all_off
    # Ids are shorter than names, and the data of a button has 64 bytes.
    ids = ".".join(str(snapshot.schedules[kind].id) for kind in kinds)
    return Draft(text, [[Button(words.undo_button, callback_data=f"stop:undo:{ids}")], remind])


def turned_on_again(edition: Edition, kinds: list[str]) -> Draft:
    """Return what is on again. If ``kinds`` is empty, no kind fits next to the reminders that are on by now."""
    words = edition.words(Words)
    text = words.back.format(names=escape(_kind_names(edition, kinds))) if kinds else words.full
    return Draft(text, [[Button(words.remind_button, callback_data="remind")]])


def _kind_names(edition: Edition, kinds: list[str]) -> str:
    return ", ".join(edition.reminders[kind].name if kind in edition.reminders else kind for kind in kinds)


def stop_calls(content: Content) -> Callable[[str], bool]:
    """Return a test for texts that ask to stop all reminders. A text that names a kind stops only this kind."""
    names = set(content.names("stop"))

    def is_stop(text: str) -> bool:
        if name := command(text):
            return name in names
        understanding = understand(text, content.rules)
        return understanding.intent is Intent.STOP and not understanding.kind

    return is_stop


class StopCalls(MessageFilter):
    """Messages that ask to stop all reminders."""

    def __init__(self, content: Content) -> None:
        super().__init__()
        self._is_stop = stop_calls(content)

    def filter(self, message: Message) -> bool:
        """Return whether the message asks to stop all reminders."""
        return self._is_stop(message.text or "")


def handlers(services: Services) -> list[Handler]:
    return [
        CommandHandler(services.content.names("stop"), stop, ChatType.PRIVATE),
        MessageHandler(ChatType.PRIVATE & StopCalls(services.content), stop),
        CallbackQueryHandler(stop, "^stop$"),
        CallbackQueryHandler(undo, r"^stop:undo:(\d{1,18}(?:\.\d{1,18})*)$"),
    ]


async def stop(update: Update, context: BotContext) -> None:
    """Turn all reminders off.

    Guided stretching ends too. If a word like "stop" is written while it is under way, only the stretching ends, and
    the answer offers to turn the reminders off.
    """
    message = context.event.message
    is_text = message is not None and command(message.text or "") is None
    await stop_reminders(context, is_text=is_text)


def run_stopped(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return the news that guided stretching has stopped, and offer to turn the reminders off."""
    words = edition.words(Words)
    if not snapshot.active:
        return Draft(words.run)
    all_off = Button(words.all_button, callback_data="stop")
    return Draft(words.run_and_reminders, [[all_off], [Button(words.remind_button, callback_data="remind")]])


async def stop_reminders(
    context: BotContext, kind: str | None = None, reminder: SentReminder | None = None, *, is_text: bool = False
) -> None:
    """Turn off one kind, or all of them and guided stretching, and confirm it.

    Args:
        context: The update that asks for it.
        kind: The kind to turn off. None turns off all.
        reminder: The reminder whose button was pressed, if any. The stop counts as its answer.
        is_text: Whether the person wrote a word like "stop". During guided stretching it stops only the stretching.
    """
    chat_id, now = context.sender_id, context.services.clock()

    def effect(connection: Connection, sender: int) -> tuple[bool, list[str]]:
        if reminder:
            answers.record(connection, reminder, "stop")
        was_guided = kind is None and runs.stop(connection, sender, now)
        if was_guided and is_text:
            return True, []
        kinds = schedules.turn_off(connection, sender, now, [kind] if kind else None)
        people.set_awaiting(connection, sender, None)
        return False, kinds

    is_run, kinds = await context.change(effect) or (False, [])
    snapshot = await context.services.store.read(lambda connection: snapshots.read(connection, chat_id, now))
    if is_run:
        await context.reply(run_stopped(context.edition, snapshot))
    else:
        await context.reply(turned_off(context.edition, snapshot, kinds, kind))


async def undo(update: Update, context: BotContext) -> None:
    """Turn the kinds that were turned off on again, with their times and weekdays."""
    # The button may be old or made up, so only the person's own schedules count.
    ids, now = {int(number) for number in context.match[1].split(".")}, context.services.clock()

    def effect(connection: Connection, chat_id: int) -> list[str]:
        snapshot = snapshots.read(connection, chat_id, now)
        # They must fit into a day next to the kinds that were turned on meanwhile.
        wishes, kinds = [snapshot.schedules[kind].wish for kind in snapshot.active], list[str]()
        for kind, schedule in snapshot.schedules.items():
            is_wanted = schedule.id in ids and kind not in snapshot.active
            if is_wanted and rules.most_on_a_day([*wishes, schedule.wish]) <= rules.MAX_PER_DAY:
                wishes.append(schedule.wish)
                kinds.append(kind)
        schedules.unblock(connection, chat_id, now)
        schedules.turn_on_again(connection, chat_id, kinds, now)
        people.set_awaiting(connection, chat_id, None)
        return kinds

    await context.reply(turned_on_again(context.edition, await context.change(effect) or []))
