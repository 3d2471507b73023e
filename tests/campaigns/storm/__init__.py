"""The storm: many reminders due at once, several processes on one PostgreSQL, and every kind of trouble."""
