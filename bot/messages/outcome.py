"""What an error from Telegram means for a message: decided here, and nowhere else.

``BadRequest`` and ``TimedOut`` are subclasses of ``NetworkError`` in python-telegram-bot, so the order of the questions
matters. Telegram's wording is its Bot API server's own (github.com/tdlib/telegram-bot-api).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.messages.transport import NotSent, ServerFailed, Unclear


class Verdict(Enum):
    """How a request ended."""

    SENT = "sent"
    GONE = "gone"  # this chat cannot be reached any more
    MOVED = "moved"  # the group has a new number
    LATER = "later"  # surely not done: repeat after a while
    UNKNOWN = "unknown"  # done or not: nobody can tell
    STALE = "stale"  # too late for this button, or nothing to change: all is well
    BUG = "bug"  # Telegram will never take this request


@dataclass(frozen=True)
class Outcome:
    """A verdict and what comes with it.

    ``message_id`` of a message that was sent and ``file_id`` of its picture, ``wait_seconds`` before trying again,
    ``chat_id`` a group moved to, ``limited`` if Telegram said that too much is sent, ``down`` if Telegram as a whole is
    in trouble and this chat is not to blame, ``failed`` if its server said so: then one more try is worth a copy.
    ``why`` is Telegram's own description, for the log.
    """

    verdict: Verdict
    message_id: int | None = None
    file_id: str | None = None
    wait_seconds: float = 0.0
    chat_id: int | None = None
    limited: bool = False
    down: bool = False
    failed: bool = False
    why: str = ""


GONE = (
    "chat not found",
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "the group chat was deleted",
    "bot can't initiate conversation",
    "bot can't send messages to bots",
)
STALE = ("message is not modified", "query is too old", "query id is invalid")


def judge(error: TelegramError) -> Outcome:
    """The verdict on an error."""
    why = str(error)
    match error:
        case ChatMigrated():
            return Outcome(Verdict.MOVED, chat_id=error.new_chat_id, why=why)
        case RetryAfter():
            return Outcome(Verdict.LATER, wait_seconds=_seconds(error), limited=True, why=why)
        case NotSent():
            return Outcome(Verdict.LATER, wait_seconds=1.0, down=True, why=why)
        case Unclear():
            failed = isinstance(error, ServerFailed)
            return Outcome(Verdict.UNKNOWN, wait_seconds=1.0, down=True, failed=failed, why=why)
        case InvalidToken():
            return Outcome(Verdict.LATER, wait_seconds=5.0, down=True, why="the token was refused")
        case Forbidden() | BadRequest():
            return Outcome(_worded(error), wait_seconds=60.0, why=why)
    return Outcome(Verdict.UNKNOWN, wait_seconds=1.0, why=why)


def was_not_made(outcome: Outcome) -> bool:
    """Whether a request has surely put no message into its chat."""
    return outcome.verdict not in {Verdict.SENT, Verdict.UNKNOWN}


def _worded(error: TelegramError) -> Verdict:
    words = error.message.lower()
    if any(each in words for each in GONE):
        return Verdict.GONE
    if any(each in words for each in STALE):
        return Verdict.STALE
    return Verdict.LATER if isinstance(error, Forbidden) else Verdict.BUG


def _seconds(error: RetryAfter) -> float:
    assert isinstance(error.retry_after, timedelta), "PTB_TIMEDELTA is not set"
    return error.retry_after.total_seconds()
