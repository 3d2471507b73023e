"""How topics are discovered, in which order their handlers are tried, and which updates are urgent."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from telegram.ext import CallbackQueryHandler

import handlers
from bot.app import Services
from bot.config import ROOT
from bot.content import CAPTION_LIMIT, MESSAGE_LIMIT, Edition, Model
from bot.content.telegram_html import length, visible
from bot.diary.trial import Counts, Plan
from bot.errors import ContentError
from bot.messages.sender import Draft
from bot.parsing.places import clock_choices, find_places
from bot.reminders import rules
from bot.reminders.rendering import HOUR, QUARTER, buttons, later_buttons, reminder
from bot.reminders.rules import Refusal
from bot.reminders.time_codes import encode
from bot.store.evenings import Evenings
from bot.store.people import Person
from bot.store.runs import Run
from bot.store.schedules import Schedule, Wish
from bot.store.snapshots import Snapshot
from bot.store.status import Backlog, LastDay
from bot.store.tables import Priority
from bot.stretching import progress
from bot.stretching.timeline import Detail, of_routine
from handlers import (
    blood_tests,
    cramp,
    inactivity,
    late,
    learn,
    membership,
    pause,
    settings,
    start,
    status,
    stop,
    stretch,
    tip,
    unknown,
    water,
)
from handlers import help as help_topic
from handlers.cramp.calls import PRESSES
from handlers.diary import log, trial, week
from handlers.reminders import (
    confirmation,
    quiet_hours,
    remind,
    reminder_kind,
    reminder_times,
    set_times,
    typed_times,
    unanswered,
    weekdays,
)
from handlers.stretch import voice_guide
from handlers.timezone import clock, moving
from simulator import Simulator
from tests.conftest import EVENING
from tests.support.assembled_bot import assembled_bot
from tests.support.conversation import room
from tests.support.running_bot import content

EVERY_DAY = frozenset(range(1, 8))
NOBODY = Snapshot(Person(1), {}, EVENING)
SOMEBODY = Snapshot(
    Person(1, zone="Europe/Stockholm", paused_until=EVENING + timedelta(days=3)),
    {
        kind: Schedule(10**9 + number, 1, kind, Wish(times, EVERY_DAY, silent=False), True, 1, EVENING)
        for number, (kind, times) in enumerate(
            {"water": (time(9), time(12)), "stretch": (time(21, 30),), "tip": (time(10),), "week": (time(10),)}.items()
        )
    },
    EVENING,
)
EARLY = Snapshot(replace(SOMEBODY.person, quiet_from=60, quiet_until=0, paused_until=None), SOMEBODY.schedules, EVENING)


def test_every_file_is_a_topic_or_part_of_one() -> None:
    folder = Path(handlers.__file__).parent
    topics = {Path(str(module.__file__)) for module in handlers.modules().values()}
    packages = [topic.parent for topic in topics if topic.stem == "__init__"]
    parts = {file for package in packages for file in package.glob("*.py")}
    assert set(folder.rglob("*.py")) == topics | parts | set(folder.rglob("__init__.py"))


def test_late_messages_come_first_and_unknown_ones_last() -> None:
    names = list(handlers.modules())
    assert (*names[:2], names[-1]) == ("late", "cramp", "unknown")
    assert names[2:-1] == sorted(names[2:-1])


@pytest.mark.parametrize("name", handlers.modules())
def test_words_of_a_topic_stand_under_its_name(name: str) -> None:
    words = getattr(handlers.modules()[name], "Words", None)
    if words is None:
        return
    assert issubclass(words, Model)
    assert all(isinstance(getattr(edition, name), words) for edition in content().values())


def test_content_without_the_words_of_a_topic_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "assets", tmp_path / "assets", ignore=shutil.ignore_patterns("*.svg", "__pycache__"))
    for file in ROOT.glob("content*.yaml"):
        (tmp_path / file.name).write_text(file.read_text().replace("\ntip:\n", "\nhint:\n"))
    with pytest.raises(ContentError) as caught:
        handlers.load_content(tmp_path)
    assert ": tip: " in str(caught.value)
    assert ": hint: " in str(caught.value)


def changed_copy(folder: Path, old: str, new: str) -> Path:
    """Copy the content with a change in every language."""
    shutil.copytree(ROOT / "assets", folder / "assets", ignore=shutil.ignore_patterns("*.svg", "__pycache__"))
    for file in ROOT.glob("content*.yaml"):
        text, count = re.subn(old, new, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert count == 1
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder


def test_content_without_a_command_that_is_answered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"^content\.yaml: commands\.tip: is missing, and the bot answers it$"):
        handlers.load_content(changed_copy(tmp_path, r"^  tip: \{name.*\n", ""))


def test_content_with_a_command_that_nobody_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"^content\.yaml:\d+: commands\.walk: no file in handlers/"):
        handlers.load_content(changed_copy(tmp_path, r"^commands:\n", "commands:\n  walk: {name: walk, menu: Walk}\n"))


def test_a_recording_that_does_not_fit_is_reported_with_its_line(tmp_path: Path) -> None:
    folder = changed_copy(tmp_path, r"^(code: .*)", r"\1")
    file = folder / "content.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("recordings: {}", "recordings:\n  foot: {sv: foot.ogg}"), encoding="utf-8")
    line = text[: text.index("recordings: {}")].count("\n") + 2
    with pytest.raises(
        ContentError, match=rf"^content\.yaml:{line}: recordings\.foot\.sv: foot\.ogg is not in assets/$"
    ):
        handlers.load_content(folder)


def test_deferred_messages_are_drawn_by_the_topic_that_put_them_off() -> None:
    every = [cramp.DEFERRED, log.DEFERRED, pause.DEFERRED, inactivity.DEFERRED, stretch.DEFERRED]
    every += [trial.DEFERRED, unanswered.DEFERRED, week.DEFERRED]
    assert handlers.deferred() == {kind: draw for topic in every for kind, draw in topic.items()}


def test_runs_are_drawn_by_the_topic_that_began_them() -> None:
    assert handlers.guides() == {**cramp.GUIDES, **stretch.GUIDES}


def test_an_awaited_text_goes_to_the_topic_that_awaits_it() -> None:
    every = [clock.AWAITING, log.AWAITING, pause.AWAITING, quiet_hours.AWAITING, typed_times.AWAITING]
    assert handlers.awaiting() == {name: handler for topic in every for name, handler in topic.items()}


@pytest.mark.parametrize(
    ("export", "collect"),
    [("DEFERRED", handlers.deferred), ("AWAITING", handlers.awaiting), ("GUIDES", handlers.guides)],
)
def test_two_topics_that_claim_one_name_are_an_error_that_names_both(
    export: str, collect: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tip, export, {"nap": None}, raising=False)
    monkeypatch.setattr(water, export, {"nap": None}, raising=False)
    with pytest.raises(ValueError, match=rf"^{export}: the topics tip and water both claim 'nap'; rename one$"):
        collect()


def drafts(edition: Edition) -> Iterator[Draft]:
    """Yield every screen that has buttons."""
    yield from (cramp.steps(edition, muscle, seconds) for muscle in cramp.MUSCLES for seconds in (None, 5))
    yield from (cramp.muscles(edition, muscle) for muscle in cramp.MUSCLES)
    yield from (
        draw(edition) for draw in (cramp.still_hurts, cramp.danger, cramp.signs, cramp.eased, cramp.pinned_steps)
    )
    yield from (cramp.ten_minute_check(edition, muscle) for muscle in cramp.MUSCLES)
    yield from (cramp.still_hurts(edition, "hamstring", 2**31), cramp.eased(edition, "hamstring", pinned=True))
    yield from (learn.page(edition, name) for name in edition.pages)
    yield from (blood_tests.tests(edition), help_topic.commands(edition), late.apology(edition), start.offer(edition))
    yield from (settings.language_question(content(), edition), tip.tip(edition, Person(1)))
    yield from (settings.overview(edition, snapshot) for snapshot in (None, NOBODY, SOMEBODY))
    yield from reminding(edition)
    yield from stretching(edition)
    yield from (
        unknown.not_understood(edition),
        unknown.no_command(edition, "cramp"),
        unknown.no_command(edition, None),
    )
    yield from (trial.offer(edition, zone) for zone in (None, "Europe/Stockholm"))
    plan = Plan(EVENING.date())
    days = (plan.began, plan.stretching_from, plan.shown_until)
    yield from filter(None, (trial.screen(edition, plan, Counts(99, 99, 42), day) for day in days))
    told = inactivity.notice(edition, Person(1, erase_on=EVENING.date()))
    assert told
    yield told
    yield status.numbers(edition, LastDay(0, {}, 0, {}, 0, 0), Backlog(None, 0), 0.0, 0.0)


def stretching(edition: Edition) -> Iterator[Draft]:
    """Yield every screen of guided stretching, in every detail."""
    for name, routine in edition.routines.items():
        yield from (draw(edition, name) for draw in (stretch.others, stretch.done, stretch.stopped))
        yield from (stretch.offer(edition, name, Person(1, end_sound=loud)) for loud in (True, False))
        yield from (voice_guide.voice_guide(edition, name, "voice.ogg"), voice_guide.unplayed(edition, name))
        timeline = of_routine(routine)
        begun = Run(1, 2, stretch.KIND, name, edition.code, Priority.NORMAL, began_at=EVENING, due_at=EVENING)
        for detail in Detail:
            run = begun
            while (run := progress.advance(timeline, run, run.due_at, detail)).is_active:
                shown = progress.screen(timeline, run)
                yield stretch.in_run(edition, routine, shown, Person(1), EVENING)
                run = progress.shown(timeline, run, run.due_at, run.due_at)
        paused = progress.screen(timeline, progress.pause(timeline, begun, EVENING))
        yield stretch.in_run(edition, routine, paused, Person(1), EVENING)

    week_message = week.message(edition, 3, Evenings(5, 7, EVENING.date()), 10**17, silent=True)
    assert week_message
    yield week_message
    finished = stretch.done(edition, "evening", None)
    yield from (stretch.evenings.with_review(finished, edition, "stretch"), stop.run_stopped(edition, SOMEBODY))


def reminding(edition: Edition) -> Iterator[Draft]:
    """Yield every screen about reminders that has buttons."""
    for kind in edition.reminders:
        yield from (reminder_kind.screen(edition, snapshot, kind) for snapshot in (NOBODY, SOMEBODY, EARLY))
        yield from (
            reminder_times.hour_question(edition, SOMEBODY, kind),
            reminder_times.minute_question(edition, SOMEBODY, kind, 8),
            reminder_times.hour_question(edition, SOMEBODY, kind, time(12)),
            reminder_times.minute_question(edition, SOMEBODY, kind, 8, time(12)),
            reminder_times.change_question(edition, SOMEBODY, kind, time(12)),
        )
        yield from (reminder_times.times_list(edition, SOMEBODY, kind), weekdays.weekdays(edition, SOMEBODY, kind))
        six = tuple(time(hour) for hour in (7, 9, 11, 13, 15, 17))
        yield from (set_times.reading_question(edition, who, kind, [six, six[:1]]) for who in (NOBODY, SOMEBODY))
        yield set_times.refusal(edition, SOMEBODY, kind, (time(22, 30),), (time(22, 30), Refusal.QUIET))
        yield reminder_kind.screen(edition, SOMEBODY, kind, undo=f"times:set:{kind}:{encode(six)}")
        yield confirmation.question(edition, SOMEBODY, kind, EVENING)
        yield from (
            remind.offer(edition, NOBODY, kind, rules.start(edition.reminders[kind], who))
            for who in (Person(1), Person(1, quiet_from=0, quiet_until=24 * 60 - 1))
        )
        yield unanswered.turned_off(edition, kind)
        block, drawn = edition.reminders[kind], reminder(edition, kind, 1, Person(1), silent=False)
        yield replace(drawn, buttons=buttons(edition.answers, block.page, str(10**17), guided=bool(block.guided)))
        yield replace(drawn, buttons=later_buttons(edition.answers, 10**17, (QUARTER, HOUR)))
        yield unanswered.question(edition, kind)
        if question := remind.question(edition, kind):
            yield from (question, remind.refused(edition, kind))
    every = list(SOMEBODY.schedules)
    yield from (stop.turned_off(edition, SOMEBODY, names, kind) for names in (every, []) for kind in (None, *every))
    yield from (
        stop.turned_on_again(edition, every),
        stop.turned_on_again(edition, []),
        membership.question(edition, SOMEBODY, every),
    )
    yield from (remind.overview(edition, snapshot) for snapshot in (NOBODY, SOMEBODY, EARLY))
    yield from (
        pause.question(edition),
        pause.dates(edition, EVENING.date(), 0),
        pause.dates(edition, EVENING.date(), 35),
        pause.far_date(edition, EVENING.date() + timedelta(days=363), EVENING.date()),
        pause.still_paused(edition, SOMEBODY, EVENING),
    )
    yield from (
        draw(edition, snapshot)
        for draw in (pause.paused, pause.resumed, pause.ended)
        for snapshot in (SOMEBODY, NOBODY)
    )
    yield from (quiet_hours.quiet_hours(edition, EARLY), quiet_hours.bedtime(edition, EARLY))
    yield from (water.reply(edition, None, Person(1)), moving.question(edition, SOMEBODY, "Asia/Tokyo"))
    yield moving.chosen(edition, "America/Argentina/ComodRivadavia", EVENING)
    for page in (None, 0, -1):
        yield clock.question(edition, clock_choices(EVENING, edition.code, page), "stretch", page)
    yield clock.place_question(edition, find_places("Birmingham", edition.code, EVENING).choices, "")


@pytest.fixture
def patterns(services: Services) -> list[re.Pattern[str]]:
    """Return the pattern of each button handler, and of each button that calls for relief."""
    every = [handler for module in handlers.modules().values() for handler in module.handlers(services)]
    presses = [handler for handler in every if isinstance(handler, CallbackQueryHandler)]
    return [*PRESSES, *(handler.pattern for handler in presses if isinstance(handler.pattern, re.Pattern))]


def test_every_button_has_exactly_one_handler(patterns: list[re.Pattern[str]], edition: Edition) -> None:
    shown = [button for draft in drafts(edition) for row in draft.buttons for button in row if button.callback_data]
    assert len(shown) > 100
    for button in shown:
        data = str(button.callback_data)
        assert sum(bool(pattern.match(data)) for pattern in patterns) == 1, data
        assert len(data.encode()) <= 64


def test_no_screen_has_too_many_buttons_in_a_row(edition: Edition) -> None:
    for draft in drafts(edition):
        for row in draft.buttons:
            assert 1 <= len(row) <= room([button.text for button in row])


def test_every_screen_fits_and_parses(edition: Edition) -> None:
    for draft in drafts(edition):
        limit = CAPTION_LIMIT if draft.picture or draft.recording else MESSAGE_LIMIT
        assert 0 < length(visible(draft.text)) <= limit


async def test_all_handlers_are_tried_in_the_order_of_their_topics(simulator: Simulator, tmp_path: Path) -> None:
    async with assembled_bot(simulator, tmp_path) as (services, application):
        handlers.install(application)
        (installed,) = application.handlers.values()
    topics = [name for name, topic in handlers.modules().items() if topic.handlers(services)]
    functions = [getattr(handler.callback, "func", handler.callback) for handler in installed]  # some are partial
    owners = [next(name for name in function.__module__.split(".")[::-1] if name in topics) for function in functions]
    assert owners.pop(0) == "unknown", "a press that says nothing is known before any topic takes it"
    assert list(dict.fromkeys(owners)) == topics
    assert len(owners) == sum(len(topic.handlers(services)) for topic in handlers.modules().values())


async def test_the_error_handler_is_that_of_unknown(simulator: Simulator, tmp_path: Path) -> None:
    async with assembled_bot(simulator, tmp_path) as (_, application):
        handlers.install(application)
        assert list(application.error_handlers) == [unknown.failed]
