"""The head start: a call for relief is answered while the rest of the bot is still being loaded.

Loading takes a second, and migrating a large database much longer. Nobody in pain should wait for that. So
``make head-start`` generates ``head_start.json`` from the content: the steps, as the parameters of sendPhoto. Of the
bot, this module imports only two small modules.

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

FILE = Path(__file__).with_name("head_start.json")
MOST = 5
"""At most this many calls are answered. The limiter is not loaded yet, so nothing else limits them."""
RECENT = timedelta(minutes=1)
"""A call older than this is left to the rest of the bot, which may have to apologise."""
SECONDS = 4.0
"""The longest time for sending. The other updates wait until it ends."""
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
        self._clock = clock

    async def answer(self, updates: list[Any]) -> dict[int, int]:
        """Send the steps to people who have just called for relief.

        Returns the message_id of the steps by update_id. A call that is not in it is left to the rest of the bot. No
        error is raised, whatever the updates hold and whatever fails.
        """
        kept = lenient_json.loads(FILE.read_bytes())
        calls = find_calls(updates, kept["calls"], self._clock())[:MOST]
        try:
            if not calls or kept["content"] != digest(self._content_dir):
                return {}
            picture = (self._content_dir / "assets" / kept["picture"]).read_bytes()
        except OSError:  # the rest of the bot says what is missing
            return {}
        timeout = aiohttp.ClientTimeout(SECONDS)
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), proxy=self._proxy, timeout=timeout
        ) as session:
            sending = [self._send(session, kept, picture, call) for call in calls]
            sent = await asyncio.gather(*sending, return_exceptions=True)
        return {call.update_id: id_ for call, id_ in zip(calls, sent, strict=True) if isinstance(id_, int)}

    async def _send(self, session: aiohttp.ClientSession, kept: Any, picture: bytes, call: Call) -> int | None:
        """Send the steps and return their message_id. If this returns None or raises, the bot must send them later."""
        key = f"file:{hashlib.sha256(picture).hexdigest()}"  # as in ``bot.messages.uploads``
        caller = await asyncio.to_thread(look_up, self._database, call, key)
        codes = (caller.language, call.language_code.partition("-")[0].lower(), kept["default"])
        steps = kept["steps"][next(code for code in codes if code in kept["steps"])]
        if caller.zone in steps["other_words_in"].split():
            return None
        form = aiohttp.FormData({"chat_id": str(call.chat_id), "parse_mode": "HTML", "caption": steps["caption"]})
        form.add_field("reply_markup", lenient_json.dumps(steps["reply_markup"]).decode())
        form.add_field("photo", caller.file_id or picture, filename=None if caller.file_id else kept["picture"])
        async with session.post(f"{self._url}/sendPhoto", data=form) as response:
            if response.status != HTTPStatus.OK:
                return None
            message_id: int = lenient_json.loads(await response.read())["result"]["message_id"]
        count("requests", "sendPhoto", "sent")
        return message_id


def find_calls(updates: list[Any], texts: list[str], now: datetime) -> list[Call]:
    """Return the messages whose text is one of ``texts``, written just before ``now``, and the only ones of their chat.

    Any part of an update may be malformed. Such an update is no call.
    """
    updates_by_chat: Counter[Any] = Counter()
    calls = []
    for update in updates:
        with contextlib.suppress(KeyError, TypeError, AttributeError):
            message = update["message"]
            chat, sender = message["chat"], message["from"]
            updates_by_chat[chat["id"]] += 1
            is_plain = message.keys() <= PLAIN and chat["type"] == "private" and chat["id"] == sender["id"]
            if is_plain and message["text"] in texts and now.timestamp() - message["date"] < RECENT.total_seconds():
                calls.append(Call(update["update_id"], chat["id"], sender.get("language_code") or ""))
    return [call for call in calls if updates_by_chat[call.chat_id] == 1]


def look_up(database: Path, call: Call, file_key: str) -> Caller:
    """Return what the database knows of a caller.

    Raises ``LookupError`` if an earlier run may have answered the update: it is stored, or the sent log
    (``bot.store.engine.sent_log``) has answers that are not stored yet. Raises ``sqlite3.Error`` if the database is
    locked or damaged, or lacks a table.
    """
    answered = database.with_name(f"{database.name}.answered")
    if answered.exists() and answered.stat().st_size:
        raise LookupError(answered)
    if not database.stat().st_size:
        return Caller()
    address = f"{database.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=LOOK_UP_SECONDS)) as connection:
        if connection.execute("SELECT 1 FROM inbox WHERE update_id = ?", [call.update_id]).fetchone():
            raise LookupError(call.update_id)
        person = connection.execute("SELECT language, zone FROM person WHERE chat_id = ?", [call.chat_id]).fetchone()
        file = connection.execute("SELECT value FROM memory WHERE key = ?", [file_key]).fetchone()
    return Caller(*(person or (None, None)), *(file or ()))


def digest(content_dir: Path) -> str:
    """Return a digest of the content's files, English and translations."""
    files = [content_dir / "content.yaml", *sorted(content_dir.glob("content.*.yaml"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
