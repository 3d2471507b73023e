"""A bare client of the Bot API: no library stands between a test and the simulator.

Every result is checked against the specification of the Bot API.
"""

from io import BytesIO
from typing import Any, Self

import aiohttp
import orjson

from simulator import Simulator
from simulator.specification import method_names, returned_type
from tests.support.bot_api_types import problems


class RefusedError(Exception):
    """The simulator refused a request."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["description"])
        self.status: int = answer["error_code"]
        self.description: str = answer["description"]
        self.parameters: dict[str, Any] = answer.get("parameters", {})


class Client:
    """Calls methods as forms (the usual way), as JSON, or as multipart with files."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.http = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    def address(self, method: str) -> str:
        return f"{self.simulator.url}/bot{self.simulator.token}/{method}"

    async def __call__(self, method: str, **parameters: Any) -> Any:
        form = {name: value if isinstance(value, str) else _encoded(value) for name, value in parameters.items()}
        return await self._result(method, data=form)

    async def with_json(self, method: str, **parameters: Any) -> Any:
        return await self._result(method, json=parameters)

    async def with_files(self, method: str, files: dict[str, bytes], **parameters: Any) -> Any:
        form = aiohttp.FormData()
        for name, content in files.items():
            suffix = "ogg" if name == "voice" else "png"
            form.add_field(name, BytesIO(content), filename=f"{name}.{suffix}", content_type="image/png")
        for name, value in parameters.items():
            form.add_field(name, value if isinstance(value, str) else _encoded(value))
        return await self._result(method, data=form)

    async def _result(self, method: str, **body: Any) -> Any:
        async with self.http.post(self.address(method), **body) as answer:
            content = orjson.loads(await answer.read())
        if not content["ok"]:
            assert content["error_code"] == answer.status
            raise RefusedError(content)
        if method != "getUpdates":  # a test may have queued an update that is wrong on purpose
            assert list(problems(content["result"], returned_type(method_names()[method.lower()]))) == []
        return content["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        """Send a request that must be refused; return the description of the refusal."""
        return (await self.refused(method, **parameters)).description

    async def refused(self, method: str, **parameters: Any) -> RefusedError:
        """Send a request that must be refused; return the refusal."""
        try:
            result = await self(method, **parameters)
        except RefusedError as error:
            return error
        raise AssertionError(f"{method} was not refused: {result}")


def _encoded(value: object) -> str:
    return orjson.dumps(value).decode()
