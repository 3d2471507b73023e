"""Names of places in a form that can be compared, and the names of zones and countries in a language."""

import re
from functools import cache
from unicodedata import combining, normalize

LANGUAGES = ("en", "sv")
LONGEST_NAME = 60
"""Only this many characters of a text are read."""
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l", "ı": "i", "œ": "oe", "þ": "th", "ð": "d"})
_SAINT = re.compile(r"\bst\b")


def fold(text: str) -> str:
    """Return a text as lower-case letters and digits without accents, with single spaces, and "saint" for "St."."""
    plain = "".join(mark for mark in normalize("NFKD", text[:LONGEST_NAME].casefold()) if not combining(mark))
    words = re.sub(r"[\W_]+", " ", plain.translate(_LETTERS).replace("'", "").replace("’", "")).split()
    return _SAINT.sub("saint", " ".join(words))


def city_of(zone: str, language: str) -> str:
    """Return the name of a zone's city in a language: ``"Köpenhamn"`` for ``Europe/Copenhagen`` in Swedish."""
    return _zone_cities(_known(language)).get(zone) or zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")


def country_name(code: str, language: str) -> str:
    """Return the name of a country (ISO 3166 code) in a language."""
    from babel.core import Locale  # noqa: PLC0415 - loaded with the first question

    return str(Locale.parse(_known(language)).territories.get(code, code))


def country_of(zone: str) -> str | None:
    """Return the country (ISO 3166 code) that a zone belongs to. None if Babel does not know it."""
    from babel.core import get_global  # noqa: PLC0415 - loaded with the first question

    return get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone))


def _known(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


@cache
def _zone_cities(language: str) -> dict[str, str]:
    """Return CLDR's names for the cities of zones, by zone. CLDR has none where the end of the zone's name is right."""
    from babel.core import Locale, get_global  # noqa: PLC0415 - loaded with the first question

    canonical = get_global("zone_aliases")
    zones = Locale.parse(language).time_zones
    return {canonical.get(zone, zone): names["city"] for zone, names in zones.items() if "city" in names}
