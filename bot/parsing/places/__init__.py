"""Finds a person's time zone by location, by the name of a place, or by the time on their clock. All of it is offline.

Nothing heavy is loaded before the first use, and no coordinates are kept.
"""

from bot.parsing.places.cities import PlaceMatches, find_places
from bot.parsing.places.clocks import ZoneChoice, clock_choices, zones_showing
from bot.parsing.places.location import zone_at
from bot.parsing.places.names import city_of

__all__ = ["PlaceMatches", "ZoneChoice", "city_of", "clock_choices", "find_places", "zone_at", "zones_showing"]
