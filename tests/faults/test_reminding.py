"""Faults while the bot sends reminders: nobody gets one too often, and in the end everybody gets theirs."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.app import Services
from bot.errors import UnavailableError
from bot.messages.breaker import PROBE_SECONDS
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter, Slots
from bot.messages.outcome import Verdict
from bot.messages.rates import Rates
from bot.messages.sender import Destination, Draft, Sender
from bot.store import snapshots
from bot.store.tables import outbox
from bot.store.tables import person as known
from scheduler import planning
from scheduler.delivery import IN_FLIGHT, Delivery
from scheduler.housekeeping import apply_new_zone_rules
from simulator import Fault, Person, Simulator
from simulator.bot_api.endpoint import MOST_OPEN_REQUESTS
from tests.support.assembled_bot import assembled_bot
from tests.support.recording import Requests
from tests.support.reminders import outbox_rows, store_schedule
from tests.support.running_bot import monotonic
from tests.support.waiting import until

DUE = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
PROBE = timedelta(seconds=PROBE_SECONDS)
MANY = 200
"""People: enough for several batches."""


async def tick_for(span: timedelta, delivery: Delivery, simulator: Simulator, step: timedelta = PROBE) -> None:
    """Tick for this time, by default as often as the bot tries to reach a Telegram that fails."""
    end = simulator.clock() + span
    while simulator.clock() < end:
        await delivery.tick()
        simulator.clock.skip(step)


@pytest.fixture
async def services(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Services]:
    """The bot's services, within Telegram's limits. A wait skips Telegram's clock, which all parts use.

    Telegram's responses take no time on that clock.
    """

    async def skip(seconds: float) -> None:
        await until(lambda: not gateway._pushes_under_way)
        simulator.clock.skip(timedelta(seconds=seconds))

    async with assembled_bot(simulator, tmp_path) as (made, _):
        limiter = Limiter(Rates(), monotonic(simulator.clock), skip)
        gateway = Gateway(made.sender._gateway._transport, made.settings.bot_url, limiter)
        yield replace(made, sender=Sender(gateway, made.sender._uploads, skip))


@pytest.fixture
def delivery(services: Services) -> Delivery:
    return Delivery(services, services.sender.push, services.sender._gateway.reserve, {}, 1)


async def people_due(services: Services, simulator: Simulator, number: int) -> list[Person]:
    """Add people whose reminder is due now, and snapshot their reminders."""
    people = [simulator.add_person(started=True) for _ in range(number)]
    now = services.clock()
    for person in people:
        await services.store.write(partial(store_schedule, chat_id=person.id, kind="water", due=now + DUE, now=now))
    simulator.clock.skip(DUE)
    await planning.tick(services)
    return people


async def until_sent(services: Services, simulator: Simulator, delivery: Delivery) -> None:
    """Tick every second until every reminder has been sent."""
    for _ in range(600):
        await delivery.tick()
        if not await pending(services):
            return
        simulator.clock.skip(SECOND)
    raise AssertionError("some reminders are never sent")


async def pending(services: Services) -> int:
    return sum(row.state == "pending" for row in await outbox_rows(services))


async def outcomes(services: Services) -> Counter[tuple[str, int]]:
    """Return how many rows of the outbox have each state and number of attempts."""
    return Counter((row.state, row.attempts) for row in await outbox_rows(services))


async def test_f01_a_pause_of_one_chat_does_not_delay_the_others(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await people_due(services, simulator, 20)
    simulator.faults.add(Fault(status=429, retry_after=60, chats={people[7].id}))
    requests = Requests(simulator)
    await delivery.tick()
    assert len(requests.of("sendMessage")) == 19
    refused_at = simulator.clock()
    await until_sent(services, simulator, delivery)
    (again,) = requests.of("sendMessage", chat=people[7].id)
    assert again.at - refused_at >= timedelta(seconds=59)
    assert await outcomes(services) == {("sent", 1): 20}


async def test_f01_when_every_chat_has_a_pause_nothing_is_sent_too_early(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await people_due(services, simulator, 40)
    for number, person in enumerate(people):
        simulator.faults.add(Fault(status=429, retry_after=40 - number, chats={person.id}))
    requests = Requests(simulator)
    await delivery.tick()
    began = simulator.clock()
    await until_sent(services, simulator, delivery)
    assert min(request.at for request in requests.of("sendMessage")) - began >= 39 * SECOND, (
        "the longest pause came first"
    )
    assert await outcomes(services) == {("sent", 1): 40}


@pytest.mark.parametrize("fault", [Fault(status=429), Fault(status=429, retry_after=0), Fault(status=429, body="html")])
async def test_f02_a_pause_without_a_length_is_some_seconds(
    services: Services, simulator: Simulator, delivery: Delivery, fault: Fault
) -> None:
    await people_due(services, simulator, 1)
    simulator.faults.add(fault)
    requests, began = Requests(simulator), simulator.clock()
    await until_sent(services, simulator, delivery)
    (sent,) = requests.of("sendMessage")
    assert SECOND <= sent.at - began <= 7 * SECOND
    assert await outcomes(services) == {("sent", 1): 1}


async def test_f03_a_response_that_arrives_during_a_pause_does_not_end_it(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    first, limited = await people_due(services, simulator, 2)
    simulator.faults.add(Fault(chats={first.id}, hold=0.05))
    simulator.faults.add(Fault(chats={limited.id}, status=429, retry_after=60))
    requests = Requests(simulator)
    await delivery.tick()
    began = simulator.clock()
    assert await outcomes(services) == {("sent", 1): 1, ("pending", 0): 1}
    reply = await services.sender.send(Destination(limited.id), Draft("Steps"))
    assert reply.verdict is Verdict.SENT
    (sent,) = requests.of("sendMessage", chat=limited.id)
    assert sent.at - began >= 59 * SECOND


@pytest.mark.parametrize("status", [401, 404])
async def test_f08_a_token_that_is_refused_for_five_minutes_only_delays_reminders(
    services: Services, simulator: Simulator, delivery: Delivery, status: int
) -> None:
    people = await people_due(services, simulator, 100)
    outage = simulator.faults.add(Fault(status=status, times=None))
    requests = Requests(simulator)
    await tick_for(timedelta(minutes=5), delivery, simulator, SECOND)
    assert await outcomes(services) == {("pending", 0): 100}
    assert requests.of() == [], "Telegram refused all"
    assert simulator.faults.struck(outage) <= 25 + 61, "those that were being sent, then one every five seconds"
    simulator.faults.remove(outage)
    await until_sent(services, simulator, delivery)
    assert await outcomes(services) == {("sent", 1): 100}
    assert {simulator.judge.counts[person.id] for person in people} == {1}


@pytest.mark.parametrize("methods", [set(), {"sendMessage"}], ids=["all fails", "only sending fails"])
async def test_f09_an_outage_of_ten_minutes_loses_nothing(
    services: Services, simulator: Simulator, delivery: Delivery, methods: set[str]
) -> None:
    people = await people_due(services, simulator, MANY)
    outage = simulator.faults.add(Fault(methods=methods, status=502, body="html", times=None))
    await tick_for(timedelta(minutes=10), delivery, simulator)
    during_the_outage = await outcomes(services)
    assert during_the_outage[("pending", 0)] >= MANY - 25 - 15, (
        "all but those that were being sent, and some that were tried"
    )
    assert set(during_the_outage) == {("pending", 0), ("pending", 1)}
    simulator.faults.remove(outage)
    await until_sent(services, simulator, delivery)
    assert {state for state, _ in await outcomes(services)} == {"sent"}
    assert {simulator.judge.counts[person.id] for person in people} == {1}


@pytest.mark.parametrize("methods", [set(), {"sendMessage"}], ids=["all fails", "only sending fails"])
@pytest.mark.parametrize("number", [1, 2, 6])
async def test_f09_an_outage_that_few_people_meet_loses_nothing(
    number: int, methods: set[str], services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await people_due(services, simulator, number)
    outage = simulator.faults.add(Fault(methods=methods, status=502, body="html", times=None))
    await tick_for(timedelta(minutes=10), delivery, simulator)
    assert set(await outcomes(services)) <= {("pending", 0), ("pending", 1)}
    simulator.faults.remove(outage)
    await tick_for(timedelta(minutes=1), delivery, simulator)
    assert {state for state, _ in await outcomes(services)} == {"sent"}
    assert {simulator.judge.counts[person.id] for person in people} == {1}


async def test_f09_a_server_that_delivers_and_fails_makes_at_most_two_copies(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await people_due(services, simulator, 100)
    outage = simulator.faults.add(Fault(methods={"sendMessage"}, status=502, deliver=True, times=None))
    await tick_for(timedelta(minutes=5), delivery, simulator)
    simulator.faults.remove(outage)
    await until_sent(services, simulator, delivery)
    assert {simulator.judge.counts[person.id] for person in people} <= {1, 2}
    assert {attempts for _, attempts in await outcomes(services)} <= {1, 2}


async def test_f09_a_reply_that_gets_through_ends_the_outage_for_reminders(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await people_due(services, simulator, 40)
    outage = simulator.faults.add(Fault(status=502, body="html", times=None))
    await delivery.tick()
    simulator.faults.remove(outage)
    assert (await services.sender.send(Destination(people[0].id), Draft("Steps"))).verdict is Verdict.SENT
    simulator.clock.skip(2 * SECOND)
    await delivery.tick()
    assert sum(state == "sent" for state, _ in (await outcomes(services)).elements()) > 0


@pytest.mark.parametrize(
    ("fault", "most"),
    [
        (Fault(status=400), 1),
        (Fault(status=403), 1),
        (Fault(cut="delivered"), 1),
        (Fault(body="junk"), 1),
        (Fault(status=502, body="html"), 2),
        (Fault(status=500, deliver=True), 2),
    ],
)
async def test_f15_a_reminder_takes_a_known_number_of_requests(
    services: Services, simulator: Simulator, delivery: Delivery, fault: Fault, most: int
) -> None:
    (person,) = await people_due(services, simulator, 1)
    requests = Requests(simulator)
    simulator.faults.add(replace(fault, methods={"sendMessage"}, chats={person.id}, times=None))
    await until_sent(services, simulator, delivery)
    assert len(requests.of("sendMessage", chat=person.id)) == most


async def test_f21_no_more_requests_are_open_at_once_than_the_server_accepts(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    await people_due(services, simulator, IN_FLIGHT + 50)
    simulator.faults.add(Fault(methods={"sendMessage"}, delay=0.05, times=None))
    most = 0

    def counting_reserve(number: int) -> AbstractAsyncContextManager[Slots]:
        nonlocal most
        most = max(most, len(delivery._sending))
        return services.sender._gateway.reserve(number)

    delivery._reserve = counting_reserve
    await until_sent(services, simulator, delivery)
    assert 0 < most <= IN_FLIGHT < MOST_OPEN_REQUESTS
    assert await outcomes(services) == {("sent", 1): IN_FLIGHT + 50}


async def test_f60_a_claim_whose_confirmation_is_lost_sends_nothing_until_it_is_recovered(
    services: Services, simulator: Simulator, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = await people_due(services, simulator, 1)
    await delivery.recover()
    write = services.store.write

    async def lost(*arguments: Any, **options: Any) -> Any:
        await write(*arguments, **options)
        raise UnavailableError("the confirmation of the commit is lost")

    monkeypatch.setattr(services.store, "write", lost)
    with pytest.raises(UnavailableError):
        await delivery.tick()
    monkeypatch.setattr(services.store, "write", write)
    assert [row.state for row in await outbox_rows(services)] == ["claimed"]
    assert simulator.judge.counts[person.id] == 0
    await delivery.tick()
    assert [row.state for row in await outbox_rows(services)] == ["sent"]
    assert simulator.judge.counts[person.id] == 1


async def test_f51_a_time_zone_without_rules_delays_nobody_else(
    services: Services, simulator: Simulator, delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    """After a return to older zone rules, reminders that were planned before are sent. Then the person is asked again."""
    lost, other = await people_due(services, simulator, 2)
    await services.store.write(lambda connection: connection.execute(delete(outbox)))
    row = update(known).where(known.c.chat_id == lost.id).values(zone="Mars/Olympus")
    await services.store.write(lambda connection: connection.execute(row))
    await apply_new_zone_rules(services)
    for copies in (1, 2):
        simulator.clock.skip(timedelta(days=1))
        await planning.tick(services)
        await until_sent(services, simulator, delivery)
        assert simulator.judge.counts[other.id] == copies
    assert simulator.judge.counts[lost.id] == 1
    assert "A time zone that people have chosen has no rules" in caplog.text
    snapshot = await services.store.read(lambda connection: snapshots.read(connection, lost.id, services.clock()))
    assert snapshot.person.zone is None, "the person is asked for a time zone again"
