"""A process that plans and delivers reminders, and kills itself at a given point.

``python -m tests.campaigns.kills.process <token> <address of the simulator> <database> <in flight>`` reads a line for
each run from standard input: ``<point> <number> <moment>``. The run ends by SIGKILL at the number-th call of the point.
If the point is "any", it ends by an alarm, that number of microseconds after its first message. Its clock shows the
moment (ISO, UTC). After each run the exit status is written to standard output, below 0 for a signal.

Each run is a fork, so that imports, which are slow, are done once.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count
from types import ModuleType
from typing import Any

import uvloop
from sqlalchemy import event

from bot import config
from bot.app import Services
from bot.config import Settings
from bot.content.loading import Content
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.outcome import Outcome
from bot.messages.rates import UNLIMITED
from bot.messages.sender import Draft, Sender
from bot.messages.transport import Transport
from bot.messages.uploads import Uploads
from bot.store import Store, claiming, outbox
from scheduler import planning
from scheduler.delivery import Delivery, Push
from tests.support.reminders import insistent_content

Strike = Callable[[str], None]


def killing(point: str, number: int) -> Strike:
    """Return a function that kills the process at the number-th call for the point.

    If the point is "any", the process dies that number of microseconds after the first "push".
    """
    calls, pushes = count(1), count(1)

    def strike(name: str) -> None:
        if name == point and next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        if point == "any" and name == "push" and next(pushes) == 1:
            signal.setitimer(signal.ITIMER_REAL, number / 1e6)

    return strike


def strike_before(strike: Strike, module: ModuleType, name: str) -> None:
    """Strike before each call of a function of the store, inside its transaction."""
    function = getattr(module, name)

    def called(*arguments: Any, **options: Any) -> Any:
        strike(name)
        return function(*arguments, **options)

    setattr(module, name, called)


def striking_push(sender: Sender, strike: Strike) -> Push:
    """Return a ``push`` that strikes before it sends, when the bytes leave, and when the answer is there."""

    async def push(chat_id: int, draft: Draft, on_sent: Callable[[], None]) -> Outcome:
        def gone() -> None:
            strike("left")
            on_sent()
            strike("noted")

        strike("push")
        outcome = await sender.push(chat_id, draft, gone)
        strike("answer")
        return outcome

    return push


async def live(settings: Settings, content: Content, strike: Strike, now: datetime, in_flight: int) -> None:
    """Plan and deliver once, as every tick of the scheduler does."""
    transport = Transport()
    gateway = Gateway(transport, settings.bot_url, Limiter(UNLIMITED))
    sender = Sender(gateway, Uploads({}, {}, lambda *_: None))
    async with Store.open(settings.database_url.get_secret_value()) as store:
        services = Services(settings, content, store, sender, lambda: now)
        event.listen(store.database.engine, "commit", lambda _: strike("commit"))
        await transport.initialize()
        try:
            delivery = Delivery(services, striking_push(sender, strike), gateway.reserve, {}, 1, in_flight=in_flight)
            await delivery.recover()
            await planning.tick(services)
            await delivery.tick()
        finally:
            await transport.shutdown()


async def import_driver(settings: Settings) -> None:
    """Open the database once, which imports its driver."""
    async with Store.open(settings.database_url.get_secret_value()):
        pass


def run_once(settings: Settings, content: Content, point: str, number: int, now: datetime, in_flight: int) -> None:
    """Do one run, in a process of its own."""
    strike = killing(point, number)
    for module, name in ((claiming, "claim"), (outbox, "hand_over"), (outbox, "record")):
        strike_before(strike, module, name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(live(settings, content, strike, now, in_flight))


def in_a_fork(run: Callable[[], None]) -> int:
    """Run in a fork; return its exit status, below 0 for a signal."""
    child = os.fork()
    if not child:
        status = 1
        try:
            run()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(token: str, address: str, database: str, in_flight: str) -> None:
    given = {"telegram_api_url": address, "database_url": database}
    settings = config.make(Settings, telegram_bot_token=token, **given)
    content = insistent_content()
    uvloop.run(import_driver(settings))
    for line in sys.stdin:
        point, number, moment = line.split()
        now = datetime.fromisoformat(moment)
        print(in_a_fork(partial(run_once, settings, content, point, int(number), now, int(in_flight))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
