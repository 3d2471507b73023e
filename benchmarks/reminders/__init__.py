"""Reminders, compared with other libraries: ``python -m benchmarks.reminders`` (``make bench``).

Every side runs in a process of its own.
"""
