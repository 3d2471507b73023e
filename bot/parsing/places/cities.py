"""Cities by name, in English and Swedish: the zones' own, CLDR's names for them, countries, and known cities."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from unicodedata import combining, normalize
from zoneinfo import available_timezones

from bot.parsing.places.known import KNOWN

LANGUAGES = ("en", "sv")
MOST = 6
"""So many candidates at most."""
_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_NO_CITIES = {"ACT", "LHI", "NSW", "North", "South", "West", "Queensland", "Tasmania", "Victoria", "Yancowinna"}
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l", "ı": "i", "œ": "oe", "þ": "th", "ð": "d"})
_LEAD = re.compile(r"^(?:(?:in|near|i|nära|vid) )+")
_SAINT = re.compile(r"\bst\b")
_LONGEST = 60
_LIKENESS = 0.8
_SHORTEST_START = 3


@dataclass(frozen=True)
class Place:
    """A zone (IANA name) and what a person calls it."""

    zone: str
    label: str


def zone_of_city(text: str, language: str) -> list[Place]:
    """The places that a text may mean, likeliest first, labelled in the language; none if it is like no known name.

    Cases, accents and small slips do not matter. Names in English and Swedish are understood in either language, and
    countries too. If one name is that of several cities, or the text is no whole name, there are several: a person has
    to choose.
    """
    index = _index()
    for name in _readings(text):
        found = index.get(name)
        if found:
            return _labelled(found, language)
    return _labelled(_alike(_fold(text)), language)


def city_of(zone: str, language: str) -> str:
    """What a zone's city is called: ``"Köpenhamn"`` for ``Europe/Copenhagen`` in Swedish."""
    names = _cldr(language if language in LANGUAGES else LANGUAGES[0])
    return names.get(zone) or zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")


@dataclass(frozen=True)
class _City:
    zone: str
    names: tuple[str, ...]  # one for each of LANGUAGES

    def label(self, language: str) -> str:
        return self.names[LANGUAGES.index(language) if language in LANGUAGES else 0]


def _labelled(cities: Iterable[_City], language: str) -> list[Place]:
    chosen = list(cities)[:MOST]
    labels = [city.label(language) for city in chosen]
    return [
        Place(city.zone, _told_apart(label, city_of(city.zone, language)) if labels.count(label) > 1 else label)
        for city, label in zip(chosen, labels, strict=True)
    ]


def _told_apart(label: str, zone_city: str) -> str:
    return label if label == zone_city else f"{label} ({zone_city})"


def _fold(text: str) -> str:
    """Letters and digits without accents, lower case, words apart by one space."""
    plain = "".join(mark for mark in normalize("NFKD", text[:_LONGEST].casefold()) if not combining(mark))
    words = re.sub(r"[\W_]+", " ", plain.translate(_LETTERS).replace("'", "").replace("’", "")).split()
    return _SAINT.sub("saint", " ".join(words))


def _readings(text: str) -> Iterator[str]:
    """All of it; without "in"; and with fewer and fewer words at its end, for who adds the country."""
    whole = _fold(text)
    yield whole
    words = _LEAD.sub("", whole).split()
    for count in range(len(words), 0, -1):
        yield " ".join(words[:count])


def _alike(text: str) -> list[_City]:
    text = _LEAD.sub("", text)
    index = _index()
    if len(text) < _SHORTEST_START:
        return []
    begun = sorted(name for name in index if name.startswith(text))
    names = begun or get_close_matches(text, index, n=MOST, cutoff=_LIKENESS)
    return list(dict.fromkeys(city for name in names for city in index[name]))


@cache
def _index() -> dict[str, list[_City]]:
    """Folded name -> its cities, those that name a zone first, each zone once."""
    index: dict[str, list[_City]] = {}
    for name, city in (*_zone_cities(), *_known_cities(), *_countries()):
        cities = index.setdefault(_fold(name), [])
        if all(city.zone != other.zone for other in cities):
            cities.append(city)
    return index


def _zone_cities() -> Iterator[tuple[str, _City]]:
    from babel.core import get_global  # noqa: PLC0415 - loaded with the first question

    newer = get_global("zone_aliases")
    for zone in sorted(available_timezones()):
        area, _, last = zone.rpartition("/")
        if area.split("/")[0] in _AREAS and last not in _NO_CITIES:
            city = _city(newer.get(zone, zone))
            for name in (last.replace("_", " "), zone, *city.names):
                yield name, city


def _city(zone: str) -> _City:
    return _City(zone, tuple(city_of(zone, language) for language in LANGUAGES))


def _known_cities() -> Iterator[tuple[str, _City]]:
    for zone, cities in KNOWN.items():
        for names in cities.split(", "):
            english, _, swedish = names.partition("|")
            city = _City(zone, (english, swedish or english))
            for name in city.names:
                yield name, city


def _countries() -> Iterator[tuple[str, _City]]:
    """Countries, each with its zone, or with those of its zones in which most people live.

    They are called by the zone's city: that is what shows whether it is the right one.
    """
    from babel.core import Locale, get_global  # noqa: PLC0415 - as above

    known = available_timezones()
    territories = [Locale.parse(language).territories for language in LANGUAGES]
    for code, zones in get_global("territory_zones").items():
        chosen = [zone for zone in KNOWN if zone in zones] or [zone for zone in zones if zone in known]
        for name in {names[code] for names in territories if code in names}:
            yield from ((name, _city(zone)) for zone in chosen)


@cache
def _cldr(language: str) -> dict[str, str]:
    """Zone -> CLDR's name for its city, where that is not the zone's own."""
    from babel.core import Locale, get_global  # noqa: PLC0415 - as above

    newer = get_global("zone_aliases")
    zones = Locale.parse(language).time_zones
    return {newer.get(zone, zone): names["city"] for zone, names in zones.items() if "city" in names}
