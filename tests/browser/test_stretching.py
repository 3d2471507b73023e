"""A whole evening of guided stretching, by a bot that is killed in the middle of it."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from bot.config import ROOT
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.stretching.timeline import Phase, PhaseKind, of_routine
from handlers import stretch
from handlers.stretch.screens import heading, picture, step_line
from simulator import Person, Simulator, SkippableClock
from tests.browser.chromium import keep_picture
from tests.browser.conftest import AFTERNOON, Open, shared_loop
from tests.browser.phone import Phone
from tests.browser.test_small_phone import CUT_LABELS, PIXELS_OUT_OF_SIGHT
from tests.support import clocked_bot
from tests.support.bot_process import Installation, Process
from tests.support.running_bot import content, telegram
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
PHASES = "SELECT phase, shown_until FROM run"
LOOK_SECONDS = 0.02
# Found and read in one step: the page replaces a message that is edited.
SEEN = f"""phone => (message => ({{
    words: message.querySelector(".words").textContent,
    time: message.querySelector(".words > time").textContent,
    picture: message.querySelector(".picture").getAttribute("src"),
    cut: ({CUT_LABELS})(message),
    hidden: ({PIXELS_OUT_OF_SIGHT})(message),
}}))([...phone.querySelectorAll(".message")].at(-1))"""
KILLED_IN, AFTER_SECONDS = 9, 4
"""The phase in which the bot is killed, and how many seconds of that have passed by then."""


@shared_loop
async def simulator() -> AsyncIterator[Simulator]:
    """Serve a Telegram whose clock stands still until a test skips it."""
    async with telegram(clock=SkippableClock(lambda: AFTERNOON)) as served:
        yield served


@shared_loop
async def installation(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Installation]:
    (tmp_path / "log").touch()  # it is looked into before the bot has written anything
    clock = tmp_path / "clock"
    clocked_bot.write(simulator.clock, clock)
    more = (("CLOCK", str(clock)),)
    async with Installation(simulator, tmp_path, more, "tests.support.clocked_bot", forked=True) as installed:
        yield installed


@pytest.mark.parametrize("edition", content().values(), ids=content())
async def test_an_evening_goes_on_at_the_right_second_after_the_bot_was_killed(
    open_page: Open, anna: Person, edition: Edition, simulator: Simulator, installation: Installation
) -> None:
    anna.language = edition.code
    phone = Phone(await open_page(**PHONE), anna.name)

    async def keep(name: str) -> None:
        await keep_picture(phone.root.page, f"stretching-{edition.code}-{name}")

    process = await start(installation)
    await phone.start()
    await phone.say("/stretch")
    await expect(phone.message(edition.routines["evening"].name)).to_be_visible()
    await keep("offer")
    await phone.press(edition.words(stretch.Words).start_button)
    for number, phase in enumerate(of_routine(edition.routines["evening"]).phases):
        await reach(installation, [(number, number + 1)])
        ends_at = simulator.clock() + timedelta(seconds=phase.seconds)
        await check(phone, simulator, edition, phase, ends_at.astimezone(ZoneInfo(anna.time_zone)))
        if phase.repetition == 1:
            await keep(f"{number:02}")
        if number == KILLED_IN:
            simulator.clock.skip(timedelta(seconds=AFTER_SECONDS))
            process.kill()
            await process.wait()
            await start(installation)
        simulator.clock.skip(ends_at - simulator.clock())
    await reach(installation, [])
    await expect(phone.last).to_contain_text(visible(stretch.done(edition, "evening").text).splitlines()[0])
    await keep("done")


async def start(installation: Installation) -> Process:
    """Start the bot, and wait until it runs. Until then nobody may look into its database, which it has to lock."""
    process = await installation.start()
    starts = len(installation.processes)
    await until(lambda: installation.output().count("Running as") == starts, every=LOOK_SECONDS)
    return process


async def reach(installation: Installation, phases: list[tuple[int, int]]) -> None:
    """Wait until the bot has stored that these phases are shown: it must not be killed or skipped ahead before."""
    with suppress(TimeoutError):
        await until(lambda: installation.rows(PHASES) == phases, every=LOOK_SECONDS)
    assert installation.rows(PHASES) == phases, installation.output()


async def check(phone: Phone, simulator: Simulator, edition: Edition, phase: Phase, ends_at: datetime) -> None:
    """Fail unless the newest message shows a phase: what to do, with which leg, and until when, all of it in sight."""
    routine, said, message = edition.routines["evening"], edition.words(stretch.Words), phone.last
    step = routine.sequence[phase.step]
    await expect(message.locator(".words > strong")).to_have_text(heading(edition, routine, phase))
    seen = await phone.root.evaluate(SEEN)
    assert visible(step_line(edition, step)) in seen["words"]
    assert said.number.format(number=phase.repetition, total=step.repetitions).removesuffix(".") in seen["words"]
    is_new = phase.kind is not PhaseKind.HOLD and phase.repetition == 1
    assert (visible(edition.stretches[step.stretch].how.text) in seen["words"]) is is_new
    assert seen["time"] == f"{ends_at:%H:%M:%S}"
    file = simulator.world.files.get(unquote(seen["picture"].rpartition("/")[2]))
    drawn = ROOT / "assets" / edition.pictures[picture(edition, step)].file
    assert file
    assert file.path.read_bytes() == drawn.read_bytes()
    assert seen["cut"] == []
    assert seen["hidden"] <= 0
    if phase.repetition == 1:
        await expect(message.locator(".buttons")).to_be_in_viewport(ratio=1)
