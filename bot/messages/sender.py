"""Messages out: the one door to Telegram's sending methods.

Every request ends in an ``Outcome``; nothing is raised. What surely did not arrive is repeated for as long as a person
would wait, what may have arrived is repeated once: a second copy of the relief steps is better than none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.messages.gateway import Outgoing, Parameters
from bot.messages.limits import LONGEST_WAIT_SECONDS
from bot.messages.outcome import Outcome, Verdict
from bot.messages.pictures import Pictures
from bot.messages.transport import NO_FILES

PICTURE_SECONDS = 4.0
"""A picture that takes longer is left out: the text must not wait for it."""
MOST_TRIES = 5
"""How often what was surely not sent is tried again, each time after twice as long."""
log = logging.getLogger(__name__)
Rows = Sequence[Sequence[InlineKeyboardButton]]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Draft:
    """A message to be sent: HTML, rows of buttons, the name of a picture, or the keys that stand below the chat.

    What is sent by the thousand has its buttons ``drawn`` beforehand, as Telegram takes them.
    """

    text: str
    buttons: Rows = ()
    picture: str | None = None
    keys: ReplyKeyboardMarkup | None = None
    silent: bool = False
    drawn: Parameters | None = None

    @cached_property
    def markup(self) -> Parameters:
        """The buttons or the keys, as Telegram takes one of them; a draft that is sent often draws them once."""
        if self.drawn:
            return {"reply_markup": self.drawn}
        keyboard = InlineKeyboardMarkup(self.buttons) if self.buttons else self.keys
        return {"reply_markup": keyboard.to_dict()} if keyboard else {}


class Place(NamedTuple):
    """A message that is there already, and whether its text is the caption of a picture."""

    chat_id: int
    message_id: int
    pictured: bool

    @property
    def parameters(self) -> Parameters:
        """Which message is meant."""
        return {"chat_id": self.chat_id, "message_id": self.message_id}


class Sender:
    """Sends, edits and answers, each by ``outgoing``. ``sleep`` takes seconds; tests give their own."""

    def __init__(self, outgoing: Outgoing, pictures: Pictures, sleep: Sleep = asyncio.sleep) -> None:
        self._outgoing = outgoing
        self._pictures = pictures
        self._sleep = sleep

    async def send(self, chat_id: int, draft: Draft, reply_to: int | None = None) -> Outcome:
        """Send a new message; the outcome of SENT has its id. Without its picture if that makes trouble."""
        parameters = {"chat_id": chat_id, "parse_mode": "HTML", **draft.markup}
        if draft.silent:
            parameters["disable_notification"] = True
        if reply_to:
            parameters["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
        words = {**parameters, **_text(draft)}
        async with self._outgoing.turn(chat_id):
            if not draft.picture:
                return await self._insist("sendMessage", words)
            pictured = {**parameters, "caption": draft.text}
            return await self._pictured("sendPhoto", pictured, draft.picture, "sendMessage", words)

    async def push(self, chat_id: int, draft: Draft, left: Callable[[], None]) -> Outcome:
        """Send a message unasked, once and now, or else LATER; ``left`` is called when its bytes have left.

        Whoever calls it repeats it.
        """
        parameters = {"chat_id": chat_id, "text": draft.text, "parse_mode": "HTML", **draft.markup}
        parameters |= {"link_preview_options": {"is_disabled": True}, "disable_notification": draft.silent}
        return await self._outgoing.unasked("sendMessage", parameters, left)

    async def room(self, most: int) -> int:
        """Wait until something may be claimed, to be pushed as it is ``ready``; how much, ``most`` at the most.

        0 in an outage, or if none may soon, as in a pause of the bot.
        """
        return await self._outgoing.room(most)

    async def ready(self) -> None:
        """Wait a moment until one more may be pushed."""
        await self._outgoing.ready()

    def give_back(self, number: int) -> None:
        """So much of the room there was is not needed."""
        self._outgoing.give_back(number)

    @property
    def is_on_trial(self) -> bool:
        """Whether an outage may not be over yet: what is pushed now had better not be on its last attempt."""
        return self._outgoing.is_on_trial

    async def edit(self, place: Place, draft: Draft) -> Outcome:
        """Put ``draft`` in the place of a message; nothing to change counts as done."""
        async with self._outgoing.turn(place.chat_id):
            return await self._edit(place, draft)

    async def _edit(self, place: Place, draft: Draft) -> Outcome:
        parameters = {**place.parameters, **draft.markup}
        if not place.pictured:
            return await self._insist("editMessageText", {**parameters, "parse_mode": "HTML", **_text(draft)})
        caption = {"caption": draft.text, "parse_mode": "HTML"}
        if not draft.picture:
            return await self._insist("editMessageCaption", {**parameters, **caption})
        pictured = {**parameters, "media": {"type": "photo", **caption}}
        words = {**parameters, **caption}
        return await self._pictured("editMessageMedia", pictured, draft.picture, "editMessageCaption", words)

    async def reword(self, place: Place, draft: Draft) -> Outcome:
        """Change the words of a message and its buttons, now or not at all: it is of no use when it comes late."""
        method = "editMessageCaption" if place.pictured else "editMessageText"
        words = {"caption": draft.text} if place.pictured else _text(draft)
        parameters = {**place.parameters, **draft.markup, "parse_mode": "HTML", **words}
        return await self._outgoing.unasked(method, parameters, urgent=True)

    async def answer(self, query_id: str, toast: str | None = None) -> Outcome:
        """Answer a callback query, so that its button stops spinning."""
        return await self._outgoing.free("answerCallbackQuery", {"callback_query_id": query_id, "text": toast or ""})

    async def react(self, place: Place, emoji: str) -> Outcome:
        """Put a reaction on a person's message."""
        reaction = [{"type": "emoji", "emoji": emoji}]
        return await self._outgoing.free("setMessageReaction", {**place.parameters, "reaction": reaction})

    async def pin(self, place: Place) -> Outcome:
        """Pin a message without a sound."""
        return await self._outgoing.free("pinChatMessage", {**place.parameters, "disable_notification": True})

    async def _pictured(
        self, method: str, pictured: Parameters, name: str, plain_method: str, words: Parameters
    ) -> Outcome:
        """With the picture, or, if that cannot be, the words alone."""
        outcome = await self._try_picture(method, pictured, name)
        if outcome.verdict is Verdict.BUG and "file" in outcome.why.lower() and self._pictures.forget(name):
            outcome = await self._try_picture(method, pictured, name)
        if outcome.verdict in {Verdict.SENT, Verdict.STALE, Verdict.GONE}:
            return outcome
        log.warning("the picture %s was left out: %s", name, outcome.why)
        return await self._insist(plain_method, words)

    async def _try_picture(self, method: str, parameters: Parameters, name: str) -> Outcome:
        known = self._pictures.known(name)
        files = NO_FILES if known else {name: self._pictures.content(name)}
        photo = known or f"attach://{name}"
        if "media" in parameters:
            photographed = {**parameters, "media": {**parameters["media"], "media": photo}}
        else:
            photographed = {**parameters, "photo": photo}
        outcome = await self._outgoing.reply(method, photographed, files, PICTURE_SECONDS)
        if files and outcome.file_id:
            self._pictures.learn(name, outcome.file_id)
        return outcome

    async def _insist(self, method: str, parameters: Parameters) -> Outcome:
        """Repeat what surely was not done, a few times; what may have been done, once; follow a group that moved."""
        outcome = await self._outgoing.reply(method, parameters)
        left = {Verdict.LATER: MOST_TRIES, Verdict.UNKNOWN: 1, Verdict.MOVED: 1}
        while left.get(outcome.verdict, 0) > 0 and outcome.wait_seconds <= LONGEST_WAIT_SECONDS:
            left[outcome.verdict] -= 1
            if outcome.chat_id:
                parameters = {**parameters, "chat_id": outcome.chat_id}
            pause = outcome.wait_seconds * 2.0 ** (MOST_TRIES - 1 - left[Verdict.LATER])
            await self._sleep(min(pause, LONGEST_WAIT_SECONDS))
            outcome = await self._outgoing.reply(method, parameters)
        if outcome.verdict in {Verdict.BUG, Verdict.LATER, Verdict.UNKNOWN}:
            log.warning("%s was given up: %s", method, outcome.why)
        return outcome


def _text(draft: Draft) -> Parameters:
    return {"text": draft.text, "link_preview_options": {"is_disabled": True}}
