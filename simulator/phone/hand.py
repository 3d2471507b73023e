"""What everything that people do on their phones has in common."""

from simulator.state.chats import Chat
from simulator.state.people import Person
from simulator.state.world import World


class Hand:
    """Acts for people. Where a chat can be given, the default is the person's private chat with the bot."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _private_chat(self, person: Person) -> Chat:
        return self._world.chats[person.id]
