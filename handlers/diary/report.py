"""The page for a doctor: one sheet of counts as PDF, in either language, and a short text to copy."""

import asyncio
from typing import Annotated

from telegram import CopyTextButton, Update
from telegram import InlineKeyboardButton as Button
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.diary import summary as summaries
from bot.diary.counting import Summary
from bot.diary.renderer import RendererBusyError
from bot.messages.sender import Draft
from handlers.diary import consent, history
from handlers.diary.history import PERIODS

PAGE_TEXTS = ("title", "origin", "header_what", "header_count", "alt", "medicines", "foot")
"""The words of the page itself."""


class Words(Model):
    """The question, the page, and the message with it."""

    ask: Text
    days_button: Annotated[Label, Placeholders("days")]
    title: Label
    caption: Text
    copy_button: Label
    other_button: Label
    origin: Text
    header_what: Label
    header_count: Label
    alt: Text
    notes: Label
    medicines: Label
    foot: Text
    failed: Text
    busy: Text
    log_button: Label
    again_button: Label


def question(edition: Edition) -> Draft:
    """Return the question for the number of days on the page."""
    words = edition.words(Words)
    buttons = [
        Button(words.days_button.format(days=days), callback_data=f"report:{days}:{edition.code}") for days in PERIODS
    ]
    return Draft(words.ask, [buttons[:2], buttons[2:]])


def message(edition: Edition, page: Edition, other: Edition, summary: Summary) -> Draft:
    """Return the message with the page. Its buttons copy a text in the page's language, and make the ``other`` page."""
    words = page.words(Words)
    copied = Button(words.copy_button, copy_text=CopyTextButton(summaries.short_text(page, summary)))
    change = Button(words.other_button, callback_data=f"report:{summary.days}:{other.code}")
    return Draft(edition.words(Words).caption, [[copied], [change]])


def page_data(edition: Edition, summary: Summary) -> dict[str, object]:
    """Return the data of the page in one language."""
    words = edition.words(Words)
    texts = {name: str(getattr(words, name)) for name in PAGE_TEXTS}
    return summaries.page_data(edition, summary, {**texts, "notes_title": words.notes})


def handlers(services: Services) -> list[Handler]:
    days, codes = "|".join(map(str, PERIODS)), "|".join(services.content)
    return [
        CommandHandler(services.content.names("report"), consent.private_handler(ask), ChatType.PRIVATE),
        CallbackQueryHandler(consent.private_handler(ask), "^report$"),
        CallbackQueryHandler(consent.private_handler(send), f"^report:({days}):({codes})$"),
    ]


async def ask(update: Update, context: BotContext) -> None:
    """Ask how many days the page is to show. Without a diary, ask for the consent to one."""
    await context.stop_waiting()
    has_diary = await consent.read(context) is not None
    draft = question(context.edition) if has_diary else consent.introduction(context.edition)
    await asyncio.gather(context.send_once(draft), context.stop_spinner())


async def send(update: Update, context: BotContext) -> None:
    """Make the page and send it. If it cannot be made or sent, send the counts in words."""
    content, words = context.services.content, context.edition.words(Words)
    days, page = int(context.match[1]), content[context.match[2]]
    await context.stop_spinner()
    if context.is_repeated:
        return
    summary = await history.summarize(context, days)
    other = next(edition for edition in content.values() if edition is not page)
    if not summary.count:
        counts = summaries.in_words(page, summary)
        await context.send(Draft(counts, [[Button(words.log_button, callback_data="log")]]))
    else:
        await _send_page(context, page, other, summary)
    context.note_answer()


async def _send_page(context: BotContext, page: Edition, other: Edition, summary: Summary) -> None:
    words = context.edition.words(Words)
    why_not = words.failed
    try:
        async with context.showing("upload_document"):
            data = await asyncio.to_thread(page_data, page, summary)
            pdf = await context.bot_data.renderer.page(data)
        name, draft = f"charley-{summary.last}-{summary.days}.pdf", message(context.edition, page, other, summary)
        if pdf and await context.send_file("sendDocument", name, pdf, draft):
            return
    except RendererBusyError:
        why_not = words.busy
    again = Button(words.again_button, callback_data="report")
    await context.send(Draft(f"{why_not}\n\n{summaries.in_words(page, summary)}", [[again]]))
