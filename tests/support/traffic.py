"""Many people at once, each of whose wishes can be told apart afterwards: what was answered, and how often."""

from collections import Counter
from random import Random

from simulator import Simulator

QUESTIONS = ("/tip", "/tip", "/help", "/cramp")
LANGUAGES = ("en", "sv", "follow")
PRESSES = 0.25
"""The share of presses among the updates."""

MessageId = tuple[int, int]
"""A message by its chat and number."""


class Traffic:
    """People who ask in groups, where a reply names the message it answers, and choose their language in private."""

    def __init__(self, simulator: Simulator, random: Random, people: int) -> None:
        self._simulator = simulator
        self._random = random
        self.people = [simulator.add_person(f"Person {number}", started=True) for number in range(people)]
        self._groups = {each.id: simulator.phone.new_group(each, "Night shift") for each in self.people}
        simulator.updates.clear()
        self.tips: Counter[int] = Counter()
        self.languages: dict[int, str | None] = {}
        self.asked: list[MessageId] = []
        self._presses = 0

    def come(self, count: int) -> None:
        """So many more updates."""
        for _ in range(count):
            if self._random.random() < PRESSES:
                self._choose_language()
            else:
                self._ask()

    def _ask(self) -> None:
        person, text = self._random.choice(self.people), self._random.choice(QUESTIONS)
        group = self._groups[person.id]
        self.tips[person.id] += text == "/tip"
        self.asked.append((group.id, self._simulator.phone.say(person, text, group).id))

    def _choose_language(self) -> None:
        """A press that nobody waits for, on a message that Telegram no longer shows."""
        person, code = self._random.choice(self.people), self._random.choice(LANGUAGES)
        self.languages[person.id] = None if code == "follow" else code
        private = {"id": person.id, "type": "private", "first_name": person.name}
        query = {"id": str(self._presses), "from": person.user(), "chat_instance": "1", "data": f"language:{code}"}
        message = {"chat": private, "message_id": 1, "date": 0}
        self._simulator.updates.add("callback_query", {**query, "message": message}, person.id)
        self._presses += 1

    def answers(self, after: int = 0, until: float = float("inf")) -> Counter[MessageId]:
        """How many replies each message got, by the deliveries after number ``after`` and up to ``until``."""
        found: Counter[MessageId] = Counter()
        for each in self._simulator.judge.received(after=after):
            asked = each.message.get("reply_to_message")
            if asked and each.number <= until:
                found[each.chat, asked["message_id"]] += 1
        return found

    def has_come_to_rest(self) -> bool:
        """Whether everything asked is answered, and every choice of a language confirmed in private."""
        confirmed = sum(self._simulator.judge.counts[each.id] for each in self.people)
        return confirmed >= self._presses and self.answers().keys() >= set(self.asked)


class ProcessRuns:
    """The lives of a process that is ended again and again, told apart by the deliveries within them.

    A life begins when it first asks Telegram for anything: for updates, or, where that is held up, who it is.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.starts: list[int] = []

    def begin(self) -> None:
        """One more begins."""
        self.starts.append(self._simulator.judge.total)

    def answers(self, traffic: Traffic) -> list[Counter[MessageId]]:
        """How many replies each message got in each life."""
        ends: list[float] = [*self.starts[1:], float("inf")]
        return [traffic.answers(start, end) for start, end in zip(self.starts, ends, strict=True)]
