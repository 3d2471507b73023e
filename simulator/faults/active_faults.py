"""The faults in force. They count requests and decide which one is struck."""

from dataclasses import dataclass
from itertools import count
from random import Random

from simulator.faults.fault import Fault, Request
from simulator.json_objects import Json


@dataclass(slots=True)
class _ActiveFault:
    fault: Fault
    random: Random
    seen: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        """Count a request that the fault matches, and return whether it is struck."""
        fault = self.fault
        if fault.times is not None and self.struck >= fault.times:
            return False
        self.seen += 1
        if self.seen <= fault.skip or (fault.chance < 1 and self.random.random() >= fault.chance):
            return False
        self.struck += 1
        return True


class Faults:
    """The faults in force, in the order they were added. A request is struck by the first fault that strikes it."""

    def __init__(self) -> None:
        self._active: dict[int, _ActiveFault] = {}
        self._numbers = count(1)

    def __bool__(self) -> bool:
        return bool(self._active)

    def add(self, fault: Fault) -> int:
        """Put a fault in force. Return the number that `remove` and `struck` need."""
        number = next(self._numbers)
        self._active[number] = _ActiveFault(fault, Random(fault.seed))  # noqa: S311 (repeatable on purpose)
        return number

    def remove(self, number: int) -> None:
        """End a fault. Nothing happens if it has ended already."""
        self._active.pop(number, None)

    def clear(self) -> None:
        """End all faults that are in force."""
        self._active.clear()

    def struck(self, number: int) -> int:
        """Return how many requests a fault has struck so far."""
        return self._active[number].struck

    def on_connection(self) -> bool:
        """Return whether a connection that was just opened must be cut at once."""
        return any(active.fault.cut == "accept" and active.strikes() for active in self._active.values())

    def on_headers(self, method: str) -> bool:
        """Return whether a request must be cut once its headers are read. Its chat is not known then."""
        return any(
            active.fault.cut == "headers"
            and (not active.fault.methods or method in active.fault.methods)
            and active.strikes()
            for active in self._active.values()
        )

    def on_request(self, request: Request) -> Fault | None:
        """Return the fault that strikes a request whose parameters are known; None if no fault does."""
        for active in self._active.values():
            is_earlier = active.fault.cut in ("accept", "headers")  # these strike before the parameters are read
            if not is_earlier and active.fault.matches(request) and active.strikes():
                return active.fault
        return None

    def as_json(self) -> list[Json]:
        """Return the faults in force, with their numbers and how many requests each has struck."""
        return [
            {"id": number, "struck": active.struck, **active.fault.as_json()} for number, active in self._active.items()
        ]
