"""What goes wrong on the way out with reminders: nobody is reminded too often, and in the end nobody too little."""

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
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter, Slots
from bot.messages.outcome import Verdict
from bot.messages.rates import Rates
from bot.messages.sender import Draft, Sender
from bot.store import plans
from bot.store.tables import outbox
from bot.store.tables import person as known
from scheduler import planning
from scheduler.delivery import IN_FLIGHT, Delivery
from scheduler.housekeeping import learn_zones
from simulator import Fault, Person, Simulator
from simulator.bot_api.endpoint import MOST_OPEN_REQUESTS
from tests.support.assembled_bot import assembled_bot
from tests.support.recording import Requests
from tests.support.reminders import outbox_rows, store_schedule
from tests.support.running_bot import monotonic
from tests.support.waiting import until

DUE = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
MANY = 500


@pytest.fixture
async def services(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Services]:
    """The bot's, within Telegram's limits; what waits skips the clock that everything goes by.

    Telegram's answers take no time on that clock.
    """

    async def skip(seconds: float) -> None:
        await until(lambda: not gateway._pushes_under_way)
        simulator.clock.skip(timedelta(seconds=seconds))

    async with assembled_bot(simulator, tmp_path) as (made, _):
        limiter = Limiter(Rates(), monotonic(simulator.clock), skip)
        gateway = Gateway(made.sender._gateway._transport, made.settings.bot_url, limiter)
        yield replace(made, sender=Sender(gateway, made.sender._pictures, skip))


@pytest.fixture
def delivery(services: Services) -> Delivery:
    return Delivery(services, services.sender.push, services.sender._gateway.reserve, {}, 1)


async def due(services: Services, simulator: Simulator, number: int) -> list[Person]:
    """So many people who are to be reminded now."""
    people = [simulator.add_person(started=True) for _ in range(number)]
    now = services.clock()
    for person in people:
        await services.store.write(partial(store_schedule, chat_id=person.id, kind="water", due=now + DUE, now=now))
    simulator.clock.skip(DUE)
    await planning.tick(services)
    return people


async def until_sent(services: Services, simulator: Simulator, delivery: Delivery) -> None:
    """Tick until nothing is to be sent any more."""
    for _ in range(600):
        await delivery.tick()
        if not await pending(services):
            return
        simulator.clock.skip(SECOND)
    raise AssertionError("some are never sent")


async def pending(services: Services) -> int:
    return sum(row.state == "pending" for row in await outbox_rows(services))


async def ended(services: Services) -> Counter[tuple[str, int]]:
    """How many ended how, after how many attempts."""
    return Counter((row.state, row.attempts) for row in await outbox_rows(services))


async def test_f01_a_limit_of_one_chat_is_no_trouble_for_the_others(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await due(services, simulator, 20)
    simulator.faults.add(Fault(status=429, retry_after=60, chats={people[7].id}))
    requests = Requests(simulator)
    await delivery.tick()
    assert len(requests.of("sendMessage")) == 19
    refused_at = simulator.clock()
    await until_sent(services, simulator, delivery)
    (again,) = requests.of("sendMessage", chat=people[7].id)
    assert again.at - refused_at >= timedelta(seconds=59)
    assert await ended(services) == {("sent", 1): 20}


async def test_f01_in_a_storm_nothing_leaves_before_it_may(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await due(services, simulator, 40)
    for number, person in enumerate(people):
        simulator.faults.add(Fault(status=429, retry_after=40 - number, chats={person.id}))
    requests = Requests(simulator)
    await delivery.tick()
    began = simulator.clock()
    await until_sent(services, simulator, delivery)
    assert min(request.at for request in requests.of("sendMessage")) - began >= 39 * SECOND, "the longest came first"
    assert await ended(services) == {("sent", 1): 40}


@pytest.mark.parametrize("fault", [Fault(status=429), Fault(status=429, retry_after=0), Fault(status=429, body="html")])
async def test_f02_a_limit_without_a_time_is_a_limit_of_some_seconds(
    services: Services, simulator: Simulator, delivery: Delivery, fault: Fault
) -> None:
    await due(services, simulator, 1)
    simulator.faults.add(fault)
    requests, began = Requests(simulator), simulator.clock()
    await until_sent(services, simulator, delivery)
    (sent,) = requests.of("sendMessage")
    assert SECOND <= sent.at - began <= 7 * SECOND
    assert await ended(services) == {("sent", 1): 1}


async def test_f03_what_was_under_way_when_a_pause_began_does_not_end_it(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    first, limited = await due(services, simulator, 2)
    simulator.faults.add(Fault(chats={first.id}, hold=0.05))
    simulator.faults.add(Fault(chats={limited.id}, status=429, retry_after=60))
    requests = Requests(simulator)
    await delivery.tick()
    began = simulator.clock()
    assert await ended(services) == {("sent", 1): 1, ("pending", 0): 1}
    reply = await services.sender.send(limited.id, Draft("Steps"))
    assert reply.verdict is Verdict.SENT
    (sent,) = requests.of("sendMessage", chat=limited.id)
    assert sent.at - began >= 59 * SECOND


@pytest.mark.parametrize("status", [401, 404])
async def test_f08_a_token_that_is_refused_for_five_minutes_costs_nothing_but_time(
    services: Services, simulator: Simulator, delivery: Delivery, status: int
) -> None:
    people = await due(services, simulator, 100)
    outage = simulator.faults.add(Fault(status=status, times=None))
    requests = Requests(simulator)
    for _ in range(300):
        await delivery.tick()
        simulator.clock.skip(SECOND)
    assert await ended(services) == {("pending", 0): 100}
    assert requests.of() == [], "all were refused"
    assert simulator.faults.struck(outage) <= 25 + 61, "one question each five seconds, after those under way"
    simulator.faults.remove(outage)
    await until_sent(services, simulator, delivery)
    assert await ended(services) == {("sent", 1): 100}
    assert {simulator.judge.counts[person.id] for person in people} == {1}


@pytest.mark.parametrize("methods", [set(), {"sendMessage"}], ids=["all fails", "only sending fails"])
async def test_f09_ten_minutes_of_an_outage_lose_nothing(
    services: Services, simulator: Simulator, delivery: Delivery, methods: set[str]
) -> None:
    people = await due(services, simulator, MANY)
    outage = simulator.faults.add(Fault(methods=methods, status=502, body="html", times=None))
    for _ in range(600):
        await delivery.tick()
        simulator.clock.skip(SECOND)
    in_the_outage = await ended(services)
    assert in_the_outage[("pending", 0)] >= MANY - 25 - 15, "those under way, and some that tried"
    assert set(in_the_outage) == {("pending", 0), ("pending", 1)}
    simulator.faults.remove(outage)
    await until_sent(services, simulator, delivery)
    assert {state for state, _ in await ended(services)} == {"sent"}
    assert {simulator.judge.counts[person.id] for person in people} == {1}


async def test_f09_what_was_delivered_and_failed_comes_twice_and_never_three_times(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    people = await due(services, simulator, 100)
    outage = simulator.faults.add(Fault(methods={"sendMessage"}, status=502, deliver=True, times=None))
    for _ in range(300):
        await delivery.tick()
        simulator.clock.skip(SECOND)
    simulator.faults.remove(outage)
    await until_sent(services, simulator, delivery)
    assert {simulator.judge.counts[person.id] for person in people} <= {1, 2}
    assert {attempts for _, attempts in await ended(services)} <= {1, 2}


async def test_f09_a_person_is_answered_as_soon_as_that_is_possible(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    """Somebody who taps in the outage is tried, and what gets through ends it for all."""
    people = await due(services, simulator, 40)
    outage = simulator.faults.add(Fault(status=502, body="html", times=None))
    await delivery.tick()
    simulator.faults.remove(outage)
    assert (await services.sender.send(people[0].id, Draft("Steps"))).verdict is Verdict.SENT
    simulator.clock.skip(2 * SECOND)
    await delivery.tick()
    assert sum(state == "sent" for state, _ in (await ended(services)).elements()) > 0


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
async def test_f15_a_reminder_takes_so_many_requests_and_none_more(
    services: Services, simulator: Simulator, delivery: Delivery, fault: Fault, most: int
) -> None:
    (person,) = await due(services, simulator, 1)
    requests = Requests(simulator)
    simulator.faults.add(replace(fault, methods={"sendMessage"}, times=None))
    await until_sent(services, simulator, delivery)
    assert len(requests.of("sendMessage", chat=person.id)) == most


async def test_f21_no_more_are_open_at_once_than_the_server_takes(
    services: Services, simulator: Simulator, delivery: Delivery
) -> None:
    await due(services, simulator, 300)
    simulator.faults.add(Fault(methods={"sendMessage"}, delay=0.05, times=None))
    most = 0

    def watched(number: int) -> AbstractAsyncContextManager[Slots]:
        nonlocal most
        most = max(most, len(delivery._sending))
        return services.sender._gateway.reserve(number)

    delivery._reserve = watched
    await until_sent(services, simulator, delivery)
    assert 0 < most <= IN_FLIGHT < MOST_OPEN_REQUESTS
    assert await ended(services) == {("sent", 1): 300}


async def test_f60_a_claim_whose_answer_is_lost_sends_nothing_until_it_is_looked_for(
    services: Services, simulator: Simulator, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = await due(services, simulator, 1)
    await delivery.recover()
    write = services.store.write

    async def lost(*arguments: Any, **options: Any) -> Any:
        await write(*arguments, **options)
        raise UnavailableError("the answer to the commit is lost")

    monkeypatch.setattr(services.store, "write", lost)
    with pytest.raises(UnavailableError):
        await delivery.tick()
    monkeypatch.setattr(services.store, "write", write)
    assert [row.state for row in await outbox_rows(services)] == ["claimed"]
    assert simulator.judge.counts[person.id] == 0
    await delivery.tick()
    assert [row.state for row in await outbox_rows(services)] == ["sent"]
    assert simulator.judge.counts[person.id] == 1


async def test_f51_a_zone_without_rules_takes_nobody_elses_reminders(
    services: Services, simulator: Simulator, delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a step back to older rules: what was reckoned before comes, and then whoever lives there is asked."""
    lost, other = await due(services, simulator, 2)
    await services.store.write(lambda connection: connection.execute(delete(outbox)))
    row = update(known).where(known.c.chat_id == lost.id).values(zone="Mars/Olympus")
    await services.store.write(lambda connection: connection.execute(row))
    await learn_zones(services)
    for copies in (1, 2):
        simulator.clock.skip(timedelta(days=1))
        await planning.tick(services)
        await until_sent(services, simulator, delivery)
        assert simulator.judge.counts[other.id] == copies
    assert simulator.judge.counts[lost.id] == 1
    assert "a zone is not in these rules" in caplog.text
    plan = await services.store.read(lambda connection: plans.read(connection, lost.id, services.clock()))
    assert plan.person.zone is None, "a clock is asked for, as of anybody new"
