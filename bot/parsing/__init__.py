"""Text from outside the bot, read: pure functions."""
