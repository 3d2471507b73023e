"""From the outbox to Telegram: claim, send, hand over, record.

Each step is a short transaction of its own, and none is open while the network is used. Which step a row has reached
says what to do if the process dies there: claimed, but not handed over, is sent again; handed over is presumed to have
arrived. A reminder comes twice only if the process dies between its last byte and the next commit.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from bot.app import Services
from bot.errors import StoreError
from bot.messages.outcome import Outcome, Verdict
from bot.messages.sender import Draft, Place
from bot.reminders.deferred import Draw, DueMessage
from bot.reminders.rendering import reminder
from bot.store import leases, outbox, schedules
from bot.store.outbox import Claim, Due
from scheduler.recorder import Ledger
from scheduler.transitions import end_of

IN_FLIGHT = 128
BATCH = 32
"""How many are claimed together."""
TRUST_SECONDS = leases.TTL_SECONDS / 2
"""For how long after its claim a row may be sent: a process that was frozen for longer may have lost it to another."""
LOOK_SECONDS, SETTLE_SECONDS = 10.0, 1.0
"""How often it is looked for what others left, and how long a tick waits for what it has sent."""
Push = Callable[[int, Draft, Callable[[], None]], Awaitable[Outcome]]
"""Sends a draft to a chat, once, and calls back when its last byte has left."""
Room = Callable[[int], Awaitable[int]]
"""Waits until reminders may be claimed; how many of so many."""
OVER = Outcome(Verdict.STALE, why="there is nothing to be said any more")
FROZEN = Outcome(Verdict.LATER, why="this process was frozen: another may have sent it")
log = logging.getLogger(__name__)


class Delivery:
    """Delivers for this process, no more at once than there is ``room`` for. ``draws`` draw what topics have put off.

    At most ``in_flight`` rows are claimed and not stored as ended: so many can come twice if the process dies.
    ``monotonic`` gives seconds; tests give their own.
    """

    def __init__(
        self,
        services: Services,
        push: Push,
        room: Room,
        draws: Mapping[str, Draw],
        *,
        in_flight: int = IN_FLIGHT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._push = push
        self._room = room
        self._draws = draws
        self._most = in_flight
        self._monotonic = monotonic
        self._sending: set[asyncio.Task[None]] = set()
        self._fewer = asyncio.Event()
        self._ending = False
        self._is_in_doubt = False
        self._look_at = float("-inf")
        self.owner = services.store.owner
        self._ledger = Ledger(services.store, self.owner, services.clock)

    async def recover(self) -> None:
        """Take care of what was left half done, by a process that is no more or by a claim whose answer was lost."""
        left = await self._ledger.recover(self._must_arrive(), ours=not self._sending)
        self._look_at, self._is_in_doubt = self._monotonic() + LOOK_SECONDS, False
        if any(left.values()):
            log.warning("reminders were left half done: %(pending)d to send, %(presumed)d presumed sent", left)

    def end(self) -> None:
        """Claim no more; what is under way ends, the rest is there at the next start."""
        self._ending = True

    async def tick(self) -> None:
        """Send all that is due; returns when that has ended and is stored, or soon: what hangs holds up nothing."""
        if self._is_in_doubt:
            await self.settled()
        if self._is_in_doubt or self._monotonic() >= self._look_at:
            await self.recover()
        while not self._ending and await self._send_some():
            self._fewer.clear()
            if len(self._sending) >= self._most:
                await self._fewer.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                await self.settled()

    async def settled(self) -> None:
        """Wait until all that is under way has ended and that is stored."""
        while self._sending:
            await asyncio.wait(self._sending)
        await self._ledger.settled()

    async def _send_some(self) -> int:
        """Claim as many as may leave and send them in a moment, so that none of them waits while it is turned off."""
        room = await self._room(min(BATCH, self._most - len(self._sending)))
        if not room:
            return 0
        trusted_until = self._monotonic() + TRUST_SECONDS
        claimed = await self._claim(room, trusted_until)
        with self._services.store.still():
            self._services.sender.give_back(room - len(claimed.due))
            for due in claimed.due:
                await self._send(due, trusted_until)
        return claimed.looked_at

    async def _send(self, due: Due, trusted_until: float) -> None:
        """One in each turn of the event loop: nobody who waits for a reply must notice."""
        await self._services.sender.ready()
        task = asyncio.create_task(self._deliver(due, trusted_until))
        self._sending.add(task)
        task.add_done_callback(self._ended)
        await asyncio.sleep(0)

    async def _claim(self, most: int, trusted_until: float) -> Claim:
        now, on_trial = self._services.clock(), self._services.sender.is_on_trial
        self._is_in_doubt = True
        claimed = await self._services.store.write(
            lambda connection: outbox.claim(connection, now, self.owner, most, untried=on_trial), last=True
        )
        if self._monotonic() > trusted_until:
            log.warning("this process was frozen: what it had claimed is left to the next round")
            return Claim([], 0)
        self._is_in_doubt = False
        return claimed

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._fewer.set()

    async def _deliver(self, due: Due, trusted_until: float) -> None:
        message: DueMessage | None = None
        try:
            message = await self._drawn(due)
            outcome = await self._sent(due, message.draft, trusted_until) if message else OVER
        except Exception as error:  # noqa: BLE001  # a kind that is no more, say: it ends, the others go on
            log.warning("a reminder of the kind %s cannot be sent: %r", due.kind, error)
            outcome = Outcome(Verdict.BUG, why=f"cannot be sent: {type(error).__name__}")
        end = end_of(due, outcome, message, self._services.clock(), self._must_arrive())
        await self._ledger.end(end)
        if outcome.verdict is Verdict.GONE:
            await self._block(due.chat_id)

    async def _drawn(self, due: Due) -> DueMessage | None:
        if draw := self._draws.get(due.kind):
            return await draw(self._services, due)
        edition = self._services.content.edition(due.person.language, due.person.told)
        return DueMessage(reminder(edition, due.kind, due.id, due.person, silent=due.silent))

    async def _sent(self, due: Due, draft: Draft, trusted_until: float) -> Outcome:
        if self._monotonic() > trusted_until:
            return FROZEN
        if due.pictured is None or due.message_id is None:
            return await self._push(due.chat_id, draft, lambda: self._ledger.hand_over(due.id))
        return await self._services.sender.reword(Place(due.chat_id, due.message_id, due.pictured), draft)

    async def _block(self, chat_id: int) -> None:
        now = self._services.clock()
        try:
            await self._services.store.write(lambda connection: schedules.block(connection, chat_id, now))
        except StoreError as error:  # the next reminder finds out again
            log.warning("a person who is gone could not be noted: %s", error)

    def _must_arrive(self) -> set[str]:
        return {kind for kind, each in self._services.content.edition().reminders.items() if each.must_arrive}
