"""The article's answers, one page at a time: every page of ``content.yaml``, and a command for each that has one."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model
from bot.messages.sender import Draft, Rows

MENU = "learn"
WIDE_LABEL = 18
"""A button with a longer label gets a row of its own."""


class Words(Model):
    """The way back to the menu."""

    back_button: Label


def page(edition: Edition, name: str) -> Draft:
    """A page with the ways to its neighbours, and back to the menu."""
    shown = edition.pages[name]
    buttons = [Button(edition.pages[each].button, callback_data=f"page:{each}") for each in shown.next]
    back = [] if name == MENU or MENU in shown.next else [[back_button(edition)]]
    return Draft(edition.html(shown), [*rows(buttons), *back], shown.picture)


def rows(buttons: list[Button]) -> Rows:
    """Two short buttons to a row."""
    laid: list[list[Button]] = []
    for button in buttons:
        room = laid and len(laid[-1]) == 1 and len(laid[-1][0].text) <= WIDE_LABEL >= len(button.text)
        if room:
            laid[-1].append(button)
        else:
            laid.append([button])
    return laid


def back_button(edition: Edition) -> Button:
    """The way back to the menu."""
    return Button(edition.words(Words).back_button, callback_data=f"page:{MENU}")


def handlers(services: Services) -> list[Handler]:
    """A command for each page that is one, and the buttons between them."""
    edition = services.content.edition()
    topics = [name for name in edition.commands if name in edition.pages]
    pages = "|".join(edition.pages)
    return [
        *(CommandHandler(services.content.names(topic), _reader(topic)) for topic in topics),
        CallbackQueryHandler(turn, f"^page:({pages})$"),
        CallbackQueryHandler(add, f"^more:({pages})$"),
    ]


def _reader(topic: str) -> Callable[[Update, BotContext], Coroutine[Any, Any, None]]:
    async def read(update: Update, context: BotContext) -> None:
        await context.reply(page(context.edition, topic))

    return read


async def turn(update: Update, context: BotContext) -> None:
    """Show another page in place of this one."""
    await context.switch_to(page(context.edition, context.match[1]))


async def add(update: Update, context: BotContext) -> None:
    """Show a page below this message, which is still to be answered."""
    await context.toast()
    await context.send(page(context.edition, context.match[1]))
