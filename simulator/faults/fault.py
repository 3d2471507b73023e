"""One fault: which requests it strikes, and what the bot gets then."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from simulator.bot_api.parameters import Parameters
from simulator.faults.answers import BODIES, Body, description_of
from simulator.json_objects import Json

Cut = Literal["accept", "headers", "body", "delivered", "half", "close"]


@dataclass(frozen=True, slots=True)
class Request:
    """What `Fault.when` is called with: the method in lower case, the chat's id (0 if none) and the parameters."""

    method: str
    chat: int
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule for what goes wrong. The docstring of `simulator.faults` explains every field.

    - `methods`, `chats`: empty matches every method, every chat.
    - `times`: None never ends.
    - `seed`: makes `chance` repeatable.
    - `delay`, `hold`, `retry_after`: in seconds.
    """

    methods: Collection[str] = frozenset()
    chats: Collection[int] = frozenset()
    skip: int = 0
    times: int | None = 1
    chance: float = 1.0
    seed: int = 0
    when: Callable[[Request], bool] | None = None
    delay: float = 0.0
    hold: float = 0.0
    status: int | None = None
    body: Body | None = None
    description: str = ""
    retry_after: int | None = None
    deliver: bool = False
    cut: Cut | None = None

    def __post_init__(self) -> None:
        methods = {self.methods} if isinstance(self.methods, str) else self.methods
        object.__setattr__(self, "methods", frozenset(method.lower() for method in methods))
        object.__setattr__(self, "chats", frozenset(self.chats))
        if self.cut is not None and self.cut not in get_args(Cut):
            raise ValueError(f"there is no cut {self.cut!r}; the cuts are {', '.join(get_args(Cut))}")
        if self.body is not None and self.body not in get_args(Body):
            raise ValueError(f"there is no body {self.body!r}; the bodies are {', '.join(get_args(Body))}")

    @property
    def replaces_answer(self) -> bool:
        """Whether the bot gets another response than the true one."""
        return self.status is not None or self.body is not None

    def matches(self, request: Request) -> bool:
        """Return whether the fault is about such a request."""
        if self.methods and request.method not in self.methods:
            return False
        if self.chats and request.chat not in self.chats:
            return False
        return self.when is None or self.when(request)

    def answer(self) -> tuple[int, bytes, str, int | None]:
        """Return the response that replaces the true one: status, body, Content-Type and Retry-After in seconds."""
        status = self.status or 200
        description = self.description or description_of(status, self.retry_after)
        content = BODIES[self.body or "json"](status, description, self.retry_after)
        kind = "text/html" if self.body == "html" else "application/json"
        return status, content, kind, self.retry_after

    def as_json(self) -> Json:
        """Return the fault as JSON, without `when`."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "when"}
        return values | {"methods": sorted(self.methods), "chats": sorted(self.chats)}


def fault_from_json(value: Any) -> Fault:
    """Return the fault that a JSON object describes. Its fields are those of `Fault`, without `when`.

    Raises:
        TypeError: if it is no object, or a field is of the wrong type.
        ValueError: if a field is unknown or its value is not allowed.
    """
    if not isinstance(value, dict):
        raise TypeError("a fault must be a JSON object")
    known = {field.name for field in fields(Fault)} - {"when"}
    if unknown := value.keys() - known:
        raise ValueError(f"a fault has no field {', '.join(sorted(unknown))}")
    return Fault(**value)
