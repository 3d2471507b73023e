"""The words that are no slips of others, however alike they look: ``python -m assets.everyday_words`` writes them.

They are the commonest words of English and Swedish by the library ``wordfreq`` 3.1.1 (its lists: CC BY-SA 4.0). They
change seldom and the library is large, so it is no dependency: install it only to write the list again.
"""

import gzip
from pathlib import Path

from bot.parsing.intent.spelling import EVERYDAY_FILE
from bot.parsing.intent.tokens import fold

LANGUAGES = ("en", "sv")
MANY = 10_000
"""Words of each language."""
SHORTEST = 4
"""Letters of the shortest word that may be a slip."""


def write(file: Path = EVERYDAY_FILE) -> None:
    """Write the words, one a line, in lower case and without accents."""
    from wordfreq import top_n_list  # type: ignore[import-not-found]  # noqa: PLC0415

    words = {word for language in LANGUAGES for word in top_n_list(language, MANY) if word.isalpha()}
    plain = sorted({fold(word) for word in words if len(word) >= SHORTEST})
    # Without a time, the same words give the same file.
    file.write_bytes(gzip.compress("\n".join(plain).encode(), mtime=0))


if __name__ == "__main__":
    write()
