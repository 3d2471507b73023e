"""/remind and all that is chosen there: kinds, times, weekdays, quiet hours; and the answers to a reminder.

A kind is a block below ``reminders`` in ``content.yaml``, such as water. A person turns each kind on or off.
"""
