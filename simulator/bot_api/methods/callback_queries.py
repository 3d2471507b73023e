"""answerCallbackQuery: the bot answers the press of a button."""

from urllib.parse import parse_qs, urlsplit

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import QUERY_TOO_OLD, bad_request
from simulator.state.world import World

LONGEST_ANSWER = 200
"""In characters, from the Bot API's answerCallbackQuery."""


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """Carry out `answerCallbackQuery`: the person who pressed sees the answer, unless it comes too late."""
    query_id, text = parameters.text("callback_query_id"), parameters.text("text")
    if world.checks and len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    url = parameters.text("url")
    if world.checks and url and not world.presses.opens_game(query_id):
        # Unless a game was pressed, the link must start the bot with a parameter.
        parts = urlsplit(url)
        is_telegram = parts.hostname in ("t.me", "telegram.me")
        is_to_bot = is_telegram and parts.path.strip("/").lower() == world.profile.username.lower()
        if not is_to_bot or "start" not in parse_qs(parts.query):
            raise bad_request("URL_INVALID")
    answer = {"answered": True, "text": text or None, "show_alert": parameters.flag("show_alert"), "url": url or None}
    if not world.presses.answer(query_id, answer):
        raise bad_request(QUERY_TOO_OLD)
    return True


METHODS = {"answercallbackquery": answer_callback_query}
