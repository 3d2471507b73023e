"""/timezone: which clock a person lives by, and what becomes of reminders when it changes."""
