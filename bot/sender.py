"""Messages out: the one door to Telegram's sending methods.

Every request ends in an ``Outcome``; nothing is raised. What surely did not arrive is repeated for as long as a person
would wait, what may have arrived is repeated once: a second copy of the relief steps is better than none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.pictures import Pictures
from bot.verdict import Outcome, Verdict, judge

PICTURE_SECONDS = 4.0
"""A picture that takes longer is left out: the text must not wait for it."""
MOST_TRIES, LONGEST_WAIT_SECONDS = 6, 60.0
log = logging.getLogger(__name__)
Rows = Sequence[Sequence[InlineKeyboardButton]]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Draft:
    """A message to be sent: HTML, rows of buttons, the name of a picture, or the keys that stand below the chat."""

    text: str
    buttons: Rows = ()
    picture: str | None = None
    keys: ReplyKeyboardMarkup | None = None
    silent: bool = False

    @property
    def markup(self) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
        """The buttons or the keys: Telegram takes one of them."""
        return InlineKeyboardMarkup(self.buttons) if self.buttons else self.keys


class Place(NamedTuple):
    """A message that is there already, and whether its text is the caption of a picture."""

    chat_id: int
    message_id: int
    pictured: bool


class Sender:
    """Sends, edits and answers. ``sleep`` takes seconds; tests give their own."""

    def __init__(self, bot: Bot, pictures: Pictures, sleep: Sleep = asyncio.sleep) -> None:
        self._bot = bot
        self._pictures = pictures
        self._sleep = sleep

    async def send(self, chat_id: int, draft: Draft, reply_to: int | None = None) -> Outcome:
        """Send a new message; the outcome of SENT has its id. Without its picture if that makes trouble."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        if draft.picture:
            outcome = await self._send_picture(chat_id, draft, draft.picture, reply)
            if outcome.verdict in {Verdict.SENT, Verdict.GONE}:
                return outcome
        return await self._insist(lambda to: self._send_text(to, draft, reply), chat_id)

    async def edit(self, place: Place, draft: Draft) -> Outcome:
        """Put ``draft`` in the place of a message; nothing to change counts as done."""
        edit = self._edit_text
        if place.pictured:
            edit = self._edit_picture if draft.picture else self._edit_caption
        return await self._insist(lambda _: edit(place, draft), place.chat_id)

    async def answer(self, query_id: str, toast: str | None = None) -> Outcome:
        """Answer a callback query, so that its button stops spinning."""
        return await self._try(lambda: self._bot.answer_callback_query(query_id, toast))

    async def react(self, place: Place, emoji: str) -> Outcome:
        """Put a reaction on a person's message."""
        return await self._try(lambda: self._bot.set_message_reaction(place.chat_id, place.message_id, emoji))

    async def pin(self, place: Place) -> Outcome:
        """Pin a message without a sound."""
        return await self._try(
            lambda: self._bot.pin_chat_message(place.chat_id, place.message_id, disable_notification=True)
        )

    async def _send_text(self, chat_id: int, draft: Draft, reply: ReplyParameters | None) -> Message:
        return await self._bot.send_message(
            chat_id,
            draft.text,
            ParseMode.HTML,
            disable_notification=draft.silent,
            reply_markup=draft.markup,
            reply_parameters=reply,
            disable_web_page_preview=True,
        )

    async def _send_picture(self, chat_id: int, draft: Draft, name: str, reply: ReplyParameters | None) -> Outcome:
        outcome = await self._try(lambda: self._send_photo(chat_id, draft, name, reply))
        if outcome.verdict is Verdict.BUG and self._pictures.forget(name):
            outcome = await self._try(lambda: self._send_photo(chat_id, draft, name, reply))
        if outcome.verdict is not Verdict.SENT:
            log.warning("the picture %s was left out: %s", name, outcome.why)
        return outcome

    async def _send_photo(self, chat_id: int, draft: Draft, name: str, reply: ReplyParameters | None) -> Message:
        message = await self._bot.send_photo(
            chat_id,
            self._pictures.source(name),
            draft.text,
            parse_mode=ParseMode.HTML,
            disable_notification=draft.silent,
            reply_markup=draft.markup,
            reply_parameters=reply,
            read_timeout=PICTURE_SECONDS,
        )
        self._pictures.learn(name, message)
        return message

    async def _edit_text(self, place: Place, draft: Draft) -> Any:
        return await self._bot.edit_message_text(
            draft.text,
            place.chat_id,
            place.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=_inline(draft),
            disable_web_page_preview=True,
        )

    async def _edit_caption(self, place: Place, draft: Draft) -> Any:
        return await self._bot.edit_message_caption(
            place.chat_id,
            place.message_id,
            caption=draft.text,
            parse_mode=ParseMode.HTML,
            reply_markup=_inline(draft),
        )

    async def _edit_picture(self, place: Place, draft: Draft) -> Any:
        assert draft.picture
        media = InputMediaPhoto(self._pictures.source(draft.picture), draft.text, ParseMode.HTML)
        edited = await self._bot.edit_message_media(media, place.chat_id, place.message_id, reply_markup=_inline(draft))
        if isinstance(edited, Message):
            self._pictures.learn(draft.picture, edited)
        return edited

    async def _insist(self, request: Callable[[int], Awaitable[Any]], chat_id: int) -> Outcome:
        """Repeat what surely was not done, a few times; what may have been done, once; follow a group that moved."""
        outcome = await self._try(partial(request, chat_id))
        unknown = 0
        for attempt in range(MOST_TRIES):
            unknown += outcome.verdict is Verdict.UNKNOWN
            if outcome.verdict is Verdict.MOVED and outcome.chat_id:
                chat_id = outcome.chat_id
            elif (
                outcome.verdict not in {Verdict.LATER, Verdict.UNKNOWN}
                or unknown > 1
                or outcome.wait_seconds > LONGEST_WAIT_SECONDS
            ):
                break
            else:
                await self._sleep(max(outcome.wait_seconds, min(2.0**attempt, 30.0) - 1))
            outcome = await self._try(partial(request, chat_id))
        return _noted(outcome)

    async def _try(self, request: Callable[[], Awaitable[Any]]) -> Outcome:
        try:
            result = await request()
        except TelegramError as error:
            return judge(error)
        return Outcome(Verdict.SENT, message_id=result.message_id if isinstance(result, Message) else None)


def _inline(draft: Draft) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup(draft.buttons) if draft.buttons else None


def _noted(outcome: Outcome) -> Outcome:
    if outcome.verdict in {Verdict.BUG, Verdict.LATER, Verdict.UNKNOWN}:
        log.warning("a message was not sent: %s", outcome.why)
    return outcome
