"""The Bot API over HTTP: one request in, one answer out, with faults where they were ordered."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp.web import BaseRequest, FileResponse, StreamResponse

from simulator.bot_api.flood_control import FloodControl
from simulator.bot_api.methods import METHODS
from simulator.bot_api.parameters import Parameters, decode
from simulator.bot_api.refusals import Refusal, not_found, too_many_requests, unauthorized
from simulator.bot_api.responses import Answer, HttpDates, cut, send_and_close, send_half
from simulator.faults import Fault, Faults, Request
from simulator.faults.answers import encoded_refusal
from simulator.state.world import World
from simulator.updates.methods import Receiving

MOST_OPEN_REQUESTS = 1000
_FULL_FOR = 60
_TOKEN = re.compile(r"[1-9]\d*:[A-Za-z0-9_-]+")


@dataclass(slots=True)
class Conditions:
    """How the way to Telegram is: `round_trip` seconds for every request, `faults`, and `flood` limits if any."""

    faults: Faults
    flood: FloodControl | None
    round_trip: float


class BotApi:
    """Answers the requests of the bot whose token is `token`.

    `brake`: see `simulator.updates.polling.Polling`.
    """

    def __init__(self, world: World, token: str, conditions: Conditions, brake: float) -> None:
        self._world = world
        self._token = token
        self._conditions = conditions
        self._dates = HttpDates(world.clock)
        self._open = 0
        self._requests = 0
        self.receiving = Receiving(world, brake, self._perform)
        self._waiting_methods = self.receiving.methods

    async def handle(self, request: BaseRequest, path: str) -> StreamResponse:
        """Answer one request; `path` is what follows /bot."""
        token, _, name = path.partition("/")
        method = name.lower()
        faults = self._conditions.faults
        if faults and faults.on_headers(method):
            return cut(request)
        try:
            self._check_token(token, method)
            parameters = await decode(request)
        except Refusal as refusal:
            return _refusal(refusal).response()
        fault = faults.on_request(Request(method, parameters.integer("chat_id"), parameters)) if faults else None
        return await self._respond(request, method, parameters, fault)

    async def download(self, path: str) -> StreamResponse:
        """Answer the request for a file; `path` is what follows /file/bot."""
        token, _, remote_path = path.partition("/")
        file = self._world.files.at(remote_path) if token == self._token else None
        if file is None:
            return _refusal(not_found()).response()
        return FileResponse(file.path, headers={"Content-Type": "application/octet-stream"})

    def _check_token(self, token: str, method: str) -> None:
        if not _TOKEN.fullmatch(token) or not method:
            raise not_found()
        if token != self._token:
            raise unauthorized()
        if method not in METHODS and method not in self._waiting_methods:
            raise not_found("method not found")

    async def _respond(
        self, request: BaseRequest, method: str, parameters: Parameters, fault: Fault | None
    ) -> StreamResponse:
        self._open += 1
        try:
            await _pause(self._conditions.round_trip / 2)
            answer = await (
                self._answer(method, parameters) if fault is None else self._hurt(method, parameters, fault)
            )
            await _pause(self._conditions.round_trip / 2)
        finally:
            self._open -= 1
        breaking = _BREAKING.get(fault.cut or "") if fault else None
        return breaking(request, answer) if breaking else answer.response(self._dates.now())

    async def _hurt(self, method: str, parameters: Parameters, fault: Fault) -> Answer:
        """The answer to a request that a fault struck; carried out or not."""
        await _pause(fault.delay)
        is_carried_out = fault.cut != "body" and (fault.deliver or not fault.replaces_answer)
        answer = await self._answer(method, parameters) if is_carried_out else Answer(500, b"")
        await _pause(fault.hold)
        return Answer(*fault.answer()) if fault.replaces_answer else answer

    async def _answer(self, method: str, parameters: Parameters) -> Answer:
        try:
            waiting = self._waiting_methods.get(method)
            result = await waiting(parameters) if waiting else self._carry_out(method, parameters)
        except Refusal as refusal:
            return _refusal(refusal)
        return Answer(200, orjson.dumps({"ok": True, "result": result}))

    def _carry_out(self, method: str, parameters: Parameters) -> Any:
        if self._open > MOST_OPEN_REQUESTS:
            raise too_many_requests(_FULL_FOR)
        flood = self._conditions.flood
        if flood:
            paid = parameters.flag("allow_paid_broadcast")
            flood.check(method, parameters.integer("chat_id"), paid=paid)
        self._requests += 1
        self._world.request = self._requests
        return METHODS[method](self._world, parameters)

    def _perform(self, method: str, parameters: Parameters) -> None:
        """Carry out what a bot ordered in its answer to a webhook call."""
        try:
            self._carry_out(method, parameters)
        except (Refusal, KeyError):
            return


def _refusal(refusal: Refusal) -> Answer:
    return Answer(refusal.status, encoded_refusal(refusal), retry_after=refusal.parameters.get("retry_after"))


async def _pause(seconds: float) -> None:
    if seconds:
        await asyncio.sleep(seconds)


def _cut(request: BaseRequest, _answer: Answer) -> StreamResponse:
    return cut(request)


_BREAKING: dict[str, Callable[[BaseRequest, Answer], StreamResponse]] = {
    "body": _cut,
    "delivered": _cut,
    "half": send_half,
    "close": send_and_close,
}
