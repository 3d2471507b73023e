"""answerCallbackQuery: the bot answers the press of a button."""

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import QUERY_TOO_OLD, bad_request
from simulator.state.world import World

LONGEST_ANSWER = 200
"""In characters, from the Bot API's answerCallbackQuery."""


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """Carry out `answerCallbackQuery`: the person who pressed sees the answer, unless it comes too late."""
    text = parameters.text("text")
    if world.checks and len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"answered": True, "text": text or None, "show_alert": parameters.flag("show_alert")}
    if not world.presses.answer(parameters.text("callback_query_id"), answer):
        raise bad_request(QUERY_TOO_OLD)
    return True


METHODS = {"answercallbackquery": answer_callback_query}
