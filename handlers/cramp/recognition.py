"""How a text is recognized as a call for relief, or as saying that it still hurts."""

from collections.abc import Callable

from telegram import Message
from telegram.ext.filters import MessageFilter

from bot.content.loading import Content
from bot.parsing.text import closest, command, plain
from handlers.cramp.screens import Words


def relief_calls(content: Content) -> Callable[[str], bool]:
    """Return a test for calls for relief: the command, also misspelt, one of the words, the key, or the deep link."""
    topics = {name: topic for topic in content.edition().commands for name in content.names(topic)}
    words = [edition.words(Words) for edition in content.values()]
    phrases = {plain(text) for language in words for text in (language.key, *language.hears)}

    def is_call(text: str) -> bool:
        name = command(text)
        if name is None:
            return plain(text) in phrases
        if name == "start":  # the deep link t.me/<bot>?start=cramp
            return text.split()[1:] == ["cramp"]
        return topics.get(name if name in topics else closest(name, topics) or "") == "cramp"

    return is_call


def still_calls(content: Content) -> Callable[[str], bool]:
    """Return a test for texts that say that it still hurts."""
    phrases = {plain(text) for edition in content.values() for text in edition.words(Words).still_hears}
    return lambda text: plain(text) in phrases


class Calls(MessageFilter):
    """Messages whose text passes a test."""

    def __init__(self, is_call: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_call = is_call

    def filter(self, message: Message) -> bool:
        """Return whether the text of the message passes."""
        return self._is_call(message.text or "")
