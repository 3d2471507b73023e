"""Everything that one simulated Telegram knows. `World` holds it all."""
