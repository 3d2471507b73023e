"""What people write: the cases of three files, each also in other forms, and how many are understood.

``python -m tests.support.phrases`` prints the tables of docs/understanding.md.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

from bot.config import ROOT
from bot.parsing.intent import DANGERS, Intent, Rules, Understanding, understand
from tests.support.running_bot import content

FILES = [ROOT / "tests/bot/parsing/intent" / name for name in ("phrases.txt", "more_phrases.txt", "fresh_phrases.txt")]
"""The rules were written with all but the last, which measures how general they are."""
LONGEST_MESSAGE = 4096
SLIPS_PER_PHRASE = 5
MUSCLES = frozenset({"calf", "foot", "thigh", "hamstring"})
LETTERS = "abcdefghijklmnopqrstuvwxyzåäö"
WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True)
class Case:
    """One line of the file."""

    language: str
    intent: str
    text: str
    notes: tuple[str, ...]

    @property
    def accepted(self) -> frozenset[str]:
        """The intents that count as understood."""
        if "crisis" in self.notes:
            return frozenset({"crisis"})
        also = {note.removeprefix("also ") for note in self.notes if note.startswith("also ")}
        more = {"emergency"} if self.intent == "same_day" else set()
        return frozenset({self.intent} | also | more)

    @property
    def is_danger(self) -> bool:
        """Whether a screen of danger is right."""
        return not self.accepted.isdisjoint(DANGERS)

    @property
    def muscle(self) -> str | None:
        """The muscle that the steps are for: empty for the calf, None if the case does not say."""
        named = MUSCLES.intersection(self.notes)
        return None if not named else "".join(named - {"calf"})


@cache
def cases(file: Path) -> tuple[Case, ...]:
    """Return the cases of a file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(_cases(line for line in lines if line and not line.startswith("#")))


def _cases(lines: Iterable[str]) -> Iterator[Case]:
    for line in lines:
        language, intent, text, *rest = (part.strip() for part in line.split("|"))
        notes = tuple(note.strip() for note in "|".join(rest).split(";"))
        if any(note.startswith("endless") for note in notes):
            text = (f"{text} " * LONGEST_MESSAGE)[:LONGEST_MESSAGE]
        yield Case(language, intent, text, notes)


def rules() -> Rules:
    """Return the rules of the real content."""
    return content().rules


def meaning(understanding: Understanding) -> str:
    """Return an understanding in the words of the file."""
    match understanding.intent:
        case Intent.ASK:
            return f"ask:{understanding.about}"
        case Intent.TESTS | Intent.TIP:
            return f"ask:{understanding.intent}"
    return str(understanding.intent)


def is_understood(case: Case, text: str | None = None) -> bool:
    """Return whether a case, or another form of its text, is understood."""
    return meaning(understand(case.text if text is None else text, rules())) in case.accepted


@cache
def understanding(case: Case) -> Understanding:
    """Return what a case is understood as."""
    return understand(case.text, rules())


def has_muscle(case: Case) -> bool:
    """Return whether a case gets the steps of its muscle. Steps that name none are those of the calf."""
    muscle = understanding(case).muscle
    return case.muscle is None or case.muscle == ("" if muscle == "calf" else muscle)


# Other forms of a text


def without_accents(text: str) -> str:
    """Return a text without accents."""
    return "".join(char for char in normalize("NFKD", text) if not combining(char))


def with_filler(text: str) -> str:
    """Return a text between words that mean nothing."""
    return f"hey so um {text} thanks bye" if text.isascii() else f"hej du alltså {text} tack hej då"


def with_slip(text: str, chance: random.Random) -> str:
    """Return a text with one slip in one of its words of five letters or more, if it has any."""
    words = list(WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    letters, at = list(word[0]), chance.randrange(len(word[0]))
    match chance.choice(("left out", "added", "wrong", "swapped")):
        case "left out":
            del letters[at]
        case "added":
            letters.insert(at, chance.choice(LETTERS))
        case "wrong":
            letters[at] = chance.choice(LETTERS)
        case "swapped":
            at = min(at, len(letters) - 2)
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return text[: word.start()] + "".join(letters) + text[word.end() :]


FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "as written": lambda text, _: text,
    "in capitals": lambda text, _: text.upper(),
    "without accents": lambda text, _: without_accents(text),
    "with filler before and after": lambda text, _: with_filler(text),
    "with one slip": with_slip,
}


def share_of_dangers(cases: Iterable[Case], form: str, seed: int = 0, slips: int = SLIPS_PER_PHRASE) -> tuple[int, int]:
    """Return how many emergencies and same-day signs are understood in another form, and how many there are.

    With slips, each counts several times, because every slip is another.
    """
    chance = random.Random(seed)
    times = slips if form == "with one slip" else 1
    texts = [(case, FORMS[form](case.text, chance)) for case in cases if case.intent in DANGERS for _ in range(times)]
    return sum(is_understood(case, text) for case, text in texts), len(texts)


# The tables of docs/understanding.md


def shares(file: Path) -> dict[str, tuple[int, int]]:
    """Return how many of the cases of a file are treated as they should be, and how many there are, by what is asked."""
    every = cases(file)
    relief = [case for case in every if case.intent == Intent.RELIEF]
    innocent = [case for case in every if not case.is_danger]
    not_stopping = [case for case in every if "stop" not in case.accepted]
    named = {
        "emergencies that get the emergency screen": [case for case in every if case.intent == Intent.EMERGENCY],
        "same-day signs that get their screen": [case for case in every if case.intent == Intent.SAME_DAY],
        "other texts that get the fallback": [case for case in every if case.intent == Intent.OTHER],
        "all phrases": every,
    }
    counted = {name: (sum(map(is_understood, group)), len(group)) for name, group in named.items()}
    with_muscle = sum(is_understood(case) and has_muscle(case) for case in relief)
    alarmed = sum(understanding(case).intent in DANGERS for case in innocent)
    stopped = sum(understanding(case).intent is Intent.STOP for case in not_stopping)
    counted["calls for relief that get the steps of the right muscle"] = (with_muscle, len(relief))
    counted["innocent texts that get a screen of danger"] = (alarmed, len(innocent))
    counted["other texts that turn reminders off"] = (stopped, len(not_stopping))
    return counted


def main() -> None:
    """Print the tables."""
    columns = [shares(file) for file in FILES]
    _print_row("", *(file.name for file in FILES))
    print("|---" * (1 + len(FILES)) + "|")
    for name in columns[0]:
        _print_row(name, *("{} of {}".format(*column[name]) for column in columns))
    print()
    _print_row("dangers", *(file.name for file in FILES))
    print("|---" * (1 + len(FILES)) + "|")
    for form in FORMS:
        counts = [share_of_dangers(cases(file), form) for file in FILES]
        _print_row(form, *(f"{understood / total:.1%} of {total}" for understood, total in counts))


def _print_row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |".replace("|  |", "| |"))


if __name__ == "__main__":
    main()
