"""What the bot can ask about a person."""

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.rights import user_id_of
from simulator.json_objects import Json
from simulator.state.world import World


def get_user_profile_photos(world: World, parameters: Parameters) -> Json:
    """Carry out `getUserProfilePhotos`. Nobody here has a picture."""
    user_id_of(world, parameters)
    return {"total_count": 0, "photos": []}


METHODS = {"getuserprofilephotos": get_user_profile_photos}
