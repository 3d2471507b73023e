"""getFile: where the bot can download a file."""

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.state.world import World

LARGEST_DOWNLOAD = 20 * 1024 * 1024
"""In bytes, from the Bot API's getFile."""


def get_file(world: World, parameters: Parameters) -> Json:
    """Carry out `getFile`: return a File object with the path of the download."""
    file_id = parameters.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.get(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return file.as_file()


METHODS = {"getfile": get_file}
