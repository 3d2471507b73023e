"""Faults while the bot receives updates: each update takes effect exactly once, whatever fails."""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from string import ascii_letters, digits

import aiohttp
import pytest

from bot.content.telegram_html import visible
from handlers import cramp, late, start
from handlers.late import LATE
from simulator import Fault, Person, Simulator
from tests.faults.bot_under_test import BotUnderTest
from tests.support import running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.conversation import HELP_TEXT, Conversation, Json, words
from tests.support.recording import Requests
from tests.support.running_bot import running_with_limits
from tests.support.sqlite_file import rows, update_outcomes
from tests.support.waiting import PATIENCE_SECONDS, until

ENGLISH = running_bot.content()["en"]
STEPS = visible(cramp.steps(ENGLISH).text)
OFFER = visible(start.offer(ENGLISH).text)
SORRY = visible(late.apology(ENGLISH).text)
SEED = 20_261_101
MINUTE = timedelta(minutes=1)


def tips_seen(folder: Path, person: Person) -> int:
    """Return how many tips the bot has counted for somebody."""
    return int(next(iter(rows(folder, "SELECT tips_seen FROM person WHERE chat_id = ?", person.id)), (0,))[0])


# A crash


@pytest.mark.parametrize("fault", [Fault(delay=600.0), Fault(hold=600.0)], ids=["before the reply", "after the reply"])
async def test_f22_a_restart_finishes_what_a_crash_left(fault: Fault, installation: Installation) -> None:
    simulator = installation.simulator
    requests = Requests(simulator)
    bo = Conversation(simulator, simulator.add_person("Bo"))
    stuck = simulator.faults.add(Fault(methods={"sendMessage"}, delay=fault.delay, hold=fault.hold))
    process = await installation.start()
    simulator.phone.say(bo.person, "/tip")
    simulator.phone.say(bo.person, "/help")
    await requests.until(lambda: requests.of("sendMessage"))
    await requests.stored(simulator)
    process.kill()
    await process.wait()
    simulator.faults.remove(stuck)
    assert tips_seen(installation.folder, bo.person) == 1, "the effect is stored before the reply"
    async with running_process(installation):
        await simulator.judge.until(lambda judge: HELP_TEXT in judge.texts(bo.chat.id), PATIENCE_SECONDS)
    assert tips_seen(installation.folder, bo.person) == 1
    tips = simulator.judge.texts(bo.chat.id)[:-1]
    assert len(tips) == (2 if fault.hold else 1)
    assert await update_outcomes(installation.folder) == {"done": 2}


async def test_f22_a_tip_that_a_crash_interrupted_is_sent_again(installation: Installation) -> None:
    simulator = installation.simulator
    requests = Requests(simulator)
    bo = Conversation(simulator, simulator.add_person("Bo"))
    stuck = simulator.faults.add(Fault(methods={"sendMessage"}, hold=600.0))
    process = await installation.start()
    simulator.phone.say(bo.person, "/tip")
    await bo.arrived(1, 0)
    await requests.stored(simulator)
    process.kill()
    await process.wait()
    simulator.faults.remove(stuck)
    async with running_process(installation):
        first, again = await bo.arrived(2, 0)
        assert words(again) == words(first), "the same answer again"
        assert words(await bo.ask("/tip")) != words(first), "and then the next one"


async def test_f22_an_update_that_was_fetched_but_not_stored_arrives_again(installation: Installation) -> None:
    simulator = installation.simulator
    bo = Conversation(simulator, simulator.add_person("Bo"))
    simulator.phone.say(bo.person, "/help")
    requests = Requests(simulator)
    held = simulator.faults.add(Fault(methods={"getUpdates"}, hold=600.0))
    process = await installation.start()
    await requests.until(lambda: requests.of("getUpdates"))
    process.kill()
    await process.wait()
    simulator.faults.remove(held)
    async with running_process(installation):
        assert words((await bo.arrived(1, 0))[0]) == HELP_TEXT


# The same update twice


@pytest.mark.parametrize("copies", [2, 3])
async def test_f23_an_update_that_is_delivered_several_times_takes_effect_once(
    copies: int, bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.updates.copies = copies
    for _ in range(20):
        bot.simulator.phone.say(bo.person, "/tip")
    tips = await bo.all_answers()
    assert len(tips) == 20 + 1
    assert len({words(tip) for tip in tips}) > 10, "different tips"
    assert tips_seen(bot.folder, bo.person) == 20


async def test_f23_an_update_that_is_repeated_much_later_takes_no_second_effect(
    bot: BotUnderTest, bo: Conversation
) -> None:
    numbers: list[int] = []
    forget = bot.simulator.updates.subscribe(lambda update: numbers.append(update.id))
    for _ in range(5):
        bot.simulator.phone.say(bo.person, "/tip")
    forget()
    await bo.arrived(5, 0)
    await bot.requests.stored(bot.simulator)
    for number in reversed(numbers * 2):
        bot.simulator.updates.repeat(number)
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert tips_seen(bot.folder, bo.person) == 5


async def test_f23_an_update_that_is_repeated_after_a_restart_takes_no_second_effect(
    stopped_bot: BotUnderTest, bo: Conversation
) -> None:
    numbers: list[int] = []
    forget = stopped_bot.simulator.updates.subscribe(lambda update: numbers.append(update.id))
    async with stopped_bot.running():
        await bo.ask("/tip")
        await stopped_bot.requests.stored(stopped_bot.simulator)
    forget()
    stopped_bot.simulator.updates.repeat(numbers[0])
    async with stopped_bot.running():
        assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert tips_seen(stopped_bot.folder, bo.person) == 1


@pytest.mark.parametrize("copies", [1, 2])
async def test_f23_updates_out_of_order_all_take_effect_once(
    copies: int, stopped_bot: BotUnderTest, bo: Conversation
) -> None:
    numbers = list(range(800_000_001, 800_000_031))
    Random(SEED).shuffle(numbers)
    for number in numbers:
        stopped_bot.simulator.updates.add_raw(message(stopped_bot.simulator, bo.person, number, "/tip"), bo.person.id)
    stopped_bot.simulator.updates.copies = copies
    stopped_bot.simulator.world.people[bo.person.id].started = True
    async with stopped_bot.running():
        assert len(await bo.all_answers()) == 30 + 1
    assert tips_seen(stopped_bot.folder, bo.person) == 30
    assert set(await stopped_bot.update_outcomes()) == {"done"}


def message(simulator: Simulator, person: Person, number: int, text: str) -> Json:
    """Return an update with a message."""
    private = {"id": person.id, "type": "private", "first_name": person.name}
    body = {"message_id": number, "from": person.user(), "chat": private, "text": text}
    body["date"] = int(simulator.clock().timestamp())
    if text.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return {"update_id": number, "message": body}


# Unreadable updates

POISON: list[Json] = [
    {"message": {}},
    {"message": {"text": "/cramp"}},
    {"message": {"message_id": 1, "date": 1}},
    {"message": {"message_id": 1, "date": 10**15, "chat": {"id": 5, "type": "private"}}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 5}}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}}},
    {"message": {"message_id": 1, "date": "x", "chat": {"id": "y", "type": 3}, "from": "z", "text": ["/cramp"]}},
    {"message": [1, 2, 3]},
    {"message": None, "callback_query": 7},
    {"callback_query": {"id": "1", "data": "help"}},
    {"callback_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "message": {"chat": 1}}},
    {"my_chat_member": {"chat": {"id": 5, "type": "private"}}},
    {"something_new": {"deep": {"er": [{}]}}},
    {},
]


async def test_f24_unreadable_updates_delay_nobody(bot: BotUnderTest, bo: Conversation) -> None:
    for poison in POISON:
        bot.simulator.updates.add_raw(dict(poison))
        bot.simulator.phone.say(bo.person, "/help")
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT] * (len(POISON) + 1)
    await bot.requests.stored(bot.simulator)
    ended = await bot.update_outcomes()
    assert ended["dead"] >= 5
    assert bot.rows("SELECT count(*) FROM inbox WHERE state = 'dead' AND raw IS NOT NULL") == [(0,)]


async def test_f24_updates_with_impossible_numbers_delay_nobody(stopped_bot: BotUnderTest, bo: Conversation) -> None:
    for odd in (-5, 0):
        stopped_bot.simulator.updates.add_raw({"update_id": odd, "message": {}})
    async with stopped_bot.running():
        assert words(await bo.ask("/help")) == HELP_TEXT


# Failing polls

FAILURES = {
    "401": Fault(status=401),
    "404": Fault(status=404),
    "409": Fault(status=409),
    "429": Fault(status=429),
    "500": Fault(status=500),
    "502 html": Fault(status=502, body="html"),
    "junk": Fault(body="junk"),
    "not ok": Fault(body="not_ok"),
    "no result": Fault(body="no_result"),
    "empty": Fault(body="empty"),
    "cut headers": Fault(cut="headers"),
    "cut body": Fault(cut="body"),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_f25_polling_goes_on_after_a_failure_and_the_last_success_is_known(
    failure: str, bot: BotUnderTest, bo: Conversation
) -> None:
    await bot.requests.until(lambda: bot.requests.of("getUpdates"))
    struck = bot.simulator.faults.add(replace(FAILURES[failure], methods={"getUpdates"}, times=None))
    await bo.ask("/help")
    await until(lambda: bot.simulator.faults.struck(struck) >= 2)
    before = bot.poller.last_success
    bot.simulator.clock.skip(5 * MINUTE)
    seen = bot.simulator.faults.struck(struck)
    bot.simulator.phone.say(bo.person, "/cramp")
    await until(lambda: bot.simulator.faults.struck(struck) >= seen + 3)
    assert bot.poller.last_success == before, "a refused poll is not a success"
    assert len(bot.simulator.updates) == 2, "Telegram keeps what is not confirmed"
    bot.simulator.faults.remove(struck)
    assert words((await bo.arrived(2, 0))[1]) == STEPS
    assert bot.poller.last_success == bot.simulator.clock()


@pytest.mark.parametrize("point", ["half", "delivered"])
async def test_f25_an_interrupted_poll_is_repeated(point: str, bot: BotUnderTest, bo: Conversation) -> None:
    bot.simulator.faults.add(Fault(methods={"getUpdates"}, cut=point, times=3))  # type: ignore[arg-type]
    for _ in range(5):
        bot.simulator.phone.say(bo.person, "/tip")
    assert len(await bo.all_answers()) == 5 + 1
    assert tips_seen(bot.folder, bo.person) == 5


async def test_f25_a_failure_of_polling_and_its_end_are_logged_once(bot: BotUnderTest, bo: Conversation) -> None:
    bot.log.set_level(logging.INFO, "bot.updates.polling")
    bot.simulator.faults.add(Fault(methods={"getUpdates"}, status=502, body="html", times=20))
    await bo.say("/help")
    await bo.ask("/help")
    lines = [record.getMessage() for record in bot.log.records if record.name == "bot.updates.polling"]
    assert [line.partition(":")[0] for line in lines] == ["Cannot fetch updates", "Updates are coming in again"]


# Two pollers


async def test_f26_a_second_poller_takes_no_update_away(bot: BotUnderTest, bo: Conversation) -> None:
    address = f"{bot.simulator.url}/bot{bot.simulator.token}/getUpdates"
    async with aiohttp.ClientSession() as other:
        for number in range(10):
            rival = asyncio.create_task(_poll(other, address))
            await bot.requests.next("getUpdates")
            assert words(await bo.ask("/tip")), number
            await rival
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert tips_seen(bot.folder, bo.person) == 10
    assert any("Conflict" in record.getMessage() for record in bot.log.records)
    assert all(record.exc_info is None for record in bot.log.records)


async def _poll(session: aiohttp.ClientSession, address: str) -> None:
    async with session.post(address, json={"timeout": 50}) as answer:
        await answer.read()


async def test_f26_two_bots_answer_everybody_and_some_twice(stopped_bot: BotUnderTest) -> None:
    people = [Conversation(stopped_bot.simulator, stopped_bot.simulator.add_person()) for _ in range(20)]
    for name in ("one", "two"):
        (stopped_bot.folder / name).mkdir()
    async with (
        running_with_limits(stopped_bot.simulator, stopped_bot.folder / "one"),
        running_with_limits(stopped_bot.simulator, stopped_bot.folder / "two"),
    ):
        for talk in people:
            stopped_bot.simulator.phone.say(talk.person, "/help")
        for talk in people:
            await talk.arrived(1, 0)
    assert all(1 <= stopped_bot.simulator.judge.counts[talk.chat.id] <= 2 for talk in people)


async def set_webhook(simulator: Simulator) -> None:
    """Set a webhook, as somebody else would, at an address where nobody answers."""
    async with aiohttp.ClientSession() as session:
        parameters = {"url": "http://127.0.0.1:9/hook"}
        async with session.post(f"{simulator.url}/bot{simulator.token}/setWebhook", json=parameters) as answer:
            assert answer.status == 200


def check_nothing_was_dropped(requests: Requests) -> None:
    """Fail if either way to drop updates was used."""
    assert requests.of("deleteWebhook")
    assert not any(request.parameters.flag("drop_pending_updates") for request in requests.of("deleteWebhook"))
    assert all(request.parameters.integer("offset") >= 0 for request in requests.of("getUpdates"))


async def test_f27_a_webhook_that_was_set_before_the_start_is_removed_and_nothing_is_lost(
    stopped_bot: BotUnderTest, bo: Conversation
) -> None:
    await set_webhook(stopped_bot.simulator)
    for _ in range(5):
        stopped_bot.simulator.phone.say(bo.person, "/tip")
    async with stopped_bot.running():
        assert len(await bo.all_answers()) == 5 + 1
    assert tips_seen(stopped_bot.folder, bo.person) == 5
    check_nothing_was_dropped(stopped_bot.requests)


async def test_f27_a_webhook_that_is_set_while_the_bot_runs_is_removed_and_nothing_is_lost(
    bot: BotUnderTest, bo: Conversation
) -> None:
    for _ in range(3):
        await bo.ask("/tip")
        await set_webhook(bot.simulator)
        bot.simulator.phone.say(bo.person, "/tip")
    assert len(await bo.all_answers()) >= 1
    assert tips_seen(bot.folder, bo.person) == 6
    assert bot.simulator.judge.counts[bo.chat.id] == 6 + 2
    check_nothing_was_dropped(bot.requests)


# Old updates

PEOPLE, CALLS = 50, 40


async def test_f34_a_backlog_of_two_thousand_updates_gets_one_late_answer_in_each_chat(
    stopped_bot: BotUnderTest,
) -> None:
    people = [Conversation(stopped_bot.simulator, stopped_bot.simulator.add_person()) for _ in range(PEOPLE)]
    for _ in range(CALLS):
        for talk in people:
            stopped_bot.simulator.phone.say(talk.person, "/cramp")
    stopped_bot.simulator.clock.skip(LATE + MINUTE)
    async with stopped_bot.running():
        for talk in people:
            stopped_bot.simulator.phone.say(talk.person, "/help")
        for talk in people:
            answers = await talk.arrived(2, 0)
            assert {words(answer) for answer in answers} == {SORRY, HELP_TEXT}
    assert await stopped_bot.update_outcomes() == {"done": PEOPLE * (CALLS + 1)}
    assert stopped_bot.simulator.judge.total == 2 * PEOPLE


# Links

ALPHABET = ascii_letters + digits + "_-"
PAYLOADS = [
    "cramp",
    "CRAMP",
    "cramp_",
    "1000002",
    "tip",
    "help",
    "language_sv",
    "admin",
    "-",
    "_" * 64,
    "..",
    "<b>",
    "a b",
]


def _payloads() -> list[str]:
    random = Random(SEED)
    return [*PAYLOADS, *("".join(random.choices(ALPHABET, k=random.randint(1, 64))) for _ in range(100))]


async def test_f40_a_deep_link_shows_relief_or_the_start(
    bot: BotUnderTest, bo: Conversation, cilla: Conversation
) -> None:
    for payload in _payloads():
        shown = [words(message) for message in await bo.say(f"/start {payload}", 1 if payload == "cramp" else 2)]
        assert shown == [STEPS] if payload == "cramp" else shown[1:] == [OFFER], payload
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT], "nothing else arrived"
    assert bot.simulator.judge.counts[cilla.chat.id] == 0
    assert bot.rows("SELECT count(*) FROM person") == [(0,)], "a link changes nothing"
    assert set(await bot.update_outcomes()) == {"done"}


def test_f40_every_random_payload_is_one_that_telegram_would_pass_on() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload) for payload in _payloads()[len(PAYLOADS) :])
