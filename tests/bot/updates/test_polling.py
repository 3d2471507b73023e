"""Long polling against the simulator: whatever Telegram answers, every update arrives once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.counters import counts
from bot.store import Store, inbox
from bot.updates import polling as module
from bot.updates.inbound_update import Attempt
from bot.updates.polling import ALLOWED_UPDATES, CONFLICT_SECONDS, AnswersAhead, Poller, PollError, _read_result
from bot.updates.receiver import Receiver
from simulator import Fault, Person, Request, Simulator, SkippableClock
from tests.support.sqlite_file import without_table
from tests.support.waiting import PATIENCE_SECONDS, until


class Handled:
    """The texts that arrived, in their order."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._more = asyncio.Condition()

    async def __call__(self, attempt: Attempt) -> None:
        self.texts.append(attempt.update.raw["message"]["text"])
        async with self._more:
            self._more.notify_all()

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(PATIENCE_SECONDS), self._more:
            await self._more.wait_for(lambda: len(self.texts) >= count)
        return self.texts


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make all pauses short."""
    monkeypatch.setattr(module, "SHORTEST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(module, "CONFLICT_SECONDS", 0.01)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}") as opened:
        yield opened


def nothing(_: list[Any]) -> AnswersAhead:
    """Answer no update ahead."""
    return {}


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna")


@asynccontextmanager
async def polling(simulator: Simulator, store: Store, handled: Handled, token: str = "") -> AsyncIterator[Poller]:
    receiver = Receiver(store, handled, lambda _: None, simulator.clock)
    async with Poller(f"{simulator.url}/bot{token or simulator.token}", simulator.clock) as poller:
        task = asyncio.create_task(poller.run(receiver))
        try:
            yield poller
        finally:
            assert not task.done(), "nothing ends it"
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await receiver.drain(PATIENCE_SECONDS)


@pytest.fixture
async def poller(simulator: Simulator, store: Store, handled: Handled) -> AsyncIterator[Poller]:
    async with polling(simulator, store, handled) as poller:
        yield poller


def polls(simulator: Simulator) -> list[dict[str, Any]]:
    """Record the requests for updates from now on."""
    seen: list[dict[str, Any]] = []

    def note(request: Request) -> bool:
        names = ("offset", "timeout", "limit")
        seen.append({name: request.parameters.integer(name, -1) for name in names})
        return False

    simulator.faults.add(Fault(methods={"getUpdates"}, times=None, when=note))
    return seen


async def test_updates_come_in_in_their_order(
    poller: Poller, simulator: Simulator, anna: Person, handled: Handled
) -> None:
    for number in range(5):
        simulator.phone.say(anna, str(number))
    assert await handled.until(5) == list("01234")
    assert poller.last_success == simulator.clock()


async def test_more_updates_than_fit_into_one_answer_all_arrive(
    simulator: Simulator, anna: Person, store: Store, handled: Handled
) -> None:
    for number in range(250):
        simulator.phone.say(simulator.add_person(started=True), str(number))
    async with polling(simulator, store, handled):
        assert sorted(map(int, await handled.until(250))) == list(range(250))


async def test_it_asks_only_for_what_it_handles(
    poller: Poller, simulator: Simulator, anna: Person, handled: Handled
) -> None:
    simulator.phone.say(anna, "hello")
    await handled.until(1)
    assert simulator.updates.allowed == set(ALLOWED_UPDATES)
    assert "edited_message" not in ALLOWED_UPDATES


async def test_updates_are_confirmed_only_once_they_are_stored(
    simulator: Simulator, anna: Person, store: Store, handled: Handled, tmp_path: Path
) -> None:
    seen = polls(simulator)
    async with polling(simulator, store, handled):
        async with without_table(tmp_path / "charley.db"):
            simulator.phone.say(anna, "hello")
            await until(lambda: len(seen) >= 3)
            assert len(simulator.updates) == 1, "Telegram still has it"
            assert {request["offset"] for request in seen} == {-1}
        assert await handled.until(1) == ["hello"]
        await until(lambda: len(simulator.updates) == 0)


async def test_updates_being_fetched_at_the_end_come_again(
    simulator: Simulator, anna: Person, store: Store, handled: Handled
) -> None:
    struck = simulator.faults.add(Fault(methods={"getUpdates"}, hold=60.0))
    simulator.phone.say(anna, "hello")
    async with polling(simulator, store, handled):
        await until(lambda: simulator.faults.struck(struck) == 1)
    assert handled.texts == []
    async with polling(simulator, store, handled):
        assert await handled.until(1) == ["hello"]


async def test_the_offset_is_one_beyond_the_newest(
    simulator: Simulator, anna: Person, store: Store, handled: Handled
) -> None:
    seen = polls(simulator)
    async with polling(simulator, store, handled):
        simulator.phone.say(anna, "a")
        await handled.until(1)
        simulator.phone.say(anna, "b")
        await handled.until(2)
        await until(lambda: len(seen) >= 3)
    first, second, third = (request["offset"] for request in seen[:3])
    assert (first, third) == (-1, second + 1)
    assert seen[0]["timeout"] == 50
    assert seen[0]["limit"] == 100


ANSWERS = [
    pytest.param(Fault(status=401), id="401"),
    pytest.param(Fault(status=404), id="404"),
    pytest.param(Fault(status=409), id="409"),
    pytest.param(Fault(status=429, retry_after=0), id="429 without a time"),
    pytest.param(Fault(status=500), id="500"),
    pytest.param(Fault(status=502, body="html"), id="502 with a page"),
    pytest.param(Fault(body="junk"), id="junk"),
    pytest.param(Fault(body="empty"), id="nothing"),
    pytest.param(Fault(body="not_ok"), id="not ok"),
    pytest.param(Fault(body="no_result"), id="no result"),
    pytest.param(Fault(cut="accept"), id="cut at once"),
    pytest.param(Fault(cut="headers"), id="cut after the headers"),
    pytest.param(Fault(cut="body"), id="cut after the request"),
    pytest.param(Fault(cut="delivered"), id="cut before the answer"),
    pytest.param(Fault(cut="half"), id="half an answer"),
]


@pytest.mark.parametrize("fault", ANSWERS)
async def test_no_answer_of_the_server_ends_polling(
    fault: Fault, simulator: Simulator, anna: Person, store: Store, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(fault)
    simulator.phone.say(anna, "hello")
    async with polling(simulator, store, handled):
        assert await handled.until(1) == ["hello"]
    assert caplog.text.count("WARNING") == 1
    assert simulator.token not in caplog.text


async def test_an_outage_is_logged_once_however_long_it_lasts(
    simulator: Simulator, anna: Person, store: Store, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.updates.polling")
    simulator.faults.add(Fault(methods={"getUpdates"}, status=502, body="html", times=10))
    simulator.phone.say(anna, "hello")
    async with polling(simulator, store, handled):
        await handled.until(1)
        await until(lambda: len(simulator.updates) == 0)
    levels = [record.levelname for record in caplog.records if record.name == "bot.updates.polling"]
    assert levels == ["WARNING", "INFO"], "what is wrong, and that it is over"


async def test_an_unavailable_database_is_logged_once(
    simulator: Simulator,
    anna: Person,
    store: Store,
    handled: Handled,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen = polls(simulator)
    simulator.phone.say(anna, "hello")
    async with contextlib.AsyncExitStack() as trouble:
        await trouble.enter_async_context(without_table(tmp_path / "charley.db"))
        async with polling(simulator, store, handled):
            await until(lambda: len(seen) >= 5)
            await trouble.aclose()
            await handled.until(1)
    assert [record.name for record in caplog.records if record.levelname == "WARNING"] == ["bot.store.engine.store"]


async def test_a_pause_that_telegram_asks_for_is_kept(simulator: Simulator, store: Store, handled: Handled) -> None:
    async with Poller(f"{simulator.url}/bot{simulator.token}", simulator.clock) as poller:
        assert await poller._pause_after(PollError("too many", 429, 17.0)) == 17.0
        assert await poller._pause_after(PollError("too many", 429)) < 17.0


async def test_pauses_grow_and_end(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORTEST_PAUSE_SECONDS", 1.0)
    async with Poller(simulator.url, simulator.clock) as poller:
        pauses = [await poller._pause_after(PollError("no answer")) for _ in range(8)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


async def test_removing_a_webhook_loses_no_waiting_update(
    simulator: Simulator, anna: Person, store: Store, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.world.webhook.url = "https://127.0.0.1/old"
    simulator.phone.say(anna, "hello")
    async with polling(simulator, store, handled):
        assert await handled.until(1) == ["hello"]
    assert simulator.world.webhook.url == ""
    assert "A webhook is set for this bot; removing it" in caplog.text


async def test_a_webhook_that_cannot_be_removed_yet_is_removed_later(
    simulator: Simulator, anna: Person, store: Store, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.world.webhook.url = "https://127.0.0.1/old"
    simulator.faults.add(Fault(methods={"deleteWebhook"}, status=500))
    simulator.phone.say(anna, "hello")
    async with polling(simulator, store, handled):
        assert await handled.until(1) == ["hello"]
    assert "Cannot remove the webhook" in caplog.text


async def test_two_pollers_lose_nothing_and_double_nothing(
    simulator: Simulator, anna: Person, store: Store, tmp_path: Path
) -> None:
    first, second = Handled(), Handled()
    async with (
        Store.open(f"sqlite:///{tmp_path / 'second.db'}") as other,
        polling(simulator, store, first),
        polling(simulator, other, second),
    ):
        for number in range(20):
            simulator.phone.say(anna, str(number))
        await until(lambda: {*first.texts, *second.texts} == {str(number) for number in range(20)})
        await until(lambda: len(simulator.updates) == 0)
    assert all(len(poller.texts) == len(set(poller.texts)) for poller in (first, second))


def test_another_poller_gets_the_time_that_telegram_gives_it() -> None:
    assert CONFLICT_SECONDS == 3.0


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 800_000_000, "message": {}},
        {"update_id": 800_000_000, "message": None},
        {"update_id": 800_000_000},
        {"update_id": 800_000_000, "unheard_of": {"a": [1, {"b": None}]}},
        {"update_id": 800_000_000, "message": {"text": "lone \\ud83e surrogate", "chat": {"id": -1}}},
    ],
)
async def test_an_update_of_an_unknown_type_is_skipped(
    raw: dict[str, Any], simulator: Simulator, anna: Person, store: Store, handled: Handled
) -> None:
    simulator.updates.add_raw(raw)
    simulator.phone.say(anna, "hello")
    async with polling(simulator, store, handled):
        await until(lambda: "hello" in handled.texts)
    assert await store.read(inbox.unfinished) == []


async def test_a_prefetched_answer_is_used(simulator: Simulator, anna: Person, store: Store, handled: Handled) -> None:
    seen = polls(simulator)
    simulator.phone.say(anna, "hello")
    receiver = Receiver(store, handled, lambda _: None, simulator.clock)
    async with Poller(f"{simulator.url}/bot{simulator.token}", simulator.clock) as poller:
        poller.fetch_ahead(nothing)
        await until(lambda: len(seen) == 1)
        task = asyncio.create_task(poller.run(receiver))
        assert await handled.until(1) == ["hello"]
        assert seen[0]["offset"] == -1
        await until(lambda: len(seen) == 2)
        assert seen[1]["offset"] > 0
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await receiver.drain(PATIENCE_SECONDS)


@pytest.mark.parametrize("fault", [Fault(status=502), Fault(cut="accept"), Fault(hold=60.0)])
async def test_a_prefetch_may_fail_or_stay_unused(fault: Fault, simulator: Simulator) -> None:
    simulator.faults.add(fault)
    async with Poller(f"{simulator.url}/bot{simulator.token}", simulator.clock) as poller:
        poller.fetch_ahead(nothing)


async def test_a_failed_prefetch_is_repeated(
    simulator: Simulator, anna: Person, store: Store, handled: Handled
) -> None:
    simulator.faults.add(Fault(status=502, body="html"))
    simulator.phone.say(anna, "hello")
    receiver = Receiver(store, handled, lambda _: None, simulator.clock)
    async with Poller(f"{simulator.url}/bot{simulator.token}", simulator.clock) as poller:
        poller.fetch_ahead(nothing)
        task = asyncio.create_task(poller.run(receiver))
        assert await handled.until(1) == ["hello"]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await receiver.drain(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("status", "body", "what"),
    [
        (200, b'{"ok":false,"description":"x"}', "200"),
        (200, b"[]", "without JSON"),
        (200, b"[" * 100_000, "without JSON"),
        (200, b'{"ok":true}', "200"),
        (200, b'{"ok":1,"result":[]}', "200"),
        (503, b"", "503"),
        (429, b'{"parameters":{"retry_after":"soon"}}', "429"),
        (429, b'{"parameters":[]}', "429"),
        (409, b'{"ok":false,"description":"Conflict: terminated"}', "Conflict: terminated"),
    ],
)
def test_an_invalid_answer_is_reported_with_its_status(status: int, body: bytes, what: str) -> None:
    with pytest.raises(PollError, match=what) as caught:
        _read_result(status, body)
    assert caught.value.status == status
    assert caught.value.retry_after == 0.0


def test_a_proper_answer_is_its_result() -> None:
    assert _read_result(200, b'{"ok":true,"result":[1]}') == [1]


async def test_an_answer_that_is_not_a_list_is_an_error_like_any_other(simulator: Simulator) -> None:
    async with Poller(f"{simulator.url}/bot{simulator.token}", simulator.clock) as poller:
        poller._url = f"{simulator.url}/bot{simulator.token}/getMe?"
        with pytest.raises(PollError):
            await poller._fetch()


async def test_an_update_too_deep_to_be_read_stops_nobody(
    simulator: Simulator, anna: Person, store: Store, handled: Handled
) -> None:
    deep = orjson.Fragment(b"[" * 5_000 + b"]" * 5_000)
    simulator.phone.say(anna, "before")
    number = simulator.updates.add_raw({"message": {"text": deep, "update_id": 1}})
    simulator.phone.say(anna, "after")
    async with polling(simulator, store, handled):
        assert set(await handled.until(2)) == {"before", "after"}
        await until(lambda: len(simulator.updates) == 0)
        again = partial(inbox.add, updates=[(number, b"{}")], now=simulator.clock())
        assert await store.write(again) == set()


def test_the_complete_updates_of_a_truncated_answer_are_used() -> None:
    assert _read_result(200, b'{"ok":true,"result":[{"update_id":1},{"update_id":2,"mess') == [{"update_id": 1}]
    for body in (b'{"ok":true,"result":[{"upda', b'{"ok":true,"result":[{"x":junk}]'):
        with pytest.raises(PollError):
            _read_result(200, body)


# Health


async def test_the_age_of_polling_begins_with_it(simulator: Simulator, store: Store, handled: Handled) -> None:
    """A standby does not poll, and Telegram does not answer the first request at once."""
    clock = simulator.clock
    assert isinstance(clock, SkippableClock)
    hanging = simulator.faults.add(Fault(methods={"getUpdates"}, times=None, delay=3600.0))
    receiver = Receiver(store, handled, lambda _: None, clock)
    async with Poller(f"{simulator.url}/bot{simulator.token}", clock) as poller, asyncio.timeout(PATIENCE_SECONDS):
        assert poller.intake_status.fetched_at is None
        began = clock()
        task = asyncio.create_task(poller.run(receiver))
        await until(lambda: simulator.faults.struck(hanging))
        clock.skip(timedelta(seconds=120))
        assert poller.intake_status.fetched_at == began
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_f26_another_poller_is_known_until_it_has_been_gone_for_a_minute(simulator: Simulator) -> None:
    clock = simulator.clock
    assert isinstance(clock, SkippableClock)
    before, began = counts["conflicts",], clock()
    async with Poller(simulator.url, clock) as poller:
        for _ in range(3):
            await poller._pause_after(PollError("terminated by other getUpdates request", 409))
            clock.skip(timedelta(seconds=50))
        assert poller.intake_status.conflict_since == began
        clock.skip(timedelta(seconds=11))
        assert poller.intake_status.conflict_since is None
        await poller._pause_after(PollError("terminated by other getUpdates request", 409))
        assert poller.intake_status.conflict_since == clock(), "it is another conflict"
    assert counts["conflicts",] == before + 4
