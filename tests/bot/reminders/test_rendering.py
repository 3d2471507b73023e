"""How a reminder looks, in every kind and language."""

import pytest

from bot.content import LABEL_LIMIT, Edition, paragraph
from bot.content.telegram_html import visible
from bot.messages.sender import Draft
from bot.reminders.rendering import HOUR, QUARTER, buttons, later_buttons, next_tip, reminder
from bot.store.people import Person
from tests.support.running_bot import content

ANNA = Person(1_000_001)
KINDS = sorted(content()["en"].reminders)
LARGEST = 2**63 - 1


def data(draft: Draft) -> dict[str, str]:
    rows = draft.markup["reply_markup"]["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_reminder_has_two_rows_of_answers(edition: Edition, kind: str) -> None:
    said, rows = (
        edition.answers,
        reminder(edition, kind, 77, ANNA, silent=False).markup["reply_markup"]["inline_keyboard"],
    )
    labels = [[button["text"] for button in row] for row in rows]
    pressed = list(data(reminder(edition, kind, 77, ANNA, silent=False)).values())
    if edition.reminders[kind].guided:
        assert (labels.pop(0), pressed.pop(0)) == ([said.start_button], "answer:start:77")
    assert labels[:2] == [[said.done_button, said.later_button], [said.skip_button, said.stop_button]]
    assert pressed[:4] == ["answer:done:77", "answer:later:77", "answer:skip:77", "answer:stop:77"]


@pytest.mark.parametrize("spans", [(QUARTER, HOUR), (HOUR,)])
def test_later_opens_the_spans_that_are_possible(edition: Edition, spans: tuple[int, ...]) -> None:
    shown = data(Draft("", later_buttons(edition.answers, LARGEST, spans)))
    wanted = [f"answer:later:{LARGEST}:{minutes}" for minutes in spans]
    assert list(shown.values()) == [*wanted, f"answer:back:{LARGEST}"]


def test_a_reminder_leads_to_its_page_if_it_has_one(edition: Edition, kind: str) -> None:
    page = edition.reminders[kind].page
    button = data(reminder(edition, kind, 77, ANNA, silent=False)).get(edition.answers.more_button)
    assert (button is not None) == (page is not None)
    assert button is None or button.endswith(f":{page}")


def test_a_reminder_can_start_its_routine_if_it_has_one(edition: Edition, kind: str) -> None:
    shown = data(reminder(edition, kind, 77, ANNA, silent=False))
    start = shown.get(edition.answers.start_button)
    assert start == ("answer:start:77" if edition.reminders[kind].guided else None)
    assert start is None or next(iter(shown.values())) == start, "it is the first button"


def test_every_button_fits_even_with_the_largest_number(edition: Edition, kind: str) -> None:
    shown = data(reminder(edition, kind, LARGEST, ANNA, silent=False))
    assert all(len(pressed.encode()) <= 64 for pressed in shown.values())
    assert all(len(label) <= LABEL_LIMIT for label in shown)


def test_the_buttons_have_the_number_of_their_reminder(edition: Edition, kind: str) -> None:
    one, other = (reminder(edition, kind, number, ANNA, silent=False) for number in (77, 78))
    assert [pressed.replace("77", "78") for pressed in data(one).values()] == list(data(other).values())


def test_the_buttons_are_the_same_as_rendered_by_the_library(edition: Edition, kind: str) -> None:
    block = edition.reminders[kind]
    same = Draft("", buttons(edition.answers, block.page, "77", guided=block.guided is not None)).markup
    assert reminder(edition, kind, 77, ANNA, silent=False).markup == same


@pytest.mark.parametrize("silent", [True, False])
def test_a_reminder_is_silent_or_not(edition: Edition, silent: bool) -> None:
    assert reminder(edition, "water", 1, ANNA, silent=silent).silent is silent


def test_a_kind_with_a_text_shows_it(edition: Edition) -> None:
    assert reminder(edition, "water", 1, ANNA, silent=False).text == edition.reminders["water"].text


def test_a_tip_is_the_persons_next(edition: Edition) -> None:
    assert reminder(edition, "tip", 1, ANNA, silent=False).text == next_tip(edition, ANNA)


def test_a_tip_that_was_planned_stays_the_same(edition: Edition) -> None:
    planned = reminder(edition, "tip", 1, Person(ANNA.chat_id, tips_seen=9), silent=False, tip="3")
    assert planned.text == next_tip(edition, Person(ANNA.chat_id, tips_seen=3))


def test_tips_go_round_before_one_comes_again(edition: Edition) -> None:
    every = [next_tip(edition, Person(ANNA.chat_id, tips_seen=seen)) for seen in range(2 * len(edition.tips))]
    assert len(set(every)) == len(edition.tips)
    assert every[: len(edition.tips)] == every[len(edition.tips) :]
    assert set(every) == {paragraph(tip, edition.marks.long) for tip in edition.tips.values()}


def test_people_start_at_different_tips(edition: Edition) -> None:
    assert next_tip(edition, Person(1)) != next_tip(edition, Person(2))


def test_there_is_always_something_to_read(edition: Edition, kind: str) -> None:
    assert visible(reminder(edition, kind, 1, ANNA, silent=False).text).strip()
