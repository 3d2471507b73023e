"""Which zone a person lives in: by location, by the name of a place, or by what their clock shows. All of it offline.

Nothing heavy is loaded before the first question, and no coordinates are kept.
"""

from bot.parsing.places.cities import PlaceMatches, find_places
from bot.parsing.places.clocks import ZoneChoice, clock_choices, zones_showing
from bot.parsing.places.location import zone_at
from bot.parsing.places.names import city_of

__all__ = ["PlaceMatches", "ZoneChoice", "city_of", "clock_choices", "find_places", "zone_at", "zones_showing"]
