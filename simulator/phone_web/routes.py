"""The people's side over HTTP: the chat page and what it asks for, and the same for tests in other processes.

Everything but files and events is JSON; the addresses are in `PhoneWeb`.
"""

from typing import Any

import orjson
from aiohttp.web import BaseRequest, StreamResponse

from simulator.bot_api.responses import Answer
from simulator.faults import Faults, fault_from_json
from simulator.json_objects import Json
from simulator.phone import Phone
from simulator.phone_web.actions import Doing
from simulator.phone_web.event_stream import watch
from simulator.phone_web.files import page_file, sent_file
from simulator.phone_web.views import Looking
from simulator.state.people import Person
from simulator.state.world import World


class PhoneWeb:
    """Serves the chat page and the phone addresses."""

    def __init__(self, world: World, phone: Phone, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._looking = Looking(world)
        self._doing = Doing(world, phone)

    async def handle(self, request: BaseRequest) -> StreamResponse:
        """Answer one request of the page or of a test."""
        try:
            return await self._answer(request, request.path.strip("/").split("/"))
        except KeyError as error:
            return _answer({"error": f"there is no {error}"}, 404)
        except (ValueError, TypeError) as error:
            return _answer({"error": str(error)}, 400)

    async def _answer(self, request: BaseRequest, parts: list[str]) -> StreamResponse:
        match request.method, parts:
            case "GET", [""]:
                return page_file("index.html")
            case "GET", ["page", name]:
                return page_file(name)
            case "GET", ["phone", "events"]:
                return await watch(self._world.events, request)
            case "GET", ["phone", "files", file_id]:
                return sent_file(self._world.files, file_id)
            case "GET", parts:
                return _answer(self._look(request, parts))
            case method, parts:
                return _answer(await self._do(method, parts, await _body(request)))

    def _look(self, request: BaseRequest, parts: list[str]) -> Any:
        match parts:
            case ["phone"]:
                return self._looking.overview()
            case ["phone", "people", person, "chat"]:
                return self._looking.chat_of(self._person(person))
            case ["phone", "received"]:
                return self._looking.received(request.query)
            case ["faults"]:
                return {"faults": self._faults.cards()}
        raise KeyError("/".join(parts))

    async def _do(self, method: str, parts: list[str], body: Json) -> Any:
        match method, parts:
            case "POST", ["phone", "people"]:
                return self._doing.add_person(body)
            case "PATCH", ["phone", "people", person]:
                return self._doing.change(self._person(person), body)
            case "POST", ["phone", "people", person, action]:
                return await self._doing.act(self._person(person), action, body)
            case "POST", ["phone", "clock"]:
                return self._doing.skip(body)
            case "POST", ["phone", "updates", *update]:
                return self._inject(update, body)
        return self._change_faults(method, parts, body)

    def _inject(self, update: list[str], body: Json) -> Json:
        match update:
            case []:
                return {"update_id": self._world.updates.add_raw(body)}
            case [update_id, "again"]:
                self._world.updates.repeat(int(update_id))
                return {"update_id": int(update_id)}
        raise KeyError("/".join(update))

    def _change_faults(self, method: str, parts: list[str], body: Json) -> Json:
        match method, parts:
            case "POST", ["faults"]:
                return {"id": self._faults.add(fault_from_json(body))}
            case "DELETE", ["faults"]:
                self._faults.clear()
                return {}
            case "DELETE", ["faults", number]:
                self._faults.remove(int(number))
                return {}
        raise KeyError("/".join(parts))

    def _person(self, number: object) -> Person:
        return self._world.people[int(str(number))]


async def _body(request: BaseRequest) -> Json:
    content = await request.read()
    body = orjson.loads(content) if content else {}
    if not isinstance(body, dict):
        raise TypeError("a JSON object is expected")
    return body


def _answer(value: Any, status: int = 200) -> StreamResponse:
    return Answer(status, orjson.dumps(value)).response()
