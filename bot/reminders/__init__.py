"""Reminders: the rules for their times, how one looks, and the changes to a person's schedules."""
