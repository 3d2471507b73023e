"""The article's four blood tests: what each measures, its price as printed, and a link where one is known."""

from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Line, Model, Paragraph, Placeholders, Text, join_paragraphs, paragraph
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from handlers import learn


class Words(Model):
    """The words around the tests. ``ask`` says where to ask for a test that has no link yet."""

    title: Line
    intro: Text
    price_line: Annotated[Text, Placeholders("price")]
    fees: Text
    ask: Text
    minerals: Paragraph
    shortage: Paragraph
    caution: Paragraph


def tests(edition: Edition) -> Draft:
    """Return all four tests on one screen."""
    words, all_tests = edition.words(Words), edition.tests.values()
    parts = [f"<b>{escape(words.title)}</b>", words.intro]
    for test in all_tests:
        price = words.price_line.format(price=test.price)
        parts.append(f"<b>{escape(test.name)}</b>\n{test.text}\n{price}")
    parts.append(words.fees)
    if not all(test.url for test in all_tests):
        parts.append(words.ask)
    parts += [paragraph(note, edition.marks.long) for note in (words.minerals, words.shortage, words.caution)]
    parts.append(edition.marks.foot)
    links = [[Button(test.button, url=test.url)] for test in all_tests if test.url]
    return Draft(join_paragraphs(parts), [*links, [learn.back_button(edition)]])


def handlers(services: Services) -> list[Handler]:
    return [CommandHandler(services.content.names("tests"), show), CallbackQueryHandler(show, "^tests$")]


async def show(update: Update, context: BotContext) -> None:
    await context.reply(tests(context.edition))
