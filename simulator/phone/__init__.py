"""What people do on their phones: write, press, react, vote, use inline mode, block the bot, make groups and join."""

from simulator.phone.groups import Groups
from simulator.phone.inline_mode import InlineMode
from simulator.phone.writing import Writing


class Phone(Writing, InlineMode, Groups):
    """The phones of all people. Where a chat can be given, the default is the person's private chat with the bot."""
