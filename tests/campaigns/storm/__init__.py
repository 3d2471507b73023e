"""Many due at once, several processes on one PostgreSQL, and everything goes wrong at the same time."""
