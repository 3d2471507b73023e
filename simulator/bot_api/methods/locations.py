"""sendLocation, sendVenue, and the methods that move a live location or stop it."""

from math import isfinite

from simulator.bot_api.edits import edit
from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import CANNOT_EDIT, bad_request
from simulator.json_objects import Json, unix_seconds
from simulator.state.chats import Message
from simulator.state.world import World

# From the Bot API's sendLocation and TDLib's Location.cpp. Periods are in seconds, the radius and accuracy in meters.
_PERIODS = range(60, 86_400 + 1)
FOR_EVER = 0x7FFFFFFF
_LARGEST_HEADING = 360
_LARGEST_RADIUS = 100_000
_LARGEST_ACCURACY = 1500.0

_PROVIDER_FIELDS = ("google_place_id", "google_place_type", "foursquare_id", "foursquare_type")
_LIVE_FIELDS = ("live_period", "heading", "proximity_alert_radius")
_MOST_LATITUDE, _MOST_LONGITUDE = 90.0, 180.0


def send_location(world: World, parameters: Parameters) -> Json:
    """Carry out `sendLocation`. With a `live_period`, the bot may move the location for that long."""
    location = _place(parameters, "Invalid live location specified")
    period = parameters.integer("live_period")
    if period:
        if period != FOR_EVER and period not in _PERIODS:
            raise bad_request("Wrong live location period specified")
        location |= {"live_period": period} | _movement(parameters)
    return send(world, parameters, "sendLocation", {"location": location})


def send_venue(world: World, parameters: Parameters) -> Json:
    """Carry out `sendVenue`: a location with a name and an address."""
    location = _place(parameters, "Wrong venue location specified")
    venue = {"location": location, "title": parameters.text("title"), "address": parameters.text("address")}
    provider = {name: parameters.text(name) for name in _PROVIDER_FIELDS if parameters.text(name)}
    return send(world, parameters, "sendVenue", {"venue": venue | provider, "location": location})


def edit_message_live_location(world: World, parameters: Parameters) -> Json:
    """Carry out `editMessageLiveLocation`: move a location that is still live."""
    location = _place(parameters, "Invalid live location specified") | _movement(parameters)

    def change(message: Message) -> Json:
        live = _live_location(world, message)
        period = parameters.integer("live_period") or live["live_period"]
        return message.body | {"location": location | {"live_period": period}}

    return edit(world, parameters, "editMessageLiveLocation", change)


def stop_message_live_location(world: World, parameters: Parameters) -> Json:
    """Carry out `stopMessageLiveLocation`: the location stays where it was last."""

    def change(message: Message) -> Json:
        location = _live_location(world, message)
        kept = {name: value for name, value in location.items() if name not in _LIVE_FIELDS}
        return message.body | {"location": kept}

    return edit(world, parameters, "stopMessageLiveLocation", change)


def _place(parameters: Parameters, complaint: str) -> Json:
    """Return latitude, longitude and accuracy as fields of a Location. Refused with `complaint` if they are nowhere."""
    for name in ("latitude", "longitude"):
        if not parameters.text(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = parameters.number("latitude"), parameters.number("longitude")
    if not (abs(latitude) <= _MOST_LATITUDE and abs(longitude) <= _MOST_LONGITUDE):
        raise bad_request(complaint)
    accuracy = parameters.number("horizontal_accuracy")
    known = {"horizontal_accuracy": min(accuracy, _LARGEST_ACCURACY)} if isfinite(accuracy) and accuracy > 0 else {}
    return {"latitude": latitude, "longitude": longitude} | known


def _movement(parameters: Parameters) -> Json:
    """Return heading and alert radius of a live location."""
    heading, radius = parameters.integer("heading"), parameters.integer("proximity_alert_radius")
    if not 0 <= heading <= _LARGEST_HEADING:
        raise bad_request("Wrong live location heading specified")
    if not 0 <= radius <= _LARGEST_RADIUS:
        raise bad_request("Wrong live location proximity alert radius specified")
    return {name: value for name, value in (("heading", heading), ("proximity_alert_radius", radius)) if value}


def _live_location(world: World, message: Message) -> Json:
    """Return the location of a message. Refused if it cannot be moved, or no longer."""
    location: Json = message.body.get("location", {})
    period = location.get("live_period")
    if not period:
        raise bad_request("There is no live location in the message to edit")
    if period != FOR_EVER and unix_seconds(world.clock()) >= message.body["date"] + period:
        raise bad_request(CANNOT_EDIT)
    return location


METHODS = {
    "sendlocation": send_location,
    "sendvenue": send_venue,
    "editmessagelivelocation": edit_message_live_location,
    "stopmessagelivelocation": stop_message_live_location,
}
