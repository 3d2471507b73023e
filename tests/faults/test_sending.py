"""What goes wrong on the way out, seen from outside: what people get, how often, and how often the bot asks."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from sqlalchemy import create_engine

from bot import run
from bot.content.telegram_html import visible
from bot.messages.limiter import LONGEST_WAIT_SECONDS
from bot.messages.outcome import GONE
from bot.messages.sender import MOST_TRIES
from bot.messages.transport import NO_FILES, Transport
from bot.store import people, schedules
from bot.store.schedules import Wish
from bot.updates.polling import Poller
from handlers import cramp, unknown
from simulator import Delivery, Fault, Person, Simulator
from tests.support import running_bot
from tests.support.conversation import HELP_TEXT, LONGEST_DATA, Conversation, Json, buttons, words
from tests.support.recording import Pauses, Requests, shows
from tests.support.running_bot import running_with_limits
from tests.support.sqlite_file import update_outcomes
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS, until

ENGLISH = running_bot.content()["en"]
CHAT_NOT_FOUND = "Bad Request: chat not found"
STEPS = visible(cramp.steps(ENGLISH).text)
SENDING = {"sendMessage", "sendPhoto"}
NO_PAUSE_STATED = (1.0, 5.0)
HASTY_SECONDS = 0.5
TOO_LONG = int(LONGEST_WAIT_SECONDS) + 1


def helping(fault: Fault) -> Fault:
    """The fault, for the reply to ``/help`` alone."""
    return replace(fault, methods={"sendMessage"}, when=shows(HELP_TEXT))


def asked_for_help(requests: Requests) -> int:
    """How many requests the replies to ``/help`` took."""
    return sum(visible(request.parameters.text("text")) == HELP_TEXT for request in requests.of("sendMessage"))


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the bot told its operator."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


# Too many requests


@pytest.mark.parametrize("seconds", [1, 7, 60])
async def test_f01_no_request_falls_within_the_pause_that_telegram_asked_for(
    seconds: int, bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(helping(Fault(status=429, retry_after=seconds, times=3)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    tries = [
        request.at for request in requests.of("sendMessage") if visible(request.parameters.text("text")) == HELP_TEXT
    ]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(tries)]
    assert len(gaps) == 3
    assert min(gaps) >= seconds


async def test_f01_the_steps_keep_the_pause_too(
    bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(Fault(methods={"sendPhoto"}, status=429, retry_after=7))
    steps = await bo.ask("/cramp")
    assert words(steps) == STEPS
    first, second = requests.of(*SENDING, chat=bo.chat.id)
    assert (second.at - first.at).total_seconds() >= 7


async def test_f01_nobody_else_waits_for_it(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, cilla: Conversation
) -> None:
    simulator.faults.add(Fault(methods={"sendMessage"}, chats={bo.chat.id}, status=429, retry_after=30))
    others: list[Json] = []

    async def ask_for_cilla(_: int) -> None:
        others.append(await cilla.ask("/help"))
        assert simulator.judge.texts(bo.chat.id) == []

    naps.meanwhile = ask_for_cilla
    assert words(await bo.ask("/help")) == HELP_TEXT
    assert [words(message) for message in others] == [HELP_TEXT]


async def test_f01_a_pause_longer_than_anyone_waits_costs_one_reply_and_no_more(
    bot: Poller,
    requests: Requests,
    naps: Pauses,
    simulator: Simulator,
    bo: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.add(helping(Fault(status=429, retry_after=TOO_LONG)))
    simulator.phone.say(bo.person, "/help")
    await until(lambda: any("sendMessage was given up" in line for line in complaints(caplog)))
    simulator.clock.skip(timedelta(seconds=TOO_LONG))
    assert await bo.all_since(0) == []
    assert asked_for_help(requests) == 1


async def test_f01_an_edit_that_is_limited_for_too_long_is_not_sent_anew_either(
    bot: Poller,
    requests: Requests,
    naps: Pauses,
    simulator: Simulator,
    bo: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    menu = await bo.ask("/learn")
    before = simulator.judge.total
    simulator.faults.add(Fault(methods={"editMessageText"}, status=429, retry_after=TOO_LONG))
    await bo.touch(menu, "help")
    await until(lambda: any("sendMessage was given up" in line for line in complaints(caplog)))
    simulator.clock.skip(timedelta(seconds=TOO_LONG))
    assert await bo.all_since(before) == []
    assert len(requests.of("editMessageText")) == 1
    assert asked_for_help(requests) == 0


@pytest.mark.parametrize("fault", [Fault(status=429), Fault(status=429, retry_after=0), Fault(status=429, body="html")])
async def test_f02_a_pause_that_is_not_stated_is_some_seconds(
    fault: Fault, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(helping(fault))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    (pause,) = naps.seconds
    assert NO_PAUSE_STATED[0] <= pause <= NO_PAUSE_STATED[1]


# Who is gone


GONE_FOR_GOOD = [
    "Forbidden: bot was blocked by the user",
    "Forbidden: user is deactivated",
    "Forbidden: bot was kicked from the group chat",
    "Forbidden: bot was kicked from the supergroup chat",
    "Forbidden: bot was kicked from the channel chat",
    "Forbidden: bot is not a member of the supergroup chat",
    "Forbidden: bot is not a member of the channel chat",
    "Forbidden: the group chat was deleted",
    "Forbidden: bot can't initiate conversation with a user",
    "Forbidden: bot can't send messages to bots",
]


@pytest.mark.parametrize("description", GONE_FOR_GOOD)
async def test_f04_who_is_gone_is_asked_once(
    description: str,
    bot: Poller,
    requests: Requests,
    naps: Pauses,
    simulator: Simulator,
    bo: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.add(helping(Fault(status=403, description=description, times=None)))
    assert await bo.all_answers() == [], "who is back is answered as ever"
    assert (asked_for_help(requests), naps.seconds, complaints(caplog)) == (1, [], [])


def test_f04_every_wording_that_means_gone_is_tried_here() -> None:
    tried = " ".join(GONE_FOR_GOOD) + CHAT_NOT_FOUND
    assert [wording for wording in GONE if wording not in tried] == []


async def test_f04_somebody_blocks_the_bot_before_it_answers(
    requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation, cilla: Conversation, tmp_path: Path
) -> None:
    simulator.phone.say(bo.person, "/cramp")
    simulator.phone.block(bo.person)
    async with running_with_limits(simulator, tmp_path):
        await cilla.ask("/help")
        await requests.until(lambda: requests.of(*SENDING, chat=bo.chat.id))
        simulator.phone.unblock(bo.person)
        assert words(await bo.ask("/help")) == HELP_TEXT
    assert simulator.judge.counts[bo.chat.id] == 1


async def test_f04_an_unknown_refusal_is_tried_again(
    bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(helping(Fault(status=403, description="Forbidden: something new", times=2)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert asked_for_help(requests) == 3
    assert min(naps.seconds) >= 30, "it is no hurry"


async def test_f06_a_chat_that_is_not_found_is_asked_once(
    bot: Poller,
    requests: Requests,
    naps: Pauses,
    simulator: Simulator,
    bo: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.add(helping(Fault(status=400, description=CHAT_NOT_FOUND, times=None)))
    assert await bo.all_answers() == []
    assert (asked_for_help(requests), naps.seconds, complaints(caplog)) == (1, [], [])


# A group that moves


@pytest.mark.parametrize("text", ["/help", "/cramp"])
async def test_f07_a_group_that_moved_before_the_answer_gets_it_once(
    text: str, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    group = simulator.phone.new_group(bo.person, "Night shift")
    simulator.phone.say(bo.person, text, group)
    moved = Conversation(simulator, bo.person, simulator.phone.migrate(group))
    async with running_with_limits(simulator, tmp_path):
        await moved.arrived(1, 0)
        await moved.ask("/settings")
    assert len(simulator.judge.texts(moved.chat.id)) == 2
    assert simulator.judge.texts(group.id) == []


async def test_f07_a_group_that_moves_while_the_answer_waits_gets_it_once(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    group = simulator.phone.new_group(bo.person, "Night shift")
    simulator.faults.add(Fault(methods={"sendMessage"}, chats={group.id}, status=429, retry_after=2))
    found: list[Conversation] = []

    async def move(_: int) -> None:
        if not found:
            found.append(Conversation(simulator, bo.person, simulator.phone.migrate(group)))

    naps.meanwhile = move
    simulator.phone.say(bo.person, "/help", group)
    await simulator.judge.until(lambda judge: bool(found) and bool(judge.texts(found[0].chat.id)))
    assert await found[0].all_answers("/help") != []
    assert [words(delivery.message) for delivery in simulator.judge.received(found[0].chat.id)][:2] == [
        HELP_TEXT,
        HELP_TEXT,
    ]
    assert simulator.judge.counts[found[0].chat.id] == 3, "both answers and the settings"


@pytest.mark.parametrize("copies", [1, 2])
async def test_f07_that_a_group_moved_is_nothing_to_answer(
    copies: int, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    group = simulator.phone.new_group(bo.person, "Night shift")
    simulator.updates.copies = copies
    moved = Conversation(simulator, bo.person, simulator.phone.migrate(group))
    assert [words(message) for message in await moved.all_answers()] == [HELP_TEXT]
    assert simulator.judge.counts[group.id] == 0


async def test_f07_a_button_of_before_the_move_works_after_it(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    group = Conversation(simulator, bo.person, simulator.phone.new_group(bo.person, "Night shift"))
    menu = await group.ask("/help")
    moved = Conversation(simulator, bo.person, simulator.phone.migrate(group.chat))
    await group.touch(menu, "cramp:steps:relief")
    (steps,) = await moved.arrived(1, 0)
    assert words(steps) == STEPS


# The token, and the server


@pytest.mark.parametrize("status", [401, 404])
async def test_f08_a_token_that_is_refused_for_a_while_costs_nobody_an_answer(
    status: int, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, cilla: Conversation, tmp_path: Path
) -> None:
    simulator.faults.add(Fault(methods=SENDING, chats={bo.chat.id}, status=status, times=3))
    simulator.faults.add(Fault(methods=SENDING, chats={cilla.chat.id}, status=status, times=3))
    simulator.phone.say(cilla.person, "/cramp")
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert words((await cilla.arrived(1, 0))[0]) == STEPS
    assert min(naps.seconds) >= 1, "it does not hammer"
    assert set(await update_outcomes(tmp_path)) == {"done"}


FAILED = [Fault(status=500), Fault(status=502, body="html"), Fault(status=503, body="empty"), Fault(status=504)]
FAILURES = pytest.mark.parametrize("fault", FAILED, ids=lambda fault: str(fault.status))


@FAILURES
async def test_f09_a_server_that_fails_once_is_asked_once_more(
    fault: Fault, bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(helping(fault))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert asked_for_help(requests) == 2


@FAILURES
async def test_f09_a_server_that_delivers_and_always_fails_makes_two_copies_and_no_third(
    fault: Fault, bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(helping(replace(fault, deliver=True, times=None)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT, HELP_TEXT]
    assert asked_for_help(requests) == 2


async def test_f09_an_outage_of_sending_ends_with_no_reply_owed_twice(
    bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator
) -> None:
    people = [Conversation(simulator, simulator.add_person()) for _ in range(40)]
    outage = simulator.faults.add(Fault(methods=SENDING, status=502, body="html", times=None))
    for talk in people:
        simulator.phone.say(talk.person, "/help")
    await requests.until(lambda: len(requests.of("sendMessage")) == 2 * len(people))
    simulator.faults.remove(outage)
    for talk in people:
        assert await talk.all_answers() != []
    tries = [len(requests.of("sendMessage", chat=talk.chat.id)) for talk in people]
    assert tries == [4] * len(people), "two in the outage, the answer, the settings"


# An answer that does not come


class Hasty(Transport):
    """The transport, for people who wait for an answer no longer than a test does."""

    async def call(
        self,
        url: str,
        parameters: Mapping[str, Any],
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = 1.0,
        left: Callable[[], None] | None = None,
    ) -> Any:
        return await super().call(url, parameters, files, min(seconds, HASTY_SECONDS), left)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Transport", Hasty)


@pytest.mark.parametrize("text", ["/help", "/cramp"])
async def test_f10_an_answer_that_never_comes_makes_two_copies_and_no_third(
    text: str, hasty: None, bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(Fault(methods=SENDING, hold=600.0))
    copies = await bo.all_answers(text)
    assert len({words(message) for message in copies}) == 1
    assert len(copies) == 2
    assert len(requests.of(*SENDING)) == 3, "two, and the settings"


async def test_f10_if_the_answer_never_comes_at_all_it_is_given_up(
    hasty: None, bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(helping(Fault(hold=600.0, times=None)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT, HELP_TEXT]
    assert asked_for_help(requests) == 2


async def test_f11_a_telegram_that_refuses_connections_gets_the_reply_once_it_is_back(
    simulator: Simulator, requests: Requests, naps: Pauses, bo: Conversation, tmp_path: Path
) -> None:
    async with TcpProxy(simulator.port) as line, running_with_limits(simulator, tmp_path, telegram_api_url=line.url):
        await bo.ask("/help")
        simulator.faults.add(helping(Fault(status=429, retry_after=1)))

        async def interrupt(number: int) -> None:
            await (line.stop() if number == 1 else line.start()) if number in {1, 4} else None

        naps.meanwhile = interrupt
        assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert len(naps.seconds) == 4, "three tries found nobody there"
    assert asked_for_help(requests) == 3, "the first, the refused one, and one after the outage"


@pytest.mark.parametrize(
    ("point", "requested", "copies"),
    [("accept", 1, 1), ("headers", 1, 1), ("body", 2, 1), ("delivered", 2, 2), ("half", 2, 2), ("close", 1, 1)],
)
async def test_f12_a_connection_that_breaks_is_made_good_once(
    point: str,
    requested: int,
    copies: int,
    simulator: Simulator,
    requests: Requests,
    naps: Pauses,
    bo: Conversation,
    tmp_path: Path,
) -> None:
    async with TcpProxy(simulator.port) as line, running_with_limits(simulator, tmp_path, telegram_api_url=line.url):
        await requests.until(lambda: len(requests.of("setMyName")) > 1)
        await bo.ask("/settings")
        await line.stop()
        polls = len(requests.of("getUpdates"))
        await line.start()
        await requests.until(lambda: len(requests.of("getUpdates")) > polls)  # and that is the only connection
        methods = set() if point == "accept" else {"sendMessage"}
        simulator.faults.add(Fault(methods=methods, cut=point))  # type: ignore[arg-type]
        before = simulator.judge.total
        simulator.phone.say(bo.person, "/help")
        await simulator.judge.until(lambda judge: judge.counts[bo.chat.id] == 1 + copies)
        assert [words(message) for message in await bo.all_since(before)] == [HELP_TEXT] * copies
    assert asked_for_help(requests) == requested
    assert set(await update_outcomes(tmp_path)) == {"done"}


@pytest.mark.parametrize("point", ["headers", "body", "delivered", "half"])
async def test_f12_a_connection_that_always_breaks_is_given_up_after_two(
    point: str, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    fault = simulator.faults.add(Fault(methods={"sendMessage"}, cut=point, times=2))  # type: ignore[arg-type]
    copies = await bo.all_answers()
    assert len(copies) == (2 if point in {"delivered", "half"} else 0)
    assert simulator.faults.struck(fault) == 2
    assert any("sendMessage was given up" in line for line in complaints(caplog))


@pytest.mark.parametrize("deliver", [True, False])
@pytest.mark.parametrize("body", ["junk", "not_ok", "no_result", "empty", "html"])
async def test_f13_an_answer_that_says_nothing_may_mean_anything(
    body: str, deliver: bool, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    simulator.faults.add(helping(Fault(body=body, deliver=deliver)))  # type: ignore[arg-type]
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT] * (2 if deliver else 1)
    assert set(await update_outcomes(tmp_path)) == {"done"}


# One layer of retries

AT_MOST = [
    (Fault(status=400), 1),
    (Fault(status=400, description=CHAT_NOT_FOUND), 1),
    (Fault(status=403), 1),
    (Fault(status=429, retry_after=2), 1 + MOST_TRIES),
    (Fault(status=429), 1 + MOST_TRIES),
    (Fault(status=401), 1 + MOST_TRIES),
    (Fault(status=404), 1 + MOST_TRIES),
    (Fault(status=403, description="Forbidden: something new"), 1 + MOST_TRIES),
    (Fault(status=409), 2),
    (Fault(status=500), 2),
    (Fault(status=502, body="html"), 2),
    (Fault(status=502, body="html", deliver=True), 2),
    (Fault(body="junk"), 2),
    (Fault(body="not_ok", deliver=True), 2),
    (Fault(cut="body"), 2),
    (Fault(cut="delivered"), 2),
    (Fault(cut="half"), 2),
]


def _name(value: object) -> str | None:
    if not isinstance(value, Fault):
        return None
    wait = "" if value.retry_after is None else f"after {value.retry_after}"
    parts = (value.cut, value.status, value.body, value.description, wait, value.deliver and "delivered")
    return " ".join(str(part) for part in parts if part)


@pytest.mark.parametrize(("fault", "most"), AT_MOST, ids=_name)
async def test_f15_a_reply_takes_so_many_requests_and_none_more(
    fault: Fault, most: int, bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    simulator.faults.add(helping(replace(fault, times=None)))
    assert len(await bo.all_answers()) <= 2, "and two copies are the most"
    assert asked_for_help(requests) == most


@pytest.mark.parametrize(("fault", "most"), AT_MOST, ids=_name)
async def test_f15_an_edit_takes_so_many_requests_and_none_more(
    fault: Fault, most: int, bot: Poller, requests: Requests, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    menu = await bo.ask("/learn")
    before = simulator.judge.total
    naps.meanwhile = lambda _: requests.until(lambda: requests.of("answerCallbackQuery"))
    simulator.faults.add(replace(fault, methods={"editMessageText"}, times=None))
    await bo.touch(menu, "help")
    came = await bo.all_since(before)
    assert {words(message) for message in came} <= {HELP_TEXT}
    assert len(requests.of("editMessageText")) == most
    assert len(requests.of("answerCallbackQuery")) == 1


# What people write, and what they press


def _want_everything(file: Path, chat_id: int, now: datetime) -> None:
    """As many reminders as there can be, by the clock with the longest name."""
    database = create_engine(f"sqlite:///{file}", connect_args={"timeout": PATIENCE_SECONDS})
    with database.begin() as connection:
        people.live_in(connection, chat_id, max(available_timezones(), key=len))
        for kind, reminder in ENGLISH.reminders.items():
            times = tuple(time(10 + hour, 55) for hour in range(reminder.most))
            schedules.turn_on(connection, chat_id, kind, Wish(times, frozenset(range(1, 8)), silent=False), now)
    database.dispose()


@pytest.mark.parametrize("text", ["x" * 4096, "/" + "x" * 4095, "&" * 4096, "🦵" * 2048], ids=lambda text: text[:3])
async def test_f16_whatever_is_said_the_answer_is_not_too_long(
    text: str, bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(await bo.all_answers(text)) == 1
    assert complaints(caplog) == []


async def test_f16_however_much_somebody_wants_nothing_is_too_long(
    bot: Poller, naps: Pauses, simulator: Simulator, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    talk = Conversation(simulator, simulator.add_person("X" * 64))
    await talk.ask("/help")
    await asyncio.to_thread(_want_everything, tmp_path / "charley.db", talk.person.id, simulator.clock())
    for command in ENGLISH.commands.values():
        simulator.phone.say(talk.person, f"/{command.name}")
    simulator.phone.say(talk.person, THE_END)
    judge = simulator.judge
    await judge.until(lambda judge: is_the_end(judge.received(talk.chat.id)[-1:]), PATIENCE_SECONDS)
    assert judge.counts[talk.chat.id] >= 2 + len(ENGLISH.commands)
    assert max(len(text) for text in judge.texts(talk.chat.id)) <= 4096
    assert complaints(caplog) == []


STRANGE = [
    "<b>bold</b> & <unclosed",
    "</b></i> &amp; &nbsp; &#0; &unknown;",
    "\u202eevil\u202c \u2066bidi\u2069 \u200b\ufeff",
    "😀👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0323 \U000e0041",
    "nul \x00 bell \x07 escape \x1b[31m",
    "%s {0} {seconds} {{x}} ${HOME} $(id) '; DROP TABLE person; --",
    "*bold* _italic_ [link](http://example.org) `code` ||spoiler||",
    "/<b> /&amp; /cr&mp",
]


@pytest.mark.parametrize("text", STRANGE)
async def test_f17_no_word_of_a_person_comes_back_as_markup_or_at_all(
    text: str, bot: Poller, naps: Pauses, simulator: Simulator, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    odd, plain = (Conversation(simulator, simulator.add_person(name)) for name in (text, "Plain"))
    ordinary = [words(message) for message in await plain.all_answers("lorem ipsum")]
    assert ordinary
    assert [words(message) for message in await odd.all_answers(text)] == ordinary
    assert (complaints(caplog), naps.seconds) == ([], [])
    assert set(await update_outcomes(tmp_path)) == {"done"}


async def test_f17_a_text_that_telegram_cannot_parse_is_told_and_costs_no_second_request(
    bot: Poller, requests: Requests, simulator: Simulator, bo: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    description = "Bad Request: can't parse entities: Unsupported start tag"
    simulator.faults.add(helping(Fault(status=400, description=description)))
    assert await bo.all_answers() == []
    assert asked_for_help(requests) == 1
    assert any("parse entities" in line for line in complaints(caplog))


@pytest.mark.parametrize("data", ["help", "cramp:eased", "page:learn"])
async def test_f18_a_button_that_is_tapped_twice_changes_nothing_the_second_time(
    data: str,
    bot: Poller,
    requests: Requests,
    naps: Pauses,
    simulator: Simulator,
    bo: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    menu = await bo.ask("/tip")
    before = simulator.judge.total
    await asyncio.gather(*(bo.touch(menu, data) for _ in range(3)))
    assert len(await bo.all_since(before)) == 1
    assert (len(requests.of("editMessageText")), len(requests.of("answerCallbackQuery"))) == (3, 3)
    assert (naps.seconds, complaints(caplog)) == ([], [])


def press_of_long_ago(simulator: Simulator, person: Person, message: Json, data: str) -> None:
    """A press whose query Telegram has forgotten by the time the bot gets it."""
    query = {"id": "1", "from": person.user(), "chat_instance": "1", "data": data, "message": message}
    simulator.updates.add("callback_query", query, person.id)


@pytest.mark.parametrize("data", ["help", "cramp:danger", "language:en", "made up"])
async def test_f19_a_query_that_is_too_old_still_has_its_effect(
    data: str,
    bot: Poller,
    requests: Requests,
    naps: Pauses,
    simulator: Simulator,
    bo: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    menu = await bo.ask("/tip")
    before = simulator.judge.total
    press_of_long_ago(simulator, bo.person, menu, data)
    assert len(await bo.all_since(before)) == (0 if data == "made up" else 1)
    assert len(requests.of("answerCallbackQuery")) == 1
    assert (naps.seconds, complaints(caplog)) == ([], [])


async def test_f19_a_press_is_answered_while_its_message_has_to_wait(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation
) -> None:
    menu = await bo.ask("/tip")
    simulator.faults.add(Fault(methods={"editMessageText"}, status=429, retry_after=30))
    pressing = asyncio.create_task(simulator.phone.press(bo.person, menu["message_id"], "help"))
    answered_in: list[bool] = []

    async def look(_: int) -> None:
        answered_in.append(bool((await pressing)["answered"]))

    naps.meanwhile = look
    (change,) = await bo.arrived(1, simulator.judge.total, edits=True)
    assert words(change) == HELP_TEXT
    assert answered_in == [True]


# Every button there is


@pytest.mark.parametrize("language", sorted(running_bot.content()))
async def test_f20_the_data_of_every_button_fits_and_is_understood(
    language: str, bot: Poller, naps: Pauses, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Press every button that can be reached from any command; of those that differ in figures or zones only, one."""
    edition = running_bot.content()[language]
    talk = Conversation(simulator, simulator.add_person("Anna", language=language))
    seen: dict[str, str] = {}
    for command in edition.commands.values():
        simulator.phone.say(talk.person, f"/{command.name}")
    waiting = await _shown(talk, 0, seen)
    while waiting:
        before, menu = simulator.judge.total, simulator.judge.received(talk.chat.id)[-1].message
        await talk.touch(menu, waiting.pop())
        assert talk.toast != edition.words(unknown.Words).old_button
        waiting += await _shown(talk, before, seen)
    assert {f"page:{name}" for name in edition.pages} <= seen.keys() | {f"page:{name}" for name in edition.commands}
    assert [data for data in seen if not 1 <= len(data.encode()) <= LONGEST_DATA] == []
    assert complaints(caplog) == []


async def _shown(talk: Conversation, before: int, seen: dict[str, str]) -> list[str]:
    """The data of buttons of new kinds that came into the chat since ``before``; none sets a language."""
    judge = talk.simulator.judge
    talk.simulator.phone.say(talk.person, THE_END)
    await judge.until(lambda judge: is_the_end(judge.received(talk.chat.id, after=before)[-1:]), PATIENCE_SECONDS)
    came = [delivery.message for delivery in judge.received(talk.chat.id, after=before, edits=True)]
    known, kinds = {_kind(data) for data in seen}, dict[str, str]()
    for message in came:
        for label, data in buttons(message).items():
            seen[data] = label
            kinds.setdefault(_kind(data), data)
    return [data for kind, data in kinds.items() if kind not in known and not data.startswith("language:")]


def _kind(data: str) -> str:
    """What a button does, whatever the number or the zone it does it to."""
    return re.sub(r"\d+|[A-Z]\w+/[\w/+-]+", "0", data)


THE_END = "/xyzxyzxyz"


def is_the_end(last: list[Delivery]) -> bool:
    """Whether the answer to a command that does not exist has come: no text is awaited in its place."""
    nothing = {visible(edition.words(unknown.Words).command) for edition in running_bot.content().values()}
    return any(words(delivery.message) in nothing for delivery in last)
