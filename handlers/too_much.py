"""More messages than a person can read answers to: one kind reply, then silence for a while."""

from bot.app import BotContext, Handler, Services
from bot.content import Alert, Edition, Model, Text
from bot.messages.sender import Draft
from handlers import help as help_topic


class Words(Model):
    """The reply to a message, and the shorter notice after a press."""

    text: Text
    alert: Alert


def handlers(services: Services) -> list[Handler]:
    """Return no handlers: ``bot.app.handle`` calls ``reply`` in place of the topics."""
    return []


def notice(edition: Edition) -> Draft:
    """Return the message that says when to write again, and what works until then."""
    return Draft(edition.words(Words).text, [[help_topic.relief_button(edition)]])


async def reply(context: BotContext) -> None:
    """Reply to a press, or to a message in a private chat. A group gets no reply."""
    if context.event.callback_query:
        await context.alert(context.edition.words(Words).alert)
    elif context.is_private and context.event.message:
        await context.send(notice(context.edition))
