"""/remind and all that is chosen there: kinds, times, weekdays, quiet hours; and the answers to a reminder."""
