"""What a person wrote, brought into a form that can be compared: pure functions over text."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(@[A-Za-z0-9_]+)?(\s|$)")
_NOISE = re.compile(r"[^\w\s]+")
LIKENESS = 0.75
"""How alike a slip must be to the command it is taken for: ``crmap`` is 0.8 like ``cramp``."""


def plain(text: str) -> str:
    """Lower case, single spaces, no punctuation: ``"Ow!! CRAMP..."`` is ``"ow cramp"``. Lone emoji stay as they are."""
    return " ".join(_NOISE.sub(" ", text[:200].casefold()).split()) or text[:200].strip()


def command(text: str) -> str | None:
    """The name of the command that a text begins with, lower case; None for other texts and for other bots' commands.

    A command that is addressed (``/cramp@some_bot``) is left to those who know the bot's own name.
    """
    found = _COMMAND.match(text)
    return found[1].lower() if found and not found[2] else None


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that a mistyped one was probably meant to be."""
    return next(iter(get_close_matches(name, list(names), n=1, cutoff=LIKENESS)), None)
