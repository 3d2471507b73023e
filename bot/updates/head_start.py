"""The head start: a call for relief is answered while the rest of the bot is still being loaded.

Loading takes a second, and migrating a large database much longer. Nobody in pain should wait for that. So
``make head-start`` generates ``head_start.json`` from the content: the steps, as the parameters of sendPhoto. Of the
bot, this module imports only three small modules.

Only the plainest calls are answered like this: /cramp alone, or the text of the keyboard button "Cramp now", in a
private chat and written just now. Later the bot handles the update as usual, but does not send the steps again.
"""

import asyncio
import contextlib
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from bot.counters import count
from bot.parsing import lenient_json
from bot.sent_log import ANSWERED, SentLog
from bot.updates.polling import AnswersAhead

FILE = Path(__file__).with_name("head_start.json")
MOST = 5
"""At most this many calls are answered. The limiter is not loaded yet, so nothing else limits them."""
RECENT = timedelta(minutes=1)
"""A call older than this is left to the rest of the bot, which may have to apologise."""
SECONDS = 4.0
"""The longest time for sending."""
LOOK_UP_SECONDS = 0.2
"""How long a locked database may delay the look-up."""
PLAIN = {"message_id", "from", "chat", "date", "text", "entities"}
"""The fields of a plain text. A message with another field, such as a reply or a forward, is left to the rest."""


class Call(NamedTuple):
    """A call for relief: the update_id, the private chat, and the language of the person's Telegram."""

    update_id: int
    chat_id: int
    language_code: str


class Caller(NamedTuple):
    """The language that a person chose, their time zone, and Telegram's file id of the picture; None if not stored."""

    language: str | None = None
    zone: str | None = None
    file_id: str | None = None


class HeadStart:
    """Answers calls by sending the steps through ``url`` (``<base>/bot<token>``).

    Args:
        url: where Telegram's methods are called.
        proxy: an HTTP proxy on the way there.
        content_dir: the folder of the content. If ``FILE`` was generated from other content, no call is answered.
        database: the SQLite file, which is empty before the first start.
        clock: returns the time in UTC.
    """

    def __init__(
        self, url: str, proxy: str | None, content_dir: Path, database: Path, clock: Callable[[], datetime]
    ) -> None:
        self._url = url
        self._proxy = proxy
        self._content_dir = content_dir
        self._database = database
        self._sent_log = Path(f"{database}{ANSWERED}")
        self._clock = clock

    def answer(self, updates: list[Any]) -> AnswersAhead:
        """Begin to send the steps to people who have just called for relief.

        Neither this nor a task that it returns raises an error, whatever the updates hold and whatever fails.
        """
        try:
            kept = lenient_json.loads(FILE.read_bytes())
            # A start that fails is tried again and again. Telegram then sends the same update again each time.
            with SentLog(self._sent_log) as log:
                answered = log.ids()
            calls = [
                call for call in find_calls(updates, kept["calls"], self._clock()) if call.update_id not in answered
            ]
            if not calls or kept["content"] != digest(self._content_dir):
                return {}
            picture = (self._content_dir / "assets" / kept["picture"]).read_bytes()
        except OSError:  # the rest of the bot says what is missing
            return {}
        return {call.update_id: asyncio.create_task(self._answer(kept, picture, call)) for call in calls[:MOST]}

    async def _answer(self, kept: Any, picture: bytes, call: Call) -> int | None:
        key = f"file:{hashlib.sha256(picture).hexdigest()}"  # as in ``bot.messages.uploads``
        try:
            caller = await asyncio.to_thread(look_up, self._database, call, key)
            # As in ``bot.content.loading.Content.edition``.
            codes = (caller.language, call.language_code.partition("-")[0].lower(), kept["default"])
            steps = kept["steps"][next(code for code in codes if code in kept["steps"])]
            if caller.zone in steps["other_words_in"].split():
                return None
            form = aiohttp.FormData({"chat_id": str(call.chat_id), "parse_mode": "HTML", "caption": steps["caption"]})
            form.add_field("reply_markup", lenient_json.dumps(steps["reply_markup"]).decode())
            form.add_field("photo", caller.file_id or picture, filename=None if caller.file_id else kept["picture"])
            jar, timeout = aiohttp.DummyCookieJar(), aiohttp.ClientTimeout(SECONDS)
            async with (
                aiohttp.ClientSession(cookie_jar=jar, proxy=self._proxy, timeout=timeout) as session,
                session.post(f"{self._url}/sendPhoto", data=form) as response,
            ):
                sent = lenient_json.loads(await response.read())
            if response.status != HTTPStatus.OK or sent["ok"] is not True:
                return None
            with SentLog(self._sent_log) as log:
                log.add(call.update_id)
            count("requests", "sendPhoto", "sent")
            return int(sent["result"]["message_id"])
        except Exception:  # noqa: BLE001  # any part of an update or an answer may be malformed; the bot tries again
            return None


def find_calls(updates: list[Any], texts: list[str], now: datetime) -> list[Call]:
    """Return the messages whose text is one of ``texts``, written just before ``now``.

    People who have done anything else too, such as pressed a button, are left out. Any part of an update may be
    malformed.
    """
    updates_by_sender: Counter[Any] = Counter()
    calls = []
    for update in updates:
        with contextlib.suppress(LookupError, TypeError, AttributeError, StopIteration, OverflowError):
            event = next(value for key, value in update.items() if key != "update_id")
            sender = event["from"]
            updates_by_sender[sender["id"]] += 1
            message, chat = update["message"], update["message"]["chat"]
            is_own = chat["type"] == "private" and chat["id"] == sender["id"] and not sender.get("is_bot")
            is_plain = is_own and message.keys() <= PLAIN
            is_new = now.timestamp() - message["date"] < RECENT.total_seconds()
            if is_plain and is_new and message["text"] in texts and type(update["update_id"]) is int:
                calls.append(Call(update["update_id"], chat["id"], sender.get("language_code") or ""))
    return [call for call in calls if updates_by_sender[call.chat_id] == 1]


def look_up(database: Path, call: Call, file_key: str) -> Caller:
    """Return what the database knows of a caller.

    Raises ``LookupError`` if an earlier run has stored the update, or any update that is still to be handled: the steps
    must come after the answer to it. Raises ``sqlite3.Error`` if the database is locked or damaged, or lacks a table.
    """
    if not database.stat().st_size:
        return Caller()
    address = f"{database.resolve().as_uri()}?mode=ro"
    stored = "SELECT 1 FROM inbox WHERE update_id = ? OR state IN ('new', 'applied')"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=LOOK_UP_SECONDS)) as connection:
        if connection.execute(stored, [call.update_id]).fetchone():
            raise LookupError(call.update_id)
        person = connection.execute("SELECT language, zone FROM person WHERE chat_id = ?", [call.chat_id]).fetchone()
        file = connection.execute("SELECT value FROM memory WHERE key = ?", [file_key]).fetchone()
    return Caller(*(person or (None, None)), *(file or ()))


def digest(content_dir: Path) -> str:
    """Return a digest of the content's files, English and translations."""
    files = [content_dir / "content.yaml", *sorted(content_dir.glob("content.*.yaml"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
