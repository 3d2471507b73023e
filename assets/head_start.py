"""The steps as the head start sends them: ``python -m assets.head_start`` draws them from the content."""

from zoneinfo import available_timezones

import handlers
from bot.config import ROOT
from bot.content.loading import DEFAULT_LANGUAGE
from bot.parsing import lenient_json
from bot.parsing.places.names import country_of
from bot.updates.head_start import FILE, digest
from handlers import cramp


def drawn() -> bytes:
    """Return the file: the texts that call for the steps, and for each language the steps as Telegram takes them.

    People in the zones ``other_words_in`` read other words in the steps, because of the numbers of their country.
    """
    content = handlers.load_content(ROOT)
    steps = {}
    for code, edition in content.items():
        draft = cramp.steps(edition)
        other = sorted(
            zone
            for zone in available_timezones()
            if cramp.steps(content.edition(code, country=country_of(zone))).text != draft.text
        )
        steps[code] = {"caption": draft.text, **draft.markup, "other_words_in": " ".join(other)}
    picture = content.edition().pictures[cramp.steps(content.edition()).picture or ""].file
    keys = [edition.words(cramp.Words).key for edition in content.values()]
    file = {
        "content": digest(ROOT),
        "default": DEFAULT_LANGUAGE,
        "calls": [*(f"/{name}" for name in content.names("cramp")), *keys],
        "picture": picture,
        "steps": steps,
    }
    return lenient_json.dumps(file)


if __name__ == "__main__":
    FILE.write_bytes(drawn())
