"""One update, as every handler gets it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache, partial
from typing import Any, TypeAlias, TypeVar

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackContext, ExtBot

from bot.app.origin import Origin, read_origin
from bot.app.recent_answers import RecentAnswers
from bot.app.services import Services
from bot.content import Edition
from bot.diary.renderer import Renderer
from bot.messages.outcome import Verdict
from bot.messages.sender import Destination, Draft, MessageRef, Rows
from bot.parsing.intent import Understanding
from bot.store import Connection, inbox, people
from bot.store.people import Effect, Person
from bot.updates.inbound_update import Attempt

T = TypeVar("T")
Handler: TypeAlias = BaseHandler[Update, "BotContext", Any]
TextHandler: TypeAlias = Callable[["BotContext", str, str], Awaitable[bool | Draft]]
"""Handles an awaited text, given the text and the detail that ``BotContext.await_text`` stored.

Returns True if it has answered. Otherwise the text is not what was awaited, and is handled like any other text. If it
means nothing else either, a returned draft is the answer.
"""
ACTION_SECONDS = 4.0
"""Seconds between two notices in the chat that something is being made. Telegram shows a notice for five seconds."""
stranger = lru_cache(1000)(Person)
"""What is known of somebody who is not stored."""
REPETITION = timedelta(seconds=5)
"""Whoever presses the same button again this soon has not seen the answer yet."""
Press: TypeAlias = tuple[int, MessageRef, str]
"""The sender's id, the message, and the button's data."""
AWAIT_TEXT = timedelta(minutes=10)
"""How long after a question the person's next text counts as its answer."""


@dataclass
class BotData:
    """What all updates share.

    python-telegram-bot creates it without arguments, so ``build`` sets ``services``, and ``handlers.install`` sets
    ``text_handlers``, ``reply_too_much``, ``reply_failed`` and ``apologies``.
    """

    services: Services = field(init=False)
    text_handlers: Mapping[str, TextHandler] = field(init=False)
    reply_too_much: Callable[["BotContext"], Awaitable[None]] = field(init=False)
    reply_failed: Callable[["BotContext"], Awaitable[None]] = field(init=False)
    apologies: RecentAnswers[int] = field(init=False)
    """The chats that have got an apology for a late answer."""

    attempts: dict[int, Attempt] = field(default_factory=dict)
    presses: RecentAnswers[Press] = field(default_factory=partial(RecentAnswers, REPETITION))
    renderer: Renderer = field(default_factory=Renderer)


class BotContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], BotData]):
    """One update: who sent it, the words to answer with, and the ways to answer."""

    event: Update
    """The update itself, unless it is a call for relief. python-telegram-bot uses the name ``update`` for a method."""
    attempt: Attempt
    heard: list[Understanding]
    """What the text means. Only the filter ``handlers.cramp.heard.Eased`` sets it, for its handler."""

    @classmethod
    def from_update(cls, update: object, application: Any) -> "BotContext":
        """Create the context of an update that ``handle`` is processing."""
        assert isinstance(update, Update)
        context = super().from_update(update, application)
        context.event = update
        context.attempt = context.bot_data.attempts[update.update_id]
        return context

    @classmethod
    def of_call(cls, attempt: Attempt, application: Any) -> "BotContext":
        """Create the context of a call for relief, which python-telegram-bot has not read."""
        context = cls(application, chat_id=attempt.update.chat_id, user_id=attempt.update.sender_id)
        context.attempt = attempt
        return context

    @cached_property
    def origin(self) -> Origin:
        """Where the update comes from. Raises an error if the update is so malformed that nothing can be answered."""
        return read_origin(self.attempt.update.raw)

    @property
    def services(self) -> Services:
        """The services that the bot was started with."""
        return self.bot_data.services

    @property
    def match(self) -> re.Match[str]:
        """The match of the handler's pattern in the data of the button that was pressed.

        Raises ``LookupError`` in a handler without a pattern, such as that of a command.
        """
        if not self.matches:
            raise LookupError("context.match needs a CallbackQueryHandler with a pattern; this handler has none")
        return self.matches[0]

    @property
    def sender_id(self) -> int:
        """Telegram's id of the sender."""
        return self.attempt.update.sender_id

    @property
    def person(self) -> Person:
        """What is known of the sender, including what the handlers of this update have changed."""
        return self.attempt.person or stranger(self.sender_id)

    @property
    def edition(self) -> Edition:
        """The content in the language that the person chose, or else in the language of their Telegram.

        Its numbers to call are those of the country of the person's time zone.
        """
        person = self.person
        return self.services.content.edition(person.language, self.origin.language_code, country=person.country)

    @property
    def is_private(self) -> bool:
        """Whether this is the person's own chat with the bot."""
        return self.origin.is_private

    @property
    def message_ref(self) -> MessageRef | None:
        """The message that was written, or whose button was pressed. None if Telegram no longer shows it."""
        return self.origin.message

    async def steps_sent_ahead(self) -> MessageRef | None:
        """Return the message with the steps, if the head start has sent it. They must not be sent again."""
        message_id = await self.attempt.answer_ahead if self.attempt.answer_ahead else None
        return MessageRef(self.attempt.update.chat_id, message_id, pictured=True) if message_id else None

    @property
    def awaited(self) -> tuple[str, str]:
        """What the next text is expected to be: a name in some topic's ``AWAITING``, and a detail for its handler.

        Both are empty if no text is awaited.
        """
        name, _, detail = (self.person.awaits(self.services.clock()) or "").partition(":")
        return name, detail

    def await_text(self, name: str, detail: str = "") -> Effect[Person]:
        """Return the effect that gives the next text to the handler ``name`` in some topic's ``AWAITING``.

        ``detail`` is given to the handler of the text, for example the kind of reminder that is being turned on.
        """
        until = self.services.clock() + AWAIT_TEXT
        return partial(people.set_awaiting, awaiting=f"{name}:{detail}", until=until)

    async def stop_waiting(self) -> None:
        """No longer take the next text as an answer."""
        # Most people await nothing, and a screen that only shows something should not write to the database.
        if self.person.awaiting:
            await self.change(partial(people.set_awaiting, awaiting=None))

    async def change(self, effect: Effect[T]) -> T | None:
        """Carry out ``effect`` once, however often the update is delivered, and return its result.

        An update has one effect: a second call with the same update does nothing. If ``effect`` returns the changed
        ``Person``, the person is not read again.

        Returns:
            What ``effect`` returns. None if an earlier try of the same update has already stored the effect.
        """
        update_id, sender = self.attempt.update.id, self.sender_id

        def carry_out(connection: Connection) -> tuple[T | None, Person]:
            # The claim and the effect share one transaction, so that a crash loses both or neither.
            result = effect(connection, sender) if inbox.mark_applied(connection, update_id) else None
            return result, result if isinstance(result, Person) else people.get(connection, sender)

        result, self.attempt.person = await self.services.store.write(carry_out)
        return result

    async def reply(self, draft: Draft, *, as_reply: bool = False) -> MessageRef | None:
        """Show ``draft`` in place of the message whose button was pressed, or else as a new message.

        ``as_reply`` is that of ``send``. Returns the message that shows the draft, or None if Telegram did not take it.
        """
        if self.origin.press_id is None:
            return await self.send(draft, as_reply=as_reply)
        place = self.message_ref
        if place is None:
            sent, _ = await asyncio.gather(self.send(draft), self.stop_spinner())
            return sent
        # Together, because the button spins on the phone until the press is answered.
        editing = self.services.sender.edit(place, draft, urgent=self.attempt.update.is_urgent)
        outcome, _ = await asyncio.gather(editing, self.stop_spinner())
        # STALE: the message reads like this already, as after a double tap. GONE: a new message would fail as well.
        return place if outcome.verdict in {Verdict.SENT, Verdict.STALE, Verdict.GONE} else await self.send(draft)

    async def reply_with_buttons(self, buttons: Rows) -> None:
        """Replace the buttons below the message whose button was pressed. Its text stays."""
        editing = [self.services.sender.edit_buttons(self.message_ref, buttons)] if self.message_ref else []
        await asyncio.gather(*editing, self.stop_spinner())

    async def switch_to(self, draft: Draft) -> MessageRef | None:
        """Do as ``reply``, but send a new message if only one of ``draft`` and the pressed message has a picture.

        Telegram can neither add a picture to a text message nor remove one.
        """
        pressed = self.message_ref if self.origin.press_id else None
        if pressed is None or pressed.pictured is bool(draft.picture):
            return await self.reply(draft)
        sent, _ = await asyncio.gather(self.send_once(draft), self.stop_spinner())
        return sent

    async def send_once(self, draft: Draft, otherwise: Draft | None = None) -> MessageRef | None:
        """Send ``draft`` unless the same press was answered just before: three quick taps get one message.

        ``otherwise`` is sent if Telegram does not take ``draft``. The press counts as answered once a message is taken.
        """
        if self.is_repeated:
            return None
        sent = await self.send(draft)
        if sent is None and otherwise:
            sent = await self.send(otherwise)
        if sent:
            self.note_answer()
        return sent

    @property
    def replied_to(self) -> Message | None:
        """The person's own message to which the message in their private chat replies. None if it is no such reply."""
        message = self.event.effective_message if self.message_ref and self.is_private else None
        replied_to = message.reply_to_message if message else None
        author = replied_to.from_user if replied_to else None
        return replied_to if author and author.id == self.sender_id else None

    @property
    def is_repeated(self) -> bool:
        """Whether the same press was answered just before."""
        press = self._press
        return press is not None and self.bot_data.presses.has(press, self.services.clock())

    def note_answer(self) -> None:
        """Note that the press is answered, so that a second tap on the button gets no answer."""
        if press := self._press:
            self.bot_data.presses.add(press, self.services.clock())

    @property
    def _press(self) -> Press | None:
        origin = self.origin
        # Without a message, two presses cannot be told apart.
        return (self.sender_id, origin.message, origin.press_data) if origin.press_id and origin.message else None

    @property
    def destination(self) -> Destination | None:
        """Where a new message goes: the chat, its topic, and in a group the message that it replies to."""
        return self.origin.destination

    async def send(self, draft: Draft, *, as_reply: bool = False) -> MessageRef | None:
        """Send ``draft`` as a new message; in a group or ``as_reply``, as a reply to the person's message."""
        destination = self.destination
        if destination is None:
            return None
        if as_reply and self.origin.written_id:
            destination = destination._replace(reply_to=self.origin.written_id)
        outcome = await self.services.sender.send(destination, draft, urgent=self.attempt.update.is_urgent)
        if not outcome.message_id:
            return None
        is_pictured = outcome.file_id is not None and draft.recording is None
        return MessageRef(destination.chat_id, outcome.message_id, is_pictured)

    async def send_file(self, method: str, name: str, content: bytes, draft: Draft) -> bool:
        """Send a file by ``sendPhoto`` or ``sendDocument``, with ``draft`` below it.

        Returns False if the caller should answer without the file.
        """
        if self.destination is None:
            return False
        outcome = await self.services.sender.send_file(self.destination, method, name, content, draft)
        return outcome.verdict in {Verdict.SENT, Verdict.GONE}

    @asynccontextmanager
    async def showing(self, action: str) -> AsyncIterator[None]:
        """Show a chat action such as ``"upload_document"`` during the block, while something is being made."""
        destination = self.destination

        async def keep_showing() -> None:
            while destination:
                await self.services.sender.show_action(destination, action)
                await asyncio.sleep(ACTION_SECONDS)

        showing = asyncio.create_task(keep_showing())
        try:
            yield
        finally:
            showing.cancel()

    async def send_unless_overtaken(self, draft: Draft) -> None:
        """Answer with ``draft``, unless the person calls for relief before the draft has left.

        This is for answers that may be dropped, such as "I do not know that command". Relief must stay the last message
        in the chat. An answer that is on its way already may still arrive.
        """
        if self.attempt.overtaken.is_set():
            return
        answering = asyncio.ensure_future(self.reply(draft))
        overtaking = asyncio.ensure_future(self.attempt.overtaken.wait())
        try:
            await asyncio.wait((answering, overtaking), return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
        finally:
            overtaking.cancel()
            answering.cancel()

    async def alert(self, text: str) -> None:
        """Answer the press with a text that the person has to close."""
        if self.origin.press_id:
            await self.services.sender.answer(self.origin.press_id, text)

    async def stop_spinner(self) -> None:
        """Answer the press without a text, so that its button stops spinning."""
        if self.origin.press_id:
            await self.services.sender.answer(self.origin.press_id)
