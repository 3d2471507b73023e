"""/timezone: which time zone a person lives in, and what happens to the reminders when it changes."""
