"""From the outbox to Telegram: claim, send, hand over, record.

Each step is a short transaction of its own, and none is open while the network is used. If the process dies, the step
that a row has reached decides how it goes on: a claimed row is sent again, and a handed row is presumed to have
arrived. A reminder comes twice only if the process dies after its last byte has left and before that is noted.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from typing import TypeAlias

from bot.app import Services
from bot.errors import StoreError
from bot.messages.limiter import Slots
from bot.messages.outcome import Outcome, Verdict
from bot.messages.sender import Draft, MessageRef
from bot.reminders.deferred import Draw, DueMessage
from bot.reminders.rendering import reminder
from bot.store import claiming, schedules
from bot.store.claiming import ClaimedRow
from bot.store.tables import RowType
from scheduler.recorder import Recorder
from scheduler.transitions import transition_after

IN_FLIGHT = 128
"""The most rows that may be claimed without their ends being stored yet."""
BATCH = 32
"""How many rows are claimed together at most."""
RECOVER_SECONDS = 10.0
"""The interval at which the delivery looks for rows that were left half done."""
DRAIN_SECONDS = 1.0
"""How long a tick waits for the ends of the messages that it has sent."""
Push: TypeAlias = Callable[[int, Draft, Callable[[], None]], Awaitable[Outcome]]
"""Sends a draft to a chat, once, and calls back when the last byte has left."""
Reserve: TypeAlias = Callable[[int], AbstractAsyncContextManager[Slots]]
"""Reserves slots for up to a number of reminders."""
NOTHING_TO_SAY = Outcome(Verdict.STALE, why="there is nothing to be said any more")
log = logging.getLogger(__name__)


class Delivery:
    """Sends what is due, in the slots that ``reserve`` gives.

    ``draws`` has, by kind, the functions with which topics draw (write) their deferred messages. ``term`` is that of
    this active process. Up to ``in_flight`` messages can come twice if the process dies. ``monotonic`` returns seconds;
    tests pass their own.
    """

    def __init__(
        self,
        services: Services,
        push: Push,
        reserve: Reserve,
        draws: Mapping[str, Draw],
        term: int,
        *,
        in_flight: int = IN_FLIGHT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._push = push
        self._reserve = reserve
        self._draws = draws
        self._term = term
        self._in_flight = in_flight
        self._monotonic = monotonic
        self._sending: set[asyncio.Task[None]] = set()
        self._has_ended = asyncio.Event()
        self._is_stopping = False
        self._is_claim_in_doubt = False
        self._recover_at = float("-inf")
        self._recorder = Recorder(services.store, term, services.clock)

    async def recover(self) -> None:
        """Take care of rows left half done: by an earlier active process, or by a claim whose answer was lost."""
        recovered = await self._recorder.recover(self._must_arrive(), ours=not self._sending)
        self._recover_at, self._is_claim_in_doubt = self._monotonic() + RECOVER_SECONDS, False
        if recovered.pending or recovered.presumed:
            log.warning(
                "Reminders were left half done: %d will be sent, %d are presumed to have arrived",
                recovered.pending,
                recovered.presumed,
                extra={"action": "recovered"},
            )

    @property
    def must_recover(self) -> bool:
        """Whether the next tick has to look for rows that were left half done."""
        return self._is_claim_in_doubt or self._monotonic() >= self._recover_at

    def stop_claiming(self) -> None:
        """Claim no more rows. Messages that are being sent still leave, and the next start sends the rest."""
        self._is_stopping = True

    async def tick(self) -> None:
        """Send everything that is due, and return when the ends of the messages are stored.

        It waits only a moment for a request that hangs, so that the next tick is not delayed.
        """
        if self._is_claim_in_doubt:
            await self.drain()
        if self.must_recover:
            await self.recover()
        while not self._is_stopping and await self._send_some():
            self._has_ended.clear()
            if len(self._sending) >= self._in_flight:
                await self._has_ended.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self.drain()

    async def drain(self) -> None:
        """Wait until every message under way has ended, and its end is stored."""
        while self._sending:
            await asyncio.wait(self._sending)
        await self._recorder.wait_until_stored()

    async def _send_some(self) -> int:
        """Claim as many rows as may leave now, and send them. Returns how many rows were examined.

        No commit is made in between, so no row can be turned off while it waits to be sent.
        """
        async with self._reserve(min(BATCH, self._in_flight - len(self._sending))) as slots:
            if not slots.number:
                return 0
            now = self._services.clock()
            self._is_claim_in_doubt = True  # if the database's answer is lost, rows may be claimed without our knowing
            claim = await self._services.store.write(
                lambda connection: claiming.claim(connection, now, self._term, slots.number, untried=slots.is_trial),
                last=True,
            )
            self._is_claim_in_doubt = False
            with self._services.store.no_commits():
                for row in claim.rows:
                    await slots.ready()
                    sending = asyncio.create_task(self._deliver(row))
                    self._sending.add(sending)
                    sending.add_done_callback(self._task_ended)
                    await asyncio.sleep(0)  # send one in each turn of the event loop, so that replies need not wait
            return claim.examined

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._has_ended.set()

    async def _deliver(self, row: ClaimedRow) -> None:
        message: DueMessage | None = None
        try:
            if draw := self._draws.get(row.kind):
                message = await draw(self._services, row)
            else:
                person = row.person
                languages = person.language, person.telegram_language
                edition = self._services.content.edition(*languages, country=person.country)
                draft = reminder(edition, row.kind, row.id, person, silent=row.silent, tip=row.data)
                message = DueMessage(draft)
            outcome = NOTHING_TO_SAY
            if message and row.type is RowType.EDIT:
                assert row.message_id is not None
                place = MessageRef(row.chat_id, row.message_id, bool(row.pictured))
                outcome = await self._services.sender.push_edit(place, message.draft)
            elif message:
                outcome = await self._push(row.chat_id, message.draft, lambda: self._recorder.hand_over(row.id))
        except Exception as error:  # noqa: BLE001  # a kind that no longer exists, say: this row ends, the others go on
            log.warning(
                "Cannot send a reminder of the kind %s (%r); its row is kept as dead",
                row.kind,
                error,
                extra={"action": "reminder_dead"},
            )
            outcome = Outcome(Verdict.BUG, why=f"cannot be sent: {type(error).__name__}")
        now = self._services.clock()
        await self._recorder.record(transition_after(row, outcome, message, now, self._must_arrive()))
        if outcome.verdict is Verdict.GONE:
            await self._note_block(row.chat_id)

    async def _note_block(self, chat_id: int) -> None:
        now = self._services.clock()
        try:
            await self._services.store.write(lambda connection: schedules.block(connection, chat_id, now))
        except StoreError as error:
            log.warning(
                "Cannot note that a person has blocked the bot (%s); the next reminder will find out again",
                error,
                extra={"action": "block_not_noted"},
            )

    def _must_arrive(self) -> set[str]:
        return {kind for kind, block in self._services.content.edition().reminders.items() if block.must_arrive}
