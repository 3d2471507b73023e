"""What the command line does besides running the bot: a function for each command.

A module is imported when one of its commands is given, so that starting the bot loads none of it. Each function is
called with the options, among them ``clock``, which returns the time in UTC. It prints what it has done, and raises
``bot.errors.OperatorError`` if it cannot do it.
"""
