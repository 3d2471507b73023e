"""The blocks of the content: what each accepts and refuses, and how a screen reads."""

import re
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from bot.content import (
    ALERT_LIMIT,
    CAPTION_LIMIT,
    HALF_LABEL_LIMIT,
    LABEL_LIMIT,
    LINE_LIMIT,
    MESSAGE_LIMIT,
    Alert,
    BloodTest,
    Command,
    Edition,
    HalfLabel,
    Label,
    Line,
    Model,
    Paragraph,
    Placeholders,
    Profile,
    Screen,
    Text,
    join_lines,
    paragraph,
)
from bot.content.telegram_html import visible
from handlers import cramp
from tests.support.running_bot import content


class Block(Model):
    """One of each kind of text."""

    text: Text = "x"
    line: Line = "x"
    label: Label = "x"
    half: HalfLabel = "x"
    alert: Alert = "x"
    plain: str = "x"


def reason(kind: type[Model], **fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        kind(**fields)
    return str(caught.value)


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("text", MESSAGE_LIMIT),
        ("line", LINE_LIMIT),
        ("label", LABEL_LIMIT),
        ("half", HALF_LABEL_LIMIT),
        ("alert", ALERT_LIMIT),
    ],
)
def test_a_text_may_be_as_long_as_its_place_takes(field: str, limit: int) -> None:
    assert Block(**{field: "x" * limit})
    assert "is longer than" in reason(Block, **{field: "x" * (limit + 1)})
    assert "is longer than" in reason(Block, **{field: "🦵" * (limit // 2 + 1)}), "emoji count twice"


def test_only_what_is_seen_counts() -> None:
    assert Block(text="<b>" + "x" * (MESSAGE_LIMIT - 1) + "</b>&amp;")


@pytest.mark.parametrize("field", ["text", "label", "alert"])
def test_no_text_is_empty(field: str) -> None:
    reason(Block, **{field: ""})
    reason(Block, **{field: "  \n "})


def test_space_around_a_text_goes() -> None:
    block = Block(text=" a \n", label=" b ", alert="\nc")
    assert (block.text, block.label, block.alert) == ("a", "b", "c")


def test_html_is_checked_where_it_is_html_and_nowhere_else() -> None:
    assert "never closed" in reason(Block, text="<b>x")
    assert Block(label="<b> & co", alert="5 < 6").label == "<b> & co"


@pytest.mark.parametrize("field", ["text", "label", "alert", "plain"])
@pytest.mark.parametrize("text", ["{name}", "{}", "{0}", "{name!r}", "{a.b}", "{", "}"])
def test_a_brace_that_the_code_does_not_fill_in_is_a_problem(field: str, text: str) -> None:
    ((key, problem),) = Block(**{field: text}).problems()
    assert key == (field,)
    assert re.match("has the placeholders {.*}; the code fills in none|has a brace too many", problem)


def test_a_brace_may_be_written_twice() -> None:
    assert list(Block(text="{{so}}").problems()) == []


class Filled(Model):
    """A text with two placeholders, also in a block of its own and in a list of blocks."""

    text: Annotated[Text, Placeholders("a", "b")]
    line: str = "x"
    block: Block = Block()
    blocks: dict[str, Block] = Field(default_factory=dict)


def test_placeholders_must_be_exactly_those_that_the_code_fills_in() -> None:
    assert list(Filled(text="{b} and {a}").problems()) == []
    assert list(Filled(text="{a}").problems()) == [
        (("text",), "has the placeholders {a}; the code fills in {a}, {b}"),
    ]
    assert list(Filled(text="{a}{b}{c}").problems()) == [
        (("text",), "has the placeholders {a}, {b}, {c}; the code fills in {a}, {b}"),
    ]


def test_placeholders_are_checked_in_blocks_of_blocks() -> None:
    wrong = Block(label="{x}")
    filled = Filled(text="{a}{b}", block=wrong, blocks={"one": wrong})
    assert [key for key, _ in filled.problems()] == [("block", "label"), ("blocks", "one", "label")]


def test_placeholders_are_the_same_if_their_names_are() -> None:
    assert Placeholders("a", "b") == Placeholders("b", "a") != Placeholders("a")


def test_a_block_is_never_changed_and_takes_no_unknown_key() -> None:
    assert "extra" in reason(Block, extra="x").lower()
    with pytest.raises(ValidationError):
        setattr(Block(), "text", "y")  # noqa: B010  # what mypy would not let pass


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"article": ["A1"], "note": "S1", "source": ["x"]}, "mixes"),
        ({"article": ["A1"], "source": ["x"]}, "mixes"),
        ({"note": "S1"}, "needs a source"),
        ({"article": ["B1"]}, "article"),
        ({"article": ["A100"]}, "article"),
        ({"note": "A1", "source": ["x"]}, "note"),
    ],
)
def test_a_paragraph_is_a_fact_or_a_note_and_not_both(fields: dict[str, Any], text: str) -> None:
    assert text in reason(Paragraph, text="x", **fields)


def test_words_of_ours_have_a_mark() -> None:
    ours = Paragraph(text="Loose covers.", source=("x",))
    note = Paragraph(text="Call today.", note="S1", source=("x",))
    fact = Paragraph(text="Drink.", article=("A21",))
    assert paragraph(ours, "+") == "<blockquote>+ Loose covers.</blockquote>"
    assert paragraph(note, "<Note>") == "<blockquote>&lt;Note&gt; Call today.</blockquote>"
    assert paragraph(fact, "+") == "Drink."


@pytest.mark.parametrize("name", ["cramp", "c", "a_1", "x" * 32])
def test_names_that_telegram_takes_for_commands(name: str) -> None:
    assert Command(name=name, menu="Menu").name == name


@pytest.mark.parametrize("name", ["", "Cramp", "1st", "_x", "kråmp", "x" * 33, "/cramp", "two words"])
def test_names_that_telegram_refuses_for_commands(name: str) -> None:
    reason(Command, name=name, menu="Menu")
    reason(Command, name="cramp", menu="Menu", also=[name])


def test_a_line_of_the_menu_has_its_limits() -> None:
    assert Command(name="x", menu="x" * 256)
    reason(Command, name="x", menu="x" * 257)
    reason(Command, name="x", menu="xx")


@pytest.mark.parametrize(("field", "limit"), [("name", 64), ("description", 512), ("short_description", 120)])
def test_the_profile_has_its_limits(field: str, limit: int) -> None:
    fields = {"name": "x", "description": "x", "short_description": "x"}
    assert Profile(**{**fields, field: "x" * limit})
    assert "is longer than" in reason(Profile, **{**fields, field: "x" * (limit + 1)})


def test_a_price_is_a_number_of_kronor() -> None:
    reason(BloodTest, name="x", button="x", text="x", article=["A1"], price="79.50")


def edition(**screens: Any) -> Edition:
    """The real English edition, with other screens in place of the page about nights."""
    english = content()["en"]
    pages = {**english.pages, "night": english.pages["night"].model_copy(update=screens)}
    return english.model_copy(update={"pages": pages})


def test_a_screen_reads_from_its_title_down() -> None:
    english = content()["en"]
    screen = Screen(
        title="Salt & water",
        body={"fact": Paragraph(text="One."), "note": Paragraph(text="Two.", note="S1", source=("x",))},
    )
    marked = "<b>Salt &amp; water</b>\n\nOne.\n<blockquote>Added: Two.</blockquote>"
    assert english.html(screen) == f"{marked}\n{english.marks.foot}", "the mark is explained once, at the foot"
    article = screen.model_copy(update={"title": None, "body": {"fact": screen.body["fact"]}})
    assert english.html(article) == "One.", "nothing is marked, so nothing has to be explained"


def test_in_few_lines_a_note_has_neither_mark_nor_quotation() -> None:
    body = [Paragraph(text="<b>1.</b> Pull.", article=("A34",)), Paragraph(text="Hold.", source=("x",))]
    assert join_lines(body) == "<b>1.</b> Pull.\nHold."
    assert join_lines(body, "\n\n") == "<b>1.</b> Pull.\n\nHold."


def test_every_screen_is_listed_with_its_key() -> None:
    keys = [key for key, _ in content()["en"].screens()]
    assert keys[: len(content()["en"].pages)] == [("pages", name) for name in content()["en"].pages]
    assert {("cramp", "relief"), ("cramp", "danger")} <= set(keys)
    assert len(keys) == len(set(keys))


def test_the_editions_that_we_ship_have_no_problems() -> None:
    for whole in content().values():
        assert list(whole.problems()) == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"next": ("nowhere",)}, "leads to 'nowhere', which is not in pages"),
        ({"picture": "nowhere"}, "has the picture 'nowhere', which is not in pictures"),
        (
            {"picture": None, "body": {"x": Paragraph(text="x" * MESSAGE_LIMIT)}},
            "characters on the screen; Telegram accepts 4096",
        ),
        (
            {"picture": "foot", "body": {"x": Paragraph(text="x" * CAPTION_LIMIT)}},
            "characters on the screen; Telegram accepts 1024",
        ),
    ],
)
def test_a_problem_of_the_whole_has_its_key(change: dict[str, Any], text: str) -> None:
    ((key, problem),) = edition(**change).problems()
    assert key == ("pages", "night")
    assert problem.endswith(text)


def test_the_words_of_a_module_are_found_by_its_model() -> None:
    words = content()["sv"].words(cramp.Words)
    assert isinstance(words, cramp.Words)
    assert visible(words.counting_out.format(seconds=5))


def test_words_of_no_topic_are_an_error_in_the_code() -> None:
    with pytest.raises(KeyError):
        content()["en"].words(Block)
