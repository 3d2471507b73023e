"""What a person wrote, brought into a form that can be compared: pure functions over text."""

import re
from collections.abc import Iterable

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(@[A-Za-z0-9_]*)?(?![\w/<>])")
_COMMAND_OR_SLIP = re.compile(r"/\w*(@\w*)?")
_PUNCTUATION = re.compile(r"[^\w\s]+")
LIKENESS = 75
"""How alike a slip must be to a name, in percent: twice the number of common letters, divided by the number of letters
in both."""


def plain(text: str) -> str:
    """Return a text in lower case, with single spaces and no punctuation: ``"Ow!! CRAMP..."`` gives ``"ow cramp"``.

    A text of nothing but emoji stays as it is. Only the first 200 characters count.
    """
    return " ".join(_PUNCTUATION.sub(" ", text[:200].casefold()).split()) or text[:200].strip()


def command(text: str) -> str | None:
    """Return the name of the command that a text begins with, in lower case; None for any other text.

    The command ends where it ends for Telegram: ``/cramp!`` and ``/cramp,please`` begin with a command,
    ``/cramp/please`` does not. A command with the name of a bot (``/cramp@some_bot``) gives None, because it may be
    another bot's.
    """
    match = _COMMAND.match(text)
    return match[1].lower() if match and not match[2] else None


def behind_command(text: str) -> str:
    """Return what stands behind the command that a text begins with, even a mistyped or another bot's command."""
    match = _COMMAND_OR_SLIP.match(text)
    return text[match.end() :].strip() if match else ""


def closest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that somebody probably meant who mistyped it as ``name``; None if no name is alike."""
    # Loaded with the first slip: it takes 6 MiB, and a start must not wait for it.
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    match = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=LIKENESS)
    return match[0] if match else None
