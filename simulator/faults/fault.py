"""One fault: which requests it strikes and what becomes of them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from simulator.bot_api.parameters import Parameters
from simulator.faults.answers import BODIES, Body, describe
from simulator.json_objects import Json

Cut = Literal["accept", "headers", "body", "delivered", "half", "close"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a predicate may look at: the method in small letters, the chat (0 if none) and the parameters."""

    method: str
    chat: int
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule, see above. `times` None: for ever; `seed` makes `chance` repeatable."""

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
            raise ValueError(f"no such cut: {self.cut}")
        if self.body is not None and self.body not in get_args(Body):
            raise ValueError(f"no such body: {self.body}")

    @property
    def replaces_answer(self) -> bool:
        """Whether the bot gets another answer than the true one."""
        return self.status is not None or self.body is not None

    def is_about(self, request: Request) -> bool:
        """Whether the request is one of those described."""
        if self.methods and request.method not in self.methods:
            return False
        if self.chats and request.chat not in self.chats:
            return False
        return self.when is None or self.when(request)

    def answer(self) -> tuple[int, bytes, str, int | None]:
        """Status, body, content type and Retry-After of the answer that replaces the true one."""
        status = self.status or 200
        description = self.description or describe(status, self.retry_after)
        content = BODIES[self.body or "json"](status, description, self.retry_after)
        kind = "text/html" if self.body == "html" else "application/json"
        return status, content, kind, self.retry_after

    def card(self) -> Json:
        """The fault as JSON, without `when`."""
        card = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "when"}
        return card | {"methods": sorted(self.methods), "chats": sorted(self.chats)}


def fault_from_json(value: Any) -> Fault:
    """A fault as JSON describes it: the names of `Fault` without `when`. ValueError or TypeError if it is none."""
    if not isinstance(value, dict):
        raise TypeError("a fault is an object")
    known = {each.name for each in fields(Fault)} - {"when"}
    if unknown := value.keys() - known:
        raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
    return Fault(**value)
