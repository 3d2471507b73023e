"""What people do on their phones: write, press buttons, react, vote, block the bot, make groups and join them."""

from simulator.phone.groups import Groups
from simulator.phone.touching import Touching
from simulator.phone.writing import Writing


class Phone(Writing, Touching, Groups):
    """The phones of all people. Where a chat can be given, the default is the person's private chat with the bot."""
