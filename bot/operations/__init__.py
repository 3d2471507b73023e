"""Running the bot: health, metrics, capacity, the profile at Telegram."""
