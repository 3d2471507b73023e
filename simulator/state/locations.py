"""Where people live: the city of each time zone, from the table of the package tzdata."""

import re
from functools import cache
from importlib.resources import files

from babel.core import get_global

Location = tuple[float, float]
"""Latitude and longitude in degrees."""
NOWHERE = (0.0, 0.0)
"""Off the coast of Africa: the location of a zone that has no city, such as UTC."""
_ROW = re.compile(r"^[A-Z]{2}\t([+-]\d+)([+-]\d+)\t([^\t\n]+)", re.MULTILINE)


def location_of(zone: str) -> Location:
    """Return the location of the city of a time zone. ``zone`` is an IANA name, and may be an old one."""
    locations = _locations()
    return locations.get(zone) or locations.get(get_global("zone_aliases").get(zone, ""), NOWHERE)


@cache
def _locations() -> dict[str, Location]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    return {zone: (_degrees(latitude, 2), _degrees(longitude, 3)) for latitude, longitude, zone in _ROW.findall(table)}


def _degrees(text: str, digits: int) -> float:
    """Return the degrees of a coordinate in ISO 6709: ``+511830`` is 51 degrees, 18 minutes and 30 seconds north.

    ``digits`` is the number of digits of the degrees: 2 for a latitude, 3 for a longitude. Seconds may be missing.
    """
    degrees, minutes, seconds = text[1 : 1 + digits], text[1 + digits : 3 + digits], text[3 + digits :]
    size = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return round(-size if text[0] == "-" else size, 4)
