"""Pages: how their buttons are arranged, where they lead, and which pages have a back button."""

import pytest
from telegram import InlineKeyboardButton as Button

from bot.content import HALF_LABEL_LIMIT, Edition
from bot.content.telegram_html import visible
from handlers import learn
from handlers.learn import Words
from tests.support.conversation import Conversation, buttons, words

FITS, WIDE = "x" * HALF_LABEL_LIMIT, "x" * (HALF_LABEL_LIMIT + 1)


@pytest.mark.parametrize(
    ("labels", "laid"),
    [
        pytest.param("", [], id="none"),
        pytest.param(["a"], [["a"]], id="one"),
        pytest.param(["a", "b"], [["a", "b"]], id="two short"),
        pytest.param(["a", "b", "c"], [["a", "b"], ["c"]], id="never three"),
        pytest.param([FITS, FITS], [[FITS, FITS]], id="just short enough"),
        pytest.param([WIDE, "b"], [[WIDE], ["b"]], id="nothing beside a wide one"),
        pytest.param(["a", WIDE], [["a"], [WIDE]], id="a wide one beside nothing"),
        pytest.param(["a", WIDE, "b", "c"], [["a"], [WIDE], ["b", "c"]], id="the order is kept"),
        pytest.param([WIDE, WIDE], [[WIDE], [WIDE]], id="two wide"),
    ],
)
def test_two_short_buttons_share_a_row(labels: list[str], laid: list[list[str]]) -> None:
    rows = learn.rows([Button(label, callback_data="x") for label in labels])
    assert [[button.text for button in row] for row in rows] == laid


def ways(edition: Edition, name: str) -> list[str]:
    return [str(button.callback_data) for row in learn.page(edition, name).buttons for button in row]


def leading(edition: Edition, *neighbours: str) -> Edition:
    """Return the edition in which the page on causes has these neighbours."""
    causes = edition.pages["causes"].model_copy(update={"next": neighbours})
    return edition.model_copy(update={"pages": {**edition.pages, "causes": causes}})


@pytest.mark.parametrize(
    ("neighbours", "data"),
    [
        ((), ["page:learn"]),
        (("night",), ["page:night", "page:learn"]),
        (("night", "doctor"), ["page:night", "page:doctor", "page:learn"]),
        (("learn", "night"), ["page:learn", "page:night"]),
    ],
)
def test_the_neighbours_come_first_and_the_back_button_last(
    edition: Edition, neighbours: tuple[str, ...], data: list[str]
) -> None:
    assert ways(leading(edition, *neighbours), "causes") == data


def test_the_back_button_has_a_row_of_its_own(edition: Edition) -> None:
    assert learn.page(leading(edition, "night"), "causes").buttons[-1] == [learn.back_button(edition)]


@pytest.mark.parametrize("name", ["privacy", "diary"])
def test_the_pages_about_the_diary_lead_to_its_settings_in_a_private_chat(edition: Edition, name: str) -> None:
    assert "diary" in ways(edition, name)
    in_a_group = learn.page(edition, name, private=False)
    assert "diary" not in [button.callback_data for row in in_a_group.buttons for button in row]
    assert edition.words(Words).diary_button in visible(edition.html(edition.pages["diary"]))


def test_the_menu_does_not_lead_to_itself(edition: Edition) -> None:
    assert "page:learn" not in ways(edition, "learn")


def test_the_menu_leads_to_every_page_to_read_and_to_the_blood_tests(edition: Edition) -> None:
    to_read = edition.pages.keys() - {"learn", "about", "privacy", "diary"}
    assert sorted(ways(edition, "learn")) == sorted([*(f"page:{name}" for name in to_read), "tests"])
    assert all(len(row) == 2 for row in learn.page(edition, "learn").buttons[:-1]), "short labels keep the menu short"


def test_the_page_of_a_reminder_offers_it_once_and_in_private_only(edition: Edition) -> None:
    (first, *rest), label = learn.page(edition, "stretching").buttons, edition.words(Words).remind_button
    assert [(button.text, button.callback_data) for button in first] == [(label, "remind:on:stretch")]
    assert learn.page(edition, "stretching", private=False).buttons == rest


def test_a_button_is_named_like_the_page_it_leads_to(edition: Edition) -> None:
    ((night, doctor), _) = learn.page(leading(edition, "night", "doctor"), "causes").buttons
    assert (night.text, doctor.text) == (edition.pages["night"].button, edition.pages["doctor"].button)
    assert learn.back_button(edition).text == edition.words(Words).back_button


@pytest.mark.parametrize("picture", [None, "wall_stretch"])
def test_a_page_shows_its_picture(edition: Edition, picture: str | None) -> None:
    causes = edition.pages["causes"].model_copy(update={"picture": picture})
    changed = edition.model_copy(update={"pages": {**edition.pages, "causes": causes}})
    assert learn.page(changed, "causes").picture == picture


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("data", ["page:nowhere", "page:", "page:night2", "xpage:night", "page:night\npage:night"])
async def test_a_page_that_does_not_exist_is_not_shown(bo: Conversation, data: str) -> None:
    menu = await bo.ask("/learn")
    before = bo.simulator.judge.total
    await bo.touch(menu, data)
    assert bo.alert
    await bo.nothing_came(before)


@pytest.mark.usefixtures("bot")
async def test_a_page_comes_in_the_language_chosen_by_then(bo: Conversation) -> None:
    menu = await bo.ask("/learn")
    await bo.press(await bo.ask("/language"), "language:sv")
    assert words(await bo.press(menu, "page:night")).startswith("Sendrag på natten")


@pytest.mark.usefixtures("bot")
async def test_how_it_is_done_stands_above_the_other_buttons(anna: Conversation, edition: Edition) -> None:
    settings = await anna.ask("/settings")
    shown = await anna.press(settings, "more:stretching")
    assert shown["message_id"] == settings["message_id"]
    assert words(shown) == visible(edition.html(edition.pages["stretching"]))
    assert buttons(shown) == buttons(settings), "only the pressed one would go"


@pytest.mark.usefixtures("services")
async def test_a_page_never_shows_the_picture_of_another(bo: Conversation) -> None:
    night = await bo.ask("/night")
    stretching = await bo.press(night, "page:stretching")
    assert "photo" in stretching
    assert stretching["message_id"] != night["message_id"]
    wall = await bo.press(stretching, "page:wall_stretch")
    assert wall["message_id"] == stretching["message_id"]
    prevent = await bo.press(wall, "page:prevent")
    assert "photo" not in prevent
    assert prevent["message_id"] != wall["message_id"]
    assert (await bo.press(prevent, "page:food"))["message_id"] == prevent["message_id"]
