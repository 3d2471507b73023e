"""The bot without a network: its real handlers, planning, delivery and database, with a fake Telegram and a fake clock.

The fake Telegram takes the place of HTTP, so that thousands of steps take seconds. The test decides beforehand what
happens to each message. What arrived is recorded here, not by the bot.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from telegram.error import Forbidden, RetryAfter

import handlers
from bot import app, config
from bot.app import Services
from bot.config import Settings
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.rates import UNLIMITED, Rates
from bot.messages.sender import Sender
from bot.messages.transport import NotSent, Transport, Unclear
from bot.messages.uploads import Uploads
from bot.parsing import lenient_json
from bot.sent_log import ANSWERED, LEFT, SentLog
from bot.store import Store, erasure
from bot.store.engine import migrate, sqlite
from bot.store.engine.bulk import Work
from bot.updates import flood
from bot.updates.inbound_update import Attempt
from bot.updates.receiver import Receiver
from scheduler import planning
from scheduler.delivery import Delivery
from tests.support.reminders import insistent_content
from tests.support.waiting import PATIENCE_SECONDS, run_ready_callbacks

T = TypeVar("T")
Json = dict[str, Any]
LIMITED_SECONDS = 5
FATES = ("taken", "429", "502", "no answer", "no connection", "403", "dies before", "dies unnoted", "dies noted")
"""What may happen to a message. It is taken; refused for now; not taken, but nobody knows; taken without an answer; not
even sent; refused because the person blocked the bot. Or the process dies: before the bytes leave, after they have left
but before that is noted, or after it is noted."""


class FakeClock:
    """A wall clock that can be set forward and back, and a monotonic clock in seconds."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span
        self.seconds += span.total_seconds()

    async def sleep(self, seconds: float) -> None:
        await run_ready_callbacks()  # like a real sleep, let others go first
        self.pass_by(timedelta(seconds=seconds))


@dataclass(frozen=True)
class Push:
    """A reminder whose sending has begun. The data of its first button tells which reminder it is."""

    chat: int
    button: str
    at: datetime
    seconds: float
    fate: str

    @property
    def arrived(self) -> bool:
        """Whether the person has received it."""
        return self.fate in {"taken", "no answer", "dies unnoted", "dies noted"}


class FakeTelegram(Transport):
    """Takes every message and answer. ``decide`` returns the fate of the next reminder to a chat.

    ``meanwhile`` has an action for a chat, which is done once, while the next message to that chat is being sent.
    """

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.fates: deque[str] = deque()
        self.decide: Callable[[int], str] = lambda _: self.fates.popleft() if self.fates else "taken"
        self.pushes: list[Push] = []
        self.meanwhile: dict[int, Callable[[], Coroutine[Any, Any, None]]] = {}
        self.happening: list[asyncio.Task[None]] = []
        self.is_down = False
        self.died = asyncio.Event()
        self._clock = clock
        self._numbers = count(1000)

    async def initialize(self) -> None:
        """Open nothing."""

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """Answer ``getMe``, the only request that does not come through ``call``."""
        me = {"id": 1, "is_bot": True, "first_name": "Charley", "username": "charley_bot"}
        return 200, lenient_json.dumps({"ok": True, "result": me})

    async def call(
        self,
        url: str,
        parameters: Any,
        files: Any = None,
        seconds: float = 0.0,
        on_sent: Callable[[], None] | None = None,
    ) -> Any:
        """Call a method: a reminder meets its fate, everything else is taken."""
        if on_sent is None:
            if self.is_down:
                raise NotSent("no connection")
            return {"message_id": next(self._numbers)}
        button = parameters["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        fate = self.decide(parameters["chat_id"]) if button.startswith("answer:") else "taken"
        self.pushes.append(Push(parameters["chat_id"], button, self._clock.now, self._clock.seconds, fate))
        if fate not in {"no connection", "dies before", "dies unnoted"}:
            on_sent()
        if begin := self.meanwhile.pop(parameters["chat_id"], None):
            self.happening.append(asyncio.create_task(begin()))
            await asyncio.wait(self.happening)
        await self._suffer(fate)
        return {"message_id": next(self._numbers)}

    async def _suffer(self, fate: str) -> None:
        match fate:
            case "429":
                raise RetryAfter(LIMITED_SECONDS)
            case "502" | "no answer":
                raise Unclear("no answer")
            case "no connection":
                raise NotSent("no connection")
            case "403":
                raise Forbidden("Forbidden: bot was blocked by the user")
            case "dies before" | "dies unnoted" | "dies noted":
                self.died.set()
                await asyncio.Future()


class OfflineBot:
    """One database, one process after another on it, and the people who talk to the bot."""

    def __init__(
        self,
        services: Services,
        telegram: FakeTelegram,
        clock: FakeClock,
        handle: Callable[[Attempt], Awaitable[None]],
        rate: int,
        in_flight: int,
    ) -> None:
        self.services = services
        self.telegram = telegram
        self.clock = clock
        self.handled: Counter[int] = Counter()
        self._handle = handle
        self._receiver = Receiver(services.store, self._count, handlers.answer_finder(services), clock)
        self._rates, self._in_flight = Rates(rate), in_flight
        self.updates: list[Json] = []
        self.term = 0
        self.begin()

    def begin(self) -> None:
        """Begin a new process: it knows nothing but what is in the database."""
        self.telegram.died.clear()
        self.term += 1
        clock, old = self.clock, self.services
        limiter = Limiter(self._rates, lambda: clock.seconds, clock.sleep)
        gateway = Gateway(self.telegram, old.settings.bot_url, limiter)
        sender = Sender(gateway, Uploads({}, {}, lambda *_: None), clock.sleep)
        self.services = replace(old, sender=sender)
        self.delivery = Delivery(
            self.services,
            sender.push,
            gateway.reserve,
            handlers.deferred(),
            self.term,
            in_flight=self._in_flight,
            monotonic=lambda: clock.seconds,
        )

    async def tick(self) -> bool:
        """Plan and deliver. Return False if the process died while it did; then another one has begun."""
        ticking = asyncio.ensure_future(self._tick())
        dying = asyncio.ensure_future(self.telegram.died.wait())
        await asyncio.wait({ticking, dying}, return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        if ticking.done():
            await ticking
            return True
        await self.delivery._recorder.wait_until_stored()
        tasks = [ticking, *self.delivery._sending]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.begin()
        return False

    async def _tick(self) -> None:
        await planning.tick(self.services)
        await self.delivery.tick()

    async def happened(self) -> None:
        """Wait for the actions in ``meanwhile`` that have begun, and drop the others."""
        self.telegram.meanwhile.clear()
        await asyncio.gather(*self.telegram.happening)
        self.telegram.happening.clear()

    # People

    async def press(self, chat: int, data: str, times: int = 1) -> None:
        """Press a button; Telegram sends the update ``times`` times."""
        shown = {"message_id": 5, "date": self._date, "chat": _chat(chat), "text": "."}
        query = {"id": "4", "chat_instance": "1", "from": _user(chat), "message": shown, "data": data}
        await self._take({"callback_query": query}, times)

    async def say(self, chat: int, text: str) -> None:
        """Send a text."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        message = {"message_id": 6, "from": _user(chat), "chat": _chat(chat), "date": self._date, "text": text}
        await self._take({"message": {**message, "entities": entities}})

    async def become(self, chat: int, status: str, before: str) -> None:
        """Block the bot (kicked), or unblock it (member)."""
        bot = {"id": 1, "is_bot": True, "first_name": "Charley"}
        old, new = ({"user": bot, "status": value, "until_date": 0} for value in (before, status))
        change = {"from": _user(chat), "chat": _chat(chat), "date": self._date}
        await self._take({"my_chat_member": {**change, "old_chat_member": old, "new_chat_member": new}})

    @property
    def _date(self) -> int:
        return int(self.clock.now.timestamp())

    async def _take(self, update: Json, times: int = 1) -> None:
        update["update_id"] = len(self.updates) + 1
        self.updates.append(update)
        for _ in range(times):
            await self.repeat(update)

    async def _count(self, attempt: Attempt) -> None:
        self.handled[attempt.update.id] += 1
        await self._handle(attempt)

    async def repeat(self, update: Json) -> None:
        """Send an update to the bot, perhaps one that it has received before."""
        await self._receiver.accept([update])
        await self._receiver.drain(PATIENCE_SECONDS)


def _user(chat: int) -> Json:
    return {"id": chat, "is_bot": False, "first_name": "A", "language_code": "en"}


def _chat(chat: int) -> Json:
    return {"id": chat, "type": "private", "first_name": "A"}


@contextmanager
def fast_database() -> Iterator[None]:
    """Let the database not wait for the disk, as nobody cuts the power; and let people send without limit."""
    pragmas = [pragma.replace("synchronous=FULL", "synchronous=OFF") for pragma in sqlite.PRAGMAS]
    with patch.object(sqlite, "PRAGMAS", pragmas), patch.object(flood, "BURST", 10**9):
        yield


class SynchronousStore(Store):
    """The same store, but each piece of work is done at once and in the same thread.

    That takes a tenth of the time, and the same steps always have the same result. A pause of all commits is respected.
    """

    def __init__(self, url: str, *sent_logs: SentLog | None) -> None:
        self._file = sqlite.SQLite(url)
        super().__init__(self._file, *sent_logs)
        self._file._write(migrate.create)

    async def read(self, work: Work[T]) -> T:
        return self._file._read(work)

    async def write(self, work: Work[T], *, patient: bool = False, last: bool = False, alone: bool = False) -> T:
        await self._may_commit.wait()
        return self._file._write(work)

    async def wipe(self, *, rewrite: bool = False) -> bool:
        return erasure.wipe(str(self._file.engine.url.database), rewrite=rewrite)

    def close(self) -> None:
        self._file.engine.dispose()


@asynccontextmanager
async def synchronous_store(url: str) -> AsyncIterator[Store]:
    with (
        sqlite.open_sent_log(url, LEFT) as sent_rows,
        sqlite.open_sent_log(url, ANSWERED) as answered_updates,
        closing(SynchronousStore(url, sent_rows, answered_updates)) as store,
    ):
        yield store


@asynccontextmanager
async def offline_bot(
    folder: Path,
    now: datetime,
    rate: int,
    opened: Callable[[str], AbstractAsyncContextManager[Store]] = Store.open,
    in_flight: int = 4,
) -> AsyncIterator[OfflineBot]:
    """Run the bot on a database in ``folder`` until the end of the block.

    Args:
        folder: where the database is.
        now: the moment at which the clock begins (UTC).
        rate: messages a second that the bot may send.
        opened: opens the store at an address.
        in_flight: messages that may be being sent at once.
    """
    clock = FakeClock(now)
    telegram, address = FakeTelegram(clock), f"sqlite:///{folder / 'charley.db'}"
    settings = config.make(Settings, telegram_bot_token="123456:" + "x" * 35, database_url=address)
    content = insistent_content()
    unlimited = Limiter(UNLIMITED, lambda: clock.seconds, clock.sleep)
    sender = Sender(Gateway(telegram, settings.bot_url, unlimited), Uploads({}, {}, lambda *_: None), clock.sleep)
    with fast_database():
        async with opened(settings.database_url.get_secret_value()) as store:
            services = Services(settings, content, store, sender, clock)
            application = app.build(telegram, services)
            handlers.install(application)
            await application.initialize()
            try:
                yield OfflineBot(services, telegram, clock, partial(app.handle, application), rate, in_flight)
            finally:
                await application.shutdown()
