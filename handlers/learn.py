"""The article's answers, one page at a time. A page of ``content.yaml`` may have a command of its own."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import HALF_LABEL_LIMIT, Edition, Label, Model
from bot.messages.sender import Draft, Rows

MENU = "learn"


class Words(Model):
    """The button that leads back to the menu."""

    back_button: Label


def page(edition: Edition, name: str) -> Draft:
    """Return a page with buttons to its neighbours and back to the menu."""
    content = edition.pages[name]
    buttons = [Button(edition.pages[neighbour].button, callback_data=f"page:{neighbour}") for neighbour in content.next]
    back = [] if name == MENU or MENU in content.next else [[back_button(edition)]]
    return Draft(edition.html(content), [*rows(buttons), *back], content.picture)


def rows(buttons: list[Button]) -> Rows:
    """Arrange buttons in rows: two short ones share a row, a long one has a row of its own."""
    arranged: list[list[Button]] = []
    for button in buttons:
        last = arranged[-1] if arranged else []
        if len(last) == 1 and max(len(last[0].text), len(button.text)) <= HALF_LABEL_LIMIT:
            last.append(button)
        else:
            arranged.append([button])
    return arranged


def back_button(edition: Edition) -> Button:
    """Return the button that leads back to the menu."""
    return Button(edition.words(Words).back_button, callback_data=f"page:{MENU}")


def handlers(services: Services) -> list[Handler]:
    """Return a command handler for each page that has a command, and the handlers of the buttons."""
    edition = services.content.edition()
    commands = [name for name in edition.commands if name in edition.pages]
    pages = "|".join(edition.pages)
    return [
        *(CommandHandler(services.content.names(name), _show_page(name)) for name in commands),
        CallbackQueryHandler(switch_page, f"^page:({pages})$"),
        CallbackQueryHandler(add_page, f"^more:({pages})$"),
    ]


def _show_page(name: str) -> Callable[[Update, BotContext], Coroutine[Any, Any, None]]:
    async def show(update: Update, context: BotContext) -> None:
        await context.reply(page(context.edition, name))

    return show


async def switch_page(update: Update, context: BotContext) -> None:
    """Show another page in place of the one whose button was pressed."""
    await context.switch_to(page(context.edition, context.match[1]))


async def add_page(update: Update, context: BotContext) -> None:
    """Send a page as a new message: the reminder whose button was pressed still has to be answered."""
    await context.toast()
    await context.send(page(context.edition, context.match[1]))
