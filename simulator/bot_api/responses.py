"""Answers on the wire, whole or broken."""

from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus

from aiohttp.web import BaseRequest, Response, StreamResponse

from simulator.clock import Clock

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not sent yet."""

    status: int
    body: bytes
    content_type: str = JSON
    retry_after: int | None = None

    def response(self, date: str | None = None) -> Response:
        """The answer for the HTTP server to send; `date` for the Date header, else the machine's time."""
        headers = {"Content-Type": self.content_type}
        if date:
            headers["Date"] = date
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return Response(body=self.body, status=self.status, headers=headers)

    def bytes(self) -> bytes:
        """The answer as it goes over the wire, promising to keep the connection."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}", f"Content-Type: {self.content_type}"]
        if self.retry_after is not None:
            lines.append(f"Retry-After: {self.retry_after}")
        lines += [f"Content-Length: {len(self.body)}", "Connection: keep-alive", "", ""]
        return "\r\n".join(lines).encode() + self.body


class HttpDates:
    """The present moment of a clock for the Date header, written anew once a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._written = (0, "")

    def now(self) -> str:
        """The header's value."""
        moment = self._clock()
        second = int(moment.timestamp())
        if second != self._written[0]:
            self._written = second, format_datetime(moment, usegmt=True)
        return self._written[1]


def cut(request: BaseRequest) -> StreamResponse:
    """Break the connection at once."""
    if request.transport:
        request.transport.abort()
    return Response()  # nobody will read it


def send_half(request: BaseRequest, answer: Answer) -> StreamResponse:
    """Send the head and half of the body, then close."""
    whole = answer.bytes()
    return _send_and_close(request, whole[: len(whole) - (len(answer.body) + 1) // 2])


def send_and_close(request: BaseRequest, answer: Answer) -> StreamResponse:
    """Send everything, then close a connection that was promised to stay."""
    return _send_and_close(request, answer.bytes())


def _send_and_close(request: BaseRequest, content: bytes) -> StreamResponse:
    transport = request.transport
    if transport:
        transport.write(content)
        transport.close()
    return Response()
