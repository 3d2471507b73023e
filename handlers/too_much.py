"""Somebody asks for more than anybody can read: one kind word, and then silence for a while."""

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Model, Text, Toast
from bot.messages.sender import Draft
from handlers import help as help_topic


class Words(Model):
    """What is said once; below a button that was pressed there is room for few words."""

    text: Text
    toast: Toast


def handlers(services: Services) -> list[Handler]:
    """None: what is too much is no topic."""
    return []


def notice(edition: Edition) -> Draft:
    """When to write again, and what works meanwhile."""
    return Draft(edition.words(Words).text, [[help_topic.relief_button(edition)]])


async def reply(context: BotContext) -> None:
    """Tell whoever presses, or writes to the bot alone; a group is spared it."""
    if context.event.callback_query:
        await context.toast(context.edition.words(Words).toast)
    elif context.is_private and context.event.message:
        await context.send(notice(context.edition))
