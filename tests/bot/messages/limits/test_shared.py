"""Several processes that share a rate, and a database that is slow or away, on a loop whose time is virtual."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import count, pairwise
from typing import Any

import pytest

from bot.messages.limits import Asked, Granted, Limiter, Quota, Rates
from bot.messages.limits.quota import LEASE_SECONDS, RENEW_SECONDS
from bot.messages.limits.rates import SECOND
from bot.messages.limits.shared import PATIENCE_SECONDS, RETRY_SECONDS
from tests.bot.messages.limits.test_limiter import most_in
from tests.bot.messages.limits.virtual import now, run, until

START = 1002.0


class Database:
    """The one row, asked by one after the other; every answer takes so many seconds."""

    def __init__(self, rates: Rates, takes: float = 0.002) -> None:
        self.rates = rates
        self.takes = takes
        self.is_away = False
        self.is_settling = False
        self.questions: list[Asked] = []
        self.text = ""
        self._lock = asyncio.Lock()

    async def __call__(self, asked: Asked) -> Granted | None:
        async with self._lock:
            await until(now() + self.takes / 2)
            if self.is_away:
                return None
            self.questions.append(asked)
            quota = Quota(self.text)
            asked = replace(asked, reminders=0, keeps=0, returned={}) if self.is_settling else asked
            granted = quota.ask(asked, self.rates, round(now() * 1000))
            self.text = quota.text
            await until(now() + self.takes / 2)
            return granted


def processes(number: int, database: Database) -> list[Limiter]:
    return [Limiter(database.rates, now, ask=database) for _ in range(number)]


async def push(limiter: Limiter, chat: int, left: list[float]) -> float:
    async with limiter.unasked(chat, new=True) as departure:
        if not departure.wait:
            left.append(now())
        return departure.wait


async def deliver(limiter: Limiter, first: int, number: int, left: list[float]) -> None:
    """So many reminders, claimed as there is room for them, as every process does."""
    waiting = list(range(first, first + number))
    while waiting:
        room = await limiter.room(64)
        claimed, waiting = waiting[:room], waiting[room:]
        limiter.give_back(room - len(claimed))
        await until(now() + 0.003)  # the claim
        waits = []
        for chat in claimed:
            await limiter.ready()
            waits.append(await push(limiter, chat, left))
        waiting += [chat for chat, wait in zip(claimed, waits, strict=True) if wait]


def shared(work: Callable[[Database, list[Limiter]], Coroutine[Any, Any, Any]], rates: Rates, number: int = 8) -> Any:
    async def main() -> Any:
        database = Database(rates)
        limiters = processes(number, database)
        await until(START)
        return await work(database, limiters)

    return run(main())


@pytest.mark.parametrize(("rates", "number"), [(Rates(), 20), (Rates(1000), 500)])
def test_eight_processes_keep_the_rate_together_and_use_it(rates: Rates, number: int) -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[list[float], int]:
        left: list[float] = []
        tasks = [deliver(each, 1 + number * place, number, left) for place, each in enumerate(limiters)]
        await asyncio.gather(*tasks)
        return left, len(database.questions)

    left, questions = shared(work, rates)
    assert len(left) == 8 * number
    assert most_in(left, 1.0) <= rates.per_second
    seconds = max(left) - min(left)
    assert seconds < 1.15 * 8 * number / rates.reminders_per_second
    assert questions < 130 * 8 * (seconds + 1), "many are asked for at once"


def test_a_reply_gets_its_share_while_all_of_them_remind() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> list[float]:
        tasks = [
            asyncio.ensure_future(deliver(each, 1000 * place + 1000, 20, [])) for place, each in enumerate(limiters)
        ]
        waits = []
        for chat in range(12):
            asked_at = now()
            await limiters[chat % 8].reply(chat + 1, new=True)
            waits.append(now() - asked_at)
            await until(now() + 0.3)
        await asyncio.gather(*tasks)
        return waits

    assert max(shared(work, Rates())) < 0.05


def test_a_process_that_has_nothing_to_send_takes_nothing_from_the_others() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> int:
        for limiter in limiters[1:]:
            limiter.give_back(await limiter.room(64))
            await until(now() + 0.01)
        return await limiters[0].room(64)

    assert shared(work, Rates(90)) == 27


@pytest.mark.parametrize("takes", [5.0, 0.3])
def test_a_reply_waits_for_no_database_that_is_slow_or_hangs(takes: float) -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[list[float], int]:
        database.takes, began = takes, now()
        replies = [limiters[0].reply(chat, new=True) for chat in range(1, 11)]
        departures = await asyncio.gather(*replies)
        first = now()
        await limiters[0].reply(99, new=True)
        at_once = now() - first
        database.takes = 0.002
        await until(now() + 6)
        await limiters[0].reply(100, new=True)
        counted = sum(len(each.unasked) for each in database.questions)
        return [each.at - began for each in departures] + [at_once], counted

    waits, counted = shared(work, Rates(), 1)
    assert max(waits) <= PATIENCE_SECONDS + 0.001
    assert waits[-1] <= 0.001, "it is known to hang"
    assert counted == 11


def test_without_a_database_replies_go_out_and_reminders_wait() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[float, list[float], int]:
        database.is_away, left = True, list[float]()
        began = now()
        for chat in range(1, 11):
            await limiters[0].reply(chat, new=True)
        waited = now() - began
        await push(limiters[0], 99, left)
        database.is_away = False
        await limiters[0].reply(100, new=True)
        return waited, left, sum(len(each.unasked) for each in database.questions)

    waited, left, counted = shared(work, Rates(), 1)
    assert waited < 10 * PATIENCE_SECONDS
    assert left == []
    assert counted == 10


def test_who_was_frozen_uses_no_permit_that_others_may_have() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[int, float, int]:
        left: list[float] = []
        room = await limiters[0].room(5)
        await until(now() + LEASE_SECONDS)
        database.takes = 2 * LEASE_SECONDS
        wait = await push(limiters[0], 1, left)
        return room, wait, len(left)

    room, wait, left = shared(work, Rates(), 1)
    assert (room, left) == (5, 0)
    assert wait > 0


def test_what_a_database_has_forgotten_is_not_used() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[float, int]:
        assert await limiters[0].room(9) == 9
        database.text = ""
        database.is_settling = True
        await limiters[0].reply(999, new=True)
        await until(now() + LEASE_SECONDS / 2)
        return await push(limiters[0], 1000, []), await limiters[0].room(10)

    wait, room = shared(work, Rates(), 1)
    assert (wait > 0, room) == (True, 0)


def test_without_a_database_no_permit_is_used_that_it_may_have_given_to_others() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> float:
        assert await limiters[0].room(9) == 9
        database.is_away = True
        await limiters[0].reply(999, new=True)
        await until(now() + LEASE_SECONDS / 2)
        return await push(limiters[0], 1000, [])

    assert shared(work, Rates(), 1) > 0


def test_a_pause_ends_the_use_of_permits_in_other_processes_soon() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> list[float]:
        left: list[float] = []
        reminding = asyncio.ensure_future(deliver(limiters[0], 1000, 100, left))
        await until(now() + 2)
        limiters[1].pause(1, 30.0)
        limiters[1].pause(2, 30.0)
        paused_at = now()
        await until(now() + 20)
        reminding.cancel()
        return [at - paused_at for at in left if at > paused_at]

    assert max(shared(work, Rates(), 2)) < 2 * RENEW_SECONDS


def test_replies_have_their_own_share_beside_all_the_permits() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> float:
        began, left = now(), list[float]()
        reminding = asyncio.ensure_future(deliver(limiters[0], 1000, 150, left))
        for chat in range(24):
            await limiters[0].reply(chat + 1, new=True)
            await until(now() + 0.25)
        await reminding
        return left[-1] - began

    assert shared(work, Rates(), 1) < 6.5


def test_one_that_has_all_permits_hardly_asks() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[list[float], int]:
        left: list[float] = []
        await deliver(limiters[0], 1, 5000, left)
        return left, len(database.questions)

    left, questions = shared(work, Rates(1000), 1)
    assert most_in(left, SECOND) == 990
    assert left[-1] - left[0] < 1.02 * 5 * SECOND
    assert questions < 5 / RENEW_SECONDS + 50, "50 to have all, then only to keep them"


def test_a_reply_waits_no_longer_than_a_moment_for_another_that_holds_all_that_there_is() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> list[float]:
        reminding = asyncio.ensure_future(deliver(limiters[0], 1000, 60, []))
        await until(now() + 2)
        waits = []
        for chat in range(12):
            asked_at = now()
            await limiters[1].reply(chat + 1, new=True)
            waits.append(now() - asked_at)
        await reminding
        return waits

    waits = shared(work, Rates(), 2)
    assert sum(wait > 0.01 for wait in waits) > 0, "more than is kept for replies"
    assert max(waits) < 0.4


def test_who_comes_later_gets_its_share() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> tuple[list[float], list[float]]:
        first, second = list[float](), list[float]()
        reminding = asyncio.ensure_future(deliver(limiters[0], 1000, 3000, first))
        await until(now() + 2)
        await deliver(limiters[1], 5000, 1000, second)
        await reminding
        return first, second

    first, second = shared(work, Rates(1000), 2)
    assert second[0] - first[0] < 2.1
    assert 3.9 < second[-1] - first[0] < 4.7, "two seconds, at half the rate"
    assert most_in([*first, *second], 1.0) <= 990


def test_who_needs_little_leaves_the_rest_to_those_who_need_more() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> list[float]:
        left: list[float] = []

        async def remind_a_little() -> None:
            for chat in range(60):
                await deliver(limiters[2], 9000 + chat, 1, [])
                await until(now() + 0.1)

        little = asyncio.ensure_future(remind_a_little())
        await asyncio.gather(*(deliver(limiters[each], 1000 + 3000 * each, 2500, left) for each in range(2)))
        await little
        return left

    left = shared(work, Rates(1000), 3)
    assert max(left) - min(left) < 1.1 * 5000 / 990


@pytest.mark.parametrize("number", [8, 16])
def test_of_many_processes_each_has_its_share(number: int) -> None:
    async def work(_: Database, limiters: list[Limiter]) -> list[list[float]]:
        left: list[list[float]] = [[] for _ in limiters]
        tasks = [asyncio.ensure_future(deliver(limiters[each], 1000 * each, 900, left[each])) for each in range(number)]
        await until(now() + 30)
        for task in tasks:
            task.cancel()
        return left

    left = shared(work, Rates(), number)
    last = [sum(at > START + 10 for at in each) for each in left]
    assert sum(last) > 0.95 * 20 * 25
    assert min(last) > 0


@pytest.mark.parametrize(
    ("number", "rates", "takes"), [(8, Rates(), 0.1), (8, Rates(1000), 0.1), (1, Rates(1000), 0.2)]
)
def test_a_database_that_is_far_away_does_not_end_what_processes_have(number: int, rates: Rates, takes: float) -> None:
    async def work(database: Database, limiters: list[Limiter]) -> list[float]:
        database.takes, left = takes, list[float]()
        tasks = [
            asyncio.ensure_future(deliver(each, 1 + 10_000 * place, 10_000, left))
            for place, each in enumerate(limiters)
        ]
        await until(now() + 10)
        for task in tasks:
            task.cancel()
        return [at for at in left if at > START + 6]

    left = shared(work, rates, number)
    assert len(left) > 0.7 * 4 * rates.reminders_per_second
    assert most_in(left, 1.0) <= rates.reminders_per_second


def test_a_claim_that_is_slow_costs_no_permits() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> float:
        left, chats = list[float](), count(1)
        while len(left) < 90:
            room = await limiters[0].room(64)
            await until(now() + 0.6)
            assert [await push(limiters[0], next(chats), left) for _ in range(room)] == [0.0] * room
        return left[-1] - left[0]

    assert shared(work, Rates(), 1) < 90 / 9 * 0.7


def test_who_asks_for_room_does_not_look_all_the_time_if_the_answer_is_there() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> int:
        database.takes = 1.0
        looks = 0

        async def sleep(seconds: float) -> None:
            nonlocal looks
            looks += 1
            await until(now() + seconds)

        limiter = Limiter(database.rates, now, sleep, ask=database)
        assert await limiter.room(9) == 9
        return looks

    assert shared(work, Rates(), 1) < 5


def test_what_tells_the_time_to_who_is_in_pain_needs_no_permit_of_reminders() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> float:
        reminding = asyncio.ensure_future(deliver(limiters[0], 1000, 60, []))
        await until(now() + 2)
        began = now()
        async with limiters[1].unasked(1, new=False, urgent=True) as departure:
            assert not departure.wait
        await reminding
        return departure.at - began

    assert shared(work, Rates(), 2) < 0.01


def test_what_tells_the_time_to_who_is_in_pain_comes_now_or_not_at_all() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> tuple[float, float]:
        for chat in range(30):
            await limiters[0].reply(chat + 1, new=True)
        began = now()
        async with limiters[1].unasked(99, new=False, urgent=True) as departure:
            return departure.wait, now() - began

    wait, waited = shared(work, Rates(), 2)
    assert wait > 0.5
    assert waited < 0.01


def test_two_chats_limited_in_two_processes_pause_the_reminders_of_all() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> tuple[int, float, int]:
        limiters[0].pause(1, 30.0)
        limiters[1].pause(2, 5.0)
        await until(now() + 0.1)
        paused = await limiters[2].room(10)
        wait = await push(limiters[3], 9, [])
        await until(START + 30.0)
        limiters[0].give_back(await limiters[0].room(9))
        return paused, wait, await limiters[2].room(9)

    paused, wait, after = shared(work, Rates(), 4)
    assert paused == 0
    assert 29 < wait < 30
    assert after == 9


def test_what_telegram_limits_while_the_database_is_away_is_told_as_soon_as_it_is_back() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[int, float]:
        database.is_away = True
        limiters[0].pause(1, 30.0)
        limiters[0].pause(2, 30.0)
        await until(now() + 2)
        began = now()
        await limiters[0].reply(3, new=True)
        waited = now() - began
        database.is_away = False
        await until(now() + RETRY_SECONDS + 0.1)
        return await limiters[1].room(10), waited

    paused, waited = shared(work, Rates(), 2)
    assert paused == 0
    assert waited <= PATIENCE_SECONDS + 0.001, "a reply does not wait for that"


def test_who_asks_while_a_question_fails_is_told_too() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> tuple[float, float]:
        database.is_away = True
        async with asyncio.timeout(10):
            first = asyncio.ensure_future(push(limiters[0], 1, []))
            await until(now() + database.takes / 4)
            return await push(limiters[0], 2, []), await first

    assert min(shared(work, Rates(), 1)) > 0


def test_replies_of_two_processes_to_one_chat_are_a_second_apart_and_changes_are_not() -> None:
    async def work(_: Database, limiters: list[Limiter]) -> tuple[list[float], float]:
        departures = [await limiters[number % 2].reply(7, new=True) for number in range(5)]
        began = now()
        await limiters[1].reply(7, new=False)
        return [each.at for each in departures], now() - began

    left, waited = shared(work, Rates(), 2)
    apart = [after - before for before, after in pairwise(left)]
    assert min(apart) >= 1
    assert max(apart) < 1.2
    assert waited < 0.01


def test_reminders_that_ask_for_themselves_take_no_permit_twice() -> None:
    async def work(database: Database, limiters: list[Limiter]) -> list[float]:
        left: list[float] = []
        pushes = []
        for chat in range(60):
            pushes.append(asyncio.ensure_future(push(limiters[0], chat + 1, left)))
            await until(now() + (chat % 7 == 0) / 1000)
        return await asyncio.gather(*pushes)

    waits = shared(work, Rates(60), number=2)
    assert sum(not wait for wait in waits) == 50
    assert min(wait for wait in waits if wait) > 0
