"""The last weeks of the diary, as a picture and as the same counts in words."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.diary import chart, counting
from bot.diary import summary as summaries
from bot.diary.counting import Summary
from bot.diary.renderer import RendererBusyError
from bot.messages.sender import Draft
from bot.store import cramps
from bot.timetable import local
from handlers.diary import consent
from handlers.diary.log import storing

PERIODS = (14, 30, 90)
"""The numbers of days that are offered; a command shows the second one."""


class Words(Model):
    """The title and the buttons; the counts have words of their own."""

    title: Annotated[Text, Placeholders("days")]
    days_button: Annotated[Label, Placeholders("days")]
    report_button: Label
    log_button: Label
    entries_button: Label
    diary_button: Label


def in_words(edition: Edition, summary: Summary) -> Draft:
    """Return the counts in words, with buttons for other periods and for the page."""
    words = edition.words(Words)
    title = words.title.format(days=summary.days)
    periods = [
        Button(words.days_button.format(days=days), callback_data=f"history:{days}")
        for days in PERIODS
        if days != summary.days
    ]
    report = [Button(words.report_button, callback_data="report")]
    others = [
        Button(words.log_button, callback_data="log"),
        Button(words.entries_button, callback_data="entries:0"),
        Button(words.diary_button, callback_data="diary"),
    ]
    rows = [periods, *([report] if summary.count else []), *([button] for button in others)]
    return Draft(f"{title}\n\n{summaries.in_words(edition, summary)}", rows)


def draw(edition: Edition, summary: Summary) -> str:
    """Return the picture as SVG."""
    return chart.draw(summary, summaries.labels(edition, summary))


def handlers(services: Services) -> list[Handler]:
    days = "|".join(map(str, PERIODS))
    return [
        CommandHandler(services.content.names("history"), consent.private_handler(show), ChatType.PRIVATE),
        CallbackQueryHandler(consent.private_handler(show_period), f"^history:({days})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show the last thirty days. Without a diary, ask for the consent to one."""
    await context.stop_waiting()
    await _show(context, PERIODS[1])


async def show_period(update: Update, context: BotContext) -> None:
    await context.stop_spinner()
    if not context.is_repeated:
        await _show(context, int(context.match[1]))
        context.note_answer()


async def _show(context: BotContext, days: int) -> None:
    if await consent.read(context) is None:
        await context.reply(consent.introduction(context.edition))
        return
    summary = await summarize(context, days)
    draft = in_words(context.edition, summary)
    picture = None
    if summary.count:
        with suppress(RendererBusyError):  # the words say the same
            async with context.showing("upload_photo"):
                svg = await asyncio.to_thread(draw, context.edition, summary)
                picture = await context.bot_data.renderer.picture(svg)
    if picture is None or not await context.send_file("sendPhoto", "history.png", picture, draft):
        await context.send(draft)


async def summarize(context: BotContext, days: int) -> Summary:
    """Return what the person's last ``days`` days add up to."""
    now, zone = context.services.clock(), context.person.zone
    read = partial(cramps.read, chat_id=context.sender_id, since=now.date() - timedelta(days=days))
    sealed = await context.services.store.read(read)
    entries = await storing.opened(context.services, sealed) if sealed else []
    began = local(sealed.diary.consented_at, zone or "UTC").date() if sealed and not sealed.has_older else None
    # In a thread, because counting hundreds of entries would block the event loop.
    return await asyncio.to_thread(counting.summarize, entries, days, now, zone, began)
