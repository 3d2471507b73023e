"""The faults in force: which request each one strikes next."""

from dataclasses import dataclass
from itertools import count
from random import Random

from simulator.faults.fault import Fault, Request
from simulator.json_objects import Json


@dataclass(slots=True)
class _Armed:
    fault: Fault
    random: Random
    seen: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        """Count a request that the fault is about; whether it is hit."""
        fault = self.fault
        if fault.times is not None and self.struck >= fault.times:
            return False
        self.seen += 1
        if self.seen <= fault.skip or (fault.chance < 1 and self.random.random() >= fault.chance):
            return False
        self.struck += 1
        return True


class Faults:
    """The faults in force. The first one that strikes a request is the one it suffers."""

    def __init__(self) -> None:
        self._armed: dict[int, _Armed] = {}
        self._numbers = count(1)

    def __bool__(self) -> bool:
        return bool(self._armed)

    def add(self, fault: Fault) -> int:
        """Put a fault in force; the number returned removes it."""
        number = next(self._numbers)
        self._armed[number] = _Armed(fault, Random(fault.seed))  # noqa: S311 (repeatable on purpose)
        return number

    def remove(self, number: int) -> None:
        """End a fault. Nothing happens if it ended already."""
        self._armed.pop(number, None)

    def clear(self) -> None:
        """End all faults."""
        self._armed.clear()

    def struck(self, number: int) -> int:
        """How many requests a fault has hit so far."""
        return self._armed[number].struck

    def on_connection(self) -> bool:
        """Whether a connection that was just opened is to be cut at once."""
        return any(armed.fault.cut == "accept" and armed.strikes() for armed in self._armed.values())

    def on_headers(self, method: str) -> bool:
        """Whether a request is to be cut when only its headers were read."""
        return any(
            armed.fault.cut == "headers"
            and (not armed.fault.methods or method in armed.fault.methods)
            and armed.strikes()
            for armed in self._armed.values()
        )

    def on_request(self, request: Request) -> Fault | None:
        """What happens to a request that was read; None if nothing does."""
        for armed in self._armed.values():
            early = armed.fault.cut in ("accept", "headers")
            if not early and armed.fault.is_about(request) and armed.strikes():
                return armed.fault
        return None

    def cards(self) -> list[Json]:
        """The faults in force, as JSON."""
        return [{"id": number, "struck": armed.struck, **armed.fault.card()} for number, armed in self._armed.items()]
