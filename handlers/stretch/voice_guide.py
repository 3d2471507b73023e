"""The voice guide: an operator's recording of a routine, for people who stretch with closed eyes."""

import asyncio
from dataclasses import replace

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition
from bot.content.edition import join_paragraphs
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.store import runs
from handlers.stretch import evenings
from handlers.stretch.screens import Words, offer


def handlers(services: Services) -> list[Handler]:
    routines = "|".join(services.content.edition().routines)
    return [
        CallbackQueryHandler(listen, f"^stretch:listen:({routines})$"),
        CallbackQueryHandler(listened, f"^stretch:listened:({routines})$"),
    ]


def voice_guide(edition: Edition, name: str, recording: str) -> Draft:
    """Return the recording of a routine, with the question for signs of a clot and the button that logs the evening."""
    words, title = edition.words(Words), f"<b>{escape(edition.routines[name].name)}</b>"
    done = Button(edition.answers.done_button, callback_data=f"stretch:listened:{name}", style=Style.SUCCESS)
    return Draft(join_paragraphs([f"{title}\n{words.listen}", words.check.text]), [[done]], recording=recording)


def unplayed(edition: Edition, name: str) -> Draft:
    """Return the news that the recording could not be sent, with a button that starts the routine without it."""
    words = edition.words(Words)
    start = Button(words.start_button, callback_data=f"stretch:start:{name}", style=Style.SUCCESS)
    return Draft(words.unplayed, [[start]])


async def listen(update: Update, context: BotContext) -> None:
    """Send the recording of a routine. A run in the chat stops, because nobody follows two guides."""
    edition, name, now = context.edition, context.match[1], context.services.clock()
    recording = edition.recording(name)
    if recording is None:  # the button is older than the present content
        await context.reply(offer(edition, name, context.person))
        return
    await context.change(lambda connection, chat_id: runs.stop(connection, chat_id, now))
    sending = context.send_once(voice_guide(edition, name, recording), otherwise=unplayed(edition, name))
    await asyncio.gather(sending, context.stop_spinner())


async def listened(update: Update, context: BotContext) -> None:
    """Log the evening of somebody who has done a routine by its recording.

    The evening is that on which the recording was sent, because whoever fell asleep taps "Done" in the morning.
    """
    edition, name, message = context.edition, context.match[1], context.event.effective_message
    at = message.date if message and context.message_ref else context.services.clock()
    await context.change(lambda connection, chat_id: evenings.finish(connection, edition, name, chat_id, at))
    chat_id = context.sender_id
    end = await context.services.store.read(
        lambda connection: evenings.draw_done(connection, edition, name, chat_id, at)
    )
    await context.reply_with_buttons([])
    await context.send_once(replace(end, silent=True))
