"""Which updates are taken: all that a person can ask for, so that nobody else waits for a flood."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.updates.allowance import Allowance
from bot.updates.inbound import Arrival

MOST_IN_CHAT = 100
"""No more of one chat wait here."""
AT_ONCE, PER_SECOND = 40, 1.0
"""How much one person may ask for: more than anybody does who reads what comes back, even by quick presses."""
RELIEF_AT_ONCE, RELIEF_PER_SECOND = 100, 2.0


class Admission:
    """What is too much is kept nowhere, as if it had never been said: ``passed_over`` counts it."""

    def __init__(self) -> None:
        self._for_others = Allowance(AT_ONCE, PER_SECOND)
        self._for_relief = Allowance(RELIEF_AT_ONCE, RELIEF_PER_SECOND)
        self.passed_over = 0

    def admitted(self, arrivals: Iterable[Arrival], waiting: Mapping[int, int]) -> list[Arrival]:
        """Those that are taken, where so many ``waiting`` are in hand by chat; the first too much is told so."""
        asked: Counter[tuple[int, bool]] = Counter()
        came: Counter[int] = Counter(waiting)
        taken = []
        for each in arrivals:
            asked[each.sender_id, each.is_urgent] += 1
            came[each.chat_id] += 1
            if self._is_welcome(each, asked[each.sender_id, each.is_urgent], came[each.chat_id]):
                taken.append(each)
            else:
                self.passed_over += 1
        return taken

    def spend(self, each: Arrival) -> None:
        """One was taken in hand: only that is held against anybody, and not what comes again."""
        self._allowance(each).spend(each.sender_id)

    def _is_welcome(self, each: Arrival, asked: int, in_chat: int) -> bool:
        if asked <= self._allowance(each).left(each.sender_id):
            return each.is_urgent or in_chat <= MOST_IN_CHAT
        each.is_too_much = not each.is_urgent and self._for_others.refuse(each.sender_id)
        return each.is_too_much

    def _allowance(self, each: Arrival) -> Allowance:
        return self._for_relief if each.is_urgent else self._for_others
