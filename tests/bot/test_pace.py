"""How fast reminders leave: counted in every window of a second, on a clock that only moves when somebody waits."""

from random import Random

import pytest

from bot.pace import Pace

SEED = 20_261_101


class Seconds:
    """Monotonic seconds that pass by waiting only."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def wait(self, seconds: float) -> None:
        assert seconds >= 0
        self.waited.append(seconds)
        self.now += seconds


def made(rate: int, now: float = 0.0) -> tuple[Pace, Seconds]:
    seconds = Seconds(now)
    return Pace(rate, seconds, seconds.wait), seconds


async def test_as_many_as_the_rate_leave_at_once() -> None:
    pace, seconds = made(25)
    assert await pace.room(100) == 25
    assert await pace.room(3) == 3, "what has not left takes no room"
    assert seconds.waited == []


async def test_what_is_left_of_the_second_can_be_used() -> None:
    pace, seconds = made(25)
    pace.take(20)
    seconds.now += 0.5
    assert await pace.room(100) == 5
    assert seconds.waited == []


async def test_who_comes_when_the_second_is_full_waits_for_the_next() -> None:
    pace, seconds = made(25)
    pace.take(25)
    seconds.now += 0.25
    assert await pace.room(100) == 25
    assert seconds.waited == [0.75]


async def test_room_comes_back_as_it_was_taken() -> None:
    pace, seconds = made(10)
    pace.take(4)
    seconds.now += 0.5
    pace.take(6)
    assert await pace.room(100) == 4
    assert seconds.now == 1.0


@pytest.mark.parametrize("rate", [1, 3, 25, 30])
async def test_no_window_of_a_second_ever_holds_more_than_the_rate(rate: int) -> None:
    random = Random(SEED + rate)
    pace, seconds = made(rate, now=random.uniform(0, 1e6))
    left: list[float] = []
    for _ in range(2000):
        seconds.now += random.choice([0.0, 0.0, random.random() / rate, random.random()])
        room = await pace.room(most := random.randint(1, 2 * rate))
        assert 1 <= room <= most
        pace.take(number := random.randint(0, room))
        left += [seconds.now] * number
    assert all(left[n] - left[n - rate] >= 1.0 - 1e-9 for n in range(rate, len(left)))
    assert len(left) > 500


async def test_who_always_has_something_to_send_reaches_the_rate() -> None:
    pace, seconds = made(25)
    for _ in range(100):
        pace.take(await pace.room(1000))
    assert seconds.now == pytest.approx(99.0)


async def test_in_a_pause_nothing_may_leave_and_nobody_is_kept_waiting() -> None:
    pace, seconds = made(25)
    pace.pause(7.0)
    assert await pace.room(100) == 0
    seconds.now += 6.999
    assert await pace.room(100) == 0
    assert seconds.waited == [], "a pause can be an hour long, and the bot may be told to end"
    seconds.now = 7.0
    assert await pace.room(100) == 25


async def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pace, seconds = made(25)
    pace.pause(60.0)
    pace.pause(1.0)
    seconds.now += 59.0
    assert await pace.room(1) == 0
    pace.pause(10.0)
    seconds.now += 9.0
    assert await pace.room(1) == 0
    seconds.now += 1.0
    assert await pace.room(1) == 1


async def test_a_pause_that_begins_while_one_waits_counts() -> None:
    seconds = Seconds()

    async def wait(span: float) -> None:
        await seconds.wait(span)
        pace.pause(5.0)

    pace = Pace(1, seconds, wait)
    pace.take(1)
    assert await pace.room(1) == 0
