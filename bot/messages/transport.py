"""HTTP to a Bot API server: python-telegram-bot's request interface over aiohttp.

The default client of python-telegram-bot scans its whole connection pool at every request; this one does not. The
errors of this one say whether the request can have arrived, which a sender must know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.operations.trusted_clock import NoteDate, ignore_date
from bot.parsing import lenient_json

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
UNSTATED_WAIT_SECONDS = 3
"""How long to wait after "too many requests" if Telegram names no time."""


NO_FILES: Mapping[str, bytes] = MappingProxyType({})
_parsed_url = lru_cache(256)(partial(URL, encoded=True))  # there are few methods, but every file has a URL of its own


class NotSent(NetworkError):
    """No byte of the request has left, so it can be repeated safely."""


class Unclear(TimedOut):
    """The request has left and no proper answer came; Telegram may have carried it out."""


class ServerFailed(Unclear):
    """Telegram's own server failed (5xx)."""


@dataclass(frozen=True)
class _PlainData:
    """Replaces python-telegram-bot's ``RequestData``, with only the attributes that its request code reads."""

    parameters: Mapping[str, Any]
    files: Mapping[str, bytes]
    on_sent: Callable[[], None] | None

    @property
    def contains_files(self) -> bool:
        return bool(self.files)

    @property
    def json_parameters(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else lenient_json.dumps(value).decode()
            for name, value in self.parameters.items()
        }

    @property
    def multipart_data(self) -> dict[str, tuple[str, bytes, str]]:
        return {name: (name, content, "application/octet-stream") for name, content in self.files.items()}


class Transport(BaseRequest):
    """One aiohttp session for all requests to Telegram; the callers limit how many are under way.

    ``proxy`` is the URL of an HTTP proxy. aiohttp could take it from the environment, but would then also look for
    passwords in ``~/.netrc``, at every request. ``time_request`` is called when a request leaves. The function that it
    returns is called with the Date header of the answer if the answer's status is 200.
    """

    def __init__(self, proxy: str | None = None, time_request: Callable[[], NoteDate] = lambda: ignore_date) -> None:
        self._proxy = proxy
        self._time_request = time_request
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The seconds to wait for an answer."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the session; a second call does nothing."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=jar, proxy=self._proxy)

    async def shutdown(self) -> None:
        """Close every connection. Open requests fail."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self,
        url: str,
        parameters: Mapping[str, Any],
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        on_sent: Callable[[], None] | None = None,
    ) -> Any:
        """Call a method and return its ``result`` as plain data. Raises like ``telegram.Bot``.

        The methods of ``telegram.Bot`` would also build objects from the answer. Nobody needs them, and they are a
        third of the cost of a reply.

        Args:
            url: ``<base>/bot<token>/<method>``.
            parameters: plain data.
            files: the contents of files, by the names that the parameters use.
            seconds: how long to wait for the answer.
            on_sent: called when the last byte has left this machine; not called for requests with files.
        """
        data = cast("RequestData", _PlainData(parameters, files, on_sent))
        status, body = await self.do_request(url, "POST", data, seconds)
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            await _Answered(status, body).post(url)  # raises
        return self.parse_json_payload(body)["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return status and body of the answer. ``read_timeout`` is in seconds; the other timeouts are ignored.

        Raises ``NotSent``, ``Unclear``, ``ServerFailed``, and ``RetryAfter``, even if Telegram left out the time.
        """
        assert self._session is not None, "the transport is not initialized"
        seconds = READ_SECONDS if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(CONNECT_SECONDS + seconds, connect=CONNECT_SECONDS, sock_read=seconds)
        note_date = self._time_request()
        try:
            async with self._session.request(
                method, _parsed_url(url), timeout=timeout, **_request_body(request_data)
            ) as response:
                if response.status == HTTPStatus.OK:
                    note_date(response.headers.get("Date"))
                status, body = response.status, await response.read()
        except aiohttp.ClientHttpProxyError as error:
            raise NotSent(f"HTTPS_PROXY: the proxy answered {error.status}") from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unclear(f"no answer ({type(error).__name__})") from None
        if method == "POST":
            _check_answer(status, body)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Return the answer as plain data. Raises ``Unclear`` if it is not a JSON object."""
        try:
            answer = lenient_json.loads(payload)
        except ValueError:
            raise Unclear("the answer is not JSON") from None
        if not isinstance(answer, dict):
            raise Unclear("the answer is not a JSON object")
        return answer


class _Answered(Transport):
    """Returns an answer that Telegram has given already. python-telegram-bot reads it, and raises the error in it."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self._answer = status, body

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        """Return the answer."""
        return self._answer


class _ReportingBody(BytesPayload):
    """A request body that calls ``on_sent`` as soon as the operating system has taken it.

    This works because aiohttp and uvloop write the headers and a small body in one go, with TLS and without.
    """

    def __init__(self, body: bytes, on_sent: Callable[[], None]) -> None:
        super().__init__(body, content_type="application/json")
        self._on_sent = on_sent

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write the body, then call ``on_sent``."""
        await super().write_with_length(writer, content_length)
        self._on_sent()


def _request_body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        body = lenient_json.dumps(data.parameters)
        if isinstance(data, _PlainData) and data.on_sent:
            return {"data": _ReportingBody(body, data.on_sent)}
        return {"data": BytesPayload(body, content_type="application/json")}
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return {"data": form}


def _check_answer(status: int, body: bytes) -> None:
    """Raise our own errors for answers whose meaning python-telegram-bot would lose."""
    if status < HTTPStatus.MULTIPLE_CHOICES:
        if not body.startswith(b'{"ok":true,"result":'):  # most answers begin like this, and are then parsed only once
            answer = Transport.parse_json_payload(body)
            if answer.get("ok") is not True or "result" not in answer:
                raise Unclear("the answer says neither yes nor no")
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ServerFailed(f"the server failed with {status}")
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        try:
            seconds = Transport.parse_json_payload(body)["parameters"]["retry_after"]
        except (TelegramError, KeyError, TypeError):
            seconds = None
        raise RetryAfter(seconds if isinstance(seconds, int) and seconds > 0 else UNSTATED_WAIT_SECONDS)
