"""Requests to Telegram: which limits they count for, which are paid, and what happens in an outage and a trial."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.outcome import Verdict
from bot.messages.rates import Rates
from bot.messages.transport import Transport
from simulator import Fault, Person, Simulator
from tests.support.recording import Requests
from tests.support.running_bot import monotonic

TEXT = {"text": "Hello"}
SECOND = timedelta(seconds=1.1)


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    one = Transport()
    await one.initialize()
    yield one
    await one.shutdown()


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)


def made(transport: Transport, simulator: Simulator, rates: Rates | None = None, *, is_paid: bool = False) -> Gateway:
    """Return a gateway some time after its start. Its waits advance Telegram's clock."""

    async def skip(seconds: float) -> None:
        simulator.clock.skip(timedelta(seconds=seconds))

    limiter = Limiter(rates or Rates(), monotonic(simulator.clock), skip)
    simulator.clock.skip(SECOND)
    return Gateway(transport, f"{simulator.url}/bot{simulator.token}", limiter, is_paid=is_paid)


async def room(gateway: Gateway) -> int:
    """Return how many reminders may be claimed, and claim none."""
    async with gateway.reserve(64) as slots:
        return slots.number


async def test_paid_messages_are_marked_and_edits_never_are(
    transport: Transport, simulator: Simulator, anna: Person
) -> None:
    requests = Requests(simulator)
    for is_paid in (False, True):
        gateway = made(transport, simulator, is_paid=is_paid)
        sent = await gateway.push("sendMessage", {"chat_id": anna.id, **TEXT})
        await gateway.reply("sendMessage", {"chat_id": anna.id, **TEXT})
        parameters = {"chat_id": anna.id, "message_id": sent.message_id, "text": f"Bye {is_paid}"}
        assert (await gateway.reply("editMessageText", parameters)).verdict is Verdict.SENT
    paid = [
        request.parameters.flag("allow_paid_broadcast") for request in requests.of("sendMessage", "editMessageText")
    ]
    assert paid == [False] * 3 + [True, True, False]


async def test_a_request_that_makes_no_message_counts_for_no_limit(
    transport: Transport, simulator: Simulator, anna: Person
) -> None:
    gateway = made(transport, simulator, Rates(1))
    before = simulator.clock()
    for _ in range(20):
        await gateway.request("answerCallbackQuery", {"callback_query_id": "1"})
    await gateway.reply("sendMessage", {"chat_id": anna.id, **TEXT})
    assert simulator.clock() - before < SECOND


async def test_background_messages_learn_how_long_the_wait_would_be(
    transport: Transport, simulator: Simulator, anna: Person
) -> None:
    gateway = made(transport, simulator)
    await gateway.reply("sendMessage", {"chat_id": anna.id, **TEXT})
    outcome = await gateway.push("sendMessage", {"chat_id": anna.id, **TEXT})
    assert outcome.verdict is Verdict.LATER
    assert 0 < outcome.wait_seconds <= SECOND.total_seconds()
    assert not outcome.limited
    assert len(simulator.judge.texts(anna.id)) == 1


@pytest.mark.parametrize(
    ("fault", "is_counted"),
    [
        (Fault(status=400), False),
        (Fault(status=403), False),
        (Fault(cut="delivered"), True),
        (Fault(body="junk"), True),
    ],
)
async def test_a_message_that_was_refused_is_not_counted_in_its_chat(
    transport: Transport, simulator: Simulator, anna: Person, fault: Fault, is_counted: bool
) -> None:
    gateway = made(transport, simulator)
    simulator.faults.add(fault)
    await gateway.push("sendMessage", {"chat_id": anna.id, **TEXT})
    again = await gateway.push("sendMessage", {"chat_id": anna.id, **TEXT})
    assert again.verdict is (Verdict.LATER if is_counted else Verdict.SENT)


async def test_in_an_outage_there_are_no_slots_until_a_trial_has_succeeded(
    transport: Transport, simulator: Simulator
) -> None:
    gateway, requests = made(transport, simulator), Requests(simulator)
    people = [simulator.add_person(started=True) for _ in range(5)]
    outage = simulator.faults.add(Fault(status=502, body="html", times=None))
    assert await room(gateway) > 0
    await gateway.push("sendMessage", {"chat_id": people[0].id, **TEXT})
    for _ in range(11):
        assert await room(gateway) == 0
        simulator.clock.skip(SECOND)
    assert simulator.faults.struck(outage) == 1 + 3, "the message, a probe at once, and one every five seconds"
    simulator.faults.remove(outage)
    simulator.clock.skip(5 * SECOND)
    assert await room(gateway) == 1
    simulator.faults.add(Fault(methods={"sendMessage"}, delay=0.2))
    trial = asyncio.create_task(gateway.push("sendMessage", {"chat_id": people[3].id, **TEXT}))
    await requests.next("sendMessage")
    assert await room(gateway) == 0, "one at a time"
    assert (await trial).verdict is Verdict.SENT
    simulator.clock.skip(SECOND)
    assert await room(gateway) == 1


async def test_a_limit_applies_to_every_sender_to_that_chat(
    transport: Transport, simulator: Simulator, anna: Person
) -> None:
    gateway = made(transport, simulator)
    simulator.faults.add(Fault(status=429, retry_after=7))
    limited = await gateway.push("sendMessage", {"chat_id": anna.id, **TEXT})
    assert (limited.limited, limited.wait_seconds) == (True, 7)
    before = simulator.clock()
    assert (await gateway.reply("sendMessage", {"chat_id": anna.id, **TEXT})).verdict is Verdict.SENT
    assert simulator.clock() - before >= timedelta(seconds=6.9)
    simulator.clock.skip(SECOND)
    simulator.faults.add(Fault(status=429, retry_after=61))
    await gateway.push("sendMessage", {"chat_id": anna.id, **TEXT})
    outcome = await gateway.reply("sendMessage", {"chat_id": anna.id, **TEXT})
    assert (outcome.verdict, outcome.limited) == (Verdict.LATER, True)
