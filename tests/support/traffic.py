"""Many people who write to the bot at once, such that we can count afterwards how often each message was answered."""

from collections import Counter
from random import Random

from simulator import Simulator

QUESTIONS = ("/tip", "/tip", "/help", "/cramp")
LANGUAGES = ("en", "sv", "follow")
PRESSES = 0.25
"""The share of presses among the updates."""

MessageId = tuple[int, int]
"""The chat and the number of a message."""


class Traffic:
    """People who ask in groups, where a reply names the message it answers, and who choose their language in private."""

    def __init__(self, simulator: Simulator, random: Random, people: int) -> None:
        self._simulator = simulator
        self._random = random
        self.people = [simulator.add_person(f"Person {number}", started=True) for number in range(people)]
        self._groups = {person.id: simulator.phone.new_group(person, "Night shift") for person in self.people}
        simulator.updates.clear()
        self.tips: Counter[int] = Counter()
        self.languages: dict[int, str | None] = {}
        self.questions: list[MessageId] = []
        self._presses = 0

    def send(self, count: int) -> None:
        """Send ``count`` more updates."""
        for _ in range(count):
            if self._random.random() < PRESSES:
                self._choose_language()
            else:
                self._ask()

    def _ask(self) -> None:
        person, text = self._random.choice(self.people), self._random.choice(QUESTIONS)
        group = self._groups[person.id]
        self.tips[person.id] += text == "/tip"
        self.questions.append((group.id, self._simulator.phone.say(person, text, group).id))

    def _choose_language(self) -> None:
        """Press a button without waiting, on a message that Telegram no longer shows."""
        person, code = self._random.choice(self.people), self._random.choice(LANGUAGES)
        self.languages[person.id] = None if code == "follow" else code
        private = {"id": person.id, "type": "private", "first_name": person.name}
        query = {"id": str(self._presses), "from": person.user(), "chat_instance": "1", "data": f"language:{code}"}
        message = {"chat": private, "message_id": 1, "date": 0}
        self._simulator.updates.add("callback_query", {**query, "message": message}, person.id)
        self._presses += 1

    def answers(self, after: int = 0, until: float = float("inf")) -> Counter[MessageId]:
        """Return how many replies each message got in the deliveries after number ``after`` and up to ``until``."""
        replies: Counter[MessageId] = Counter()
        for delivery in self._simulator.judge.received(after=after):
            question = delivery.message.get("reply_to_message")
            if question and delivery.number <= until:
                replies[delivery.chat, question["message_id"]] += 1
        return replies

    def is_answered(self) -> bool:
        """Return whether every question is answered, and every choice of a language confirmed in private."""
        confirmed = sum(self._simulator.judge.counts[person.id] for person in self.people)
        return confirmed >= self._presses and self.answers().keys() >= set(self.questions)


class ProcessRuns:
    """The runs of a process that is ended again and again, and which deliveries belong to which run.

    A run begins with its first request to Telegram.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.starts: list[int] = []

    def begin(self) -> None:
        """Note that another run begins."""
        self.starts.append(self._simulator.judge.total)

    def answers(self, traffic: Traffic) -> list[Counter[MessageId]]:
        """Return how many replies each message got in each run."""
        ends: list[float] = [*self.starts[1:], float("inf")]
        return [traffic.answers(start, end) for start, end in zip(self.starts, ends, strict=True)]
