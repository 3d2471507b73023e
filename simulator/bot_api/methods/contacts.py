"""sendContact: the bot shares somebody's phone number."""

from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.json_objects import Json
from simulator.state.world import World


def send_contact(world: World, parameters: Parameters) -> Json:
    """Carry out `sendContact`: post a phone number and a name."""
    return send(world, parameters, "sendContact", contact_content(parameters))


def contact_content(parameters: Parameters) -> Json:
    """Return the content of a contact: a phone number and a name."""
    contact = {name: parameters.required(name) for name in ("phone_number", "first_name")}
    more = {name: parameters.text(name) for name in ("last_name", "vcard") if parameters.text(name)}
    return {"contact": contact | more}


METHODS = {"sendcontact": send_contact}
