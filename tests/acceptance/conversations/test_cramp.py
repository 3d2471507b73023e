"""Relief: one message at once, and what follows from every button below it."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from handlers import cramp
from simulator import Fault, Request, Simulator
from tests.acceptance.conversations.conftest import by_polling_and_by_webhook
from tests.support.conversation import Conversation, Json, buttons, check_limits, words
from tests.support.waiting import PATIENCE_SECONDS

pytestmark = [by_polling_and_by_webhook, pytest.mark.asyncio(loop_scope="session")]
quietly = pytest.mark.usefixtures("no_complaints")
MOST_WORDS = 60


def screen(edition: Edition, name: str) -> str:
    after = {"still": cramp.still_hurts, "danger": cramp.danger, "signs": cramp.signs, "eased": cramp.eased}
    return visible((after[name](edition) if name in after else cramp.steps(edition, name)).text)


@quietly
@pytest.mark.parametrize(
    "said", ["/cramp", "/kramp", "/CRAMP", "cramp", "Kramp!", "sendrag", "vadkramp", "Aj", "/crmap"]
)
async def test_everything_that_calls_for_relief_gives_the_steps(bo: Conversation, said: str) -> None:
    steps = await bo.ask(said)
    assert "photo" in steps
    assert buttons(steps)


@quietly
async def test_the_steps_are_short_under_their_picture(anna: Conversation, edition: Edition) -> None:
    steps = await anna.ask("/cramp")
    assert "photo" in steps
    assert words(steps) == screen(edition, "relief")
    assert len(re.findall(r"\w+", words(steps))) <= MOST_WORDS
    check_limits(steps)


@quietly
async def test_the_first_buttons_are_the_promised_ones(anna: Conversation, edition: Edition) -> None:
    said = edition.words(cramp.Words)
    steps = await anna.ask("/cramp")
    promised = {said.hold_button, said.eased_button, said.still_button, said.danger_button, said.other_button}
    assert promised == buttons(steps).keys()
    muscles = await anna.press(steps, buttons(steps)[said.other_button])
    assert {said.calf_button, said.foot_button, said.thigh_button, said.hamstring_button} <= buttons(muscles).keys()
    assert muscles["message_id"] == steps["message_id"]
    assert words(muscles) == words(steps)


@quietly
async def test_still_hurts_leads_to_more_and_back(anna: Conversation, edition: Edition) -> None:
    steps = await anna.ask("/cramp")
    more = await anna.press(steps, "cramp:still")
    assert more["message_id"] != steps["message_id"], "the picture of a stretch does not go with it"
    assert "photo" not in more
    assert words(more) == screen(edition, "still")
    signs = await anna.press(more, "cramp:signs")
    assert words(signs) == screen(edition, "signs")
    again = await anna.press(signs, buttons(signs)[edition.words(cramp.Words).back_button])
    assert words(again) == screen(edition, "relief")
    assert "photo" in again


@quietly
async def test_swollen_hot_or_red_says_what_to_do_now(anna: Conversation, edition: Edition) -> None:
    steps = await anna.ask("/cramp")
    warning = await anna.press(steps, "cramp:danger")
    assert words(warning) == screen(edition, "danger")
    assert warning["message_id"] != steps["message_id"], "the picture of a stretch must not stand above it"
    assert "photo" not in warning
    assert {"112", "1177"} <= set(re.findall(r"\d+", words(warning)))


@quietly
async def test_easing_ends_it_with_nothing_to_buy(anna: Conversation, edition: Edition) -> None:
    steps = await anna.ask("/cramp")
    end = await anna.press(steps, "cramp:eased")
    assert words(end) == screen(edition, "eased")
    log = [f"log:new:{pain}" for pain in (3, 6, 9)]
    others = ["cramp:pin:relief", "cramp:steps:relief", "page:ease", "remind:on:stretch"]
    assert list(buttons(end).values()) == [*log, *others]


@quietly
@pytest.mark.parametrize("muscle", cramp.MUSCLES)
async def test_each_muscle_has_steps_of_its_own(anna: Conversation, edition: Edition, muscle: str) -> None:
    other = "foot" if muscle == "relief" else "relief"
    steps = await anna.ask("/cramp")
    if muscle == "relief":
        steps = await anna.press(steps, f"cramp:steps:{other}")
    shown = await anna.press(steps, f"cramp:steps:{muscle}")
    assert words(shown) == screen(edition, muscle)
    assert "photo" in shown
    check_limits(shown)


async def hold(who: Conversation, steps: Json) -> Json:
    """Start the count, and wait until it is stored: the next message in the chat is answered after that."""
    counting = await who.press(steps, "cramp:hold:relief")
    await who.ask("/help")
    return counting


@quietly
async def test_holding_counts_along_in_the_same_message_until_it_eases(
    anna: Conversation, edition: Edition, simulator: Simulator
) -> None:
    said = edition.words(cramp.Words)
    steps = await anna.ask("/cramp")
    counting = await hold(anna, steps)
    assert words(counting).startswith(visible(said.counting_in.format(seconds=0)))
    before = simulator.judge.total
    simulator.clock.skip(timedelta(seconds=6))
    (tick,) = await anna.arrived(1, before, edits=True)
    assert tick["message_id"] == steps["message_id"]
    assert words(tick).startswith(visible(said.counting_out.format(seconds=5)))
    end = await anna.press(tick, "cramp:eased")
    assert words(end) == screen(edition, "eased")
    await _nothing_more(anna, simulator, timedelta(minutes=3))


@quietly
async def test_holding_ends_by_itself(bo: Conversation, simulator: Simulator) -> None:
    steps = await bo.ask("/cramp")
    await hold(bo, steps)
    before = simulator.judge.total
    simulator.clock.skip(timedelta(minutes=3))
    (last,) = await bo.arrived(1, before, edits=True)
    assert words(last) == words(steps)
    await _nothing_more(bo, simulator, timedelta(minutes=3))


async def _nothing_more(who: Conversation, simulator: Simulator, span: timedelta) -> None:
    """Another person's count appears in a tick, in which the count for ``who`` would have appeared too."""
    methods: list[str] = []

    def listen(request: Request) -> bool:
        methods.append(request.method)
        return False

    listening = simulator.faults.add(Fault(chats={who.chat.id}, when=listen))
    other = Conversation(simulator, simulator.add_person("Cilla"))
    await hold(other, await other.ask("/cramp"))
    held = simulator.judge.total
    simulator.clock.skip(span)
    await other.arrived(1, held, edits=True)
    simulator.faults.remove(listening)
    assert not methods


@quietly
async def test_the_steps_can_be_pinned_without_a_sound(anna: Conversation, edition: Edition) -> None:
    end = await anna.press(await anna.ask("/cramp"), "cramp:eased")
    before = anna.simulator.judge.total
    await anna.touch(end, "cramp:pin")
    (pinned,) = anna.chat.pinned
    assert pinned != end["message_id"], "nothing that is pressed later overwrites it"
    copy, changed = anna.simulator.judge.received(anna.chat.id, after=before, edits=True)
    assert edition.words(cramp.Words).pinned in words(changed.message)
    assert copy.message["message_id"] == pinned
    assert words(copy.message) == screen(edition, "relief")
    assert anna.chat.messages[pinned].silent


async def test_without_its_picture_the_text_comes_alone(
    anna: Conversation, edition: Edition, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(methods={"sendPhoto"}, chats={anna.chat.id}, status=400, times=None))
    steps = await anna.ask("/cramp")
    assert "photo" not in steps
    assert words(steps) == screen(edition, "relief")
    check_limits(steps)
    shown = await anna.press(steps, "cramp:steps:foot")
    assert words(shown) == screen(edition, "foot")


@quietly
async def test_many_calls_are_each_answered(bo: Conversation, simulator: Simulator) -> None:
    people = [Conversation(simulator, simulator.add_person()) for _ in range(40)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        answers: list[Json] = await asyncio.gather(*(talk.ask("/cramp") for talk in [*people, bo]))
    assert all("photo" in message for message in answers)
