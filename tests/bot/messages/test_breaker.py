"""The breaker: when it opens, when it asks, and when it closes."""

from bot.messages.breaker import LONGEST_PROBE_SECONDS, PROBE_SECONDS, Breaker


class Telegram:
    """A Telegram that answers or not, a clock, and a breaker that knows both."""

    def __init__(self, *, answers: bool = False) -> None:
        self.answers = answers
        self.now = 1000.0
        self.probed_at: list[float] = []
        self.is_polling_down = False
        self.breaker = Breaker(self._probe, lambda: self.now, lambda: self.is_polling_down)

    async def _probe(self) -> bool:
        self.probed_at.append(self.now)
        return self.answers

    def fail(self, *chats: int) -> None:
        for chat in chats:
            self.breaker.record(chat, down=True)

    async def admitted(self, seconds: float = 0.0) -> int:
        """Return how many of 64 messages may leave, ``seconds`` later."""
        self.now += seconds
        return await self.breaker.admit(64)


async def test_three_chats_in_a_row_open_it() -> None:
    telegram = Telegram()
    telegram.fail(1, 2)
    assert await telegram.admitted() == 64
    telegram.fail(3)
    assert telegram.breaker.is_open
    assert await telegram.admitted() == 0


async def test_f09_one_chat_twice_in_a_row_opens_it_as_there_may_be_no_other() -> None:
    telegram = Telegram()
    telegram.fail(1, 2)
    assert await telegram.admitted() == 64
    telegram.fail(1)
    assert await telegram.admitted() == 0


async def test_f09_a_single_reminder_that_failed_lets_the_next_one_wait_for_a_probe() -> None:
    telegram = Telegram()
    telegram.breaker.record(1, down=True, pushed=True)
    assert await telegram.admitted() == 0
    assert len(telegram.probed_at) == 1
    telegram.answers = True
    assert await telegram.admitted(PROBE_SECONDS) == 1, "on trial"


async def test_f09_a_reminder_that_failed_while_telegram_answers_stops_nothing() -> None:
    telegram = Telegram(answers=True)
    telegram.breaker.record(1, down=True, pushed=True)
    assert [await telegram.admitted(1) for _ in range(60)] == [64] * 60
    assert len(telegram.probed_at) == 1
    telegram.breaker.record(1, down=True, pushed=True)
    assert await telegram.admitted() == 0, "the same chat twice, although the probe was answered"


async def test_f09_a_success_after_a_failure_needs_no_probe() -> None:
    telegram = Telegram()
    telegram.breaker.record(1, down=True, pushed=True)
    telegram.breaker.record(2, down=False)
    assert await telegram.admitted() == 64
    assert telegram.probed_at == []


async def test_f09_polling_that_fails_is_evidence_too() -> None:
    telegram = Telegram()
    assert await telegram.admitted() == 64
    telegram.is_polling_down = True
    assert await telegram.admitted() == 0, "before any reminder has spent an attempt"


async def test_f09_when_only_polling_fails_reminders_go_on() -> None:
    telegram = Telegram(answers=True)
    telegram.is_polling_down = True
    assert [await telegram.admitted(1) for _ in range(60)] == [64] * 60
    assert len(telegram.probed_at) == 60 / PROBE_SECONDS


async def test_a_success_in_between_starts_the_count_again() -> None:
    telegram = Telegram()
    telegram.fail(1, 2)
    telegram.breaker.record(9, down=False)
    telegram.fail(3, 4)
    assert await telegram.admitted() == 64


async def test_while_it_is_open_telegram_is_probed_every_five_seconds() -> None:
    telegram = Telegram()
    telegram.fail(1, 2, 3)
    assert [await telegram.admitted(1) for _ in range(60)] == [0] * 60
    assert [later - 1000 for later in telegram.probed_at] == [PROBE_SECONDS * number for number in range(1, 13)]


async def test_after_an_answer_one_message_is_sent_on_trial_and_then_all() -> None:
    telegram = Telegram(answers=True)
    telegram.fail(1, 2, 3)
    assert await telegram.admitted(PROBE_SECONDS - 0.1) == 0
    assert await telegram.admitted(0.1) == 1
    assert await telegram.breaker.admit(0) == 0
    telegram.breaker.record(1, down=False)
    assert not telegram.breaker.is_open
    assert await telegram.admitted() == 64
    assert len(telegram.probed_at) == 1


async def test_a_trial_that_fails_is_followed_by_a_longer_pause_each_time() -> None:
    telegram = Telegram(answers=True)
    telegram.fail(1, 2, 3)
    trials = []
    for _ in range(600):
        if await telegram.admitted(1):
            trials.append(telegram.now - 1000)
            telegram.fail(1)
    assert trials == [5, 15, 35, 75, 135, 195, 255, 315, 375, 435, 495, 555]
    assert trials[-1] - trials[-2] == LONGEST_PROBE_SECONDS


async def test_the_next_outage_begins_with_short_pauses() -> None:
    telegram = Telegram(answers=True)
    telegram.fail(1, 2, 3)
    await telegram.admitted(PROBE_SECONDS)
    telegram.fail(1)
    telegram.breaker.record(1, down=False)
    telegram.fail(1, 2, 3)
    assert await telegram.admitted(PROBE_SECONDS) == 1


async def test_a_reply_that_gets_through_closes_it() -> None:
    telegram = Telegram()
    telegram.fail(1, 2, 3)
    telegram.breaker.record(4, down=False)
    assert await telegram.admitted() == 64
    assert telegram.probed_at == []


async def test_replies_that_keep_failing_do_not_postpone_the_probe() -> None:
    telegram = Telegram()
    telegram.fail(1, 2, 3)
    for chat in range(50):
        telegram.now += 0.1
        telegram.fail(chat)
    await telegram.admitted(0.1)
    assert len(telegram.probed_at) == 1
