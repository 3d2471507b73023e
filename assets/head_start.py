"""The file of the head start: ``python -m assets.head_start`` generates it from the content."""

from babel.core import get_global

import handlers
from bot.config import ROOT
from bot.content.loading import DEFAULT_LANGUAGE
from bot.parsing import lenient_json
from bot.parsing.places.names import country_of
from bot.updates.head_start import FILE, digest
from handlers import cramp


def file() -> bytes:
    """Return the file: the texts that are calls, and for each language the steps as parameters of sendPhoto.

    In the time zones of ``other_words_in``, the steps have other words, because these countries have other numbers.
    """
    content = handlers.load_content(ROOT)
    steps = {}
    for code, edition in content.items():
        draft = cramp.steps(edition)
        other = sorted(
            zone
            for zone in {*get_global("zone_territories"), *get_global("zone_aliases")}
            if cramp.steps(content.edition(code, country=country_of(zone))).text != draft.text
        )
        steps[code] = {"caption": draft.text, **draft.markup, "other_words_in": " ".join(other)}
    picture = content.edition().pictures[cramp.steps(content.edition()).picture or ""].file
    keys = [edition.words(cramp.Words).key for edition in content.values()]
    parts = {
        "content": digest(ROOT),
        "default": DEFAULT_LANGUAGE,
        "calls": [*(f"/{name}" for name in content.names("cramp")), *keys],
        "picture": picture,
        "steps": steps,
    }
    return lenient_json.dumps(parts)


if __name__ == "__main__":
    FILE.write_bytes(file())
