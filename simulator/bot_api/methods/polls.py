"""The methods that send a poll and end it."""

from datetime import timedelta
from typing import Any

from simulator.bot_api.chat_access import writable_chat
from simulator.bot_api.edits import edited_message
from simulator.bot_api.media import media_content
from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import TEXT_BLANK, bad_request
from simulator.bot_api.texts import formatted_fields
from simulator.json_objects import Json, unix_seconds
from simulator.specification import fields_of
from simulator.state.chats import Message
from simulator.state.files import KINDS
from simulator.state.world import World

_LONGEST_QUESTION = 300
_LONGEST_OPTION = 100
_LONGEST_EXPLANATION = 200
_LONGEST_DESCRIPTION = 1024
_MOST_OPTIONS = 12
_LONGEST_OPEN_SECONDS = 2_628_000
_NO_MEDIA = "Can't parse input media JSON object"


def send_poll(world: World, parameters: Parameters) -> Json:
    """Carry out `sendPoll`: a poll, or a quiz with right answers."""
    settings, options = _settings(world, parameters), _options(world, parameters)
    if settings["type"] == "quiz":
        settings |= _quiz(world, parameters, len(options))
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type == "channel" and not settings["is_anonymous"]:
        raise bad_request("Non-anonymous polls can't be sent to channel chats")
    seconds = min(max(parameters.integer("open_period"), 0), _LONGEST_OPEN_SECONDS)
    seconds = seconds or max(parameters.integer("close_date") - unix_seconds(world.clock()), 0)
    if seconds:  # otherwise nothing closes the poll by itself
        settings["open_period"] = seconds
    poll = world.polls.add(settings, options, world.clock() + timedelta(seconds=seconds) if seconds else None)
    poll.is_closed = parameters.flag("is_closed")
    return send(world, parameters, "sendPoll", {"poll": poll.as_json()})


def stop_poll(world: World, parameters: Parameters) -> Json:
    """Carry out `stopPoll`: nobody can vote any more. Return the Poll object."""

    def change(message: Message) -> Json:
        if "poll" not in message.body:
            raise bad_request("Message is not a poll")
        poll = world.polls[message.body["poll"]["id"]]
        if poll.is_closed:
            raise bad_request("Poll has already been closed")
        poll.is_closed = True
        return message.body | {"poll": poll.as_json()}

    message = edited_message(world, parameters, "stopPoll", change, "message with poll to stop")
    poll = world.polls[message.body["poll"]["id"]]
    world.refresh_poll(poll)
    return poll.as_json()


def _settings(world: World, parameters: Parameters) -> Json:
    """Return the fields of a new poll, except its options: the question, the description, the media and the rules."""
    kind = parameters.text("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad_request("Unsupported poll type specified")
    question = _text(world, parameters, "question", _LONGEST_QUESTION)
    if not question:
        raise bad_request(TEXT_BLANK)
    rules = {
        "type": kind,
        "is_anonymous": not parameters.has("is_anonymous") or parameters.flag("is_anonymous"),
        "allows_multiple_answers": parameters.flag("allows_multiple_answers"),
        "allows_revoting": parameters.flag("allows_revoting") if parameters.has("allows_revoting") else kind != "quiz",
        "members_only": parameters.flag("members_only"),
    }
    media = _media(world, "media", parameters.value("media", _NO_MEDIA), parameters)
    return question | _text(world, parameters, "description", _LONGEST_DESCRIPTION) | media | rules


def _quiz(world: World, parameters: Parameters, number_of_options: int) -> Json:
    """Return what a quiz has and other polls do not have: the right answers and an explanation."""
    correct: Any = parameters.value("correct_option_ids", "Can't parse correct option identifiers JSON object")
    if correct is None and parameters.has("correct_option_id"):
        correct = [parameters.integer("correct_option_id", -1)]
    if not correct:
        raise bad_request("Correct quiz option list must be non-empty")
    if not isinstance(correct, list):
        raise bad_request("Expected an Array of correct option identifiers")
    if not all(isinstance(number, int) for number in correct):
        raise bad_request("Correct option identifier must be of type Number")
    if correct != sorted(set(correct)):
        raise bad_request("Correct quiz option list must be increasing")
    if not all(0 <= number < number_of_options for number in correct):
        raise bad_request("Wrong quiz correct_option_id")
    explanation = _text(world, parameters, "explanation", _LONGEST_EXPLANATION)
    media = _media(world, "explanation_media", parameters.value("explanation_media", _NO_MEDIA), parameters)
    return {"correct_option_ids": correct} | explanation | media


def _options(world: World, parameters: Parameters) -> list[Json]:
    values: Any = parameters.value("options", "Can't parse options JSON object")
    if not isinstance(values, list):
        raise bad_request("Expected an Array of String as options")
    if not values:
        raise bad_request("Poll must have at least one answer option")
    if len(values) > _MOST_OPTIONS:
        raise bad_request(f"Poll can't have more than {_MOST_OPTIONS} options")
    options = []
    for value in values:
        if not isinstance(value, dict | str):
            raise bad_request("Expected an option to be of type String")
        # An InputPollOption object, or a text, as it was sent in earlier versions.
        fields = Parameters(value if isinstance(value, dict) else {"text": value})
        text = _text(world, fields, "text", _LONGEST_OPTION)
        if not text:
            raise bad_request(TEXT_BLANK)
        options.append(text | _media(world, "media", fields.values.get("media"), parameters))
    return options


def _text(world: World, parameters: Parameters, name: str, longest: int) -> Json:
    """Return the fields of a text and its entities; an empty object without a text."""
    entities = parameters.value(f"{name}_entities", "can't parse entities JSON object")
    text = formatted_fields(world, parameters.text(name), parameters.text(f"{name}_parse_mode"), entities)
    if len(text["text"]) > longest:
        subject = "options" if name == "text" else name
        raise bad_request(f"Poll {subject} length must not exceed {longest}")
    if not text["text"]:
        return {}
    return {name: text["text"]} | ({f"{name}_entities": text["entities"]} if "entities" in text else {})


def _media(world: World, field: str, media: Any, parameters: Parameters) -> Json:
    """Return a field with the PollMedia object of an InputMedia object; an empty object without media."""
    if media is None:
        return {}
    kind = media.get("type") if isinstance(media, dict) else None
    if kind in KINDS:
        content = media_content(world, kind, Parameters(media, parameters.uploads), "media")
        return {field: {name: value for name, value in content.items() if name in fields_of("PollMedia")}}
    if kind == "location":
        return {field: {"location": {name: float(media[name]) for name in ("latitude", "longitude")}}}
    raise bad_request("Invalid poll media content specified")


METHODS = {"sendpoll": send_poll, "stoppoll": stop_poll}
