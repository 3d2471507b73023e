"""Finds the zone of a location. The first call loads a map: this takes a tenth of a second, and 35 MiB for good."""

from bot.timetable import UnknownZone
from bot.timetable.zones import zone_info


def zone_at(latitude: float, longitude: float) -> str | None:
    """Return the zone (IANA name) at a location in degrees; None if there is no zone or it has no rules.

    At sea it is the nautical zone (``Etc/GMT+3``). The coordinates are not kept.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
        return None
    from tzfpy import get_tz  # noqa: PLC0415 - the map is loaded only for those who share a location

    zone = get_tz(longitude, latitude)
    try:
        return zone_info(zone).key
    except UnknownZone:
        return None
