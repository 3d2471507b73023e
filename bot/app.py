"""What every handler is given: the services, the context of one update, and the application that dispatches it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

from telegram import Update, User
from telegram.constants import ZERO_DATE, ChatType
from telegram.ext import Application, ApplicationBuilder, BaseHandler, CallbackContext, ContextTypes, ExtBot

from bot.config import Settings
from bot.content import Edition
from bot.content.loading import Content
from bot.messages.debounce import Presses
from bot.messages.outcome import Verdict
from bot.messages.sender import Draft, Place, Sender
from bot.messages.transport import Transport
from bot.store import Connection, Store, inbox
from bot.store.people import Person
from bot.updates.inbound import Arrival

Clock: TypeAlias = Callable[[], datetime]
"""Gives the time, aware and in UTC; nothing else in the bot asks what time it is."""
Handler: TypeAlias = BaseHandler[Update, "BotContext", Any]
Dispatcher: TypeAlias = "Application[ExtBot[None], BotContext, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]"
GROUP_ANONYMOUS_BOT = 1087968824
"""The sender that Telegram gives for an administrator who writes in the group's own name."""


@dataclass(frozen=True)
class Services:
    """What the bot is made of, built once at the start."""

    settings: Settings
    content: Content
    store: Store
    sender: Sender
    clock: Clock


class BotContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """One update: whom it is from, the words to answer with, and the ways to answer."""

    event: Update
    arrival: Arrival

    @classmethod
    def from_update(cls, update: object, application: Any) -> "BotContext":
        """The context of an update in hand."""
        assert isinstance(update, Update)
        context = super().from_update(update, application)
        context.event = update
        context.arrival = application.bot_data["arrivals"][update.update_id]
        return context

    @property
    def services(self) -> Services:
        """The services."""
        return cast("Services", self.bot_data["services"])

    @property
    def match(self) -> re.Match[str]:
        """The match of the handler's pattern in the data of the button that was pressed.

        Raises ``LookupError`` in a handler without a pattern, such as that of a command.
        """
        if not self.matches:
            raise LookupError("context.match needs a CallbackQueryHandler with a pattern; this handler has none")
        return self.matches[0]

    @property
    def person(self) -> Person:
        """What is known of the sender."""
        return self.arrival.person or Person(self.arrival.sender_id)

    @property
    def user(self) -> User:
        """The sender, as Telegram tells."""
        assert self.event.effective_user, "only updates with a sender are handled"
        return self.event.effective_user

    @property
    def edition(self) -> Edition:
        """The words, in the language chosen, or else in the one that Telegram tells."""
        return self.services.content.edition(self.person.language, self.user.language_code)

    @property
    def is_private(self) -> bool:
        """Whether this is the person's own chat with the bot."""
        chat = self.event.effective_chat
        return chat is not None and chat.type == ChatType.PRIVATE

    @property
    def place(self) -> Place | None:
        """Where the message is that was written, or whose button was pressed; None if Telegram no longer shows it."""
        message = self.event.effective_message
        if message is None or message.date == ZERO_DATE:  # python-telegram-bot gives the type of one that is there
            return None
        return Place(message.chat_id, message.message_id, bool(message.photo))

    async def change(self, effect: Callable[[Connection, int], Person]) -> None:
        """Change what is known of the sender, once for each update however often it is delivered."""
        number, sender = self.arrival.number, self.arrival.sender_id

        def once(connection: Connection) -> Person | None:
            return effect(connection, sender) if inbox.apply(connection, number) else self.arrival.person

        self.arrival.person = await self.services.store.write(once)

    async def reply(self, draft: Draft, toast: str | None = None) -> Place | None:
        """Show ``draft``: in place of the message whose button was pressed, or else as a message of its own.

        Returns where it stands, if it does.
        """
        if self.event.callback_query is None:
            return await self.send(draft)
        shown, _ = await asyncio.gather(self._replace(draft), self.toast(toast))
        return self.place if shown else await self.send(draft)

    async def turn_to(self, draft: Draft) -> Place | None:
        """As ``reply``, but in place of the message only if that keeps the picture right: none can be put in or out."""
        if self.place is None or self.place.pictured is bool(draft.picture):
            return await self.reply(draft)
        shown, _ = await asyncio.gather(self.send_once(draft), self.toast())
        return shown

    async def send_once(self, draft: Draft) -> Place | None:
        """As ``send``, but nothing where the same press has just been answered: three quick taps want one message.

        Only what Telegram has taken counts as an answer.
        """
        query, place, clock = self.event.callback_query, self.place, self.services.clock
        if query is None or place is None:
            return await self.send(draft)
        presses: Presses = self.bot_data["presses"]
        press = (self.arrival.sender_id, place, query.data or "")
        if presses.is_answered(press, clock()):
            return None
        if shown := await self.send(draft):
            presses.note(press, clock())
        return shown

    async def send(self, draft: Draft) -> Place | None:
        """Send ``draft`` as a message of its own; in a group as an answer to the message that asked."""
        chat, message = self.event.effective_chat, self.event.message
        if chat is None:
            return None
        asked = message.message_id if message and not self.is_private else None
        outcome = await self.services.sender.send(chat.id, draft, asked)
        return Place(chat.id, outcome.message_id, outcome.file_id is not None) if outcome.message_id else None

    async def toast(self, text: str | None = None) -> None:
        """Answer the button that was pressed: with a short notice, or only with an end to its spinning."""
        if self.event.callback_query:
            await self.services.sender.answer(self.event.callback_query.id, text)

    async def _replace(self, draft: Draft) -> bool:
        if self.place is None:
            return False
        outcome = await self.services.sender.edit(self.place, draft)
        return outcome.verdict in {Verdict.SENT, Verdict.STALE, Verdict.GONE}


def build(transport: Transport, settings: Settings) -> Dispatcher:
    """The application: python-telegram-bot's handlers and types over our own transport; no updater, no jobs."""
    builder = ApplicationBuilder().token(settings.telegram_bot_token.get_secret_value())
    builder = builder.base_url(f"{settings.telegram_api_url}/bot")
    builder = builder.base_file_url(f"{settings.telegram_api_url}/file/bot")
    builder = builder.request(transport).get_updates_request(transport).updater(None)
    builder.job_queue(None)
    application = builder.context_types(ContextTypes(context=BotContext)).build()
    application.bot_data.update(arrivals={}, presses=Presses())
    return cast("Dispatcher", application)


def is_for_us(update: Update) -> bool:
    """Whether an update may run anything: a person's own new message, a press, or a change of membership."""
    user = update.effective_user
    if user is None or user.is_bot or user.id == GROUP_ANONYMOUS_BOT:
        return False
    message = update.message
    if message is not None:
        return not (message.forward_origin or message.sender_chat or message.via_bot)
    return bool(update.callback_query or update.my_chat_member)


async def handle(application: Dispatcher, arrival: Arrival) -> None:
    """Run the handlers on an update in hand, or tell that it is too much.

    Raises what they raise, and what a malformed update raises.
    """
    arrival.error = None
    update = Update.de_json(dict(arrival.raw), application.bot)
    if not is_for_us(update):
        return
    arrivals = application.bot_data["arrivals"]
    arrivals[arrival.number] = arrival
    try:
        if arrival.is_too_much:
            await application.bot_data["too_much"](BotContext.from_update(update, application))
        else:
            await application.process_update(update)
    finally:
        del arrivals[arrival.number]
    if arrival.error:
        raise arrival.error
