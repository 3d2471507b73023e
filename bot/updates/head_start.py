"""The head start: a call for relief is answered while the rest of the bot is still being loaded.

Loading takes a second, and migrating a large database much longer. Nobody in pain should wait for that. So the steps
are kept as Telegram takes them, in ``head_start.json``, which ``make head-start`` draws from the content. This module
imports hardly anything.

Only the plainest calls are answered like this: /cramp by itself or the key for it, in a private chat, written just now.
The update is then taken on like any other, except that the steps are not sent again.
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
"""The most calls that are answered ahead, because nothing limits their rate: the limiter is not loaded yet."""
RECENT = timedelta(minutes=1)
"""A call written longer ago is left to the rest of the bot, which may have to apologise."""
SECONDS = 4.0
"""The longest time for sending. The other updates wait for its end."""
LOOK_UP_SECONDS = 0.2
"""How long a locked database may delay the answer."""
PLAIN = {"message_id", "from", "chat", "date", "text", "entities"}
"""The keys of a message that is no reply, no forward, and sent by nobody but its author."""


class Call(NamedTuple):
    """A call for relief: the update_id, the private chat, and the language of the person's Telegram."""

    update_id: int
    chat_id: int
    language_code: str


class Caller(NamedTuple):
    """What the database knows of a person, and of the picture that Telegram already has. None: it knows nothing."""

    language: str | None = None
    zone: str | None = None
    file_id: str | None = None


class HeadStart:
    """Answers calls by sending the steps through ``url`` (``<base>/bot<token>``).

    Args:
        url: where Telegram's methods are called.
        proxy: an HTTP proxy on the way there.
        content_dir: the folder of the content. If it is not the content in ``FILE``, nothing is answered.
        database: the SQLite file, which is empty before the first start.
        clock: returns aware UTC.
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

        Returns the message_id of the steps by update_id. Every other call is left to the rest of the bot, whatever the
        reason. Nothing is raised.
        """
        drawn = lenient_json.loads(FILE.read_bytes())
        calls = find_calls(updates, drawn["calls"], self._clock())[:MOST]
        try:
            if not calls or drawn["content"] != digest(self._content_dir):
                return {}
            picture = (self._content_dir / "assets" / drawn["picture"]).read_bytes()
        except OSError:  # the rest of the bot says what is missing
            return {}
        timeout = aiohttp.ClientTimeout(SECONDS)
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), proxy=self._proxy, timeout=timeout
        ) as session:
            sending = [self._send(session, drawn, picture, call) for call in calls]
            sent = await asyncio.gather(*sending, return_exceptions=True)
        return {call.update_id: id_ for call, id_ in zip(calls, sent, strict=True) if isinstance(id_, int)}

    async def _send(self, session: aiohttp.ClientSession, drawn: Any, picture: bytes, call: Call) -> int | None:
        """Send the steps and return their message_id. If this returns None or raises, the bot must send them later."""
        key = f"file:{hashlib.sha256(picture).hexdigest()}"  # as in ``bot.messages.uploads``
        caller = await asyncio.to_thread(look_up, self._database, call, key)
        codes = (caller.language, call.language_code.partition("-")[0].lower(), drawn["default"])
        steps = drawn["steps"][next(code for code in codes if code in drawn["steps"])]
        if caller.zone in steps["other_words_in"].split():
            return None
        form = aiohttp.FormData({"chat_id": str(call.chat_id), "parse_mode": "HTML", "caption": steps["caption"]})
        form.add_field("reply_markup", lenient_json.dumps(steps["reply_markup"]).decode())
        form.add_field("photo", caller.file_id or picture, filename=None if caller.file_id else drawn["picture"])
        async with session.post(f"{self._url}/sendPhoto", data=form) as response:
            if response.status != HTTPStatus.OK:
                return None
            message_id: int = lenient_json.loads(await response.read())["result"]["message_id"]
        count("requests", "sendPhoto", "sent")
        return message_id


def find_calls(updates: list[Any], texts: list[str], now: datetime) -> list[Call]:
    """Return the calls that are one of these ``texts``, written just before ``now``, and alone in their chat.

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

    Raises ``LookupError`` if the update is stored, because an earlier run may have answered it, and ``sqlite3.Error``
    if the database is locked, damaged or of another version.
    """
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
