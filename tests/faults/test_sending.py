"""Faults while the bot sends replies: what people receive, how often, and how many requests that takes."""

import asyncio
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
from handlers import cramp, unknown
from simulator import Delivery, Fault, Person, Simulator
from tests.faults.bot_under_test import BotUnderTest
from tests.support import running_bot
from tests.support.conversation import HELP_TEXT, LONGEST_DATA, Conversation, Json, buttons, words
from tests.support.recording import shows
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS, until

ENGLISH = running_bot.content()["en"]
CHAT_NOT_FOUND = "Bad Request: chat not found"
STEPS = visible(cramp.steps(ENGLISH).text)
SENDING = {"sendMessage", "sendPhoto"}
NO_PAUSE_STATED = (1.0, 5.0)
IMPATIENT_SECONDS = 0.5
TOO_LONG = int(LONGEST_WAIT_SECONDS) + 1


def helping(fault: Fault) -> Fault:
    """Return the fault, limited to the reply to ``/help``."""
    return replace(fault, methods={"sendMessage"}, when=shows(HELP_TEXT))


# Too many requests


@pytest.mark.parametrize("seconds", [1, 7, 60])
async def test_f01_no_request_is_made_during_the_pause_that_telegram_asks_for(
    seconds: int, bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.faults.add(helping(Fault(status=429, retry_after=seconds, times=3)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    tries = [
        request.at
        for request in bot.requests.of("sendMessage")
        if visible(request.parameters.text("text")) == HELP_TEXT
    ]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(tries)]
    assert len(gaps) == 3
    assert min(gaps) >= seconds


async def test_f01_relief_waits_for_the_end_of_the_pause_too(bot: BotUnderTest, bo: Conversation) -> None:
    bot.simulator.faults.add(Fault(methods={"sendPhoto"}, status=429, retry_after=7))
    steps = await bo.ask("/cramp")
    assert words(steps) == STEPS
    first, second = bot.requests.of(*SENDING, chat=bo.chat.id)
    assert (second.at - first.at).total_seconds() >= 7


async def test_f01_other_people_do_not_wait_for_the_pause(
    bot: BotUnderTest, bo: Conversation, cilla: Conversation
) -> None:
    bot.simulator.faults.add(Fault(methods={"sendMessage"}, chats={bo.chat.id}, status=429, retry_after=30))
    answers: list[Json] = []

    async def ask_for_cilla(_: int) -> None:
        answers.append(await cilla.ask("/help"))
        assert bot.simulator.judge.texts(bo.chat.id) == []

    bot.pauses.meanwhile = ask_for_cilla
    assert words(await bo.ask("/help")) == HELP_TEXT
    assert [words(message) for message in answers] == [HELP_TEXT]


async def test_f01_a_pause_that_is_too_long_costs_one_reply_and_no_more_requests(
    bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.faults.add(helping(Fault(status=429, retry_after=TOO_LONG)))
    bot.simulator.phone.say(bo.person, "/help")
    await until(lambda: any("Giving up sendMessage" in line for line in bot.complaints()))
    bot.simulator.clock.skip(timedelta(seconds=TOO_LONG))
    assert await bo.all_since(0) == []
    assert bot.requests_for_help() == 1


async def test_f01_an_edit_that_has_to_wait_too_long_is_not_sent_as_a_new_message(
    bot: BotUnderTest, bo: Conversation
) -> None:
    menu = await bo.ask("/learn")
    before = bot.simulator.judge.total
    bot.simulator.faults.add(Fault(methods={"editMessageText"}, status=429, retry_after=TOO_LONG))
    await bo.touch(menu, "help")
    await until(lambda: any("Giving up sendMessage" in line for line in bot.complaints()))
    bot.simulator.clock.skip(timedelta(seconds=TOO_LONG))
    assert await bo.all_since(before) == []
    assert len(bot.requests.of("editMessageText")) == 1
    assert bot.requests_for_help() == 0


@pytest.mark.parametrize("fault", [Fault(status=429), Fault(status=429, retry_after=0), Fault(status=429, body="html")])
async def test_f02_a_pause_without_a_length_is_some_seconds(fault: Fault, bot: BotUnderTest, bo: Conversation) -> None:
    bot.simulator.faults.add(helping(fault))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    (pause,) = bot.pauses.seconds
    assert NO_PAUSE_STATED[0] <= pause <= NO_PAUSE_STATED[1]


# Chats that are gone


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
async def test_f04_a_chat_that_is_gone_gets_one_request(description: str, bot: BotUnderTest, bo: Conversation) -> None:
    bot.simulator.faults.add(helping(Fault(status=403, description=description, times=None)))
    assert await bo.all_answers() == [], "only the settings, after the fault"
    assert (bot.requests_for_help(), bot.pauses.seconds, bot.complaints()) == (1, [], [])


def test_f04_every_known_refusal_is_among_the_cases_of_this_file() -> None:
    cases = " ".join(GONE_FOR_GOOD) + CHAT_NOT_FOUND
    assert [wording for wording in GONE if wording not in cases] == []


async def test_f04_somebody_who_blocks_the_bot_and_comes_back_is_answered(
    stopped_bot: BotUnderTest, bo: Conversation, cilla: Conversation
) -> None:
    stopped_bot.simulator.phone.say(bo.person, "/cramp")
    stopped_bot.simulator.phone.block(bo.person)
    async with stopped_bot.running():
        await cilla.ask("/help")
        await stopped_bot.requests.until(lambda: stopped_bot.requests.of(*SENDING, chat=bo.chat.id))
        stopped_bot.simulator.phone.unblock(bo.person)
        assert words(await bo.ask("/help")) == HELP_TEXT
    assert stopped_bot.simulator.judge.counts[bo.chat.id] == 1


async def test_f04_an_unknown_refusal_is_retried(bot: BotUnderTest, bo: Conversation) -> None:
    bot.simulator.faults.add(helping(Fault(status=403, description="Forbidden: something new", times=2)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert bot.requests_for_help() == 3
    assert min(bot.pauses.seconds) >= 30, "slowly"


async def test_f06_a_chat_that_is_not_found_gets_one_request(bot: BotUnderTest, bo: Conversation) -> None:
    bot.simulator.faults.add(helping(Fault(status=400, description=CHAT_NOT_FOUND, times=None)))
    assert await bo.all_answers() == []
    assert (bot.requests_for_help(), bot.pauses.seconds, bot.complaints()) == (1, [], [])


# A group that gets a new id


@pytest.mark.parametrize("text", ["/help", "/cramp"])
async def test_f07_a_group_that_moved_before_the_answer_gets_it_once(
    text: str, stopped_bot: BotUnderTest, bo: Conversation
) -> None:
    group = stopped_bot.simulator.phone.new_group(bo.person, "Night shift")
    stopped_bot.simulator.phone.say(bo.person, text, group)
    moved = Conversation(stopped_bot.simulator, bo.person, stopped_bot.simulator.phone.migrate(group))
    async with stopped_bot.running():
        await moved.arrived(1, 0)
        await moved.ask("/settings")
    assert len(stopped_bot.simulator.judge.texts(moved.chat.id)) == 2
    assert stopped_bot.simulator.judge.texts(group.id) == []


async def test_f07_a_group_that_moves_while_the_answer_waits_gets_it_once(bot: BotUnderTest, bo: Conversation) -> None:
    group = bot.simulator.phone.new_group(bo.person, "Night shift")
    bot.simulator.faults.add(Fault(methods={"sendMessage"}, chats={group.id}, status=429, retry_after=2))
    moved: list[Conversation] = []

    async def move(_: int) -> None:
        if not moved:
            moved.append(Conversation(bot.simulator, bo.person, bot.simulator.phone.migrate(group)))

    bot.pauses.meanwhile = move
    bot.simulator.phone.say(bo.person, "/help", group)
    await bot.simulator.judge.until(lambda judge: bool(moved) and bool(judge.texts(moved[0].chat.id)))
    assert await moved[0].all_answers("/help") != []
    assert [words(delivery.message) for delivery in bot.simulator.judge.received(moved[0].chat.id)][:2] == [
        HELP_TEXT,
        HELP_TEXT,
    ]
    assert bot.simulator.judge.counts[moved[0].chat.id] == 3, "both answers and the settings"


@pytest.mark.parametrize("copies", [1, 2])
async def test_f07_the_message_that_a_group_has_moved_is_not_answered(
    copies: int, bot: BotUnderTest, bo: Conversation
) -> None:
    group = bot.simulator.phone.new_group(bo.person, "Night shift")
    bot.simulator.updates.copies = copies
    moved = Conversation(bot.simulator, bo.person, bot.simulator.phone.migrate(group))
    assert [words(message) for message in await moved.all_answers()] == [HELP_TEXT]
    assert bot.simulator.judge.counts[group.id] == 0


async def test_f07_a_button_from_before_the_move_works_after_it(bot: BotUnderTest, bo: Conversation) -> None:
    group = Conversation(bot.simulator, bo.person, bot.simulator.phone.new_group(bo.person, "Night shift"))
    menu = await group.ask("/help")
    moved = Conversation(bot.simulator, bo.person, bot.simulator.phone.migrate(group.chat))
    await group.touch(menu, "cramp:steps:relief")
    (steps,) = await moved.arrived(1, 0)
    assert words(steps) == STEPS


# The token and the server


@pytest.mark.parametrize("status", [401, 404])
async def test_f08_a_token_that_is_refused_for_a_while_costs_nobody_an_answer(
    status: int, bot: BotUnderTest, bo: Conversation, cilla: Conversation
) -> None:
    bot.simulator.faults.add(Fault(methods=SENDING, chats={bo.chat.id}, status=status, times=3))
    bot.simulator.faults.add(Fault(methods=SENDING, chats={cilla.chat.id}, status=status, times=3))
    bot.simulator.phone.say(cilla.person, "/cramp")
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert words((await cilla.arrived(1, 0))[0]) == STEPS
    assert min(bot.pauses.seconds) >= 1, "the retries are slow"
    assert set(await bot.update_outcomes()) == {"done"}


FAILED = [Fault(status=500), Fault(status=502, body="html"), Fault(status=503, body="empty"), Fault(status=504)]
FAILURES = pytest.mark.parametrize("fault", FAILED, ids=lambda fault: str(fault.status))


@FAILURES
async def test_f09_a_server_error_is_retried_once(fault: Fault, bot: BotUnderTest, bo: Conversation) -> None:
    bot.simulator.faults.add(helping(fault))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert bot.requests_for_help() == 2


@FAILURES
async def test_f09_a_server_that_delivers_and_always_fails_makes_two_copies_and_no_third(
    fault: Fault, bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.faults.add(helping(replace(fault, deliver=True, times=None)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT, HELP_TEXT]
    assert bot.requests_for_help() == 2


async def test_f09_an_outage_costs_two_requests_for_each_reply(bot: BotUnderTest) -> None:
    people = [Conversation(bot.simulator, bot.simulator.add_person()) for _ in range(40)]
    outage = bot.simulator.faults.add(Fault(methods=SENDING, status=502, body="html", times=None))
    for talk in people:
        bot.simulator.phone.say(talk.person, "/help")
    await bot.requests.until(lambda: len(bot.requests.of("sendMessage")) == 2 * len(people))
    bot.simulator.faults.remove(outage)
    for talk in people:
        assert await talk.all_answers() != []
    tries = [len(bot.requests.of("sendMessage", chat=talk.chat.id)) for talk in people]
    assert tries == [4] * len(people), "two in the outage, then the answer and the settings"


# Responses that never arrive


class ImpatientTransport(Transport):
    """The transport, but it waits only half a second for a response."""

    async def call(
        self,
        url: str,
        parameters: Mapping[str, Any],
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = 1.0,
        on_sent: Callable[[], None] | None = None,
    ) -> Any:
        return await super().call(url, parameters, files, min(seconds, IMPATIENT_SECONDS), on_sent)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Transport", ImpatientTransport)


async def test_f10_a_response_that_never_arrives_makes_two_copies_and_no_third(
    impatient: None, bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.faults.add(Fault(methods=SENDING, hold=600.0))
    assert [words(message) for message in await bo.all_answers("/help")] == [HELP_TEXT, HELP_TEXT]
    assert len(bot.requests.of(*SENDING)) == 3, "two copies and the settings"


async def test_f10_a_reply_is_given_up_after_two_requests_without_a_response(
    impatient: None, bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.faults.add(helping(Fault(hold=600.0, times=None)))
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT, HELP_TEXT]
    assert bot.requests_for_help() == 2


async def test_f11_a_telegram_that_refuses_connections_gets_the_reply_when_it_is_back(
    stopped_bot: BotUnderTest, bo: Conversation
) -> None:
    async with TcpProxy(stopped_bot.simulator.port) as proxy, stopped_bot.running(telegram_api_url=proxy.url):
        await bo.ask("/help")
        stopped_bot.simulator.faults.add(helping(Fault(status=429, retry_after=1)))

        async def interrupt(number: int) -> None:
            await (proxy.stop() if number == 1 else proxy.start()) if number in {1, 4} else None

        stopped_bot.pauses.meanwhile = interrupt
        assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    assert len(stopped_bot.pauses.seconds) == 4, "one after the refusal, three while nobody listened"
    assert stopped_bot.requests_for_help() == 3, "the first one, the refused one, and the one after the outage"


@pytest.mark.parametrize(
    ("point", "requested", "copies"),
    [("accept", 1, 1), ("headers", 1, 1), ("body", 2, 1), ("delivered", 2, 2), ("half", 2, 2), ("close", 1, 1)],
)
async def test_f12_a_broken_connection_is_retried_once_if_the_request_may_have_been_sent(
    point: str, requested: int, copies: int, stopped_bot: BotUnderTest, bo: Conversation
) -> None:
    async with TcpProxy(stopped_bot.simulator.port) as proxy, stopped_bot.running(telegram_api_url=proxy.url):
        await stopped_bot.requests.until(lambda: len(stopped_bot.requests.of("setMyName")) > 1)
        await bo.ask("/settings")
        await proxy.stop()
        polls = len(stopped_bot.requests.of("getUpdates"))
        await proxy.start()
        await stopped_bot.requests.until(
            lambda: len(stopped_bot.requests.of("getUpdates")) > polls
        )  # now there is only one connection
        methods = set() if point == "accept" else {"sendMessage"}
        stopped_bot.simulator.faults.add(Fault(methods=methods, cut=point))  # type: ignore[arg-type]
        before = stopped_bot.simulator.judge.total
        stopped_bot.simulator.phone.say(bo.person, "/help")
        await stopped_bot.simulator.judge.until(lambda judge: judge.counts[bo.chat.id] == 1 + copies)
        assert [words(message) for message in await bo.all_since(before)] == [HELP_TEXT] * copies
    assert stopped_bot.requests_for_help() == requested
    assert set(await stopped_bot.update_outcomes()) == {"done"}


@pytest.mark.parametrize("point", ["headers", "body", "delivered", "half"])
async def test_f12_a_reply_is_given_up_after_two_broken_connections(
    point: str, bot: BotUnderTest, bo: Conversation
) -> None:
    fault = bot.simulator.faults.add(Fault(methods={"sendMessage"}, cut=point, times=2))  # type: ignore[arg-type]
    copies = await bo.all_answers()
    assert len(copies) == (2 if point in {"delivered", "half"} else 0)
    assert bot.simulator.faults.struck(fault) == 2
    assert any("Giving up sendMessage" in line for line in bot.complaints())


@pytest.mark.parametrize("deliver", [True, False])
@pytest.mark.parametrize("body", ["junk", "not_ok", "no_result", "empty", "html"])
async def test_f13_an_invalid_response_is_retried_once(
    body: str, deliver: bool, bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.faults.add(helping(Fault(body=body, deliver=deliver)))  # type: ignore[arg-type]
    assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT] * (2 if deliver else 1)
    assert set(await bot.update_outcomes()) == {"done"}


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
async def test_f15_a_reply_takes_a_known_number_of_requests(
    fault: Fault, most: int, bot: BotUnderTest, bo: Conversation
) -> None:
    bot.simulator.faults.add(helping(replace(fault, times=None)))
    assert len(await bo.all_answers()) <= 2, "at most two copies"
    assert bot.requests_for_help() == most


@pytest.mark.parametrize(("fault", "most"), AT_MOST, ids=_name)
async def test_f15_an_edit_takes_a_known_number_of_requests(
    fault: Fault, most: int, bot: BotUnderTest, bo: Conversation
) -> None:
    menu = await bo.ask("/learn")
    before = bot.simulator.judge.total
    bot.pauses.meanwhile = lambda _: bot.requests.until(lambda: bot.requests.of("answerCallbackQuery"))
    bot.simulator.faults.add(replace(fault, methods={"editMessageText"}, times=None))
    await bo.touch(menu, "help")
    came = await bo.all_since(before)
    assert {words(message) for message in came} <= {HELP_TEXT}
    assert len(bot.requests.of("editMessageText")) == most
    assert len(bot.requests.of("answerCallbackQuery")) == 1


# Texts and buttons


def _turn_everything_on(file: Path, chat_id: int, now: datetime) -> None:
    """Turn on as many reminders as possible, in the time zone with the longest name."""
    database = create_engine(f"sqlite:///{file}", connect_args={"timeout": PATIENCE_SECONDS})
    with database.begin() as connection:
        people.set_zone(connection, chat_id, max(available_timezones(), key=len))
        for kind, reminder in ENGLISH.reminders.items():
            times = tuple(time(10 + hour, 55) for hour in range(reminder.most))
            schedules.turn_on(connection, chat_id, kind, Wish(times, frozenset(range(1, 8)), silent=False), now)
    database.dispose()


@pytest.mark.parametrize("text", ["x" * 4096, "/" + "x" * 4095, "&" * 4096, "🦵" * 2048], ids=lambda text: text[:3])
async def test_f16_the_answer_to_any_text_is_short_enough(text: str, bot: BotUnderTest, bo: Conversation) -> None:
    assert len(await bo.all_answers(text)) == 1
    assert bot.complaints() == []


async def test_f16_the_screens_of_somebody_with_every_reminder_are_short_enough(bot: BotUnderTest) -> None:
    talk = Conversation(bot.simulator, bot.simulator.add_person("X" * 64))
    await talk.ask("/help")
    await asyncio.to_thread(_turn_everything_on, bot.file, talk.person.id, bot.simulator.clock())
    for command in ENGLISH.commands.values():
        bot.simulator.phone.say(talk.person, f"/{command.name}")
    bot.simulator.phone.say(talk.person, UNKNOWN_COMMAND)
    judge = bot.simulator.judge
    await judge.until(lambda judge: answers_unknown_command(judge.received(talk.chat.id)[-1:]), PATIENCE_SECONDS)
    assert judge.counts[talk.chat.id] >= 2 + len(ENGLISH.commands)
    assert max(len(text) for text in judge.texts(talk.chat.id)) <= 4096
    assert bot.complaints() == []


ODD_TEXTS = [
    "<b>bold</b> & <unclosed",
    "</b></i> &amp; &nbsp; &#0; &unknown;",
    "\u202eevil\u202c \u2066bidi\u2069 \u200b\ufeff",
    "😀👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0323 \U000e0041",
    "nul \x00 bell \x07 escape \x1b[K",
    "%s {0} {seconds} {{x}} ${HOME} $(id) '; DROP TABLE person; --",
    "*bold* _italic_ [link](http://example.org) `code` ||spoiler||",
    "/<b> /&amp; /cr&mp",
]


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_f17_no_answer_repeats_what_a_person_wrote(text: str, bot: BotUnderTest) -> None:
    odd, plain = (Conversation(bot.simulator, bot.simulator.add_person(name)) for name in (text, "Plain"))
    ordinary = [words(message) for message in await plain.all_answers("lorem ipsum")]
    assert ordinary
    assert [words(message) for message in await odd.all_answers(text)] == ordinary
    assert (bot.complaints(), bot.pauses.seconds) == ([], [])
    assert set(await bot.update_outcomes()) == {"done"}


async def test_f17_markup_that_telegram_cannot_parse_is_logged_and_not_retried(
    bot: BotUnderTest, bo: Conversation
) -> None:
    description = "Bad Request: can't parse entities: Unsupported start tag"
    bot.simulator.faults.add(helping(Fault(status=400, description=description)))
    assert await bo.all_answers() == []
    assert bot.requests_for_help() == 1
    assert any("parse entities" in line for line in bot.complaints())


@pytest.mark.parametrize("data", ["help", "cramp:eased", "page:learn"])
async def test_f18_a_button_that_is_tapped_three_times_changes_the_message_once(
    data: str, bot: BotUnderTest, bo: Conversation
) -> None:
    menu = await bo.ask("/tip")
    before = bot.simulator.judge.total
    await asyncio.gather(*(bo.touch(menu, data) for _ in range(3)))
    assert len(await bo.all_since(before)) == 1
    assert (len(bot.requests.of("editMessageText")), len(bot.requests.of("answerCallbackQuery"))) == (3, 3)
    assert (bot.pauses.seconds, bot.complaints()) == ([], [])


def press_long_ago(simulator: Simulator, person: Person, message: Json, data: str) -> None:
    """Press a button whose query Telegram has forgotten by the time the bot receives it."""
    query = {"id": "1", "from": person.user(), "chat_instance": "1", "data": data, "message": message}
    simulator.updates.add("callback_query", query, person.id)


@pytest.mark.parametrize("data", ["help", "cramp:danger", "language:en", "made up"])
async def test_f19_a_query_that_is_too_old_takes_effect_all_the_same(
    data: str, bot: BotUnderTest, bo: Conversation
) -> None:
    menu = await bo.ask("/tip")
    before = bot.simulator.judge.total
    press_long_ago(bot.simulator, bo.person, menu, data)
    assert len(await bo.all_since(before)) == (0 if data == "made up" else 1)
    assert len(bot.requests.of("answerCallbackQuery")) == 1
    assert (bot.pauses.seconds, bot.complaints()) == ([], [])


async def test_f19_a_press_is_answered_while_its_edit_has_to_wait(bot: BotUnderTest, bo: Conversation) -> None:
    menu = await bo.ask("/tip")
    bot.simulator.faults.add(Fault(methods={"editMessageText"}, status=429, retry_after=30))
    pressing = asyncio.create_task(bot.simulator.phone.press(bo.person, menu["message_id"], "help"))
    answered: list[bool] = []

    async def note_answer(_: int) -> None:
        answered.append(bool((await pressing)["answered"]))

    bot.pauses.meanwhile = note_answer
    (change,) = await bo.arrived(1, bot.simulator.judge.total, edits=True)
    assert words(change) == HELP_TEXT
    assert answered == [True]


# Every button


async def test_f20_the_data_of_every_button_fits_and_is_understood(bot: BotUnderTest) -> None:
    """Press every button that can be reached from any command. If several differ only in numbers or zones, press one.

    One language shows all: the data of a button holds no words.
    """
    edition = ENGLISH
    talk = Conversation(bot.simulator, bot.simulator.add_person("Anna"))
    seen: dict[str, str] = {}
    for command in edition.commands.values():
        bot.simulator.phone.say(talk.person, f"/{command.name}")
    waiting = await _shown(talk, 0, seen)
    while waiting:
        before, menu = bot.simulator.judge.total, bot.simulator.judge.received(talk.chat.id)[-1].message
        await talk.touch(menu, waiting.pop())
        assert talk.alert != edition.words(unknown.Words).old_button
        waiting += await _shown(talk, before, seen)
    assert {f"page:{name}" for name in edition.pages} <= seen.keys() | {f"page:{name}" for name in edition.commands}
    assert [data for data in seen if not 1 <= len(data.encode()) <= LONGEST_DATA] == []
    assert bot.complaints() == []


async def _shown(talk: Conversation, before: int, seen: dict[str, str]) -> list[str]:
    """Return the data of one button of each new kind that arrived after delivery ``before``, except language buttons."""
    judge = talk.simulator.judge
    talk.simulator.phone.say(talk.person, UNKNOWN_COMMAND)
    await judge.until(
        lambda judge: answers_unknown_command(judge.received(talk.chat.id, after=before)[-1:]), PATIENCE_SECONDS
    )
    came = [delivery.message for delivery in judge.received(talk.chat.id, after=before, edits=True)]
    known, kinds = {_kind(data) for data in seen}, dict[str, str]()
    for message in came:
        for label, data in buttons(message).items():
            seen[data] = label
            kinds.setdefault(_kind(data), data)
    return [data for kind, data in kinds.items() if kind not in known and not data.startswith("language:")]


def _kind(data: str) -> str:
    """Return the data of a button without its numbers and zones."""
    return re.sub(r"\d+|[A-Z]\w+/[\w/+-]+", "0", data)


UNKNOWN_COMMAND = "/xyzxyzxyz"


def answers_unknown_command(last: list[Delivery]) -> bool:
    """Return whether the answer to an unknown command is the last message. Such a command is never taken for an answer."""
    nothing = {visible(edition.words(unknown.Words).command) for edition in running_bot.content().values()}
    return any(words(delivery.message) in nothing for delivery in last)
