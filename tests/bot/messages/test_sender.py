"""The sender against the simulator and its faults: what arrives, how often, and with which outcome."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import InlineKeyboardButton, KeyboardButton, ReplyKeyboardMarkup

from bot.config import ROOT
from bot.messages.gateway import Gateway
from bot.messages.limiter import LONGEST_WAIT_SECONDS, Limiter
from bot.messages.outcome import Verdict
from bot.messages.rates import UNLIMITED
from bot.messages.sender import MOST_TRIES, PICTURE_SECONDS, RELIEF_TRIES, Destination, Draft, MessageRef, Sender
from bot.messages.transport import Transport
from bot.messages.uploads import Uploads
from simulator import Delivery, Fault, Person, Request, Simulator, SkippableClock
from tests.support.recordings import record
from tests.support.running_bot import monotonic

FILES = {"toes": ROOT / "assets" / "toes-to-you.png", "foot": ROOT / "assets" / "foot-and-toes.png"}
BUTTONS = [[InlineKeyboardButton("Easing", callback_data="eased")]]
STEPS = Draft("<b>1.</b> Pull your toes.", BUTTONS, "toes")
FOOT = Draft("Foot", BUTTONS, "foot")
VOICE = "kväll 1.ogg"
SPOKEN = Draft("Close your eyes.", BUTTONS, recording=VOICE)
TEXT = Draft("<b>Good.</b>", BUTTONS)


class Naps:
    """Records pauses instead of making them, and advances Telegram's clock."""

    def __init__(self, clock: SkippableClock) -> None:
        self._clock = clock
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._clock.skip(timedelta(seconds=seconds))


@pytest.fixture
def naps(simulator: Simulator) -> Naps:
    return Naps(simulator.clock)


@pytest.fixture
def known() -> dict[str, str]:
    """Return the file ids that the uploads have learnt."""
    return {}


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    one = Transport()
    await one.initialize()
    yield one
    await one.shutdown()


@pytest.fixture
def new_sender(
    transport: Transport, simulator: Simulator, naps: Naps, known: dict[str, str], tmp_path: Path
) -> Callable[[], Sender]:
    """Return a sender as after a start of the bot."""
    record(tmp_path / VOICE, 1.8)

    def new() -> Sender:
        uploads = Uploads({**FILES, VOICE: tmp_path / VOICE}, known, known.__setitem__)
        limiter = Limiter(UNLIMITED, monotonic(simulator.clock), naps)
        return Sender(Gateway(transport, f"{simulator.url}/bot{simulator.token}", limiter), uploads, naps)

    return new


@pytest.fixture
def sender(new_sender: Callable[[], Sender]) -> Sender:
    return new_sender()


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)


def received(simulator: Simulator, person: Person, *, edits: bool = False) -> list[Delivery]:
    return simulator.judge.received(person.id, edits=edits)


def place_of(delivery: Delivery) -> MessageRef:
    return MessageRef(delivery.chat, delivery.message["message_id"], "photo" in delivery.message)


# New messages


async def test_a_text_arrives_with_its_buttons(sender: Sender, simulator: Simulator, anna: Person) -> None:
    outcome = await sender.send(Destination(anna.id), TEXT)
    (one,) = received(simulator, anna)
    assert (outcome.verdict, outcome.message_id) == (Verdict.SENT, one.message["message_id"])
    assert one.message["text"] == "Good."
    assert one.message["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert one.message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "eased"


async def test_a_picture_arrives_with_its_words_below(sender: Sender, simulator: Simulator, anna: Person) -> None:
    outcome = await sender.send(Destination(anna.id), STEPS)
    (one,) = received(simulator, anna)
    assert outcome.message_id == one.message["message_id"]
    assert one.message["caption"] == "1. Pull your toes."
    assert one.message["photo"]
    assert one.message["reply_markup"]


async def test_keys_stand_below_the_chat(sender: Sender, simulator: Simulator, anna: Person) -> None:
    await sender.send(Destination(anna.id), Draft("Hello", keys=ReplyKeyboardMarkup([[KeyboardButton("Cramp")]])))
    keys = simulator.world.chats[anna.id].reply_keyboard
    assert keys
    assert keys["keyboard"][0][0]["text"] == "Cramp"


def test_a_message_has_buttons_or_keys() -> None:
    keys = ReplyKeyboardMarkup([[KeyboardButton("Cramp")]])
    assert Draft("x", keys=keys).markup == {"reply_markup": keys.to_dict()}
    assert "inline_keyboard" in Draft("x", BUTTONS, keys=keys).markup["reply_markup"]
    assert Draft("x").markup == {}


@pytest.mark.parametrize("draft", [TEXT, STEPS])
@pytest.mark.parametrize("silent", [True, False])
async def test_a_message_makes_a_sound_or_none(
    draft: Draft, silent: bool, sender: Sender, simulator: Simulator, anna: Person
) -> None:
    outcome = await sender.send(Destination(anna.id), replace(draft, silent=silent))
    assert outcome.message_id
    assert simulator.world.chats[anna.id].messages[outcome.message_id].silent is silent


@pytest.mark.parametrize("draft", [TEXT, STEPS])
async def test_an_answer_stands_below_its_question_and_also_if_that_is_gone(
    draft: Draft, sender: Sender, simulator: Simulator, anna: Person
) -> None:
    question = simulator.phone.say(anna, "help")
    await sender.send(Destination(anna.id, reply_to=question.id), draft)
    await sender.send(Destination(anna.id, reply_to=999), draft)
    first, second = received(simulator, anna)
    assert first.message["reply_to_message"]["message_id"] == question.id
    assert "reply_to_message" not in second.message


# Recordings


async def test_a_recording_arrives_as_a_voice_message(sender: Sender, simulator: Simulator, anna: Person) -> None:
    outcome = await sender.send(Destination(anna.id), SPOKEN)
    (one,) = received(simulator, anna)
    assert (outcome.verdict, outcome.message_id) == (Verdict.SENT, one.message["message_id"])
    assert (one.method, one.message["caption"]) == ("sendVoice", "Close your eyes.")
    assert (one.message["voice"]["duration"], one.message["voice"]["mime_type"]) == (2, "audio/ogg")
    assert one.message["reply_markup"]


async def test_a_recording_is_uploaded_once_also_after_a_restart(
    new_sender: Callable[[], Sender], simulator: Simulator, anna: Person
) -> None:
    for _ in range(2):
        await new_sender().send(Destination(anna.id), SPOKEN)
    first, second = received(simulator, anna)
    assert first.message["voice"]["file_id"] == second.message["voice"]["file_id"]


async def test_a_recording_whose_id_is_refused_is_uploaded_again(
    sender: Sender, simulator: Simulator, anna: Person
) -> None:
    await sender.send(Destination(anna.id), SPOKEN)
    simulator.faults.add(Fault(methods={"sendVoice"}, status=400, description="Bad Request: wrong file identifier"))
    assert (await sender.send(Destination(anna.id), SPOKEN)).verdict is Verdict.SENT
    first, second = received(simulator, anna)
    assert first.message["voice"]["file_id"] != second.message["voice"]["file_id"]


async def test_nothing_is_sent_in_place_of_a_recording(sender: Sender, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(methods={"sendVoice"}, status=400, description="Bad Request: VOICE_MESSAGES_FORBIDDEN"))
    assert (await sender.send(Destination(anna.id), SPOKEN)).message_id is None
    assert received(simulator, anna) == []


# The picture is never worth a delay

PICTURE_TROUBLE = [
    pytest.param(Fault(methods={"sendPhoto"}, status=400), id="refused"),
    pytest.param(Fault(methods={"sendPhoto"}, status=403, description="Forbidden: something new"), id="forbidden"),
    pytest.param(Fault(methods={"sendPhoto"}, status=502, body="html"), id="server failed"),
    pytest.param(Fault(methods={"sendPhoto"}, body="junk"), id="junk"),
    pytest.param(Fault(methods={"sendPhoto"}, cut="body"), id="cut"),
    pytest.param(Fault(methods={"sendPhoto"}, status=401), id="token refused"),
]


@pytest.mark.parametrize("fault", PICTURE_TROUBLE)
async def test_a_picture_that_fails_is_left_out(
    fault: Fault, sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    simulator.faults.add(fault)
    outcome = await sender.send(Destination(anna.id), STEPS)
    (one,) = received(simulator, anna)
    assert outcome.verdict is Verdict.SENT
    assert one.message["text"] == "1. Pull your toes."
    assert one.message["reply_markup"]
    assert naps.seconds == [], "the text does not wait"


async def test_a_picture_that_uploads_slowly_is_left_out(
    sender: Sender, simulator: Simulator, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.messages.sender.PICTURE_SECONDS", 0.05)
    simulator.faults.add(Fault(methods={"sendPhoto"}, delay=60.0))
    await sender.send(Destination(anna.id), STEPS)
    assert simulator.judge.texts(anna.id) == ["1. Pull your toes."]
    assert received(simulator, anna)[0].method == "sendMessage"


def test_a_person_in_pain_waits_for_a_picture_some_seconds_at_most() -> None:
    assert PICTURE_SECONDS <= 5


async def test_a_person_who_has_blocked_the_bot_is_not_tried_again_without_the_picture(
    sender: Sender, simulator: Simulator, anna: Person
) -> None:
    simulator.phone.block(anna)
    requests = counted(simulator)
    assert (await sender.send(Destination(anna.id), STEPS)).verdict is Verdict.GONE
    assert requests() == 1


def counted(simulator: Simulator) -> Callable[[], int]:
    """Count the requests from now on."""
    seen: list[Request] = []

    def note(request: Request) -> bool:
        seen.append(request)
        return False

    simulator.faults.add(Fault(times=None, when=note))
    return lambda: len(seen)


# A picture is uploaded once


def uploads(simulator: Simulator) -> list[str]:
    """Record how each request from now on names the picture: by its id, or "" for an upload."""
    named: list[str] = []

    def note(request: Request) -> bool:
        named.append(request.parameters.text("photo"))
        return False

    simulator.faults.add(Fault(methods={"sendPhoto"}, times=None, when=note))
    return named


async def test_a_picture_is_uploaded_once(
    sender: Sender, simulator: Simulator, anna: Person, known: dict[str, str]
) -> None:
    named = uploads(simulator)
    for _ in range(3):
        await sender.send(Destination(anna.id), STEPS)
    (file_id,) = known.values()
    assert [name == file_id for name in named] == [False, True, True]
    assert len(received(simulator, anna)) == 3


async def test_its_id_is_used_after_a_restart(
    new_sender: Callable[[], Sender], simulator: Simulator, anna: Person, known: dict[str, str]
) -> None:
    await new_sender().send(Destination(anna.id), STEPS)
    named = uploads(simulator)
    await new_sender().send(Destination(anna.id), STEPS)
    assert named == list(known.values())


async def test_an_id_that_is_refused_is_replaced(
    new_sender: Callable[[], Sender], simulator: Simulator, anna: Person, known: dict[str, str]
) -> None:
    await new_sender().send(Destination(anna.id), STEPS)
    (key,) = known
    known[key] = "an id of another bot"
    named = uploads(simulator)
    outcome = await new_sender().send(Destination(anna.id), STEPS)
    assert outcome.verdict is Verdict.SENT
    assert "photo" in received(simulator, anna)[-1].message
    assert named[0] == "an id of another bot"
    assert known[key] != "an id of another bot", "the new one is remembered"


async def test_a_picture_that_is_always_refused_is_tried_once(
    sender: Sender, simulator: Simulator, anna: Person
) -> None:
    fault = simulator.faults.add(Fault(methods={"sendPhoto"}, status=400, times=None))
    await sender.send(Destination(anna.id), STEPS)
    assert simulator.faults.struck(fault) == 1
    assert simulator.judge.texts(anna.id) == ["1. Pull your toes."]


# Repeating


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (Fault(status=429, retry_after=7), 7.0),
        (Fault(status=429), 3.0),
        (Fault(status=429, retry_after=0), 3.0),
        (Fault(status=401), 5.0),
        (Fault(status=404), 5.0),
        (Fault(status=403, description="Forbidden: something new"), 60.0),
    ],
)
async def test_a_message_that_was_not_sent_is_repeated_after_the_pause(
    fault: Fault, pause: float, sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    simulator.faults.add(fault)
    assert (await sender.send(Destination(anna.id), TEXT)).verdict is Verdict.SENT
    assert naps.seconds == [pause]
    assert simulator.judge.texts(anna.id) == ["Good."]


async def test_a_message_that_was_not_sent_is_repeated_until_it_is(
    sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    simulator.faults.add(Fault(status=429, times=MOST_TRIES))
    assert (await sender.send(Destination(anna.id), TEXT)).verdict is Verdict.SENT
    assert len(naps.seconds) == MOST_TRIES
    assert min(naps.seconds) >= 3.0
    assert naps.seconds == sorted(naps.seconds), "each pause is at least as long as the one before"


async def test_repeating_ends_at_last(sender: Sender, simulator: Simulator, anna: Person, naps: Naps) -> None:
    fault = simulator.faults.add(Fault(status=429, times=None))
    outcome = await sender.send(Destination(anna.id), TEXT)
    assert outcome.verdict is Verdict.LATER
    assert simulator.faults.struck(fault) == MOST_TRIES + 1
    assert len(naps.seconds) == MOST_TRIES


async def test_nobody_waits_for_a_reply_longer_than_it_is_worth(
    sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    simulator.faults.add(Fault(status=429, retry_after=int(LONGEST_WAIT_SECONDS) + 1))
    outcome = await sender.send(Destination(anna.id), TEXT)
    assert (outcome.verdict, naps.seconds) == (Verdict.LATER, [])


@pytest.mark.parametrize(
    "fault",
    [Fault(status=403, description="Forbidden: something new"), Fault(status=429, retry_after=50), Fault(status=401)],
)
async def test_no_message_waits_for_half_an_hour(
    fault: Fault, sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    simulator.faults.add(replace(fault, times=None))
    await sender.send(Destination(anna.id), TEXT)
    assert max(naps.seconds, default=0.0) <= LONGEST_WAIT_SECONDS


async def test_no_request_is_made_within_a_pause_that_telegram_asked_for(
    sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    simulator.faults.add(Fault(status=429, retry_after=7))
    await sender.send(Destination(anna.id), STEPS)
    assert len(received(simulator, anna)) == 1
    assert naps.seconds
    assert naps.seconds[0] >= 7.0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=502, body="html"), id="failed before"),
        pytest.param(Fault(body="junk"), id="junk"),
        pytest.param(Fault(cut="body"), id="cut before"),
    ],
)
async def test_a_message_that_may_have_been_sent_is_repeated_once(
    fault: Fault, sender: Sender, simulator: Simulator, anna: Person
) -> None:
    number = simulator.faults.add(replace(fault, times=None))
    outcome = await sender.send(Destination(anna.id), TEXT)
    assert outcome.verdict is Verdict.UNKNOWN
    assert simulator.faults.struck(number) == 2
    simulator.faults.clear()
    simulator.faults.add(fault)
    assert (await sender.send(Destination(anna.id), TEXT)).verdict is Verdict.SENT
    assert simulator.judge.texts(anna.id) == ["Good."]


async def test_a_message_arrives_twice_at_most(sender: Sender, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(cut="delivered", times=None))
    await sender.send(Destination(anna.id), TEXT)
    assert simulator.judge.texts(anna.id) == ["Good.", "Good."]


async def test_a_message_telegram_will_never_take_is_not_repeated(
    sender: Sender, simulator: Simulator, anna: Person, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    requests = counted(simulator)
    outcome = await sender.send(Destination(anna.id), Draft("<h1>no</h1>"))
    assert outcome.verdict is Verdict.BUG
    assert (requests(), naps.seconds) == (1, [])
    assert "Giving up sendMessage" in caplog.text


async def test_a_person_who_is_gone_is_not_logged(
    sender: Sender, simulator: Simulator, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.phone.block(anna)
    assert (await sender.send(Destination(anna.id), TEXT)).verdict is Verdict.GONE
    assert caplog.text == ""


@pytest.mark.parametrize("draft", [TEXT, STEPS])
async def test_a_group_that_moved_is_followed(
    draft: Draft, sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    group = simulator.phone.new_group(anna, "Walkers")
    moved = simulator.phone.migrate(group)
    assert (await sender.send(Destination(group.id), draft)).verdict is Verdict.SENT
    assert len(simulator.judge.received(moved.id)) == 1
    assert sum(naps.seconds) == 0.0


# Edits


async def test_a_text_is_replaced_with_its_buttons(sender: Sender, simulator: Simulator, anna: Person) -> None:
    await sender.send(Destination(anna.id), TEXT)
    (one,) = received(simulator, anna)
    assert (await sender.edit(place_of(one), Draft("<i>New</i>"))).verdict is Verdict.SENT
    _, edited = received(simulator, anna, edits=True)
    assert edited.message["text"] == "New"
    assert "reply_markup" not in edited.message


async def test_words_below_a_picture_are_replaced(sender: Sender, simulator: Simulator, anna: Person) -> None:
    await sender.send(Destination(anna.id), STEPS)
    (one,) = received(simulator, anna)
    await sender.edit(place_of(one), TEXT)
    _, edited = received(simulator, anna, edits=True)
    assert (edited.method, edited.message["caption"]) == ("editMessageCaption", "Good.")
    assert edited.message["photo"] == one.message["photo"]


async def test_a_picture_is_replaced_by_a_picture(
    sender: Sender, simulator: Simulator, anna: Person, known: dict[str, str]
) -> None:
    await sender.send(Destination(anna.id), STEPS)
    (one,) = received(simulator, anna)
    for expected in (Verdict.SENT, Verdict.STALE):
        assert (await sender.edit(place_of(one), FOOT)).verdict is expected
    _, edited = received(simulator, anna, edits=True)
    assert edited.message["caption"] == "Foot"
    assert edited.message["photo"] != one.message["photo"]
    assert edited.message["reply_markup"]
    assert len(known) == 2, "each is uploaded once"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=429, retry_after=4), id="too many requests"),
        pytest.param(Fault(status=502, body="html"), id="server failed"),
        pytest.param(Fault(cut="body"), id="cut"),
    ],
)
async def test_words_are_replaced_if_the_picture_cannot_be(
    fault: Fault, sender: Sender, simulator: Simulator, anna: Person
) -> None:
    await sender.send(Destination(anna.id), STEPS)
    (one,) = received(simulator, anna)
    simulator.faults.add(replace(fault, methods={"editMessageMedia"}, times=None))
    assert (await sender.edit(place_of(one), FOOT)).verdict is Verdict.SENT
    _, edited = received(simulator, anna, edits=True)
    assert edited.message["caption"] == "Foot"


async def test_a_text_is_not_given_a_picture(sender: Sender, simulator: Simulator, anna: Person) -> None:
    await sender.send(Destination(anna.id), TEXT)
    (one,) = received(simulator, anna)
    await sender.edit(place_of(one), STEPS)
    assert received(simulator, anna, edits=True)[-1].message["text"] == "1. Pull your toes."


async def test_buttons_are_replaced_and_the_text_stays(sender: Sender, simulator: Simulator, anna: Person) -> None:
    for draft in (TEXT, STEPS):
        await sender.send(Destination(anna.id), draft)
        place = place_of(received(simulator, anna)[-1])
        row = [[InlineKeyboardButton("Back", callback_data="back")]]
        assert (await sender.edit_buttons(place, row)).verdict is Verdict.SENT
        before, after = received(simulator, anna, edits=True)[-2:]
        assert after.message["reply_markup"]["inline_keyboard"][0][0]["text"] == "Back"
        assert [after.message.get(name) for name in ("text", "caption", "photo")] == [
            before.message.get(name) for name in ("text", "caption", "photo")
        ]


async def test_an_edit_that_changes_nothing_succeeds(
    sender: Sender, simulator: Simulator, anna: Person, caplog: pytest.LogCaptureFixture, naps: Naps
) -> None:
    await sender.send(Destination(anna.id), TEXT)
    (one,) = received(simulator, anna)
    assert (await sender.edit(place_of(one), TEXT)).verdict is Verdict.STALE
    assert (caplog.text, naps.seconds) == ("", [])


async def test_a_message_that_is_not_there_cannot_be_edited(sender: Sender, anna: Person) -> None:
    assert (await sender.edit(MessageRef(anna.id, 999, pictured=False), TEXT)).verdict is Verdict.BUG


async def test_an_edit_that_was_not_made_is_repeated(
    sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    await sender.send(Destination(anna.id), TEXT)
    (one,) = received(simulator, anna)
    simulator.faults.add(Fault(methods={"editMessageText"}, status=429, retry_after=4))
    assert (await sender.edit(place_of(one), Draft("New"))).verdict is Verdict.SENT
    assert naps.seconds == [4.0]


# Small things, worth one try


async def test_a_press_is_answered(sender: Sender, simulator: Simulator, anna: Person) -> None:
    press = simulator.world.presses.add()
    assert (await sender.answer(press.id, "Pinned")).verdict is Verdict.SENT
    assert press.answer == {"answered": True, "text": "Pinned", "show_alert": True, "url": None}, (
        "a screen reader reads alerts only"
    )


async def test_a_press_that_is_too_old_is_skipped(
    sender: Sender, simulator: Simulator, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await sender.answer("1")).verdict is Verdict.STALE
    assert caplog.text == ""


async def test_a_message_gets_a_reaction(sender: Sender, simulator: Simulator, anna: Person) -> None:
    said = simulator.phone.say(anna, "thanks")
    outcome = await sender.react(MessageRef(anna.id, said.id, pictured=False), "❤")
    assert outcome.verdict is Verdict.SENT
    assert [emoji for chosen in said.reactions.values() for emoji in chosen] == ["❤"]


async def test_a_message_is_pinned(sender: Sender, simulator: Simulator, anna: Person) -> None:
    await sender.send(Destination(anna.id), TEXT)
    (one,) = received(simulator, anna)
    assert (await sender.pin(place_of(one))).verdict is Verdict.SENT
    assert simulator.world.chats[anna.id].pinned == [one.message["message_id"]]


async def test_a_reaction_that_fails_is_not_repeated(
    sender: Sender, simulator: Simulator, anna: Person, naps: Naps
) -> None:
    fault = simulator.faults.add(Fault(status=502, times=None))
    for outcome in (
        await sender.pin(MessageRef(anna.id, 1, pictured=False)),
        await sender.react(MessageRef(anna.id, 1, pictured=False), "❤"),
        await sender.answer("1"),
    ):
        assert outcome.verdict is Verdict.UNKNOWN
    assert simulator.faults.struck(fault) == 3
    assert naps.seconds == []


@pytest.mark.parametrize("fault", [Fault(status=502, times=None), Fault(status=429, retry_after=600, times=1)])
async def test_relief_is_repeated_for_a_minute_and_after_any_pause(
    sender: Sender, simulator: Simulator, anna: Person, naps: Naps, fault: Fault
) -> None:
    added = simulator.faults.add(fault)
    outcome = await sender.send(Destination(anna.id), TEXT, urgent=True)
    if fault.times:
        assert outcome.verdict is Verdict.SENT
    else:
        assert simulator.faults.struck(added) == RELIEF_TRIES + 1
        assert 50 <= sum(naps.seconds) <= 90


def test_a_destination_names_chat_topic_and_question() -> None:
    assert Destination(7).parameters == {"chat_id": 7}
    assert Destination(-7, thread_id=9, reply_to=4).parameters == {
        "chat_id": -7,
        "message_thread_id": 9,
        "reply_parameters": {"message_id": 4, "allow_sending_without_reply": True},
    }


# Edits that nobody waits for


async def shown(sender: Sender, simulator: Simulator, anna: Person, draft: Draft) -> tuple[MessageRef, Delivery]:
    """Send a message; return a reference to it, and its delivery."""
    sent = await sender.send(Destination(anna.id), draft)
    assert sent.message_id
    return MessageRef(anna.id, sent.message_id, bool(draft.picture)), simulator.judge.received()[-1]


@pytest.mark.parametrize("first", [STEPS, TEXT], ids=["a picture", "a text"])
async def test_a_message_gets_another_picture_or_its_first(
    sender: Sender, simulator: Simulator, anna: Person, known: dict[str, str], first: Draft
) -> None:
    message, _ = await shown(sender, simulator, anna, first)
    for urgent in (False, True):
        draft = replace(FOOT, text=f"Foot {urgent}")
        assert (await sender.push_picture_edit(message, draft, urgent=urgent)).verdict is Verdict.SENT
        edit = simulator.judge.received(edits=True)[-1]
        assert (edit.method, edit.message["caption"]) == ("editMessageMedia", draft.text)
        assert edit.message["photo"][-1]["file_id"] in known.values(), "it is uploaded once"
    assert edit.message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "eased"


async def test_a_picture_id_that_is_refused_is_uploaded_by_the_next_edit(
    new_sender: Callable[[], Sender], simulator: Simulator, anna: Person, known: dict[str, str]
) -> None:
    message, _ = await shown(new_sender(), simulator, anna, FOOT)
    known.update(dict.fromkeys(known, "AgAC-of-another-bot"))
    sender = new_sender()
    assert (await sender.push_picture_edit(message, FOOT)).verdict is Verdict.BUG
    assert (await sender.push_picture_edit(message, replace(FOOT, text="Toes"))).verdict is Verdict.SENT


@pytest.mark.parametrize("first", [STEPS, TEXT], ids=["a picture", "a text"])
async def test_words_change_and_the_picture_stays(
    sender: Sender, simulator: Simulator, anna: Person, first: Draft
) -> None:
    message, before = await shown(sender, simulator, anna, first)
    assert (await sender.push_edit(message, replace(first, text="<b>Rest</b>"), urgent=False)).verdict is Verdict.SENT
    edit = simulator.judge.received(edits=True)[-1]
    assert (edit.message.get("caption") or edit.message["text"]) == "Rest"
    assert edit.message.get("photo") == before.message.get("photo")


async def test_an_edit_that_is_refused_for_now_says_for_how_long(
    sender: Sender, simulator: Simulator, anna: Person
) -> None:
    message, _ = await shown(sender, simulator, anna, STEPS)
    simulator.faults.add(Fault(methods={"editMessageCaption"}, status=429, retry_after=7))
    refused = await sender.push_edit(message, replace(STEPS, text="Hold"))
    assert (refused.verdict, refused.wait_seconds, refused.limited) == (Verdict.LATER, 7.0, True)
    put_off = await sender.push_picture_edit(message, FOOT)
    assert (put_off.verdict, put_off.limited) == (Verdict.LATER, False), "nothing is asked of Telegram in the pause"
