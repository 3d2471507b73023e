"""Texts about a danger, a cramp, or a cramp that eases. They are heard first, whatever text the bot awaits."""

from collections.abc import Callable

from telegram import Message
from telegram.ext.filters import MessageFilter

from bot.content.loading import Content
from bot.diary.sentence import Vocabulary, may_be_past_cramp
from bot.parsing.intent import DANGERS, Intent, Understanding, understand
from bot.parsing.text import behind_command, closest, command, plain
from handlers.cramp.screens import Words

SWOLLEN = "swollen"
"""The parameter of a deep link, for somebody who was sent the steps and has one leg that is swollen, hot or red."""
LINKS = {"cramp": Understanding(Intent.RELIEF), SWOLLEN: Understanding(Intent.SAME_DAY, about="leg")}
"""What the parameter of a deep link means, such as that of t.me/<bot>?start=cramp."""
ALARMS = DANGERS | {Intent.CRISIS}
"""The intents whose screens say whom to call. They are heard behind any command, and however late they arrive."""
Listener = Callable[[str], Understanding]


def listener(content: Content) -> Listener:
    """Return the function that says what a text means.

    The command (even misspelt), its deep link and the words of the key are calls for relief. The deep link ``SWOLLEN``
    is a sign for the same day. Other commands mean nothing here, unless words of danger or of suicide follow them. Any
    other text is understood by the words and rules of the content.
    """
    topics = {name: topic for topic in content.edition().commands for name in content.names(topic)}
    keys = {plain(edition.words(Words).key) for edition in content.values()}
    vocabulary = Vocabulary.of(*content.values())

    def listen(text: str) -> Understanding:
        if text.startswith("/"):
            name, behind = command(text), behind_command(text)
            if name == "start" and behind in LINKS:
                return LINKS[behind]
            # A command with the name of a bot is another bot's: ``call_finder`` has removed our own.
            is_relief = (
                name is not None and topics.get(name if name in topics else closest(name, topics) or "") == "cramp"
            )
            # A bare command must not wait: after a start, the first text that is understood compiles the rules.
            if behind:
                understanding = understand(behind, content.rules)
                if understanding.intent in ALARMS or (is_relief and understanding.intent is Intent.RELIEF):
                    return understanding
        elif plain(text) in keys:
            is_relief = True
        else:
            understanding = understand(text, content.rules)
            # A past cramp may be for the diary. ``unknown`` can find out when it was; otherwise it shows the steps.
            is_past = understanding.intent is Intent.RELIEF and may_be_past_cramp(text, vocabulary)
            return Understanding(Intent.OTHER) if is_past else understanding
        return Understanding(Intent.RELIEF if is_relief else Intent.OTHER)

    return listen


class Eased(MessageFilter):
    """Messages whose text, or whose picture's caption, says that a cramp eases.

    A handler with this filter finds the meaning in ``context.heard``, so that no text is parsed twice.
    """

    def __init__(self, listen: Listener) -> None:
        super().__init__(data_filter=True)
        self._listen = listen

    def filter(self, message: Message) -> dict[str, list[Understanding]]:
        """Return the meaning in a list, as python-telegram-bot needs it; empty if the intent is another."""
        understanding = self._listen(words_of(message))
        return {"heard": [understanding]} if understanding.intent is Intent.EASED else {}


def words_of(message: Message | None) -> str:
    """Return the text of a message, or the caption of its picture. Empty if it has none."""
    return (message.text or message.caption or "") if message else ""
