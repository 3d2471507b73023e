"""What each of Telegram's errors means for a message: one case for each of its sentences.

The sentences are those of the Bot API server (github.com/tdlib/telegram-bot-api, telegram-bot-api/Client.cpp). They go
the way of a real answer: as a body with a status, through python-telegram-bot's reading of it.
"""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.messages.outcome import Verdict, outcome_of
from bot.messages.transport import NotSent, Unclear

GONE, STALE, LATER, BUG = Verdict.GONE, Verdict.STALE, Verdict.LATER, Verdict.BUG

SENTENCES = [
    # the chat is gone
    (400, "Bad Request: chat not found", GONE),
    (403, "Forbidden: bot was blocked by the user", GONE),
    (403, "Forbidden: user is deactivated", GONE),
    (403, "Forbidden: bot was kicked from the group chat", GONE),
    (403, "Forbidden: bot was kicked from the supergroup chat", GONE),
    (403, "Forbidden: bot was kicked from the channel chat", GONE),
    (403, "Forbidden: bot is not a member of the group chat", GONE),
    (403, "Forbidden: bot is not a member of the supergroup chat", GONE),
    (403, "Forbidden: bot is not a member of the channel chat", GONE),
    (403, "Forbidden: the group chat was deleted", GONE),
    (403, "Forbidden: bot can't initiate conversation with a user", GONE),
    (403, "Forbidden: bot can't send messages to bots", GONE),
    # too late, or nothing to change
    (400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
     "as a current content and reply markup of the message", STALE),
    (400, "Bad Request: query is too old", STALE),
    (400, "Bad Request: query ID is invalid", STALE),
    (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", STALE),
    # a refusal nobody has told us of disables nothing
    (403, "Forbidden: something new", LATER),
    (403, "Forbidden", LATER),
    # the bot itself is refused, not this chat
    (401, "Unauthorized", LATER),
    (404, "Not Found", LATER),
    # the request is wrong and always will be
    (400, "Bad Request: can't parse entities: Unsupported start tag \"h1\" at byte offset 0", BUG),
    (400, "Bad Request: message text is empty", BUG),
    (400, "Bad Request: message is too long", BUG),
    (400, "Bad Request: message caption is too long", BUG),
    (400, "Bad Request: message to edit not found", BUG),
    (400, "Bad Request: message can't be edited", BUG),
    (400, "Bad Request: there is no text in the message to edit", BUG),
    (400, "Bad Request: there is no caption in the message to edit", BUG),
    (400, "Bad Request: BUTTON_DATA_INVALID", BUG),
    (400, "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol", BUG),
    (400, "Bad Request: IMAGE_PROCESS_FAILED", BUG),
    (400, "Bad Request: not enough rights to manage pinned messages in the chat", BUG),
    (400, "Bad Request: message to pin not found", BUG),
    (400, "Bad Request: REACTION_INVALID", BUG),
    (400, "Bad Request", BUG),
]  # fmt: skip


class Answering(BaseRequest):
    """Passes an answer through python-telegram-bot, without a network."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self._answer = status, orjson.dumps(body)

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, method: str, *args: Any, **more: Any) -> tuple[int, bytes]:
        return self._answer


async def error_of(status: int, description: str, **parameters: Any) -> TelegramError:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    with pytest.raises(TelegramError) as caught:
        await Answering(status, body).post("http://telegram.test", RequestData())
    return caught.value


@pytest.mark.parametrize(("status", "sentence", "verdict"), SENTENCES)
async def test_each_error_of_telegram_has_its_verdict(status: int, sentence: str, verdict: Verdict) -> None:
    outcome = outcome_of(await error_of(status, sentence))
    assert outcome.verdict is verdict
    assert outcome.message_id is None


async def test_a_group_that_moved_tells_its_new_number() -> None:
    error = await error_of(
        400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1_001_234_567_890
    )
    assert (outcome_of(error).verdict, outcome_of(error).chat_id) == (Verdict.MOVED, -1_001_234_567_890)


@pytest.mark.parametrize("seconds", [1, 35, 3600])
async def test_too_many_requests_waits_as_long_as_telegram_says(seconds: int) -> None:
    error = await error_of(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
    outcome = outcome_of(error)
    assert isinstance(error, RetryAfter)
    assert (outcome.verdict, outcome.wait_seconds) == (LATER, float(seconds))


@pytest.mark.parametrize(
    ("error", "verdict", "seconds"),
    [
        (NotSent("no connection"), LATER, 1.0),
        (Unclear("no answer"), Verdict.UNKNOWN, 1.0),
        (TimedOut(), Verdict.UNKNOWN, 1.0),
        (NetworkError("anything else"), Verdict.UNKNOWN, 1.0),
        (TelegramError("anything else"), Verdict.UNKNOWN, 1.0),
    ],
)
def test_each_error_of_the_network_has_its_verdict(error: TelegramError, verdict: Verdict, seconds: float) -> None:
    outcome = outcome_of(error)
    assert (outcome.verdict, outcome.wait_seconds, outcome.why) == (verdict, seconds, str(error))


def test_a_refused_token_is_not_repeated_in_the_reason() -> None:
    token = "1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert token not in outcome_of(InvalidToken(f"The token `{token}` was rejected by the server.")).why
