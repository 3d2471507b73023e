"""Lives of a process that plans and delivers, each of which may be told to die.

``python -m tests.campaigns.kills.process <token> <address of the simulator> <database> <in flight>`` reads one life a line from
standard input, ``<point> <number> <moment>``: it dies by SIGKILL at the number-th call of the point, or, if the point is
"any", so many microseconds after its first message, by an alarm that no code of the process hears; its clock shows the
moment (ISO, UTC). After each it writes the exit status, below 0 for a signal. What is slow to import, a driver too, is
imported once: each life is a fork.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import uvloop
from sqlalchemy import event

from bot import config
from bot.app import Services
from bot.config import Settings
from bot.content.loading import Content
from bot.messages.gateway import Outgoing
from bot.messages.limits import UNLIMITED, Limiter
from bot.messages.outcome import Outcome
from bot.messages.pictures import Pictures
from bot.messages.sender import Draft, Sender
from bot.messages.transport import Transport
from bot.store import Store, outbox
from scheduler import planning
from scheduler.delivery import Delivery, Push
from tests.support import running_bot
from tests.support.reminders import insistent

Strike = Callable[[str], None]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def striking(point: str, number: int) -> Strike:
    """Dies at the number-th call with the name of the point, or so many microseconds after the first "push"."""
    calls, pushes = count(1), count(1)

    def strike(name: str) -> None:
        if name == point and next(calls) == number:
            die()
        if point == "any" and name == "push" and next(pushes) == 1:
            signal.setitimer(signal.ITIMER_REAL, number / 1e6)

    return strike


def before(strike: Strike, name: str) -> None:
    """Strike before each call of a function of the outbox, in the middle of its transaction."""
    function = getattr(outbox, name)

    def called(*arguments: Any, **options: Any) -> Any:
        strike(name)
        return function(*arguments, **options)

    setattr(outbox, name, called)


def watched(sender: Sender, strike: Strike) -> Push:
    """Send, and strike before, when the bytes leave, and when the answer is there."""

    async def push(chat_id: int, draft: Draft, left: Callable[[], None]) -> Outcome:
        def gone() -> None:
            strike("left")
            left()
            strike("noted")

        strike("push")
        outcome = await sender.push(chat_id, draft, gone)
        strike("answer")
        return outcome

    return push


async def live(settings: Settings, content: Content, strike: Strike, now: datetime, in_flight: int) -> None:
    """Plan and deliver once, as every tick does."""
    transport = Transport()
    outgoing = Outgoing(transport, settings.bot_url, Limiter(UNLIMITED))
    sender = Sender(outgoing, Pictures({}, {}, lambda *_: None))
    async with Store.open(settings.database_url.get_secret_value()) as store:
        services = Services(settings, content, store, sender, lambda: now)
        event.listen(store.database.engine, "commit", lambda _: strike("commit"))
        await transport.initialize()
        try:
            delivery = Delivery(services, watched(sender, strike), sender.room, {}, in_flight=in_flight)
            await delivery.recover()
            await planning.tick(services)
            await delivery.tick()
        finally:
            await transport.shutdown()


async def opened(settings: Settings) -> None:
    """Open the database once, with which its driver is there."""
    async with Store.open(settings.database_url.get_secret_value()):
        pass


def begin(settings: Settings, content: Content, point: str, number: int, now: datetime, in_flight: int) -> None:
    """One life, in a process of its own."""
    strike = striking(point, number)
    for name in ("claim", "hand_over", "record"):
        before(strike, name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(live(settings, content, strike, now, in_flight))


def lived(begin: Callable[[], None]) -> int:
    """Fork, begin, and wait for the end; the exit status."""
    child = os.fork()
    if not child:
        status = 1
        try:
            begin()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(token: str, address: str, database: str, in_flight: str) -> None:
    given = {"telegram_api_url": address, "database_url": database}
    settings = config.make(Settings, telegram_bot_token=token, **given)
    content = insistent(running_bot.content())
    uvloop.run(opened(settings))
    for line in sys.stdin:
        point, number, moment = line.split()
        now = datetime.fromisoformat(moment)
        print(lived(partial(begin, settings, content, point, int(number), now, int(in_flight))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
