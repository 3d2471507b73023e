"""Which zone a person lives in: by location, by city, or by what their clock shows. All of it offline.

Nothing heavy is loaded before the first question, and no coordinates are kept.
"""

from bot.parsing.places.cities import Place, city_of, zone_of_city
from bot.parsing.places.clocks import clock_choices, zones_showing
from bot.parsing.places.location import zone_at

__all__ = ["Place", "city_of", "clock_choices", "zone_at", "zone_of_city", "zones_showing"]
