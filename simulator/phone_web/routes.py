"""The addresses of the phones: which one does what.

Bodies and responses are JSON, except files and the stream of events. An error is {"error": why}.
"""

from typing import Any

import orjson
from aiohttp.web import BaseRequest, StreamResponse

from simulator.bot_api.responses import Answer
from simulator.faults import Faults, fault_from_json
from simulator.json_objects import Json
from simulator.phone import Phone
from simulator.phone_web.actions import PhoneActions
from simulator.phone_web.event_stream import stream_events
from simulator.phone_web.files import page_file, uploaded_file
from simulator.phone_web.views import PhoneViews
from simulator.state.people import Person
from simulator.state.world import World


class PhoneWeb:
    """Serves the chat page and the addresses below /phone and /faults."""

    def __init__(self, world: World, phone: Phone, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._views = PhoneViews(world)
        self._actions = PhoneActions(world, phone)

    async def handle(self, request: BaseRequest) -> StreamResponse:
        """Respond to one request of the page or of a test."""
        try:
            return await self._respond(request, request.path.strip("/").split("/"))
        except KeyError as error:
            return _json_response({"error": f"there is no {error}"}, 404)
        except (ValueError, TypeError) as error:
            return _json_response({"error": str(error)}, 400)

    async def _respond(self, request: BaseRequest, parts: list[str]) -> StreamResponse:
        match request.method, parts:
            case "GET", [""]:
                return page_file("index.html")
            case "GET", ["page", name]:
                return page_file(name)
            case "GET", ["phone", "events"]:
                return await stream_events(self._world.events, request)
            case "GET", ["phone", "files", file_id]:
                return uploaded_file(self._world.files, file_id)
            case "GET", parts:
                return _json_response(self._get(request, parts))
        content = await request.read()
        if request.method == "POST" and parts[:2] == ["phone", "people"] and parts[3:] == ["files"]:
            return _json_response(self._actions.send_file(self._person(parts[2]), request.query, content))
        body = orjson.loads(content) if content else {}
        if not isinstance(body, dict):
            raise TypeError("the body must be a JSON object")
        return _json_response(await self._change(request.method, parts, body))

    def _get(self, request: BaseRequest, parts: list[str]) -> Json:
        match parts:
            case ["phone"]:
                return self._views.overview()
            case ["phone", "people", person_id, "chat"]:
                return self._views.chat_of(self._person(person_id), request.query)
            case ["phone", "received"]:
                return self._views.received(request.query)
            case ["faults"]:
                return {"faults": self._faults.as_json()}
        raise KeyError("/".join(parts))

    async def _change(self, method: str, parts: list[str], body: Json) -> Json:
        match method, parts:
            case "POST", ["phone", "people"]:
                return self._actions.add_person(body)
            case "POST", ["phone", "groups"]:
                return self._actions.add_group(body)
            case "PATCH", ["phone", "people", person_id]:
                return self._actions.change_person(self._person(person_id), body)
            case "POST", ["phone", "people", person_id, action]:
                return await self._actions.act(self._person(person_id), action, body)
            case "POST", ["phone", "clock"]:
                return self._actions.skip(body)
            case "POST", ["phone", "updates"]:
                return {"update_id": self._world.updates.add_raw(body)}
            case "POST", ["phone", "updates", update_id, "again"]:
                self._world.updates.repeat(int(update_id))
                return {"update_id": int(update_id)}
            case _, ["faults", *number]:
                return self._change_faults(method, number, body)
        raise KeyError("/".join(parts))

    def _change_faults(self, method: str, number: list[str], body: Json) -> Json:
        match method, number:
            case "POST", []:
                return {"id": self._faults.add(fault_from_json(body))}
            case "DELETE", []:
                self._faults.clear()
                return {}
            case "DELETE", [number_of_one]:
                self._faults.remove(int(number_of_one))
                return {}
        raise KeyError("/".join(["faults", *number]))

    def _person(self, person_id: str) -> Person:
        return self._world.people[int(person_id)]


def _json_response(value: Any, status: int = 200) -> StreamResponse:
    return Answer(status, orjson.dumps(value)).response()
