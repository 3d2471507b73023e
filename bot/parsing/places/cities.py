"""What a typed place means: a city, country, state or zone, in English, Swedish or the language of the place."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bot.parsing.places.abbreviations import offset_of, zones_of_abbreviation
from bot.parsing.places.clocks import ZoneChoice, clock_of, zones_at_offset
from bot.parsing.places.names import city_of, country_name, fold
from bot.parsing.places.table import LARGE, SMALL, Kind, Row, Table

MAX_CHOICES = 8
"""The greatest number of places from which a person has to choose."""
SURE_RATIO, SURE_RATIO_OF_ONE_CLOCK = 50, 5
"""A place is surely meant if it has this many times more people than every other place of its name.

So "Paris" is in France, and not in Texas. If the clocks of two places agree, a wrong guess does less harm, and the
smaller ratio is enough."""
PEOPLE_FOR_SHORT_NAME = {3: 150_000, 4: 50_000}
"""A name of three or four letters may be another word ("bra"). It is sure only if its place has this many people."""
SHORTEST_NAME_OF_CITY = 3
MOST_OTHER_WORDS = 3
PEOPLE_FOR_START = {3: 1_000_000, 4: LARGE}
"""How many people a city must have to be meant by its first three or four letters. With more letters, ``SMALL`` is
enough."""
SHORTEST_START = 3
SHARE_OF_OTHER_NAME = 0.75
"""The share of a city's other name, such as a former one, that must be typed."""
SHORTEST_SLIP = 5
MEANT, ALIKE = 0.82, 0.75
"""How alike a slip must be to a name, from 0 to 1: one of six letters may be missing, extra, wrong or swapped.

A name that is only ``ALIKE`` is shown if it is another name of the same city."""
MAX_ALIKE = 30
_AREAS = {Kind.COUNTRY, Kind.REGION}
_LEAD = re.compile(r"^(?:(?:(?:i|we|jag|vi) )?(?:(?:am|are|im|live|ar|bor) )?(?:in|near|i|nara|vid) )+")


@dataclass(frozen=True)
class PlaceMatches:
    """The places that a text may mean, the likeliest first. Unless it ``is_sure``, the person has to choose."""

    choices: list[ZoneChoice]
    is_sure: bool = False


def find_places(text: str, language: str, now: datetime) -> PlaceMatches:
    """Return the places that a text may mean, labelled in the language; none if the text is like no known name.

    Capitals, accents and small slips do not matter. The result is sure if the text names one place, alone or with its
    country or state, or several places with the same clock. It is a guess, and not sure, if words are left over, or if
    the text is the beginning of a name, a slip, or a short name of a zone ("EST", "UTC+5:30"), even one that means only
    one zone.

    Args:
        text: What the person typed.
        language: The language of the labels, as ``"sv"``.
        now: The present moment (aware UTC), which says what clocks show.
    """
    zones = list(zones_of_abbreviation(text))
    if not zones and (offset := offset_of(text)) is not None:
        zones = zones_at_offset(now, offset, language)
    if zones:
        return PlaceMatches([ZoneChoice(zone, city_of(zone, language)) for zone in zones[:MAX_CHOICES]])
    name = _LEAD.sub("", fold(text))
    with Table() as table:
        rows, is_whole = _named(table, name)
        if is_whole and (row := _sure_row(rows, now)):
            return PlaceMatches([ZoneChoice(row.zone, _label(row, language))], is_sure=True)
        if not rows or len(name) == SHORTEST_START:
            rows += _begun(table, name)
        return PlaceMatches(_choices(rows or _alike(table, name), language))


def _named(table: Table, name: str) -> tuple[list[Row], bool]:
    """Return the places that a text names, and whether every word of the text belongs to their names.

    Words after a city may be its country and its state. A large city, or one with its country, may have a few other
    words before and after it ("we are in stockholm now").
    """
    words = name.split()
    for start in range(min(len(words), MOST_OTHER_WORDS + 1)):
        for end in range(len(words), start, -1):
            named = table.named(" ".join(words[start:end]))
            rows = [row for row in named if row.kind in _AREAS or len(row.key) >= SHORTEST_NAME_OF_CITY]
            if not rows:
                continue
            rows, others = _narrowed(table, rows, words[end:])
            if not start and not others:
                return rows, True
            largest = rows[0]
            shortest = 4 if largest.kind is Kind.CITY else 5  # two large cities are also called "Okay" and "Turn"
            is_large = largest.population >= LARGE and len(largest.key) >= shortest
            if (is_large or len(others) < len(words[end:])) and start + len(others) <= MOST_OTHER_WORDS:
                return rows, False
    return [], False


def _narrowed(table: Table, rows: list[Row], words: list[str]) -> tuple[list[Row], list[str]]:
    """Return the places that are in the areas at the beginning of ``words``, and the words after these areas."""
    for end in range(len(words), 0, -1):
        if inside := list(_within(rows, table.named(" ".join(words[:end])))):
            return _narrowed(table, inside, words[end:])
    return rows, words


def _within(rows: Iterable[Row], areas: Iterable[Row]) -> Iterator[Row]:
    """Yield the cities that lie in one of the countries, states or regions."""
    countries = {area.country for area in areas if area.kind is Kind.COUNTRY}
    states = {area.state for area in areas if area.kind in {Kind.REGION, Kind.STATE_CODE} and area.state}
    zones = {area.zone for area in areas if area.kind is Kind.REGION and not area.state}
    for row in rows:
        if row.country in countries or row.state in states or row.zone in zones:
            yield row


def _sure_row(rows: list[Row], now: datetime) -> Row | None:
    """Return the one place that a name surely means; None if the person has to choose."""
    if zone := next((row for row in rows if row.kind is Kind.ZONE), None):
        return zone
    largest = rows[0]
    if largest.population < PEOPLE_FOR_SHORT_NAME.get(len(largest.key), 0):
        return None
    for row in rows:
        if row.zone == largest.zone:
            continue
        if row.kind in _AREAS:  # few people of a country live by its other clocks, but those few mean them
            return None
        agrees = clock_of(row.zone, now) == clock_of(largest.zone, now)
        if row.population * (SURE_RATIO_OF_ONE_CLOCK if agrees else SURE_RATIO) > largest.population:
            return None
    return largest


def _begun(table: Table, name: str) -> list[Row]:
    """Return the cities whose names begin with a text."""
    if len(name) < SHORTEST_START:
        return []
    least = PEOPLE_FOR_START.get(len(name), SMALL)
    begun = [row for row in table.begun(name) if row.population >= least]
    own = [row for row in begun if row.kind is Kind.CITY]
    return own + [
        row for row in begun if row.kind is Kind.OTHER_NAME and len(name) >= SHARE_OF_OTHER_NAME * len(row.key)
    ]


def _alike(table: Table, name: str) -> list[Row]:
    """Return the places whose names are most like a text."""
    from rapidfuzz import process  # noqa: PLC0415 - loaded with the first slip
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    if len(name) < SHORTEST_SLIP:
        return []
    likeness: dict[str, float] = {}
    # Names of other lengths cannot be alike enough.
    for length in range(ceil(ALIKE * len(name)), int(len(name) / ALIKE) + 1):
        keys = table.keys_of_length(length)
        best = process.extract(name, keys, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=MAX_ALIKE)
        likeness |= {key: score for key, score, _ in best}
    if max(likeness.values(), default=0) < MEANT:
        return []
    rows = [row for key in sorted(likeness) for row in table.named(key)]
    meant = {_city(row) for row in rows if likeness[row.key] == max(likeness.values())}
    return sorted((row for row in rows if _city(row) in meant), key=lambda row: -likeness[row.key])


def _city(row: Row) -> tuple[str, str, str, int]:
    """Return what identifies a city in all its rows: no two cities of a state have the same number of people."""
    return row.country, row.state, row.zone, row.population


def _choices(rows: Iterable[Row], language: str) -> list[ZoneChoice]:
    """Return the places to choose from, the most populous first. If there is room, each zone has at least one."""
    ranked = sorted(rows, key=lambda row: (-row.population, row.kind is not Kind.CITY, len(row.name)))
    areas = {(row.country, row.zone) for row in ranked if row.kind in _AREAS}
    cities: set[tuple[str, str, str, int]] = set()
    places: dict[tuple[str, str], None] = {}
    for row in ranked:
        is_known = row.kind not in _AREAS and (row.country, row.zone) in areas  # "Mexico": the city has the same clock
        if _city(row) not in cities and not is_known:
            cities.add(_city(row))  # a city may have several rows, one for each name
            places[row.zone, _label(row, language)] = None
    first_of_zone = dict(reversed(places.keys()))
    chosen = sorted(places, key=lambda place: first_of_zone[place[0]] != place[1])[:MAX_CHOICES]
    labels = Counter(label for _, label in chosen)
    return [
        ZoneChoice(zone, f"{label} ({city_of(zone, language)})" if labels[label] > 1 else label)
        for zone, label in places
        if (zone, label) in chosen
    ]


def _label(row: Row, language: str) -> str:
    """Return the name of a place with its state or country. A country is called by the city of its clock."""
    if row.kind in {Kind.COUNTRY, Kind.ZONE}:
        return city_of(row.zone, language)
    area = row.state if row.kind is not Kind.REGION and row.state else country_name(row.country, language)
    return f"{row.name}, {area}"
