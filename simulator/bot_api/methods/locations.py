"""sendLocation and sendVenue, and the methods that move a live location or stop it."""

from simulator.bot_api.edits import edit
from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.places import FOR_EVER, location_content, movement, place, venue_content
from simulator.bot_api.refusals import CANNOT_EDIT, bad_request
from simulator.json_objects import Json, unix_seconds
from simulator.state.chats import Message
from simulator.state.world import World

_LIVE_FIELDS = ("live_period", "heading", "proximity_alert_radius")


def send_location(world: World, parameters: Parameters) -> Json:
    """Carry out `sendLocation`."""
    return send(world, parameters, "sendLocation", location_content(parameters))


def send_venue(world: World, parameters: Parameters) -> Json:
    """Carry out `sendVenue`."""
    return send(world, parameters, "sendVenue", venue_content(parameters))


def edit_message_live_location(world: World, parameters: Parameters) -> Json | bool:
    """Carry out `editMessageLiveLocation`: move a location that is still live."""
    location = place(parameters, "Invalid live location specified") | movement(parameters)

    def change(message: Message) -> Json:
        live = _live_location(world, message)
        period = parameters.integer("live_period") or live["live_period"]
        return message.body | {"location": location | {"live_period": period}}

    return edit(world, parameters, "editMessageLiveLocation", change)


def stop_message_live_location(world: World, parameters: Parameters) -> Json | bool:
    """Carry out `stopMessageLiveLocation`: the location stays where it was last."""

    def change(message: Message) -> Json:
        location = _live_location(world, message)
        kept = {name: value for name, value in location.items() if name not in _LIVE_FIELDS}
        return message.body | {"location": kept}

    return edit(world, parameters, "stopMessageLiveLocation", change)


def _live_location(world: World, message: Message) -> Json:
    """Return the location of a message. Refused unless it is live and its period is not over."""
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
