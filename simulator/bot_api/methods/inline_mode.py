"""answerInlineQuery and savePreparedInlineMessage: messages that people send with the bot's help, in any chat."""

from datetime import timedelta
from typing import Any

from simulator.bot_api.inline_results import message_of
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import QUERY_TOO_OLD, bad_request
from simulator.bot_api.rights import user_id_of
from simulator.json_objects import Json, unix_seconds
from simulator.state.world import World

_MOST_RESULTS = 50
_LONGEST_OFFSET = 64
_PREPARED_FOR = timedelta(hours=1)


def answer_inline_query(world: World, parameters: Parameters) -> bool:
    """Carry out `answerInlineQuery`: the person sees the results, and may choose one."""
    results: Any = parameters.value("results", "Can't parse JSON encoded inline query results")
    if results is not None and not isinstance(results, list):
        raise bad_request("Expected an Array of inline query results")
    if len(results or ()) > _MOST_RESULTS:
        raise bad_request("Too many inline query results specified")
    button = _button(parameters)
    next_offset = parameters.text("next_offset")
    if len(next_offset.encode()) > _LONGEST_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    contents = [message_of(world, result) for result in results or ()]
    if len({result_id for result_id, _ in contents}) < len(contents):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = world.inline_queries.open(parameters.text("inline_query_id"))
    if query is None:
        raise bad_request(QUERY_TOO_OLD)
    query.results, query.contents = results or [], dict(contents)
    query.button, query.next_offset = button, next_offset
    query.answered.set()
    return True


def save_prepared_inline_message(world: World, parameters: Parameters) -> Json:
    """Carry out `savePreparedInlineMessage`: return a PreparedInlineMessage object, which a Mini App could share."""
    user_id = user_id_of(world, parameters)
    if not parameters.text("result"):
        raise bad_request("Result isn't specified")
    message_of(world, parameters.value("result", "Can't parse JSON encoded web view query results"))
    return {"id": f"{user_id}-{world.request}", "expiration_date": unix_seconds(world.clock() + _PREPARED_FOR)}


def _button(parameters: Parameters) -> Json | None:
    if parameters.text("switch_pm_text"):  # how it was sent before Bot API 6.7; still accepted
        return {"text": parameters.text("switch_pm_text"), "start_parameter": parameters.text("switch_pm_parameter")}
    button: Any = parameters.value("button", "Can't parse inline query results button JSON object")
    if button in (None, ""):
        return None
    complaint = "Can't parse inline query results button: "
    if not isinstance(button, dict):
        raise bad_request(f"{complaint}InlineQueryResultsButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'{complaint}Can\'t find field "text"')
    if not {"start_parameter", "web_app"} & button.keys():
        raise bad_request(f"{complaint}InlineQueryResultsButton must have exactly one optional field")
    return button


METHODS = {"answerinlinequery": answer_inline_query, "savepreparedinlinemessage": save_prepared_inline_message}
