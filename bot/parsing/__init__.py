"""Pure functions that read what people write: times, dates, places, commands, and JSON that is nearly right."""
