"""Problems of the content are reported before the bot starts, each with its file, line and key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest
from ruamel.yaml import YAML

from bot.content import CAPTION_LIMIT, Label, Model, Placeholders, Screen, Text
from bot.content.loading import DEFAULT_LANGUAGE, Content, load
from bot.content.telegram_html import length, visible
from bot.errors import ContentError
from tests.support.running_bot import content

ENGLISH = """\
code: en
language: English
profile: {name: Charley, description: Help for cramps, short_description: Help}
marks: {long: "Our note:", foot: Ours}
commands:
  cramp: {name: cramp, menu: Ease a cramp, also: [cramps]}
  night: {name: night, menu: Read about nights}
pages:
  night:
    title: At night
    button: Night
    picture: toes
    body:
      older:
        text: Older people get them often.
        article: [A18]
      visit:
        text: Do they break your sleep? Book a visit.
        note: S4
        source: ["https://a.test"]
    next: [night]
tests:
  iron: {name: Iron, button: Iron test, text: It measures iron., article: [A43], price: 79, url: null}
tips:
  toes: {text: Pull your toes towards you., article: [A34]}
reminders:
  stretch: {name: Stretching, button: Stretch, text: Stretch now., times: ["21:30"], most: 2, page: night}
answers: {start_button: B, done_button: D, later_button: L, back_button: B, quarter_button: Q, hour_button: H, skip_button: N, stop_button: S, more_button: M}
stretches:
  calf: {name: Calf, how: {text: Pull.}, cue: Breathe., left_picture: toes, right_picture: toes}
routines:
  evening:
    name: Evening
    button: Evening
    about: {text: Before bed.}
    sequence: [{stretch: calf, side: left, hold: 10, rest: 10, repetitions: 3}]
moments:
  today: "today {time}"
  tomorrow: "tomorrow {time}"
  weekday: "{weekday} {time}"
  date: "{day} {time}"
  day: "on {day}"
  every_day: every day
  day_range: "{first} to {last}"
pictures:
  toes: {file: toes.png}
cramp:
  relief:
    body:
      stretch: {text: Pull your toes., article: [A34]}
  counting: "{seconds} seconds"
  key: Cramp now
reminder_consent: I keep your times.
intents:
  words: {calf: "calf, calves", pain: hurt*, not: "no, not"}
  deniable: pain
  rules: [{means: relief, all: calf pain}, {means: ask, about: night, all: calf}]
numbers:
  emergency_by_country: {"112": SE}
  advice_by_country: {"1177": SE}
  in_full: {}
  doctor: a doctor
  unknown_emergency: your local number
  unknown_doctor: a doctor
"""
SWEDISH = """\
code: sv
language: Svenska
profile: {name: Charley, description: Hjälp vid kramp, short_description: Hjälp}
marks: {long: "Vårt tillägg:", foot: Vårt}
commands:
  cramp: {name: kramp, menu: Lindra ett sendrag}
  night: {name: natt, menu: Läs om natten}
pages:
  night:
    title: På natten
    button: Natt
    body:
      older: {text: Äldre får det ofta.}
      visit: {text: Boka tid om det stör sömnen.}
tests:
  iron: {name: Järn, button: Järnprov, text: Det mäter järn.}
tips:
  toes: {text: Dra tårna mot dig.}
reminders:
  stretch: {name: Stretchning, button: Stretcha, text: Stretcha nu.}
answers: {start_button: B, done_button: K, later_button: L, back_button: B, quarter_button: Q, hour_button: T, skip_button: I, stop_button: S, more_button: V}
stretches:
  calf: {name: Vaden, how: {text: Dra.}, cue: Andas.}
routines:
  evening: {name: Kväll, button: Kväll, about: {text: Före läggdags.}}
moments:
  today: "i dag {time}"
  tomorrow: "i morgon {time}"
  weekday: "{weekday} {time}"
  date: "{day} {time}"
  day: "den {day}"
  every_day: varje dag
  day_range: "{first} till {last}"
cramp:
  relief:
    body:
      stretch: {text: Dra tårna mot dig.}
  counting: "{seconds} sekunder"
  key: Sendrag
reminder_consent: Jag sparar dina tider.
intents:
  words: {calf: "vad, vaden", pain: ont, not: inte}
numbers: {doctor: en läkare, unknown_emergency: nödnumret, unknown_doctor: en läkare}
"""


class Words(Model):
    """A handler's own block."""

    relief: Screen
    counting: Annotated[Text, Placeholders("seconds")]
    key: Label


SECTIONS: Mapping[str, type[Model]] = {"cramp": Words}


def write(folder: Path, english: str = ENGLISH, swedish: str = SWEDISH) -> Path:
    (folder / "content.yaml").write_text(english, encoding="utf-8")
    (folder / "content.sv.yaml").write_text(swedish, encoding="utf-8")
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets" / "toes.png").touch()
    return folder


def changed(text: str, old: str, new: str) -> tuple[str, int]:
    """The text with its one ``old`` replaced, and the line on which that stands."""
    assert text.count(old) == 1, old
    return text.replace(old, new), text[: text.index(old)].count("\n") + 1


def problems(folder: Path, sections: Mapping[str, type[Model]] = SECTIONS) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(folder, sections)
    return str(caught.value).splitlines()


def test_sound_content_is_an_edition_for_each_language(tmp_path: Path) -> None:
    loaded = load(write(tmp_path), SECTIONS)
    assert list(loaded) == ["en", "sv"]
    assert loaded["sv"].pages["night"].title == "På natten"
    assert loaded["sv"].language == "Svenska"


def test_facts_come_from_the_english_file(tmp_path: Path) -> None:
    loaded = load(write(tmp_path), SECTIONS)
    swedish = loaded["sv"]
    assert swedish.pages["night"].body["older"].article == ("A18",)
    assert swedish.pages["night"].body["visit"].source == ("https://a.test",)
    assert swedish.pages["night"].picture == "toes"
    assert swedish.tests["iron"].price == 79
    assert swedish.pictures["toes"].file == "toes.png"


def test_names_of_the_english_command_work_in_every_language(tmp_path: Path) -> None:
    loaded = load(write(tmp_path), SECTIONS)
    assert loaded.names("cramp") == ["cramp", "cramps", "kramp"]
    assert loaded.names("night") == ["night", "natt"]


def test_the_content_that_is_shipped_is_sound() -> None:
    assert set(content()) == {"en", "sv"}


@pytest.mark.parametrize(
    ("languages", "code"),
    [
        (("sv",), "sv"),
        (("sv-FI",), "sv"),
        (("SV",), "sv"),
        (("en-GB", "sv"), "en"),
        (("fi", "sv"), "sv"),
        ((None, "sv"), "sv"),
        ((None, None), DEFAULT_LANGUAGE),
        (("", "xx"), DEFAULT_LANGUAGE),
        ((), DEFAULT_LANGUAGE),
    ],
)
def test_the_first_language_that_there_is_counts(languages: tuple[str | None, ...], code: str) -> None:
    assert content().edition(*languages).code == code


ENGLISH_MISTAKES = [
    ("English\nprofile", "English\nlanguage: French\nprofile", 1, "found duplicate key", "duplicate key"),
    ("    button: Night", "    butten: Night", 0, "pages.night.butten: ", "unknown key"),
    ("    button: Night", "    colour: red\n    button: Night", 0, "pages.night.colour: ", "surplus key"),
    ("  key: Cramp now", "  keys: [Cramp now]", 0, "cramp.keys: ", "unknown key of a handler"),
    ("Older people get them often.", "<b>Older", 0, "pages.night.body.older.text: <b> is never", "HTML left open"),
    ("Older people get them often.", "<h1>Older", 0, "pages.night.body.older.text: <h1> is not", "unknown tag"),
    ("Older people get them often.", "a & b", 0, "pages.night.body.older.text: a lone &", "lone ampersand"),
    ("Older people get them often.", "x" * 4097, 0, "pages.night.body.older.text: is longer", "text too long"),
    ("Older people get them often.", "''", 0, "pages.night.body.older.text: is empty", "no text"),
    ("    title: At night", "    title: " + "x" * 41, 0, "pages.night.title: is longer than 40", "title too long"),
    ("    button: Night", "    button: " + "x" * 33, 0, "pages.night.button: is longer than 32", "button too long"),
    ("{seconds} seconds", "{minutes} minutes", 0, "cramp.counting: has the placeholders {minutes}; the code fills in {seconds}", "placeholder"),
    ("{seconds} seconds", "some seconds", 0, "cramp.counting: has the placeholders none", "placeholder missing"),
    ("{seconds} seconds", "{} seconds", 0, "cramp.counting: has the placeholders {}", "placeholder without name"),
    ("Older people get them often.", "In {month}", 0, "pages.night.body.older.text: has the", "placeholder too many"),
    ("Older people get them often.", "'{ is open'", 0, "pages.night.body.older.text: has a brace too many", "lone brace"),
    ("[A18]", "[A18]\n        note: S4\n        source: [x]", -2, "pages.night.body.older: mixes", "article and note"),
    ("[A18]", "[A18]\n        source: [x]", -2, "pages.night.body.older: mixes", "article and source"),
    ('        source: ["https://a.test"]\n', "", -3, "pages.night.body.visit: note S4 needs", "note without source"),
    ("[A18]", "[18]", 0, "pages.night.body.older.article.0: ", "no number of a fact"),
    ("note: S4", "note: A4", 0, "pages.night.body.visit.note: A4 is no safety note", "no number of a note"),
    ("note: S4", "note: S18", 0, "pages.night.body.visit.note: S18 is no safety note", "a note there is not"),
    ("note: S4", "note: S0", 0, "pages.night.body.visit.note: S0 is no safety note", "note zero"),
    ("[A18]", "[A47]", 0, "pages.night.body.older.article.0: A47 is no fact", "a fact there is not"),
    ("{name: night,", "{name: Night!,", 0, "commands.night.name: ", "no name for a command"),
    ("price: 79", "price: cheap", 0, "tests.iron.price: ", "no price"),
    ('"21:30"', '"24:00"', 0, "reminders.stretch.times.0: must be a time like", "no time of a day"),
    ("most: 2", "most: 7", 0, "reminders.stretch.most: ", "too many reminders a day"),
    ("most: 2", "most: 2, refused: No", 0, "reminders.stretch: needs both question and refused", "refused without a question"),
    ("today {time}", "today", 0, "moments.today: has the placeholders none", "a moment without its time"),
    ('marks: {long: "Our note:", foot: Ours}', "marks: just text", 0, "marks: ", "not a block"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "offset", "expected"), [pytest.param(*case[:4], id=case[4]) for case in ENGLISH_MISTAKES]
)
def test_a_mistake_is_reported_with_file_line_and_key(
    old: str, new: str, offset: int, expected: str, tmp_path: Path
) -> None:
    english, line = changed(ENGLISH, old, new)
    reports = [report for report in problems(write(tmp_path, english)) if report.startswith("content.yaml")]
    assert any(report.startswith(f"content.yaml:{line + offset}: {expected}") for report in reports), reports
    assert not any("Value error" in report for report in reports)


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        pytest.param("next: [night]", "next: [night, day]", "pages.night", "day", id="unknown neighbour"),
        pytest.param("    picture: toes", "    picture: feet", "pages.night", "feet", id="unknown picture"),
        pytest.param("page: night", "page: day", "reminders.stretch", "day", id="unknown page of a reminder"),
        pytest.param("page: night}", "guided: yoga}", "reminders.stretch", "yoga", id="unknown routine"),
        pytest.param("left_picture: toes", "left_picture: feet", "stretches.calf", "feet", id="unknown left picture"),
        pytest.param("stretch: calf", "stretch: thigh", "routines.evening", "thigh", id="unknown stretch"),
        pytest.param(
            "Older people get them often.",
            "x" * 1020,
            "pages.night",
            "Telegram accepts 1024",
            id="too long below a picture",
        ),
    ],
)
def test_a_name_of_nothing_is_reported_with_line_and_key(
    old: str, new: str, key: str, what: str, tmp_path: Path
) -> None:
    english, _ = changed(ENGLISH, old, new)
    (report,) = [report for report in problems(write(tmp_path, english)) if report.startswith("content.yaml")]
    place, _, message = report.partition(f": {key}")
    assert place != "content.yaml:1", "the line of the page, or within it"
    assert place.startswith("content.yaml:")
    assert what in message


def test_a_picture_that_is_not_in_the_folder_is_reported(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "assets" / "toes.png").unlink()
    _, line = changed(ENGLISH, "  toes: {file", "")
    assert problems(tmp_path) == [f"content.yaml:{line}: pictures.toes.file: toes.png is not in assets/"]


def test_a_screen_of_a_handler_is_checked_like_a_page(tmp_path: Path) -> None:
    english, _ = changed(ENGLISH, "  relief:\n", "  relief:\n    picture: feet\n")
    assert any("cramp.relief" in report and "feet" in report for report in problems(write(tmp_path, english)))


def test_a_screen_may_be_as_long_as_telegram_takes(tmp_path: Path) -> None:
    short, _ = changed(ENGLISH, "Older people get them often.", "x")
    edition = load(write(tmp_path, short), SECTIONS)["en"]
    room = CAPTION_LIMIT - length(visible(edition.html(edition.pages["night"])))
    assert load(write(tmp_path, short.replace("text: x", "text: x" + "x" * room)), SECTIONS)
    assert problems(write(tmp_path, short.replace("text: x", "text: xx" + "x" * room)))


def test_a_missing_key_is_reported(tmp_path: Path) -> None:
    english, _ = changed(ENGLISH, "    button: Night\n", "")
    swedish, _ = changed(SWEDISH, "    button: Natt\n", "")
    assert any(
        report.startswith("content.yaml:9: pages.night.button: ")
        for report in problems(write(tmp_path, english, swedish))
    )


def test_a_missing_block_is_reported(tmp_path: Path) -> None:
    english, swedish = (text.partition("cramp:\n  relief")[0] for text in (ENGLISH, SWEDISH))
    assert any(": cramp: " in report for report in problems(write(tmp_path, english, swedish)))


def test_a_block_that_no_topic_has_is_reported(tmp_path: Path) -> None:
    reports = problems(write(tmp_path, ENGLISH + "walk: {a: b}\n", SWEDISH + "walk: {a: b}\n"))
    line = ENGLISH.count("\n") + 1
    assert any(report.startswith(f"content.yaml:{line}: walk: ") for report in reports)


SWEDISH_MISTAKES = [
    ("    title: På natten\n", "", 8, "content.sv.yaml:9: pages.night.title: is missing", "a gap"),
    ("Sendrag\n", "Sendrag\n  extra: ord\n", 0, "content.sv.yaml:40: cramp.extra: is not in content.yaml", "a surplus"),
    ("  night: {name: natt, menu: Läs om natten}\n", "", 0, "content.sv.yaml:5: commands.night: is missing", "a command"),
    ("Järnprov,", "Järnprov, price: 79,", 0, "content.sv.yaml:16: tests.iron.price: belongs in content.yaml only", "a fact"),
    ("cramp:\n  relief", "pictures:\n  toes: {file: fot.png}\ncramp:\n  relief", 0, "content.sv.yaml:35: pictures.toes.file: belongs in content.yaml only", "file"),
    ("{seconds} sekunder", "{sekunder} s", 0, "content.sv.yaml:38: cramp.counting: has the", "placeholder"),
    ("Äldre får det ofta.", "<b>Äldre", 0, "content.sv.yaml:13: pages.night.body.older.text: <b>", "HTML"),
    ("key: Sendrag", "key: " + "x" * 33, 0, "content.sv.yaml:39: cramp.key: is longer than 32", "too long"),
    ("tips:\n  toes: {text: Dra tårna mot dig.}", "tips: ord", 0, "content.sv.yaml:17: tips: ", "words for a block"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), [pytest.param(a, b, d, id=e) for a, b, _, d, e in SWEDISH_MISTAKES]
)
def test_a_mistake_in_a_translation_is_reported_with_file_line_and_key(
    old: str, new: str, expected: str, tmp_path: Path
) -> None:
    swedish, _ = changed(SWEDISH, old, new)
    reports = problems(write(tmp_path, swedish=swedish))
    assert any(report.startswith(expected) for report in reports), reports


def test_every_problem_is_reports(tmp_path: Path) -> None:
    english = ENGLISH.replace("button: Night", "button: ''").replace("price: 79", "price: cheap")
    reports = problems(write(tmp_path, english, SWEDISH.replace("key: Sendrag", "key: ''")))
    assert [report.split(": ")[1] for report in reports] == ["pages.night.button", "tests.iron.price"]


@pytest.mark.parametrize("typo", ["butten", "buton", "Button"])
def test_a_mistyped_key_is_one_line_with_the_right_name(typo: str, tmp_path: Path) -> None:
    english, line = changed(ENGLISH, "    button: Night", f"    {typo}: Night")
    text = f"pages.night.{typo}: is not a key that the bot knows; did you mean button?"
    assert problems(write(tmp_path, english)) == [f"content.yaml:{line}: {text}"]


def test_a_mistyped_key_of_a_translation_is_one_line_too(tmp_path: Path) -> None:
    swedish, line = changed(SWEDISH, "    button: Natt", "    butten: Natt")
    text = "pages.night.butten: is not in content.yaml; did you mean button?"
    assert problems(write(tmp_path, swedish=swedish)) == [f"content.sv.yaml:{line}: {text}"]


def test_a_key_that_resembles_none_is_reported_next_to_the_missing_one(tmp_path: Path) -> None:
    english, line = changed(ENGLISH, "    button: Night", "    colour: red")
    reports = problems(write(tmp_path, english))
    assert reports == [
        "content.yaml:9: pages.night.button: is missing",
        f"content.yaml:{line}: pages.night.colour: is not a key that the bot knows",
    ]


def test_a_translation_is_looked_at_when_the_english_file_is_right(tmp_path: Path) -> None:
    swedish = SWEDISH.replace("key: Sendrag", "keyy: Sendrag")
    (report,) = problems(write(tmp_path, ENGLISH.replace("price: 79", "price: cheap"), swedish))
    assert report.startswith("content.yaml:")
    (report,) = problems(write(tmp_path, swedish=swedish))
    assert report.startswith("content.sv.yaml:")


def test_a_command_without_a_name_is_reported(tmp_path: Path) -> None:
    loaded = load(write(tmp_path), SECTIONS)
    with pytest.raises(ContentError, match=r"^content\.yaml: commands\.walk: is missing"):
        loaded.names("walk")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "content.yaml:1: is not a mapping"),
        (b"- a\n- b\n", "content.yaml:1: is not a mapping"),
        (b"code: en\npages: [\n", "content.yaml:3: "),
        (b"code: en\nlanguage: *nowhere\n", "content.yaml:2: "),
        (b"code: en\nlanguage: !!python/object x\n", "content.yaml:2: "),
        (b"code: en\nlanguage: \xff\xfe\n", "content.yaml"),
        (b"code: en\nlanguage: \x00\n", "content.yaml"),
    ],
)
def test_a_file_that_is_not_yaml_is_reported_with_its_line(data: bytes, expected: str, tmp_path: Path) -> None:
    (tmp_path / "content.yaml").write_bytes(data)
    (line,) = problems(tmp_path)
    assert line.startswith(expected)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    (line,) = problems(tmp_path)
    assert line.startswith(
        f"content.yaml: cannot be read in {tmp_path} (No such file or directory); CONTENT_DIR must be"
    )


def test_a_translation_cannot_take_the_place_of_another_language(tmp_path: Path) -> None:
    assert any(
        "code" in report for report in problems(write(tmp_path, swedish=SWEDISH.replace("code: sv", "code: en")))
    )


def test_the_default_language_is_always_there(tmp_path: Path) -> None:
    assert any("code" in report for report in problems(write(tmp_path, ENGLISH.replace("code: en", "code: de"))))


class Odd(Model):
    """Keys and values that older YAML would turn into something else."""

    on: Label
    off: Label
    at: Label
    no: tuple[str, ...]


def test_yaml_is_read_as_it_looks(tmp_path: Path) -> None:
    odd = "odd:\n  on: yes\n  off: no\n  at: 10:30\n  no: [on, off, 12.5.1, 2026-01-01x]\n"
    loaded = load(write(tmp_path, ENGLISH + odd, SWEDISH + odd), {**SECTIONS, "odd": Odd})
    block: Any = loaded["en"]
    assert (block.odd.on, block.odd.off, block.odd.at) == ("yes", "no", "10:30")
    assert block.odd.no == ("on", "off", "12.5.1", "2026-01-01x")


def test_the_files_that_are_shipped_say_the_same_in_any_yaml() -> None:
    root = Path(__file__).parents[3]
    for file in root.glob("content*.yaml"):
        keys = [*_keys(YAML(typ="safe").load(file))]
        assert all(isinstance(key, str) for key in keys), file.name


def _keys(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        return [*tree, *(key for value in tree.values() for key in _keys(value))]
    return [key for value in tree for key in _keys(value)] if isinstance(tree, list) else []


def test_an_edition_is_not_changed_by_anyone() -> None:
    with pytest.raises(ValueError, match="frozen"):
        content()["en"].marks.long = "x"  # type: ignore[misc]


def test_a_loaded_content_is_a_content(tmp_path: Path) -> None:
    assert isinstance(load(write(tmp_path), SECTIONS), Content)
