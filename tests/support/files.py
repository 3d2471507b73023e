"""The files that the bot sends."""

from tests.support.conversation import Conversation, Json


def content_of(who: Conversation, message: Json) -> bytes:
    """Return the content of the file that came with a message."""
    file = who.simulator.world.files.get(message["document"]["file_id"])
    assert file
    return file.path.read_bytes()
