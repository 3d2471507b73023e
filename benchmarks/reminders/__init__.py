"""Reminders beside their peers, each in a process of its own: ``python -m benchmarks.reminders`` (``make bench``)."""
