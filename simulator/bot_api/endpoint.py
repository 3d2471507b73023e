"""The entrance to the Bot API: checks the token, applies faults and limits, carries out the method, responds."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp.web import BaseRequest, FileResponse, RequestHandler, StreamResponse

from simulator.bot_api.flood_control import FloodControl
from simulator.bot_api.methods import METHODS
from simulator.bot_api.parameters import Parameters, read_parameters
from simulator.bot_api.refusals import Refusal, not_found, not_implemented, too_many_requests, unauthorized
from simulator.bot_api.responses import Answer, HttpDates, cut, send_and_close, send_half
from simulator.faults import Fault, Faults, Request
from simulator.specification import method_names
from simulator.state.world import World
from simulator.updates.methods import UpdateMethods

MOST_OPEN_REQUESTS = 1000
"""Requests that the bot may have open at once. Any more are refused with 429."""

_RETRY_AFTER_SECONDS = 60
_TOKEN = re.compile(r"[1-9]\d*:[A-Za-z0-9_-]+")


def bot_id(token: str) -> int:
    """Return the id of the bot that a token belongs to. ValueError if Telegram could not have given the token out."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("a token is the bot's id (a number), a colon, and letters, digits, _ or -")
    return int(token.partition(":")[0])


@dataclass(slots=True)
class Conditions:
    """The state of the connection to Telegram.

    - `faults`: what goes wrong on purpose.
    - `flood`: how fast the bot may send; None sets no limit.
    - `round_trip`: seconds added to every response.
    """

    faults: Faults
    flood: FloodControl | None
    round_trip: float


class BotApi:
    """Responds to the requests of the bot whose token is `token`.

    `brake_seconds`: by how much hasty polls are slowed, see `simulator.updates.polling.Brake`.
    """

    def __init__(self, world: World, token: str, conditions: Conditions, brake_seconds: float) -> None:
        self._world = world
        self._token = token
        self._conditions = conditions
        self._dates = HttpDates(world.clock)
        self._open = 0
        self._requests = 0
        self._polls: dict[RequestHandler, asyncio.Task[Any] | None] = {}
        self.updates = UpdateMethods(world, brake_seconds, self._carry_out)
        self._asynchronous_methods = self.updates.by_name

    async def handle(self, request: BaseRequest, path: str) -> StreamResponse:
        """Respond to one request. `path` is what follows /bot: the token, a slash and the method."""
        token, _, name = path.partition("/")
        method = name.lower()  # the Bot API ignores the case of method names
        faults = self._conditions.faults
        if faults and faults.on_headers(method):
            return cut(request)
        try:
            self._check_address(token, method)
            parameters = await read_parameters(request)
        except Refusal as refusal:
            return _refused(refusal).response()
        fault = faults.on_request(Request(method, parameters.integer("chat_id"), parameters)) if faults else None
        self._open += 1
        if method == "getupdates":
            self._polls[request.protocol] = asyncio.current_task()
        try:
            answer = await self._after_round_trip(method, parameters, fault)
        finally:
            self._open -= 1
            self._polls.pop(request.protocol, None)
        send_broken = _BROKEN_RESPONSES.get(fault.cut or "") if fault else None
        # The Date header shows the skipped clock: the bot checks its own clock against it.
        return send_broken(request, answer) if send_broken else answer.response(self._dates.now())

    def hang_up(self, connection: RequestHandler) -> None:
        """End the poll that waits on a connection which the bot has closed. Other requests are carried out."""
        poll = self._polls.get(connection)
        if poll:
            poll.cancel()

    async def download(self, path: str) -> StreamResponse:
        """Respond with a file. `path` is what follows /file/bot: the token, a slash and the `file_path`."""
        token, _, remote_path = path.partition("/")
        file = self._world.files.at(remote_path) if token == self._token else None
        if file is None:
            return _refused(not_found()).response()
        return FileResponse(file.path, headers={"Content-Type": "application/octet-stream"})

    def _check_address(self, token: str, method: str) -> None:
        if token != self._token or not method:
            # Telegram answers 404, not 401, to a token that cannot be one.
            raise unauthorized() if method and _TOKEN.fullmatch(token) else not_found()
        if method not in METHODS and method not in self._asynchronous_methods:
            name = method_names().get(method)
            raise not_implemented(name) if name else not_found("method not found")

    async def _after_round_trip(self, method: str, parameters: Parameters, fault: Fault | None) -> Answer:
        """Return what the bot gets. A request that a fault strikes may be carried out nevertheless."""
        await _pause(self._conditions.round_trip / 2)
        if fault is None:
            answer = await self._answer(method, parameters)
        else:
            await _pause(fault.delay)
            is_carried_out = fault.cut != "body" and (fault.deliver or not fault.replaces_answer)
            answer = await self._answer(method, parameters) if is_carried_out else Answer(500, b"")
            await _pause(fault.hold)
            answer = Answer(*fault.answer()) if fault.replaces_answer else answer
        await _pause(self._conditions.round_trip / 2)
        return answer

    async def _answer(self, method: str, parameters: Parameters) -> Answer:
        if self._world.polls.closing:
            self._world.close_due_polls()
        try:
            asynchronous = self._asynchronous_methods.get(method)
            result = await asynchronous(parameters) if asynchronous else self._carry_out(method, parameters)
        except Refusal as refusal:
            return _refused(refusal)
        return Answer(200, orjson.dumps({"ok": True, "result": result}))

    def _carry_out(self, method: str, parameters: Parameters) -> Any:
        if self._open > MOST_OPEN_REQUESTS:
            raise too_many_requests(_RETRY_AFTER_SECONDS)
        flood = self._conditions.flood
        if flood:
            paid = parameters.flag("allow_paid_broadcast")
            flood.check(method, parameters.integer("chat_id"), paid=paid)
        self._requests += 1
        self._world.request = self._requests
        return METHODS[method](self._world, parameters)


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.body(), retry_after=refusal.parameters.get("retry_after"))


async def _pause(seconds: float) -> None:
    if seconds:  # sleep(0) would let other tasks run first, and so cost time under load
        await asyncio.sleep(seconds)


def _cut(request: BaseRequest, _answer: Answer) -> StreamResponse:
    return cut(request)


_BROKEN_RESPONSES: dict[str, Callable[[BaseRequest, Answer], StreamResponse]] = {
    "body": _cut,
    "delivered": _cut,
    "half": send_half,
    "close": send_and_close,
}
"""How a response is broken, by the `cut` of the fault."""
