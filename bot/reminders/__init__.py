"""Reminders: the rules for their times, how a reminder looks, and the changes to a person's schedules."""
