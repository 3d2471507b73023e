from typing import Any

import pytest

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import Refusal
from simulator.bot_api.rights import permissions_of

FILES = {f"can_send_{kind}" for kind in ("audios", "documents", "photos", "videos", "video_notes", "voice_notes")}


@pytest.mark.parametrize(
    ("sent", "granted"),
    [
        ({}, set()),
        ({"can_send_messages": True}, {"can_send_messages", "can_react_to_messages"}),
        ({"can_send_messages": True, "can_react_to_messages": False}, {"can_send_messages"}),
        ({"can_pin_messages": True}, {"can_pin_messages", "can_manage_topics", "can_edit_tag"}),
        ({"can_send_photos": True}, {"can_send_photos", "can_send_messages"}),
        ({"can_send_media_messages": True}, FILES | {"can_send_messages"}),
        ({"can_send_other_messages": True}, FILES | {"can_send_other_messages", "can_send_messages"}),
    ],
)
def test_permissions_imply_others(sent: dict[str, bool], granted: set[str]) -> None:
    assert permissions_of(Parameters({"permissions": sent})) == granted


def test_permissions_may_be_independent() -> None:
    sent = {"permissions": {"can_send_polls": True}, "use_independent_chat_permissions": True}
    assert permissions_of(Parameters(sent)) == {"can_send_polls"}


@pytest.mark.parametrize(
    ("sent", "description"), [("{", "can't parse permissions JSON object"), ([], "object expected as permissions")]
)
def test_permissions_that_are_none(sent: Any, description: str) -> None:
    with pytest.raises(Refusal) as refused:
        permissions_of(Parameters({"permissions": sent}))
    assert refused.value.description == f"Bad Request: {description}"
