"""What an error from Telegram means for a message. No other module of the bot interprets Telegram's errors.

``BadRequest`` and ``TimedOut`` are subclasses of ``NetworkError`` in python-telegram-bot, so the order of the cases
matters. The wordings are those of Telegram's Bot API server (github.com/tdlib/telegram-bot-api).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.messages.transport import NotSent, ServerFailed, Unclear


class Verdict(StrEnum):
    """How a request to Telegram ended."""

    SENT = "sent"
    GONE = "gone"  # the chat cannot be reached any more, for example because the person has blocked the bot
    MOVED = "moved"  # the group has a new id
    LATER = "later"  # certainly not done; repeat after a while
    UNKNOWN = "unknown"  # nobody can tell whether it was done
    STALE = "stale"  # too late for this button, or nothing to change; not an error
    BUG = "bug"  # Telegram will never accept this request


@dataclass(frozen=True)
class Outcome:
    """A verdict with its details.

    Attributes:
        verdict: how the request ended.
        message_id: the message that was sent.
        file_id: the file id of the message's picture or recording.
        wait_seconds: how long to wait before another try.
        chat_id: the new id of a group that has moved.
        limited: whether Telegram said "too many requests".
        down: whether Telegram as a whole has trouble, and not only this chat.
        failed: whether Telegram's server said that it failed. Then another try is worth the risk of a second copy.
        why: Telegram's description, for the log.
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


def outcome_of(error: TelegramError) -> Outcome:
    """Return the outcome of a request that raised ``error``."""
    why = str(error)
    match error:
        case ChatMigrated():
            return Outcome(Verdict.MOVED, chat_id=error.new_chat_id, why=why)
        case RetryAfter():
            assert isinstance(error.retry_after, timedelta), "PTB_TIMEDELTA is not set"
            return Outcome(Verdict.LATER, wait_seconds=error.retry_after.total_seconds(), limited=True, why=why)
        case NotSent():
            return Outcome(Verdict.LATER, wait_seconds=1.0, down=True, why=why)
        case Unclear():
            failed = isinstance(error, ServerFailed)
            return Outcome(Verdict.UNKNOWN, wait_seconds=1.0, down=True, failed=failed, why=why)
        case InvalidToken():
            return Outcome(Verdict.LATER, wait_seconds=5.0, down=True, why="the token was refused")
        case Forbidden() | BadRequest():
            words = error.message.lower()
            verdict = Verdict.LATER if isinstance(error, Forbidden) else Verdict.BUG
            if any(phrase in words for phrase in GONE):
                verdict = Verdict.GONE
            elif any(phrase in words for phrase in STALE):
                verdict = Verdict.STALE
            return Outcome(verdict, wait_seconds=60.0, why=why)
    return Outcome(Verdict.UNKNOWN, wait_seconds=1.0, why=why)


def is_certainly_unsent(outcome: Outcome) -> bool:
    """Return whether a request has certainly created no message."""
    return outcome.verdict not in {Verdict.SENT, Verdict.UNKNOWN}
