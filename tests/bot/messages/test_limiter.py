"""When messages leave: counted in every second, in every chat, over both lanes, on a loop whose time is virtual."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.messages.limiter import HOLD_SECONDS, LONGEST_WAIT_SECONDS, Departure, Limiter
from bot.messages.rates import MINUTE, SECOND, UNLIMITED, Rates
from tests.support.virtual_time import now, run, until

START = 1000.0
AFTER_START = START + 2.0
"""When a limiter made at the start no longer takes it that the second before was full."""


@dataclass(frozen=True)
class Wanted:
    """A message to send: when, to whom, in which lane, how long it is under way, and how it ends."""

    at: float
    chat: int
    lane: str = "reply"
    new: bool = True
    takes: float = 0.05
    pause: float = 0.0
    made: bool = True


@dataclass
class Seen:
    """The messages that left, as (moment, message), and how long each was postponed."""

    left: list[tuple[float, Wanted]] = field(default_factory=list)
    ended: dict[int, float] = field(default_factory=dict)
    put_off: list[tuple[float, Wanted]] = field(default_factory=list)
    paused: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def times(self, *lanes: str, chat: int | None = None, new: bool | None = None) -> list[float]:
        return [
            round(at, 6)
            for at, one in self.left
            if (not lanes or one.lane in lanes) and chat in {None, one.chat} and new in {None, one.new}
        ]


class Traffic:
    """Sends messages through a limiter."""

    def __init__(self, rates: Rates | None = None) -> None:
        self.limiter = Limiter(rates or Rates(), now)
        self.seen = Seen()
        self._tasks: list[asyncio.Task[None]] = []

    def want(self, wanted: Wanted) -> None:
        work = self._reply(wanted) if wanted.lane in {"reply", "relief"} else self._push(wanted)
        asyncio.get_running_loop().call_at(wanted.at, self._begin, work)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.ensure_future(work))

    async def all_of(self, wanted: Iterable[Wanted]) -> Seen:
        every = sorted(wanted, key=lambda message: message.at)
        for message in every:
            self.want(message)
        await until(every[-1].at + 0.001)
        await asyncio.gather(*self._tasks)
        return self.seen

    async def _reply(self, wanted: Wanted) -> None:
        urgent = wanted.lane == "relief"
        async with self.limiter.hold_chat(wanted.chat, urgent=urgent):
            departure = await self.limiter.reply(wanted.chat, new=wanted.new, urgent=urgent)
            if departure.wait:
                self.seen.put_off.append((departure.wait, wanted))
            else:
                await self._under_way(wanted, departure)

    async def _push(self, wanted: Wanted) -> None:
        urgent = wanted.lane == "urgent"
        async with self.limiter.push(wanted.chat, new=wanted.new, urgent=urgent) as departure:
            if departure.wait:
                self.seen.put_off.append((departure.wait, wanted))
            else:
                await self._under_way(wanted, departure)

    async def _under_way(self, wanted: Wanted, departure: Departure) -> None:
        assert departure.at == now()
        self.seen.left.append((now(), wanted))
        await until(now() + wanted.takes)
        if wanted.pause:
            self.limiter.pause(wanted.chat, wanted.pause)
            self.seen.paused[wanted.chat].append((now(), now() + wanted.pause))
        if wanted.new and (wanted.pause or not wanted.made):
            self.limiter.forget_departure(wanted.chat, departure)


def sent(wanted: Iterable[Wanted], rates: Rates | None = None) -> Seen:
    async def main() -> Seen:
        return await Traffic(rates).all_of(wanted)

    seen: Seen = run(main())
    return seen


def most_in(times: list[float], seconds: float) -> int:
    """Return how many moments fall into the fullest span of that length, wherever it begins."""
    return max((sum(first <= at < first + seconds for at in times) for first in times), default=0)


WANTED = st.builds(
    Wanted,
    at=st.floats(0, 12, allow_nan=False).map(lambda connection: START + round(connection, 2)),
    chat=st.sampled_from([1, 2, 3, -4, *range(10, 60)]),
    lane=st.sampled_from(["reply", "reply", "relief", "reminder", "reminder", "urgent"]),
    new=st.sampled_from([True, True, True, False]),
    takes=st.sampled_from([0.0, 0.05, 0.05, 0.3, 3.0]),
    pause=st.sampled_from([0.0] * 20 + [1.0, 7.0]),
    made=st.sampled_from([True] * 9 + [False]),
)
RATES = st.sampled_from([Rates(), Rates(1), Rates(3), Rates(7), Rates(30, edits_per_second=2), Rates(1000)])


@given(st.lists(WANTED, min_size=1, max_size=150), RATES)
def test_no_limit_is_ever_exceeded_in_any_window(wanted: list[Wanted], rates: Rates) -> None:
    seen = sent(wanted, rates)
    assert most_in(seen.times(), 1.0) <= rates.departures_per_second
    assert most_in(seen.times(new=False), 1.0) <= rates.edits_per_second
    for chat in {message.chat for message in wanted}:
        arrived = [
            (at, message)
            for at, message in seen.left
            if message.chat == chat and message.new and message.made and not message.pause
        ]
        made = [at for at, _ in arrived]
        assert most_in(made, 1.0) <= 3
        assert most_in(made, 10.0) <= 3 + 9
        assert most_in(made, 60.0) <= (20 if chat < 0 else 3 + 59)
        assert most_in(seen.times(chat=chat, new=False), 60.0) <= 16
        assert most_in(seen.times("reminder", "urgent", chat=chat, new=False), 60.0) <= 14
        for (earlier, _), (at, message) in pairwise(arrived):
            assert message.lane != "reminder" or at - earlier >= 1.0
    for at, one in seen.left:
        if one.lane == "reminder":
            before = [moment for moment in seen.times() if at - 1.0 < moment < at]
            assert len(before) < max(1, rates.per_second - min(-(-rates.per_second // 6), 20))


@given(st.lists(WANTED, min_size=1, max_size=100))
def test_nothing_leaves_for_a_chat_within_its_pause(wanted: list[Wanted]) -> None:
    seen = sent(wanted)
    for at, one in seen.left:
        for began, ends in seen.paused[one.chat]:
            assert at <= began or at >= ends - 1e-9, "not even what was waiting already"


@given(st.lists(WANTED, min_size=1, max_size=100), RATES)
def test_nobody_waits_for_ever(wanted: list[Wanted], rates: Rates) -> None:
    seen = sent(wanted, rates)
    assert len(seen.left) + len(seen.put_off) == len(wanted)
    assert all(wait > 0 for wait, _ in seen.put_off)
    assert [one for wait, one in seen.put_off if one.lane == "reply" and wait <= LONGEST_WAIT_SECONDS] == []
    assert [one for _, one in seen.put_off if one.lane == "relief"] == []


@given(
    st.lists(
        WANTED.map(lambda message: Wanted(message.at, message.chat % 3 + 1, message.lane, message.new)), min_size=1
    )
)
def test_replies_to_one_chat_leave_in_the_order_of_asking_and_one_after_the_other(wanted: list[Wanted]) -> None:
    seen = sent(wanted)
    for chat in range(1, 4):
        here = [(at, one) for at, one in seen.left if one.chat == chat and one.lane != "relief"]
        assert all(later >= earlier + one.takes - 1e-9 for (earlier, one), (later, _) in pairwise(here))
        asked_at = [one.at for _, one in here if one.lane == "reply"]
        if all(at - one.at < HOLD_SECONDS for at, one in here):
            assert asked_at == sorted(asked_at)


# The lanes


def reminders(number: int, at: float = AFTER_START) -> list[Wanted]:
    return [Wanted(at, 1000 + index, "reminder") for index in range(number)]


def test_an_idle_bot_answers_nearly_thirty_at_once() -> None:
    seen = sent([Wanted(START, chat) for chat in range(1, 61)])
    assert seen.times() == [START] * 29 + [START + SECOND] * 29 + [START + 2 * SECOND] * 2


def test_what_left_before_the_limiter_was_made_counts() -> None:
    async def leave() -> Seen:
        traffic = Traffic()
        traffic.limiter.note_earlier(5)
        return await traffic.all_of(Wanted(START, chat) for chat in range(1, 31))

    assert run(leave()).times() == [START] * 24 + [START + SECOND] * 6


def test_some_of_the_rate_is_kept_from_reminders() -> None:
    seen = sent([*reminders(40), *(Wanted(AFTER_START + 0.1, chat) for chat in range(1, 5))])
    assert len(seen.times("reminder")) == 25
    assert seen.times("reply") == [AFTER_START + 0.1] * 4
    assert {round(wait, 6) for wait, _ in seen.put_off} == {SECOND}


def test_relief_may_use_the_whole_rate() -> None:
    seen = sent([*reminders(25), *(Wanted(AFTER_START + 0.1, chat, "urgent", new=False) for chat in range(1, 11))])
    assert len(seen.times("urgent")) == 4


@given(st.lists(WANTED, max_size=100), st.integers(0, 100))
def test_a_reply_never_waits_for_a_reminder(others: list[Wanted], tenths: int) -> None:
    """Four people a second get an answer at once, however many reminders are due."""
    pushes = [Wanted(message.at, 1000 + number, "reminder") for number, message in enumerate(others)]
    replies = [Wanted(round(START + tenths / 10 + number / 4, 6), number + 1) for number in range(20)]
    seen = sent([*pushes, *replies])
    assert seen.times("reply") == [message.at for message in replies]


def test_no_reminder_leaves_while_a_reply_waits() -> None:
    replies = [Wanted(AFTER_START + number / 100, number + 1) for number in range(300)]
    last = Wanted(AFTER_START + 12, 2000, "reminder")
    seen = sent([*replies, *(one for tenth in range(100) for one in reminders(1, AFTER_START + tenth / 10)), last])
    waited_until = max(seen.times("reply"))
    assert 9 < waited_until - AFTER_START < 10.2
    assert [at for at in seen.times("reminder") if AFTER_START + 0.25 < at < waited_until] == []
    assert seen.times("reminder", chat=2000) == [AFTER_START + 12]


def test_a_reminder_does_not_wait_for_its_chat() -> None:
    first, second = Wanted(AFTER_START, 1, takes=0.5), Wanted(AFTER_START + 0.25, 1, "reminder")
    third = Wanted(AFTER_START + 0.75, 1, "reminder")
    seen = sent([first, second, third])
    assert [(round(wait, 3), one) for wait, one in seen.put_off] == [(SECOND, second), (round(SECOND - 0.75, 3), third)]


def test_relief_waits_for_its_turn_in_its_chat() -> None:
    seen = sent([Wanted(START, 1, "urgent", new=False, takes=0.5), Wanted(START + 0.1, 1, "urgent", new=False)])
    assert seen.times() == [START, START + 0.5]


def test_relief_goes_before_the_replies_that_wait_in_its_chat() -> None:
    waiting = [Wanted(START + number / 100, 1) for number in range(20)]
    seen = sent([*waiting, Wanted(START + 5.5, 1, "relief"), Wanted(START + 5.6, 1, "relief")])
    first, second = seen.times("relief")
    assert first - (START + 5.5) <= SECOND
    assert second - (START + 5.6) <= 2 * SECOND
    assert not [at for at in seen.times("reply") if START + 5.5 < at < second]


def test_relief_does_not_wait_for_a_message_that_hangs_in_its_chat() -> None:
    seen = sent([Wanted(START, 1, takes=30.0), Wanted(START + 0.1, 1, "relief")])
    assert seen.times("relief") == [START + 0.1]


def test_a_chat_takes_three_replies_at_once_and_then_one_a_second() -> None:
    seen = sent([Wanted(START, 1, takes=0.0) for _ in range(6)])
    assert seen.times() == [START, START, START, START + SECOND, START + 2 * SECOND, START + 3 * SECOND]


def test_a_run_before_this_one_may_have_used_the_second() -> None:
    seen = sent([*reminders(3, START), Wanted(START, 1), *reminders(2, START + SECOND)])
    assert seen.times("reply") == [START]
    assert seen.times("reminder") == [START + SECOND] * 2


# Order within a chat


def test_a_chat_has_one_reply_under_way_and_waits_some_seconds_for_one_that_hangs() -> None:
    seen = sent([Wanted(START, 1, takes=30.0), Wanted(START + 1, 1, new=False), Wanted(START + 2, 2)])
    assert seen.times() == [START, START + 2, START + 1 + HOLD_SECONDS]


def test_an_edit_waits_for_the_message_sent_before_it() -> None:
    seen = sent([Wanted(START, 1, takes=0.5), Wanted(START + 0.1, 1, new=False), Wanted(START + 0.2, 1, new=False)])
    assert seen.times() == [START, START + 0.5, START + 0.55]


def test_a_message_that_was_refused_keeps_nobody_waiting() -> None:
    refused = Wanted(START, 1, made=False)
    assert sent([refused, Wanted(START + 0.1, 1)]).times() == [START, START + 0.1]


# Pauses


def test_a_limit_pauses_its_chat_and_no_other() -> None:
    seen = sent(
        [
            Wanted(AFTER_START, 1, pause=7.0),
            Wanted(AFTER_START + 1, 1),
            Wanted(AFTER_START + 1, 2),
            *reminders(1, AFTER_START + 1),
            Wanted(AFTER_START + 2, 1, "reminder"),
        ]
    )
    assert seen.times("reply", chat=1) == [AFTER_START, AFTER_START + 7.05]
    assert seen.times("reply", chat=2) == seen.times("reminder") == [AFTER_START + 1]


def test_two_chats_within_ten_seconds_pause_every_reminder_until_the_longer_pause_ends() -> None:
    limited = [Wanted(AFTER_START, 1, "reminder", pause=20.0), Wanted(AFTER_START + 8, 2, "reminder", pause=3.0)]
    late = [Wanted(AFTER_START + at, number, "reminder") for number, at in ((3, 9), (4, 20), (5, 20.1))]
    waiting = [Wanted(AFTER_START + 9, chat) for chat in (2, 6)]
    seen = sent([*limited, *late, *waiting])
    assert seen.times("reminder") == [AFTER_START, AFTER_START + 8, AFTER_START + 20.1]
    assert seen.times("reply", chat=6) == [AFTER_START + 9], "nobody else who waits is kept waiting"
    assert seen.times("reply", chat=2) == [AFTER_START + 20.05], "for what was limited the longer pause counts"


def test_two_chats_at_other_times_pause_themselves_only() -> None:
    limited = [Wanted(AFTER_START, 1, "reminder", pause=20.0), Wanted(AFTER_START + 10.1, 2, "reminder", pause=20.0)]
    seen = sent([*limited, Wanted(AFTER_START + 11, 3, "reminder")])
    assert len(seen.times("reminder")) == 3


def test_one_chat_twice_is_still_one_chat() -> None:
    twice = [Wanted(AFTER_START + at, 1, "reminder", pause=1.0) for at in (0, 2)]
    assert len(sent([*twice, Wanted(AFTER_START + 2.5, 3, "reminder")]).times()) == 3


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    async def main() -> float:
        limiter = Limiter(Rates(), now)
        limiter.pause(1, 30.0)
        limiter.pause(1, 1.0)
        await until(START + 2)
        return (await limiter.reply(1, new=True)).at

    assert run(main()) == START + 30.0


def test_nobody_waits_for_the_end_of_an_hour() -> None:
    seen = sent([Wanted(START, 1, pause=3600.0), Wanted(START + 1, 1)])
    assert [(round(wait), one.at) for wait, one in seen.put_off] == [(3599, START + 1)]


def test_relief_leaves_when_a_pause_of_any_length_ends() -> None:
    seen = sent([Wanted(START, 1, takes=0.0, pause=3600.0), Wanted(START + 1, 1, "relief")])
    assert seen.times("relief") == [START + 3600]


def test_a_pause_that_begins_while_a_reply_waits_counts() -> None:
    async def main() -> float:
        limiter = Limiter(Rates(), now)
        await reply(limiter, 29)
        asyncio.get_running_loop().call_at(START + 0.5, limiter.pause, 99, 5.0)
        return (await limiter.reply(99, new=True)).at

    assert run(main()) == START + 5.5


def test_a_reply_that_wakes_late_is_still_before_reminders() -> None:
    async def late(seconds: float) -> None:
        await until(now() + seconds + 0.01)

    async def main() -> tuple[float, float]:
        limiter = Limiter(Rates(1), now, late)
        await until(AFTER_START)
        await limiter.reply(1, new=True)
        waiting = asyncio.ensure_future(limiter.reply(2, new=True))
        await until(AFTER_START + SECOND + 0.005)
        async with limiter.push(3, new=True) as departure:
            return departure.wait, (await waiting).at

    wait, at = run(main())
    assert wait > 0
    assert at == AFTER_START + SECOND + 0.01


# How many reminders may be claimed


def rooms(use: Callable[[Limiter], Coroutine[Any, Any, Any]], most: int = 100, rates: Rates | None = None) -> Any:
    """Return the number of free slots after ``use``, and the seconds until the first message may leave."""

    async def main() -> tuple[int, float]:
        limiter = Limiter(rates or Rates(), now)
        await until(AFTER_START)
        await use(limiter)
        began = now()
        async with limiter.reserve(most) as slots:
            await slots.ready()
            return slots.number, round(now() - began, 3)

    return run(main())


async def reply(limiter: Limiter, number: int = 1) -> None:
    for chat in range(number):
        await limiter.reply(chat + 1, new=True)


async def limit(limiter: Limiter, chats: int) -> None:
    for chat in range(chats):
        limiter.pause(chat + 1, 3600.0)


def test_slots_are_what_is_left_of_the_second() -> None:
    assert rooms(reply) == (1, 0)
    assert rooms(reply, rates=Rates(1000)) == (39, 0)
    assert rooms(reply, most=2, rates=Rates(1000)) == (2, 0)
    assert rooms(partial(reply, number=24)) == (1, 0)
    assert rooms(partial(reply, number=25)) == (1, SECOND)


def test_slots_without_a_claim_delay_nothing() -> None:
    async def find_nothing(limiter: Limiter) -> None:
        async with limiter.reserve(100):
            pass

    assert rooms(find_nothing) == (1, 0)
    assert rooms(find_nothing, rates=Rates(1)) == (1, 0)


def test_free_slots_are_given_in_batches_and_not_one_by_one() -> None:
    async def one_by_one(limiter: Limiter) -> None:
        for chat in range(990):
            await limiter.reply(chat + 1, new=True)
            await until(now() + 1 / 1024)

    number, waited = rooms(one_by_one, rates=Rates(1000))
    assert 9 <= number <= 12
    assert waited < 0.1


def test_in_a_pause_of_the_bot_there_are_no_slots_and_nobody_waits() -> None:
    assert rooms(partial(limit, chats=1)) == (1, 0)
    assert rooms(partial(limit, chats=2)) == (0, 0), "a pause can be an hour long, and the bot may be told to end"


def test_a_chat_takes_sixteen_edits_a_minute_and_keeps_two_of_them_for_presses() -> None:
    pushed = [Wanted(AFTER_START + 2 * second, 1, "urgent", new=False) for second in range(20)]
    presses = [Wanted(AFTER_START + second, 1, new=False) for second in (39, 40)]
    seen = sent([*pushed, *presses, Wanted(AFTER_START + 41, 1)])
    assert len(seen.times("urgent")) == 14
    assert seen.times("reply", new=False) == [AFTER_START + 39, AFTER_START + 40], "a press does not wait for these"
    assert seen.times("reply", new=True) == [AFTER_START + 41], "nor does a message"
    assert {one.lane for _, one in seen.put_off} == {"urgent"}


def test_a_press_waits_for_the_seventeenth_edit_of_a_minute() -> None:
    taps = [Wanted(AFTER_START + second, 1, new=False) for second in range(17)]
    seen = sent(taps)
    assert seen.times()[-1] == round(AFTER_START + MINUTE, 6)
    assert seen.put_off == []


async def rivals(number: int) -> list[str]:
    """Return the order in which two callers, who always have something to send, get their slots."""
    limiter, order = Limiter(Rates(), now), list[str]()

    async def send(name: str) -> None:
        while len(order) < number:
            async with limiter.reserve(32) as slots:
                for _ in range(slots.number):
                    await slots.ready()
                    async with limiter.push(len(order), new=True) as departure:
                        assert not departure.wait
                    order.append(name)

    await asyncio.gather(send("reminders"), send("edits"))
    return order


def test_reminders_and_edits_take_turns() -> None:
    order = run(rivals(100))
    assert all(earlier != later for earlier, later in pairwise(order[10:])), "neither can keep the other waiting"


def test_without_limits_nothing_waits_but_for_its_chat() -> None:
    seen = sent([Wanted(START, number % 5 + 1, takes=0.0, new=number % 2 == 0) for number in range(2000)], UNLIMITED)
    assert seen.times() == [START] * 2000


async def flow(number: int) -> list[float]:
    """Return when each of ``number`` reminders leaves that are due at the same time."""
    limiter = Limiter(Rates(1000), now)
    left: list[float] = []
    while len(left) < number:
        async with limiter.reserve(64) as slots:
            await until(now() + 0.003)  # the claim
            for _ in range(slots.number):
                await slots.ready()
                left.append(now())
                async with limiter.push(len(left), new=True) as departure:
                    assert not departure.wait
    return left


def test_a_rate_is_used_up_by_those_who_always_have_something_to_send() -> None:
    left = run(flow(3960))
    assert 3 * SECOND <= left[-1] - left[0] <= 4 * SECOND
    assert most_in(left, SECOND) == 990


def test_a_message_that_is_not_ready_in_time_is_postponed() -> None:
    async def main() -> tuple[int, float, float]:
        limiter = Limiter(Rates(), now)
        await until(AFTER_START)
        for chat in range(25):
            await limiter.reply(100 + chat, new=True)
            await until(now() + 0.02)
        async with limiter.reserve(1) as slots:
            reserved_at = now()
            await reply(limiter, 5)  # they come first, and take it
            await slots.ready()
            async with limiter.push(99, new=True) as departure:
                return slots.number, now() - reserved_at, departure.wait

    number, waited, wait = run(main())
    assert (number, wait > 0) == (1, True)
    assert waited < 0.02, "nothing is stored meanwhile"


def test_at_the_free_rate_reminders_leave_one_by_one() -> None:
    async def main() -> list[float]:
        limiter = Limiter(Rates(), now)
        left: list[float] = []
        while len(left) < 100:
            async with limiter.reserve(32) as slots:
                for _ in range(slots.number):
                    await slots.ready()
                    async with limiter.push(len(left), new=True) as departure:
                        assert not departure.wait
                    left.append(now())
        return left

    left: list[float] = run(main())
    gaps = [later - earlier for earlier, later in pairwise(left[5:])]
    assert max(gaps) < 2 / 25, "no second begins with all that it holds"


def test_reminders_leave_in_an_even_flow() -> None:
    left = run(flow(2000))
    assert most_in(left, 0.1) <= 1.25 * 100 + 64
    assert max(later - earlier for earlier, later in pairwise(left)) < 0.25, "no second begins with all that it holds"
