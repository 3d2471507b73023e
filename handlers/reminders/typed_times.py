"""Times that the person types while a screen of one kind of reminder is shown."""

from typing import Annotated

from bot.app import BotContext, Handler, Services, TextHandler
from bot.content import Model, Placeholders, Text, wording
from bot.messages.sender import Draft
from bot.parsing.times import read_several_times
from bot.reminders import service
from bot.reminders.time_codes import decode
from handlers.reminders import reminder_times
from handlers.reminders.set_times import set_times


class Words(Model):
    """The answer to a text without a time."""

    not_read: Annotated[Text, Placeholders("text")]


def handlers(services: Services) -> list[Handler]:
    """Return no handlers: only awaited texts come here."""
    return []


async def take_time(context: BotContext, text: str, detail: str) -> bool | Draft:
    """Set the kind to the times that a text names.

    ``detail`` is the kind. After a dot it may have a purpose: to add a time, or the code of the time to replace.
    Without a purpose, a text without a time is not for this topic.
    """
    kind, _, purpose = detail.partition(".")
    meanings = read_several_times(text)
    if kind not in context.edition.reminders or not (meanings or purpose):
        return False
    if not meanings:
        answer = context.edition.words(Words).not_read.format(text=wording.quoted(text))
        return Draft(answer, [reminder_times.back_row(context.edition, kind)])
    if purpose and purpose != reminder_times.ADD:
        await set_times(context, kind, meanings, replacing=decode(purpose)[0])
    else:
        await set_times(context, kind, meanings, is_added=purpose == reminder_times.ADD)
    return True


AWAITING: dict[str, TextHandler] = {service.TIME: take_time}
