"""Answering button presses."""

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import QUERY_TOO_OLD, bad_request
from simulator.state.world import World

LONGEST_ANSWER = 200


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """`answerCallbackQuery`: the person who pressed sees it, unless they have waited too long."""
    text = parameters.text("text")
    if world.checks and len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"answered": True, "text": text or None, "show_alert": parameters.flag("show_alert")}
    if not world.presses.answer(parameters.text("callback_query_id"), answer):
        raise bad_request(QUERY_TOO_OLD)
    return True


METHODS = {"answercallbackquery": answer_callback_query}
