"""Long polling: fetches updates, and confirms them only when they are stored.

No answer of the server ends the polling: the poller logs once what is wrong, waits, and goes on. It needs nothing else
of the bot, so the first request can be on its way while everything else is still being loaded.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import aiohttp

from bot.counters import count
from bot.errors import StoreError
from bot.operations.trusted_clock import NoteDate, ignore_date
from bot.parsing import lenient_json
from bot.updates.intake_status import IntakeStatus

if TYPE_CHECKING:
    from bot.updates.receiver import Receiver

AnswersAhead: TypeAlias = dict[int, asyncio.Task[int | None]]
"""The steps that the head start sends, by update_id. The result of a task is the message_id of the steps; None if the
rest of the bot must answer the call."""
ALLOWED_UPDATES = ["message", "callback_query", "inline_query", "my_chat_member"]
POLL_SECONDS, MARGIN_SECONDS, BATCH = 50, 10.0, 100
"""How long Telegram may hold a request open, how much longer we wait for the answer, and the most updates per
request."""
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
STORE_PAUSE_SECONDS = 3.0
"""The pause after updates could not be stored. It never grows, because a call for relief needs no database.

It is not shorter, because the Bot API server gives a client that asks again sooner only one update at a time.
"""
CONFLICT_SECONDS = 3.0
"""How long the Bot API server lets another poller's request go on after it has reported a conflict."""
CONFLICT_OVER = timedelta(seconds=60)
"""A conflict is over when none has been reported for this long. Each of two pollers meets a conflict when the other one
polls."""
UPDATE_ID = re.compile(rb'"update_id" *: *(\d+)')
log = logging.getLogger(__name__)


class PollError(Exception):
    """Telegram gave no updates. ``retry_after`` is in seconds, if Telegram named a time."""

    def __init__(self, message: str, status: int = 0, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class Poller:
    """Fetches updates from ``url`` (``<base>/bot<token>``), through an HTTP ``proxy`` if there is one.

    ``last_success`` is the time (UTC) of Telegram's last good answer, and ``is_down`` says whether Telegram itself has
    failed since. ``answers_ahead`` are those that the first updates got before ``run``.
    ``time_request`` is called when a request leaves. The function that it returns is called with the Date header of the
    answer if the answer's status is 200.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime],
        proxy: str | None = None,
        time_request: Callable[[], NoteDate] = lambda: ignore_date,
    ) -> None:
        self._url = url
        self._time_request = time_request
        self._clock = clock
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), proxy=proxy)
        self._first_fetch: asyncio.Task[list[Any]] | None = None
        self.answers_ahead: AnswersAhead = {}
        self._offset: int | None = None
        self._last_error = ""
        self._failures = 0
        self._began: datetime | None = None
        self._first_conflict: datetime | None = None
        self._last_conflict: datetime | None = None
        self.last_success: datetime | None = None
        self.is_down = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        begun = [*([self._first_fetch] if self._first_fetch else []), *self.answers_ahead.values()]
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
        await self._session.close()

    @property
    def intake_status(self) -> IntakeStatus:
        """The status of polling. Nothing in it is set while this process does not poll."""
        is_over = self._last_conflict is None or self._clock() - self._last_conflict > CONFLICT_OVER
        return IntakeStatus(
            fetched_at=self._began and (self.last_success or self._began),
            conflict_since=None if is_over else self._first_conflict,
        )

    def fetch_ahead(self, answer: Callable[[list[Any]], AnswersAhead]) -> None:
        """Send the first request now. Its updates go to ``answer`` if they come before ``run`` is called.

        They are handled once ``run`` is called.
        """

        async def fetch() -> list[Any]:
            updates = await self._fetch()
            if self._began is None:
                self.answers_ahead.update(answer(updates))
            return updates

        self._first_fetch = asyncio.create_task(fetch())

    async def run(self, receiver: "Receiver") -> None:
        """Poll until cancelled. Updates that are just being fetched are then not confirmed, so they come again."""
        self._began = self._clock()
        while True:
            try:
                await receiver.wait_for_room()
                first, self._first_fetch = self._first_fetch, None
                updates = await (first or self._fetch())
                self.last_success, self.is_down = self._clock(), False
                await receiver.accept(updates)
                ids = [
                    raw["update_id"] for raw in updates if isinstance(raw, dict) and type(raw.get("update_id")) is int
                ]
                self._offset = max(ids) + 1 if ids else self._offset
                if self._last_error:
                    log.info("Updates are coming in again", extra={"action": "polling_recovered"})
                self._last_error, self._failures = "", 0
            except StoreError:
                await asyncio.sleep(STORE_PAUSE_SECONDS)
            except PollError as error:
                await asyncio.sleep(await self._pause_after(error))

    async def _fetch(self) -> list[Any]:
        parameters: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": BATCH, "allowed_updates": ALLOWED_UPDATES}
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates = await self._call("getUpdates", parameters, POLL_SECONDS + MARGIN_SECONDS)
        if not isinstance(updates, list):
            raise PollError("Telegram's answer is not a list of updates")
        return updates

    async def _call(self, method: str, parameters: dict[str, Any], seconds: float) -> Any:
        timeout = aiohttp.ClientTimeout(MARGIN_SECONDS + seconds, connect=MARGIN_SECONDS, sock_read=seconds)
        note_date = self._time_request()
        try:
            async with self._session.post(f"{self._url}/{method}", json=parameters, timeout=timeout) as response:
                if response.status == HTTPStatus.OK:
                    note_date(response.headers.get("Date"))
                return _read_result(response.status, await response.read())
        except aiohttp.ClientHttpProxyError as error:
            raise PollError(f"cannot reach Telegram (HTTPS_PROXY: the proxy answered {error.status})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise PollError(f"cannot reach Telegram ({type(error).__name__})") from None

    async def _pause_after(self, error: PollError) -> float:
        """Return the seconds to wait after an error. The error is logged unless it is the same as the last one."""
        self._failures += 1
        self.is_down = not error.status or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if str(error) != self._last_error:
            self._last_error = str(error)
            log.warning("Cannot fetch updates: %s; retrying", error, extra={"action": "polling_failed"})
        if error.status == HTTPStatus.CONFLICT:
            return await self._resolve_conflict(error)
        pause = min(SHORTEST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_SECONDS)
        return max(pause, error.retry_after)

    async def _resolve_conflict(self, conflict: PollError) -> float:
        """End a conflict: remove the webhook, by which no update is lost, or give another poller time to end."""
        if "webhook" in str(conflict).lower():
            log.warning(
                "A webhook is set for this bot; removing it, because this process polls",
                extra={"action": "webhook_removed"},
            )
            try:
                await self._call("deleteWebhook", {"drop_pending_updates": False}, MARGIN_SECONDS)
            except PollError as error:
                log.warning("Cannot remove the webhook: %s; retrying", error, extra={"action": "webhook_not_removed"})
            else:
                return 0.0
        count("conflicts")
        if self.intake_status.conflict_since is None:
            self._first_conflict = self._clock()
        self._last_conflict = self._clock()
        return CONFLICT_SECONDS


def _read_result(status: int, body: bytes) -> Any:
    try:
        answer = lenient_json.loads(body)
    except ValueError:
        answer = _salvage_updates(body) if status == HTTPStatus.OK else None
    if not isinstance(answer, dict):
        raise PollError(f"Telegram answered {status} without JSON", status)
    if status != HTTPStatus.OK or answer.get("ok") is not True or "result" not in answer:
        parameters = answer.get("parameters")
        seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
        retry_after = float(seconds) if isinstance(seconds, int) else 0.0
        raise PollError(f"Telegram answered {status}: {answer.get('description')}", status, retry_after)
    return answer["result"]


def _salvage_updates(body: bytes) -> dict[str, Any] | None:
    """Read a malformed answer update by update. Of a malformed update, only the id is kept."""
    updates: list[Any] = []
    for piece in lenient_json.pieces(body):
        try:
            updates.append(lenient_json.loads(piece))
        except ValueError:
            log.warning("Skipping an unreadable update", extra={"action": "update_unreadable"})
            updates += [{"update_id": int(update_id[1])} for update_id in UPDATE_ID.finditer(piece)][:1]
    return {"ok": True, "result": updates} if any(updates) else None
