"""A machine whose clock is wrong: everybody is answered, and reminders come on time."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.content.telegram_html import visible
from handlers import cramp
from simulator import Simulator
from tests.acceptance.test_reminders import set_up, wait_for
from tests.bot.operations.test_http_server import counted, healthy
from tests.support.conversation import Conversation, words
from tests.support.running_bot import content, free_port, running


@pytest.mark.parametrize("ahead", [timedelta(minutes=11), timedelta(hours=-3)], ids=["fast", "slow"])
async def test_f73_with_a_wrong_clock_nobody_is_late_and_health_says_so(
    ahead: timedelta, simulator: Simulator, tmp_path: Path
) -> None:
    bo, port, english = Conversation(simulator, simulator.add_person("Bo")), free_port(), content()["en"]
    async with running(simulator, tmp_path, ahead=ahead, port=port):
        for _ in range(2):
            assert words(await bo.ask("/cramp")) == visible(cramp.steps(english).text)
        status, seen = await healthy(port)
        assert (await counted(port))["charley_clock_difference_seconds"] == pytest.approx(ahead.total_seconds(), abs=1)
        await set_up(bo, "stretch")
        assert words(await wait_for(bo, timedelta(minutes=30))) == visible(english.reminders["stretch"].text or "")
    direction = "fast" if ahead > timedelta() else "slow"
    assert (status, seen["problems"]) == (
        503,
        [f"the machine's clock is {abs(ahead.total_seconds()):.0f} s {direction}"],
    )
