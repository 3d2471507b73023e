"""How updates reach the bot: a queue, which the bot polls or which is delivered to its webhook."""
