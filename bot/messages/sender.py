"""Messages out: the one door to Telegram's sending methods.

Every request ends in an ``Outcome``; nothing is raised. A message that certainly did not arrive is repeated for as long
as a person would wait. A message that may have arrived is repeated once: two copies are better than none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.content import ogg_opus
from bot.messages.gateway import Gateway, Parameters
from bot.messages.limiter import LONGEST_WAIT_SECONDS
from bot.messages.outcome import Outcome, Verdict
from bot.messages.rates import Rates
from bot.messages.transport import NO_FILES, READ_SECONDS
from bot.messages.uploads import Uploads

PICTURE_SECONDS = 4.0
"""If sending a picture takes longer, it is left out, because the text must not wait for it."""
VOICE_FILE = "voice.ogg"
"""The name under which a recording is uploaded. Telegram recognises the kind of a file by its name."""
MOST_TRIES = 5
"""How often a message that was certainly not sent is repeated. Each pause is twice as long as the one before."""
RELIEF_TRIES, RELIEF_PAUSE_SECONDS = 15, 5.0
"""How often relief is repeated, even if it may arrive twice, and the longest pause in between: a minute in all."""
log = logging.getLogger(__name__)
Rows = Sequence[Sequence[InlineKeyboardButton]]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Draft:
    """A message to send: HTML, rows of buttons, the name of a picture or a recording, or a reply keyboard (``keys``).

    Messages sent by the thousand have their buttons ready as the JSON that Telegram takes, in ``drawn``.
    """

    text: str
    buttons: Rows = ()
    picture: str | None = None
    recording: str | None = None
    keys: ReplyKeyboardMarkup | None = None
    silent: bool = False
    drawn: Parameters | None = None

    @cached_property
    def markup(self) -> Parameters:
        """The parameter ``reply_markup``: what is ``drawn``, or else the buttons or the keys. Empty without them."""
        if self.drawn:
            return {"reply_markup": self.drawn}
        keyboard = InlineKeyboardMarkup(self.buttons) if self.buttons else self.keys
        return {"reply_markup": keyboard.to_dict()} if keyboard else {}


def rows_of(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Sequence[InlineKeyboardButton]]:
    """Return buttons in rows of up to ``width``."""
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


class Destination(NamedTuple):
    """Where a new message goes: a chat, one of its topics (``thread_id``), and the message that it replies to."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None

    @property
    def parameters(self) -> Parameters:
        """The parameters that name the destination."""
        parameters: Parameters = {"chat_id": self.chat_id}
        if self.thread_id:
            parameters["message_thread_id"] = self.thread_id
        if self.reply_to:
            parameters["reply_parameters"] = {"message_id": self.reply_to, "allow_sending_without_reply": True}
        return parameters


class MessageRef(NamedTuple):
    """An existing message; ``pictured`` if its text is the caption of a picture."""

    chat_id: int
    message_id: int
    pictured: bool

    @property
    def parameters(self) -> Parameters:
        """The parameters that name the message."""
        return {"chat_id": self.chat_id, "message_id": self.message_id}


class Sender:
    """Sends, edits and answers through ``gateway``. ``sleep`` takes seconds; tests pass their own."""

    def __init__(self, gateway: Gateway, uploads: Uploads, sleep: Sleep = asyncio.sleep) -> None:
        self._gateway = gateway
        self._uploads = uploads
        self._sleep = sleep

    @property
    def rates(self) -> Rates:
        """The limits that are kept."""
        return self._gateway.rates

    async def send(self, destination: Destination, draft: Draft, *, urgent: bool = False) -> Outcome:
        """Send a new message. If its picture fails, send it without. A SENT outcome has the message's id.

        A recording is sent as a voice message. If that fails, nothing is sent, because its caption means nothing alone.

        An ``urgent`` message is relief: nothing else in its chat goes before it, and it is repeated for a minute.
        """
        parameters = {**destination.parameters, "parse_mode": "HTML", **draft.markup}
        if draft.silent:
            parameters["disable_notification"] = True
        words = {**parameters, **_text_parameters(draft)}
        async with self._gateway.hold_chat(destination.chat_id, urgent=urgent):
            if draft.recording:
                spoken = {**parameters, "caption": draft.text}
                return await self._try_twice("sendVoice", spoken, draft.recording, READ_SECONDS, urgent=urgent)
            if not draft.picture:
                return await self._send_with_retries("sendMessage", words, urgent=urgent)
            pictured = {**parameters, "caption": draft.text}
            return await self._send_with_picture(
                "sendPhoto", pictured, draft.picture, "sendMessage", words, urgent=urgent
            )

    async def send_file(
        self, destination: Destination, method: str, name: str, content: bytes, draft: Draft
    ) -> Outcome:
        """Send a file made for this person, by ``sendPhoto`` or ``sendDocument``, with ``draft`` as its caption."""
        kind = method.removeprefix("send").lower()
        parameters = {**destination.parameters, "caption": draft.text, "parse_mode": "HTML", **draft.markup}
        async with self._gateway.hold_chat(destination.chat_id):
            return await self._gateway.reply(method, {**parameters, kind: f"attach://{name}"}, {name: content})

    async def show_action(self, destination: Destination, action: str) -> Outcome:
        """Show a chat action such as ``"upload_document"`` for some seconds: something is being made."""
        return await self._gateway.request("sendChatAction", {**destination.parameters, "action": action})

    async def push(self, chat_id: int, draft: Draft, on_sent: Callable[[], None]) -> Outcome:
        """Send a message that nobody waits for, if it may leave now. After LATER, the caller must repeat it.

        ``on_sent`` is called when the last byte of the request has left this machine.
        """
        parameters = {"chat_id": chat_id, "text": draft.text, "parse_mode": "HTML", **draft.markup}
        parameters |= {"link_preview_options": {"is_disabled": True}, "disable_notification": draft.silent}
        return await self._gateway.push("sendMessage", parameters, on_sent)

    async def edit(self, message: MessageRef, draft: Draft, *, urgent: bool = False) -> Outcome:
        """Replace a message with ``draft``, unless it reads like that already. ``urgent`` is that of ``send``."""
        async with self._gateway.hold_chat(message.chat_id, urgent=urgent):
            return await self._edit(message, draft, urgent=urgent)

    async def _edit(self, message: MessageRef, draft: Draft, *, urgent: bool) -> Outcome:
        parameters = {**message.parameters, **draft.markup, "parse_mode": "HTML"}
        if not message.pictured:
            words = {**parameters, **_text_parameters(draft)}
            return await self._send_with_retries("editMessageText", words, urgent=urgent)
        words = {**parameters, "caption": draft.text}
        if not draft.picture:
            return await self._send_with_retries("editMessageCaption", words, urgent=urgent)
        caption = {"caption": draft.text, "parse_mode": "HTML"}
        pictured = {**message.parameters, **draft.markup, "media": {"type": "photo", **caption}}
        return await self._send_with_picture(
            "editMessageMedia", pictured, draft.picture, "editMessageCaption", words, urgent=urgent
        )

    async def edit_buttons(self, message: MessageRef, buttons: Rows) -> Outcome:
        """Replace the buttons below a message. Its text stays."""
        parameters = {**message.parameters, "reply_markup": InlineKeyboardMarkup(buttons).to_dict()}
        async with self._gateway.hold_chat(message.chat_id):
            return await self._send_with_retries("editMessageReplyMarkup", parameters, urgent=False)

    async def push_edit(self, message: MessageRef, draft: Draft, *, urgent: bool = True) -> Outcome:
        """Change the text and buttons of a message if the limits allow it now; otherwise return LATER.

        After LATER, the caller must write the text again, because the old text shows an old moment. An ``urgent``
        change is for somebody in pain.
        """
        method = "editMessageCaption" if message.pictured else "editMessageText"
        words = {"caption": draft.text} if message.pictured else _text_parameters(draft)
        parameters = {**message.parameters, **draft.markup, "parse_mode": "HTML", **words}
        return await self._gateway.push(method, parameters, urgent=urgent)

    async def push_picture_edit(self, message: MessageRef, draft: Draft, *, urgent: bool = True) -> Outcome:
        """Do as ``push_edit``, but change the picture too. A message without a picture gets one."""
        assert draft.picture
        files, photo = self._upload(draft.picture, draft.picture)
        media = {"type": "photo", "media": photo, "caption": draft.text, "parse_mode": "HTML"}
        parameters = {**message.parameters, **draft.markup, "media": media}
        outcome = await self._gateway.push("editMessageMedia", parameters, files=files, urgent=urgent)
        self._note_file_id(draft.picture, outcome, is_new=bool(files))
        return outcome

    async def answer(self, query_id: str, alert: str | None = None) -> Outcome:
        """Answer a callback query, so that its button stops spinning.

        ``alert`` is a text that the person has to close. TalkBack never reads a notice aloud that vanishes by itself.
        """
        parameters: Parameters = {"callback_query_id": query_id}
        if alert:
            parameters |= {"text": alert, "show_alert": True}
        return await self._gateway.request("answerCallbackQuery", parameters)

    async def answer_inline(self, query_id: str, results: Sequence[Parameters], seconds: int) -> Outcome:
        """Answer an inline query. For ``seconds``, Telegram shows the person the same results for the same query."""
        parameters = {"inline_query_id": query_id, "results": results, "cache_time": seconds, "is_personal": True}
        return await self._gateway.request("answerInlineQuery", parameters)

    async def react(self, message: MessageRef, emoji: str) -> Outcome:
        """Put a reaction on a person's message."""
        reaction = [{"type": "emoji", "emoji": emoji}]
        return await self._gateway.request("setMessageReaction", {**message.parameters, "reaction": reaction})

    async def pin(self, message: MessageRef) -> Outcome:
        """Pin a message without a sound."""
        return await self._gateway.request("pinChatMessage", {**message.parameters, "disable_notification": True})

    async def _send_with_picture(
        self, method: str, pictured: Parameters, name: str, plain_method: str, words: Parameters, *, urgent: bool
    ) -> Outcome:
        """Send with the picture; if that fails, send the text alone."""
        outcome = await self._try_twice(method, pictured, name, PICTURE_SECONDS, urgent=urgent)
        if outcome.verdict in {Verdict.SENT, Verdict.STALE, Verdict.GONE}:
            return outcome
        log.warning("Leaving out the picture %s: %s", name, outcome.why, extra={"action": "picture_left_out"})
        return await self._send_with_retries(plain_method, words, urgent=urgent)

    async def _try_twice(
        self, method: str, parameters: Parameters, name: str, seconds: float, *, urgent: bool
    ) -> Outcome:
        """Send with a file. If Telegram no longer knows the file's id, upload the file and send once more."""
        was_known = self._uploads.file_id(name) is not None
        outcome = await self._try_once(method, parameters, name, seconds, urgent=urgent)
        if was_known and not self._uploads.file_id(name):  # the id was refused, and is forgotten by now
            return await self._try_once(method, parameters, name, seconds, urgent=urgent)
        return outcome

    async def _try_once(
        self, method: str, parameters: Parameters, name: str, seconds: float, *, urgent: bool
    ) -> Outcome:
        files, reference = self._upload(name, VOICE_FILE if method == "sendVoice" else name)
        if method == "sendVoice":
            # Phones show the length of a recording before they have loaded it.
            length = {"duration": round(ogg_opus.seconds(files[VOICE_FILE]))} if files else {}
            with_file = {**parameters, "voice": reference, **length}
        elif "media" in parameters:
            with_file = {**parameters, "media": {**parameters["media"], "media": reference}}
        else:
            with_file = {**parameters, "photo": reference}
        outcome = await self._gateway.reply(method, with_file, files, seconds, urgent=urgent)
        self._note_file_id(name, outcome, is_new=bool(files))
        return outcome

    def _upload(self, name: str, attachment: str) -> tuple[Mapping[str, bytes], str]:
        """Return the files to attach to a request, and the reference to the file: its id, or the attachment."""
        known = self._uploads.file_id(name)
        return (NO_FILES, known) if known else ({attachment: self._uploads.content(name)}, f"attach://{attachment}")

    def _note_file_id(self, name: str, outcome: Outcome, *, is_new: bool) -> None:
        """Remember the id of a file that was uploaded, and forget one that Telegram has refused."""
        if is_new and outcome.file_id:
            self._uploads.remember(name, outcome.file_id)
        if outcome.verdict is Verdict.BUG and "file" in outcome.why.lower():
            self._uploads.forget(name)

    async def _send_with_retries(self, method: str, parameters: Parameters, *, urgent: bool) -> Outcome:
        """Send a request: again if it was certainly not done, once more if nobody knows. Follow a group that moved.

        Relief is repeated in both cases for about a minute, and after the end of a pause of any length.
        """
        tries, longest = (RELIEF_TRIES, RELIEF_PAUSE_SECONDS) if urgent else (MOST_TRIES, LONGEST_WAIT_SECONDS)
        retries = {Verdict.LATER: tries, Verdict.UNKNOWN: tries if urgent else 1, Verdict.MOVED: 1}
        factor = 1.0
        outcome = await self._gateway.reply(method, parameters, urgent=urgent)
        while retries.get(outcome.verdict, 0) > 0 and (urgent or outcome.wait_seconds <= longest):
            retries[outcome.verdict] -= 1
            if outcome.chat_id:
                parameters = {**parameters, "chat_id": outcome.chat_id}
            await self._sleep(min(outcome.wait_seconds * factor, longest))
            factor = min(2 * factor, longest)
            outcome = await self._gateway.reply(method, parameters, urgent=urgent)
        if outcome.verdict in {Verdict.BUG, Verdict.LATER, Verdict.UNKNOWN}:
            log.warning("Giving up %s: %s", method, outcome.why, extra={"action": "gave_up"})
        return outcome


def _text_parameters(draft: Draft) -> Parameters:
    return {"text": draft.text, "link_preview_options": {"is_disabled": True}}
