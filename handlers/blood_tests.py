"""The article's four blood tests: what each measures, its price as printed, and a link where one is known."""

from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import BloodTest, Edition, Label, Model, Paragraph, Placeholders, Text, paragraph, stacked
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from handlers import learn


class Words(Model):
    """What stands around the tests. ``ask`` says where to ask while no link is known."""

    title: Label
    intro: Text
    price_line: Annotated[Text, Placeholders("price")]
    fees: Text
    ask: Text
    minerals: Paragraph
    shortage: Paragraph
    caution: Paragraph


def tests(edition: Edition) -> Draft:
    """All four on one screen."""
    words, every = edition.words(Words), edition.tests.values()
    parts = [f"<b>{escape(words.title)}</b>", words.intro, *(_described(each, words) for each in every)]
    parts.append(words.fees)
    if not all(each.url for each in every):
        parts.append(words.ask)
    parts += [paragraph(each, edition.marks.long) for each in (words.minerals, words.shortage, words.caution)]
    links = [[Button(each.button, url=each.url)] for each in every if each.url]
    return Draft(stacked(parts), [*links, [learn.back_button(edition)]])


def _described(test: BloodTest, words: Words) -> str:
    return f"<b>{escape(test.name)}</b>\n{test.text}\n{words.price_line.format(price=test.price)}"


def handlers(services: Services) -> list[Handler]:
    """The command and its button."""
    return [CommandHandler(services.content.names("tests"), show), CallbackQueryHandler(show, "^tests$")]


async def show(update: Update, context: BotContext) -> None:
    """Show the tests."""
    await context.reply(tests(context.edition))
