"""What goes wrong on the way in: every update takes effect, once, whatever Telegram or the machine does."""

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
from bot.updates.polling import Poller
from handlers import cramp, late, start
from handlers.late import LATE
from simulator import Fault, Person, Simulator
from tests.support import running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.conversation import HELP_TEXT, Conversation, Json, words
from tests.support.recording import Pauses, Requests
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
    """How many tips the bot has counted for somebody."""
    return int(next(iter(rows(folder, "SELECT tips_seen FROM person WHERE chat_id = ?", person.id)), (0,))[0])


# A crash


@pytest.mark.parametrize("fault", [Fault(delay=600.0), Fault(hold=600.0)], ids=["before the reply", "after the reply"])
async def test_f22_a_restart_takes_up_what_the_crash_left(fault: Fault, tmp_path: Path) -> None:
    async with running_bot.telegram() as simulator:
        requests, installation = Requests(simulator), Installation(simulator, tmp_path)
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
        assert tips_seen(tmp_path, bo.person) == 1, "the effect is stored before it is told"
        async with running_process(installation):
            await simulator.judge.until(lambda judge: HELP_TEXT in judge.texts(bo.chat.id), PATIENCE_SECONDS)
        assert tips_seen(tmp_path, bo.person) == 1
        tips = simulator.judge.texts(bo.chat.id)[:-1]
        assert len(tips) == (2 if fault.hold else 1)
        assert await update_outcomes(tmp_path) == {"done": 2}


async def test_f22_a_tip_that_a_crash_cut_off_is_the_one_that_comes(tmp_path: Path) -> None:
    async with running_bot.telegram() as simulator:
        requests, installation = Requests(simulator), Installation(simulator, tmp_path)
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
            assert words(again) == words(first), "it is the same answer once more"
            assert words(await bo.ask("/tip")) != words(first), "and then the next"


async def test_f22_what_was_fetched_and_not_stored_comes_again(tmp_path: Path) -> None:
    async with running_bot.telegram() as simulator:
        installation, bo = Installation(simulator, tmp_path), Conversation(simulator, simulator.add_person("Bo"))
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


# The same update again


@pytest.mark.parametrize("copies", [2, 3])
async def test_f23_an_update_that_is_delivered_several_times_has_one_effect(
    copies: int, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    simulator.updates.copies = copies
    for _ in range(20):
        simulator.phone.say(bo.person, "/tip")
    tips = await bo.all_answers()
    assert len(tips) == 20 + 1
    assert len({words(tip) for tip in tips}) > 10, "and not the same tip each time"
    assert tips_seen(tmp_path, bo.person) == 20


async def test_f23_an_update_that_comes_again_much_later_has_no_second_effect(
    bot: Poller, naps: Pauses, requests: Requests, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    numbers: list[int] = []
    forget = simulator.updates.subscribe(lambda update: numbers.append(update.id))
    for _ in range(5):
        simulator.phone.say(bo.person, "/tip")
    forget()
    await bo.arrived(5, 0)
    await requests.stored(simulator)
    for number in reversed(numbers * 2):
        simulator.updates.repeat(number)
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert tips_seen(tmp_path, bo.person) == 5


async def test_f23_after_a_restart_too(
    naps: Pauses, requests: Requests, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    numbers: list[int] = []
    forget = simulator.updates.subscribe(lambda update: numbers.append(update.id))
    async with running_with_limits(simulator, tmp_path):
        await bo.ask("/tip")
        await requests.stored(simulator)
    forget()
    simulator.updates.repeat(numbers[0])
    async with running_with_limits(simulator, tmp_path):
        assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert tips_seen(tmp_path, bo.person) == 1


@pytest.mark.parametrize("copies", [1, 2])
async def test_f23_updates_out_of_order_all_take_effect_once(
    copies: int, naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    numbers = list(range(800_000_001, 800_000_031))
    Random(SEED).shuffle(numbers)
    for number in numbers:
        simulator.updates.add_raw(message(simulator, bo.person, number, "/tip"), bo.person.id)
    simulator.updates.copies = copies
    simulator.world.people[bo.person.id].started = True
    async with running_with_limits(simulator, tmp_path):
        assert len(await bo.all_answers()) == 30 + 1
    assert tips_seen(tmp_path, bo.person) == 30
    assert set(await update_outcomes(tmp_path)) == {"done"}


def message(simulator: Simulator, person: Person, number: int, text: str) -> Json:
    """An update with a message, made by hand."""
    private = {"id": person.id, "type": "private", "first_name": person.name}
    body = {"message_id": number, "from": person.user(), "chat": private, "text": text}
    body["date"] = int(simulator.clock().timestamp())
    if text.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return {"update_id": number, "message": body}


# Updates that cannot be read

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


async def test_f24_updates_that_cannot_be_read_stop_nobody(
    bot: Poller, naps: Pauses, requests: Requests, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    for poison in POISON:
        simulator.updates.add_raw(dict(poison))
        simulator.phone.say(bo.person, "/help")
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT] * (len(POISON) + 1)
    await requests.stored(simulator)
    ended = await update_outcomes(tmp_path)
    assert ended["dead"] >= 5
    assert rows(tmp_path, "SELECT count(*) FROM inbox WHERE state = 'dead' AND raw IS NOT NULL") == [(0,)]


async def test_f24_what_is_no_update_at_all_stops_nobody_either(
    naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    for odd in (-5, 0):
        simulator.updates.add_raw({"update_id": odd, "message": {}})
    async with running_with_limits(simulator, tmp_path):
        assert words(await bo.ask("/help")) == HELP_TEXT


# Trouble with polling

TROUBLE = {
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


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_f25_polling_goes_on_and_the_last_success_tells(
    trouble: str, requests: Requests, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    await requests.until(lambda: requests.of("getUpdates"))
    struck = simulator.faults.add(replace(TROUBLE[trouble], methods={"getUpdates"}, times=None))
    await bo.ask("/help")
    await until(lambda: simulator.faults.struck(struck) >= 2)
    before = bot.last_success
    simulator.clock.skip(5 * MINUTE)
    seen = simulator.faults.struck(struck)
    simulator.phone.say(bo.person, "/cramp")
    await until(lambda: simulator.faults.struck(struck) >= seen + 3)
    assert bot.last_success == before, "what is refused is no success"
    assert len(simulator.updates) == 2, "and Telegram still has what is not confirmed"
    simulator.faults.remove(struck)
    assert words((await bo.arrived(2, 0))[1]) == STEPS
    assert bot.last_success == simulator.clock()


@pytest.mark.parametrize("point", ["half", "delivered"])
async def test_f25_an_answer_that_breaks_off_is_asked_for_again(
    point: str, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    simulator.faults.add(Fault(methods={"getUpdates"}, cut=point, times=3))  # type: ignore[arg-type]
    for _ in range(5):
        simulator.phone.say(bo.person, "/tip")
    assert len(await bo.all_answers()) == 5 + 1
    assert tips_seen(tmp_path, bo.person) == 5


async def test_f25_trouble_is_told_once_and_its_end_too(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.updates.polling")
    simulator.faults.add(Fault(methods={"getUpdates"}, status=502, body="html", times=20))
    await bo.say("/help")
    await bo.ask("/help")
    told = [record.getMessage() for record in caplog.records if record.name == "bot.updates.polling"]
    assert [line.partition(":")[0] for line in told] == ["no updates", "updates are coming in again"]


# Others who ask for the same updates


async def test_f26_a_second_poller_takes_nothing_away(
    bot: Poller,
    naps: Pauses,
    requests: Requests,
    simulator: Simulator,
    bo: Conversation,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    address = f"{simulator.url}/bot{simulator.token}/getUpdates"
    async with aiohttp.ClientSession() as other:
        for number in range(10):
            rival = asyncio.create_task(_poll(other, address))
            await requests.next("getUpdates")
            assert words(await bo.ask("/tip")), number
            await rival
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert tips_seen(tmp_path, bo.person) == 10
    assert any("Conflict" in record.getMessage() for record in caplog.records)
    assert all(record.exc_info is None for record in caplog.records)


async def _poll(session: aiohttp.ClientSession, address: str) -> None:
    async with session.post(address, json={"timeout": 50}) as answer:
        await answer.read()


async def test_f26_two_bots_answer_everybody_though_some_twice(
    naps: Pauses, simulator: Simulator, tmp_path: Path
) -> None:
    people = [Conversation(simulator, simulator.add_person()) for _ in range(20)]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    async with running_with_limits(simulator, tmp_path / "one"), running_with_limits(simulator, tmp_path / "two"):
        for talk in people:
            simulator.phone.say(talk.person, "/help")
        for talk in people:
            await talk.arrived(1, 0)
    assert all(1 <= simulator.judge.counts[talk.chat.id] <= 2 for talk in people)


async def set_webhook(simulator: Simulator) -> None:
    """Somebody sets a webhook where nobody answers."""
    async with aiohttp.ClientSession() as session:
        parameters = {"url": "http://127.0.0.1:9/hook"}
        async with session.post(f"{simulator.url}/bot{simulator.token}/setWebhook", json=parameters) as answer:
            assert answer.status == 200


def check_nothing_was_dropped(requests: Requests) -> None:
    """Neither way there is to drop updates was used."""
    assert requests.of("deleteWebhook")
    assert not any(request.parameters.flag("drop_pending_updates") for request in requests.of("deleteWebhook"))
    assert all(request.parameters.integer("offset") >= 0 for request in requests.of("getUpdates"))


async def test_f27_a_webhook_that_was_set_before_is_removed_and_nothing_lost(
    naps: Pauses, requests: Requests, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    await set_webhook(simulator)
    for _ in range(5):
        simulator.phone.say(bo.person, "/tip")
    async with running_with_limits(simulator, tmp_path):
        assert len(await bo.all_answers()) == 5 + 1
    assert tips_seen(tmp_path, bo.person) == 5
    check_nothing_was_dropped(requests)


async def test_f27_a_webhook_that_is_set_meanwhile_is_removed_and_nothing_lost(
    bot: Poller, naps: Pauses, requests: Requests, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    for _ in range(3):
        await bo.ask("/tip")
        await set_webhook(simulator)
        simulator.phone.say(bo.person, "/tip")
    assert len(await bo.all_answers()) >= 1
    assert tips_seen(tmp_path, bo.person) == 6
    assert simulator.judge.counts[bo.chat.id] == 6 + 2
    check_nothing_was_dropped(requests)


# What waited too long

PEOPLE, EACH = 50, 40


async def test_f34_a_backlog_of_two_thousand_is_one_late_answer_for_each_chat(
    naps: Pauses, simulator: Simulator, tmp_path: Path
) -> None:
    people = [Conversation(simulator, simulator.add_person()) for _ in range(PEOPLE)]
    for _ in range(EACH):
        for talk in people:
            simulator.phone.say(talk.person, "/cramp")
    simulator.clock.skip(LATE + MINUTE)
    async with running_with_limits(simulator, tmp_path):
        for talk in people:
            simulator.phone.say(talk.person, "/help")
        for talk in people:
            answers = await talk.arrived(2, 0)
            assert [words(one) for one in answers] == [SORRY, HELP_TEXT]
    assert await update_outcomes(tmp_path) == {"done": PEOPLE * (EACH + 1)}
    assert simulator.judge.total == 2 * PEOPLE


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


async def test_f40_a_link_means_relief_or_nothing(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, cilla: Conversation, tmp_path: Path
) -> None:
    for payload in _payloads():
        shown = [words(message) for message in await bo.say(f"/start {payload}", 1 if payload == "cramp" else 2)]
        assert shown == [STEPS] if payload == "cramp" else shown[1:] == [OFFER], payload
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT], "no more than that came"
    assert simulator.judge.counts[cilla.chat.id] == 0
    assert rows(tmp_path, "SELECT count(*) FROM person") == [(0,)], "and a link changes nothing"
    assert set(await update_outcomes(tmp_path)) == {"done"}


def test_f40_every_made_up_link_is_one_that_telegram_would_pass_on() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload) for payload in _payloads()[len(PAYLOADS) :])
