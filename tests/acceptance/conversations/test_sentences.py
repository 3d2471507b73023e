"""What people write in sentences, over HTTP: each gets a screen that exists, and nothing of their own words."""

import os
import random
import re
from collections.abc import Iterator

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from bot.parsing.intent import understand
from bot.store.people import Person
from handlers import blood_tests, cramp, erasure, learn, pause, settings, stop, tip, unknown
from handlers import help as help_topic
from handlers.reminders import remind, reminder_kind
from handlers.timezone import clock
from tests.support import conversation, phrases
from tests.support.conversation import Conversation, words
from tests.support.running_bot import content

EXAMPLES = int(os.environ.get("CHARLEY_EXAMPLES", "30"))

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]


@pytest.mark.parametrize(("said", "starts"), [
    ("chest hurts, can't breathe", "This can be serious. Call 112 (or your local emergency number) now."),
    ("my leg is swollen and red", "This can be serious. Call a doctor (1177 in Sweden) today."),
    ("I have a cramp in my calf", "1. Gently pull your toes"),
    ("kramp i tårna", "1. Gently pull your toes"),
    ("it let go", "Good."),
    ("no chest pain but my calf cramps", "1. Gently pull your toes"),
    ("stop sending me these", "No reminders are on"),
    ("lovely weather", "Hard to breathe, chest pain"),
])  # fmt: skip
async def test_a_sentence_gets_its_screen(bo: Conversation, said: str, starts: str) -> None:
    assert words(await bo.ask(said)).startswith(starts)


@pytest.mark.parametrize("said", ["kramp i tårna", "my leg is swollen and red", "chest hurts, can't breathe"])
async def test_a_text_in_pain_is_no_city(anna: Conversation, said: str) -> None:
    question = await anna.ask("/timezone")
    city_question = await anna.press(question, "clock:city:")
    answer = await anna.ask(said)
    assert said not in words(answer)
    assert words(answer) != words(city_question)
    assert "photo" in answer or "11" in words(answer).split("\n", maxsplit=1)[0]


def screens(edition: Edition) -> set[str]:
    """Return every screen that a sentence of somebody without reminders may be answered with, as it is seen."""
    nobody = conversation._NO_CHOICES
    drafts = [
        *(cramp.steps(edition, muscle) for muscle in cramp.MUSCLES),
        *(cramp.today(edition, sign) for sign in ("leg", "pattern", "statin", "")),
        *(draw(edition) for draw in (cramp.emergency, cramp.still_hurts, cramp.eased, unknown.not_understood)),
        *(draw(edition) for draw in (cramp.crisis, blood_tests.tests, help_topic.commands, erasure.question)),
        *(learn.page(edition, name) for name in edition.pages),
        *(tip.tip(edition, Person(1, tips_seen=seen)) for seen in range(1, len(edition.tips) + 1)),
        *(reminder_kind.screen(edition, nobody, kind) for kind in edition.reminders),
        *(stop.turned_off(edition, nobody, [], kind) for kind in (None, *edition.reminders)),
        settings.overview(edition, nobody),
        settings.language_question(content(), edition),
        remind.overview(edition, nobody),
        pause.resumed(edition, nobody),
        clock.question(edition, []),
    ]
    return {visible(draft.text) for draft in drafts} | {edition.words(pause.Words).nothing}


LETTERS = [
    *range(0x20, 0x2F),
    *range(0x3A, 0x180),
    *range(0x390, 0x500),
    *range(0x5D0, 0x5EB),
    *range(0x1F600, 0x1F640),
]
"""Characters of several scripts, signs and emoji, without the slash of commands and without numbers."""
LETTERS_IN_A_ROW = re.compile(r"[^\W\d_]+")
MARKUP = ["<b>", "</b>", "&amp;", "{x}", "{emergency}", "%s", "`", "<script>", "🦵"]


def any_texts(chance: random.Random) -> Iterator[str]:
    """Yield what people write, their words in any order and with markup between them, and any characters at all."""
    written = [case.text[:80] for file in phrases.FILES for case in phrases.cases(file)]
    words_written = [word for text in written for word in text.split() if not word.startswith("/")]
    for _ in range(EXAMPLES // 3):
        yield chance.choice(written)
        yield " ".join(chance.choices([*words_written, *MARKUP], k=6))
        yield "x" + "".join(map(chr, chance.choices(LETTERS, k=chance.randint(1, 60))))


async def test_whatever_is_written_the_answer_is_one_of_the_screens(anna: Conversation, edition: Edition) -> None:
    """Nothing that somebody wrote comes back, because no screen has a place for it."""
    known, rules = screens(edition), phrases.rules()
    spoken = set(LETTERS_IN_A_ROW.findall(edition.model_dump_json()))
    for text in any_texts(random.Random(edition.code)):
        for answer in await anna.all_answers(text):
            if understand(text, rules).times:  # the screens of a reminder fill in the times, and say why one is refused
                assert set(LETTERS_IN_A_ROW.findall(words(answer))) <= spoken, text
            else:
                assert words(answer) in known, text
