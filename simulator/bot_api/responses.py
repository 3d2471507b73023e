"""HTTP responses: sent whole, cut off in the middle, or followed by a closed connection."""

from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus

from aiohttp.web import BaseRequest, Response, StreamResponse

from simulator.clock import Clock

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that is not sent yet. `retry_after`: seconds, for the header Retry-After."""

    status: int
    body: bytes
    content_type: str = JSON
    retry_after: int | None = None

    def response(self, date: str | None = None) -> Response:
        """Return the response for the HTTP server to send. `date` is the Date header, by default the machine's time."""
        headers = {"Content-Type": self.content_type}
        if date:
            headers["Date"] = date
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return Response(body=self.body, status=self.status, headers=headers)

    def bytes(self) -> bytes:
        """Return the response as it goes over the wire, with the promise to keep the connection open."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}", f"Content-Type: {self.content_type}"]
        if self.retry_after is not None:
            lines.append(f"Retry-After: {self.retry_after}")
        lines += [f"Content-Length: {len(self.body)}", "Connection: keep-alive", "", ""]
        return "\r\n".join(lines).encode() + self.body


class HttpDates:
    """Formats the time of a clock for the Date header, at most once a second (formatting is slow under load)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._formatted = (0, "")

    def now(self) -> str:
        """Return the present moment as a Date header."""
        moment = self._clock()
        second = int(moment.timestamp())
        if second != self._formatted[0]:
            self._formatted = second, format_datetime(moment, usegmt=True)
        return self._formatted[1]


def cut(request: BaseRequest) -> StreamResponse:
    """Break the connection at once. The bot gets no response."""
    if request.transport:
        request.transport.abort()
    return Response()  # the HTTP server needs one, and fails to send it


def send_half(request: BaseRequest, answer: Answer) -> StreamResponse:
    """Send the headers and half of the body, then close the connection."""
    whole = answer.bytes()
    return _send_and_close(request, whole[: len(whole) - (len(answer.body) + 1) // 2])


def send_and_close(request: BaseRequest, answer: Answer) -> StreamResponse:
    """Send the whole response, then close the connection in spite of its promise to stay open."""
    return _send_and_close(request, answer.bytes())


def _send_and_close(request: BaseRequest, content: bytes) -> StreamResponse:
    transport = request.transport
    if transport:
        transport.write(content)
        transport.close()
    return Response()
