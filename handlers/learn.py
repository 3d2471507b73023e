"""The article's answers, one page at a time. A page of ``content.yaml`` may have a command of its own."""

from functools import partial

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import HALF_LABEL_LIMIT, Edition, Label, Model
from bot.messages.sender import Draft, Rows

MENU = "learn"
DIARY_PAGES = ("privacy", "diary")
"""The pages that lead to the settings of the diary, where it is closed and deleted."""


class Words(Model):
    """The buttons of pages that lead elsewhere: to the menu, the blood tests, a reminder, and the diary's settings."""

    back_button: Label
    tests_button: Label
    remind_button: Label
    diary_button: Label


def page(edition: Edition, name: str, *, private: bool = True) -> Draft:
    """Return a page with buttons to its neighbours and back to the menu.

    In a ``private`` chat only, a page that a reminder is about offers this reminder, and the pages about the diary its
    settings.
    """
    content, words = edition.pages[name], edition.words(Words)
    buttons = [Button(edition.pages[neighbour].button, callback_data=f"page:{neighbour}") for neighbour in content.next]
    kind = edition.reminder_about(name) if private else None
    remind = [[Button(words.remind_button, callback_data=f"remind:on:{kind}")]] if kind else []
    diary = [[Button(words.diary_button, callback_data="diary")]] if private and name in DIARY_PAGES else []
    back = [] if name == MENU or MENU in content.next else [[back_button(edition)]]
    if name == MENU:
        buttons.append(Button(words.tests_button, callback_data="tests"))
    return Draft(edition.html(content), [*remind, *diary, *rows(buttons), *back], content.picture)


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
        *(CommandHandler(services.content.names(name), partial(show, name=name)) for name in commands),
        CallbackQueryHandler(switch_page, f"^page:({pages})$"),
        CallbackQueryHandler(show_how, f"^more:({pages})$"),
    ]


async def show(update: Update, context: BotContext, name: str) -> None:
    await context.reply(page(context.edition, name, private=context.is_private))


async def switch_page(update: Update, context: BotContext) -> None:
    """Show another page in place of the one whose button was pressed."""
    await context.switch_to(page(context.edition, context.match[1], private=context.is_private))


async def show_how(update: Update, context: BotContext) -> None:
    """Show the text of a page in place of the reminder. The buttons that answer the reminder stay in sight below it."""
    message = update.effective_message
    shown = message.reply_markup.inline_keyboard if message and message.reply_markup else ()
    answers = [[button for button in row if button.callback_data != context.match[0]] for row in shown]
    text = context.edition.html(context.edition.pages[context.match[1]])
    await context.reply(Draft(text, [row for row in answers if row]))
