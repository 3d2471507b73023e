"""sendGame: a message with a button that opens a game. The scores of games are not built."""

from simulator.bot_api.media import PLACEHOLDER
from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.reply_markup import reply_markup
from simulator.json_objects import Json
from simulator.state.files import Upload
from simulator.state.world import World


def send_game(world: World, parameters: Parameters) -> Json:
    """Carry out `sendGame`. Every short name is a game here. On Telegram, @BotFather makes them."""
    title = parameters.required("game_short_name")
    markup = reply_markup(parameters, checks=world.checks) or {}
    rows = [row for row in markup.get("inline_keyboard", []) if row]
    if rows and "callback_game" not in rows[0][0]:
        raise bad_request("BUTTON_POS_INVALID")
    photo = world.files.add_photo(Upload("game.png", "image/png", PLACEHOLDER), 1, 1)
    game = {"title": title, "description": "", "photo": [size.as_photo_size() for size in photo]}
    play = {"inline_keyboard": [[{"text": f"Play {title}", "callback_game": {}}]]}
    return send(world, parameters, "sendGame", {"game": game, "reply_markup": play})


METHODS = {"sendgame": send_game}
