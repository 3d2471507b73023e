"""Messages out: the one door to Telegram's sending methods, within its limits."""
