"""A location's zone. The map takes some 35 MiB of memory from the first question on, and a tenth of a second then."""

from bot.timetable import UnknownZone
from bot.timetable.zones import zone_info


def zone_at(latitude: float, longitude: float) -> str | None:
    """The IANA name of the zone at a location in degrees; None if there is no such place or no rules for its zone.

    At sea it is the zone of the nautical hour (``Etc/GMT+3``). The coordinates leave no trace.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
        return None
    from tzfpy import get_tz  # noqa: PLC0415 - the map is loaded only for those who share a location

    zone = get_tz(longitude, latitude)
    try:
        return zone_info(zone).key
    except UnknownZone:
        return None
