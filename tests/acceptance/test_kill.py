"""``kill -9`` at any moment: every update is handled, nothing takes effect twice, few replies come twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from simulator import Fault, Person, Request, Simulator
from tests import fakes
from tests.acceptance.processes import Home, running

UPDATES, KILLS, GROUPS = 1000, 15, 40
SEED = 20_261_101
LANGUAGES = ("en", "sv")


@dataclass
class Traffic:
    """People in groups who ask: a reply in a group names the message it answers, so that each can be counted."""

    simulator: Simulator
    random: Random
    people: list[Person] = field(default_factory=list)
    tips: Counter[int] = field(default_factory=Counter)
    languages: dict[int, str] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)
    pressed: int = 0

    def __post_init__(self) -> None:
        self.people = [self.simulator.add_person(f"Person {number}", started=True) for number in range(GROUPS)]
        self.groups = {each.id: self.simulator.phone.new_group(each, "Night shift") for each in self.people}
        self.simulator.updates.clear()

    def come(self, count: int) -> None:
        """So many more updates."""
        for _ in range(count):
            person = self.random.choice(self.people)
            if self.random.random() < 0.25:
                self._choose_language(person)
            else:
                self._ask(person)

    def _ask(self, person: Person) -> None:
        text = self.random.choice(("/tip", "/tip", "/help", "/cramp"))
        group = self.groups[person.id]
        self.tips[person.id] += text == "/tip"
        self.asked.append((group.id, self.simulator.phone.say(person, text, group).id))

    def _choose_language(self, person: Person) -> None:
        """A press on a message that Telegram no longer shows, as after a restart of the phone."""
        language = self.languages[person.id] = self.random.choice(LANGUAGES)
        private = {"id": person.id, "type": "private", "first_name": person.name}
        query = {"id": str(self.pressed), "from": person.user(), "chat_instance": "1", "data": f"language:{language}"}
        message = {"chat": private, "message_id": 1, "date": 0}
        self.simulator.updates.add("callback_query", {**query, "message": message}, person.id)
        self.pressed += 1

    def answers(self) -> Counter[tuple[int, int]]:
        """How many replies each message got."""
        replies = [each.message for each in self.simulator.judge.received() if "reply_to_message" in each.message]
        return Counter((each["chat"]["id"], each["reply_to_message"]["message_id"]) for each in replies)


@dataclass
class Executioner:
    """Kills a process when it makes its ``countdown``-th request, which then may be carried out or not."""

    random: Random
    process: asyncio.subprocess.Process
    countdown: int
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, _: Request) -> bool:
        """Whether a request is cut off: half of the last ones are."""
        self.countdown -= 1
        if self.countdown == 0:
            self.process.kill()
            self.done.set()
        return self.done.is_set() and self.random.random() < 0.5


async def _killed(home: Home, traffic: Traffic, updates: int) -> None:
    """One life of the bot, while ``updates`` come in: some before it starts, some when it is at work."""
    before = traffic.random.randrange(updates)
    traffic.come(before)
    process = await home.start()
    executioner = Executioner(traffic.random, process, traffic.random.randint(1, updates))
    fault = home.simulator.faults.add(Fault(when=executioner.strikes, cut="body", times=None))
    traffic.come(updates - before)
    async with asyncio.timeout(fakes.PATIENCE_SECONDS):
        await executioner.done.wait()
        await process.wait()
    home.simulator.faults.remove(fault)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with fakes.telegram(keep=None) as simulator:
        yield Home(simulator, tmp_path)


async def test_a_thousand_updates_survive_many_kills(home: Home) -> None:
    traffic = Traffic(home.simulator, Random(SEED))
    share = UPDATES // (KILLS + 1)
    for _ in range(KILLS):
        await _killed(home, traffic, share)
    async with running(home):
        traffic.come(UPDATES - KILLS * share)
        async with asyncio.timeout(fakes.PATIENCE_SECONDS):
            await home.simulator.judge.until(lambda _: traffic.answers().keys() >= set(traffic.asked))
    _check(home, traffic)


def _check(home: Home, traffic: Traffic) -> None:
    assert home.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", UPDATES)]
    assert home.rows("SELECT count(*) FROM inbox WHERE raw IS NOT NULL") == [(0,)]
    known = {
        chat: (language, tips) for chat, language, tips in home.rows("SELECT chat_id, language, tips_seen FROM person")
    }
    for person in traffic.people:
        assert known[person.id] == (traffic.languages.get(person.id), traffic.tips[person.id])
    answers = traffic.answers()
    assert answers.keys() == set(traffic.asked), "every message is answered, and nothing else"
    assert max(answers.values()) <= 1 + KILLS
    print(f"{sum(answers.values()) - len(answers)} replies came again over {KILLS} kills")
