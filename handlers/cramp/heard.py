"""What means a call for relief, and what says that it still hurts."""

from collections.abc import Callable

from telegram import Message
from telegram.ext.filters import MessageFilter

from bot.content.loading import Content
from bot.parsing.text import closest, command, plain
from handlers.cramp.screens import Words


def relief_calls(content: Content) -> Callable[[str], bool]:
    """A test for calls for relief: the command or a slip of it, one of the words, the key, or the link for it."""
    topics = {name: topic for topic in content.edition().commands for name in content.names(topic)}
    words = [edition.words(Words) for edition in content.values()]
    heard = {plain(each) for each_words in words for each in (each_words.key, *each_words.hears)}

    def calls(text: str) -> bool:
        name = command(text)
        if name is None:
            return plain(text) in heard
        if name == "start":
            return text.split()[1:] == ["cramp"]
        return topics.get(name if name in topics else closest(name, topics) or "") == "cramp"

    return calls


def still_calls(content: Content) -> Callable[[str], bool]:
    """A test for texts that say that it still hurts."""
    heard = {plain(each) for edition in content.values() for each in edition.words(Words).still_hears}
    return lambda text: plain(text) in heard


class Calls(MessageFilter):
    """Messages whose text passes a test."""

    def __init__(self, calls: Callable[[str], bool]) -> None:
        super().__init__()
        self._calls = calls

    def filter(self, message: Message) -> bool:
        """Whether the text of a message passes."""
        return self._calls(message.text or "")
