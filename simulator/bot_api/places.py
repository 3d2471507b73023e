"""Locations and venues in a request, as the content of a message."""

from math import isfinite

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json

# From the Bot API's sendLocation and TDLib's Location.cpp. Periods are in seconds, the radius and accuracy in meters.
_PERIODS = range(60, 86_400 + 1)
FOR_EVER = 0x7FFFFFFF
_LARGEST_HEADING = 360
_LARGEST_RADIUS = 100_000
_LARGEST_ACCURACY = 1500.0
_MOST_LATITUDE, _MOST_LONGITUDE = 90.0, 180.0

_PROVIDER_FIELDS = ("google_place_id", "google_place_type", "foursquare_id", "foursquare_type")


def location_content(parameters: Parameters) -> Json:
    """Return the content of a location. With a `live_period` it can be moved for that long."""
    location = place(parameters, "Invalid live location specified")
    period = parameters.integer("live_period")
    if period:
        if period != FOR_EVER and period not in _PERIODS:
            raise bad_request("Wrong live location period specified")
        location |= {"live_period": period} | movement(parameters)
    return {"location": location}


def venue_content(parameters: Parameters) -> Json:
    """Return the content of a location with a name and an address."""
    location = place(parameters, "Wrong venue location specified")
    venue = {"location": location, "title": parameters.text("title"), "address": parameters.text("address")}
    provider = {name: parameters.text(name) for name in _PROVIDER_FIELDS if parameters.text(name)}
    return {"venue": venue | provider, "location": location}


def place(parameters: Parameters, complaint: str) -> Json:
    """Return latitude, longitude and accuracy as fields of a Location. Refused with `complaint` if out of range."""
    for name in ("latitude", "longitude"):
        if not parameters.text(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = parameters.number("latitude"), parameters.number("longitude")
    if not (abs(latitude) <= _MOST_LATITUDE and abs(longitude) <= _MOST_LONGITUDE):
        raise bad_request(complaint)
    accuracy = parameters.number("horizontal_accuracy")
    known = {"horizontal_accuracy": min(accuracy, _LARGEST_ACCURACY)} if isfinite(accuracy) and accuracy > 0 else {}
    return {"latitude": latitude, "longitude": longitude} | known


def movement(parameters: Parameters) -> Json:
    """Return heading and alert radius of a live location."""
    heading, radius = parameters.integer("heading"), parameters.integer("proximity_alert_radius")
    if not 0 <= heading <= _LARGEST_HEADING:
        raise bad_request("Wrong live location heading specified")
    if not 0 <= radius <= _LARGEST_RADIUS:
        raise bad_request("Wrong live location proximity alert radius specified")
    return {name: value for name, value in (("heading", heading), ("proximity_alert_radius", radius)) if value}
