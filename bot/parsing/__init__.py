"""Reads what people write: times, dates, places, commands, JSON that is nearly right, and the YAML of the content."""
